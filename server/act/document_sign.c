/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/document_sign.h"

#include <openssl/sha.h>

#include "server/report/pdf_signature.h"
#include "server/sign/document_ca.h"

int document_sign_put(
	struct act *a, const json_t *in, const struct document_slot *slot, GBytes **ret)
{
	g_autoptr(GBytes) digest = in_hex(in, "digest"), value = in_base64(in, "signature");
	const struct pdf_signature signature = {.certificate = slot->certificate,
		.issuer = document_ca_certificate(a->env->documents),
		.digest = digest,
		.value = value};
	int r = pdf_signature_put(slot->prepared, &signature, ret);

	switch (r) {
	case PDF_SIGNATURE_E_MOVED:
		return refuse(a->refusal, slot->e_moved, "digest",
			"fetch the file to sign again: it has %d signatures", slot->position - 1);
	case PDF_SIGNATURE_E_BAD:
		return refuse(a->refusal, slot->e_refused, "signature",
			"it does not hold under the certificate");
	default:
		return r;
	}
}

static void out_der(json_t *out, const char *name, GBytes *der)
{
	gsize len;
	const void *data = g_bytes_get_data(der, &len);
	g_autofree char *text = g_base64_encode(data, len);

	out_text(out, name, text);
}

void document_sign_answer(
	const struct act *a, GBytes *certificate, const uint8_t sha256[static 32], json_t *out)
{
	out_der(out, "certificate", certificate);
	out_hex(out, "sha256", sha256, 32);
	out_der(out, "issuer", document_ca_certificate(a->env->documents));
}

void document_sign_issuer(const struct act *a, json_t *body)
{
	gsize len;
	const void *der = g_bytes_get_data(document_ca_certificate(a->env->documents), &len);
	uint8_t digest[32];

	SHA256(der, len, digest);
	out_hex(body, "issuer_sha256", digest, sizeof(digest));
}
