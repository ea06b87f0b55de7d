/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/report/pdf_signature.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include <openssl/sha.h>

#include "proto/pades.h"

static bool same_digest(GBytes *digest, const uint8_t ours[PADES_DIGEST_LEN])
{
	return g_bytes_get_size(digest) == PADES_DIGEST_LEN &&
	       memcmp(g_bytes_get_data(digest, NULL), ours, PADES_DIGEST_LEN) == 0;
}

static int container_of(
	const struct pdf_signature *s, const uint8_t digest[PADES_DIGEST_LEN], GBytes **ret)
{
	uint8_t certificate_sha256[PADES_DIGEST_LEN], attributes[PADES_ATTRIBUTES_LEN];
	size_t len;
	const void *certificate = g_bytes_get_data(s->certificate, &len);
	int r;

	if (g_bytes_get_size(s->value) != P256_SIG_LEN)
		return PDF_SIGNATURE_E_BAD;
	SHA256(certificate, len, certificate_sha256);
	pades_attributes(digest, certificate_sha256, attributes);
	r = pades_container(
		attributes, g_bytes_get_data(s->value, NULL), s->certificate, s->issuer, ret);
	return r > 0 ? PDF_SIGNATURE_E_BAD : r;
}

int pdf_signature_put(GBytes *prepared, const struct pdf_signature *signature, GBytes **ret)
{
	size_t len;
	const void *data = g_bytes_get_data(prepared, &len);
	g_autofree uint8_t *file = NULL;
	g_autoptr(GBytes) container = NULL;
	uint8_t digest[PADES_DIGEST_LEN];
	struct pades_range range;
	int r;

	if (pades_find(data, len, &range) != 0)
		return -EINVAL;
	pades_digest(data, &range, digest);
	if (!same_digest(signature->digest, digest))
		return PDF_SIGNATURE_E_MOVED;
	r = container_of(signature, digest, &container);
	if (r)
		return r;
	file = g_memdup2(data, len);
	if (pades_fill(file, &range, container) != 0)
		return -ENOSPC;
	*ret = g_bytes_new_take(g_steal_pointer(&file), len);
	return 0;
}
