/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/report_signing.h"

#include <errno.h>
#include <openssl/sha.h>
#include <string.h>

#include "proto/pades.h"
#include "proto/pdf_increment.h"
#include "proto/report_statement.h"
#include "server/act/document_sign.h"
#include "server/act/session_act.h"
#include "server/sign/document_ca.h"

void report_signing_clear(struct report_signing *s)
{
	g_clear_pointer(&s->file, g_bytes_unref);
	g_clear_pointer(&s->prepared, g_bytes_unref);
}

int report_signing_certificate(struct act *a, const char *session_id, int member_no, GBytes *sha256,
	struct report_certificate **ret)
{
	REPORT_CERTIFICATE_AUTO struct report_certificate *c = NULL;
	int r = report_file_store_certificate(
		a->txn, session_id, g_bytes_get_data(sha256, NULL), &c);

	if (r < 0)
		return r;
	if (r || c->member_no != member_no)
		return refuse(a->refusal, "report.certificate", "certificate",
			"ask for a certificate first");
	/* What it signed would be put beside an issuer that did not issue it. */
	if (!document_ca_issued(a->env->documents, c->certificate))
		return refuse(a->refusal, "report.certificate", "certificate",
			"the house has a new issuer; ask for a certificate again");
	*ret = g_steal_pointer(&c);
	return 0;
}

int report_signing_prepare(struct act *a, const char *session_id,
	const struct report_certificate *c, struct report_signing *ret)
{
	struct pades_signer named;
	int r = pades_signer_of(c->certificate, &named);

	if (!r)
		r = report_file_store_get(a->txn, session_id, &ret->file, &ret->position);
	if (r)
		return r < 0 ? r : -ENOENT;
	ret->position++;
	/* Name and time of its certificate: the same file however often it is asked for, and
	 * whoever verifies it can make it, too. */
	g_autofree char *reason = report_opinion_reason(c->opinion);
	const struct pdf_signer signer = {.no = (unsigned)c->member_no,
		.name = named.name,
		.at_us = c->issued_us,
		.reason = reason};
	r = pdf_increment(ret->file, &signer, &ret->prepared);
	return r > 0 ? -EBADMSG : r;
}

/*
 * A dissenting opinion (不同意见) stays out of the record's body, which carries its digest and that
 * the signature inside the PDF tells it, which those of before did not.
 */
json_t *report_signing_body(const struct act *a, const struct report_certificate *c,
	const uint8_t pdf_sha256[static 32])
{
	gsize key_len, signature_len;
	const void *key = g_bytes_get_data(c->public_key, &key_len);
	const void *signature = g_bytes_get_data(c->signature, &signature_len);
	g_autofree char *key_text = g_base64_encode(key, key_len);
	g_autofree char *signature_text = g_base64_encode(signature, signature_len);
	json_t *body = json_pack("{s:i, s:s, s:s, s:s}", "member_no", c->member_no, "key",
		c->key_id, "signature", signature_text, "public_key", key_text);
	uint8_t digest[32];

	out_hex(body, "sha256", pdf_sha256, 32);
	out_hex(body, "certificate_sha256", c->sha256, sizeof(c->sha256));
	document_sign_issuer(a, body);
	if (c->opinion) {
		SHA256((const unsigned char *)c->opinion, strlen(c->opinion), digest);
		out_hex(body, "opinion_sha256", digest, sizeof(digest));
		json_object_set_new(body, "opinion_inside", json_true());
	}
	return body;
}
