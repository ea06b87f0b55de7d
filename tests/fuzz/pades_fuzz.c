/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "proto/pades.h"
#include "proto/pdf_increment.h"

/* A file whose signature somebody else made: what the client signs behind, what a verifier reads
 * and puts the next increment behind. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const uint8_t nobody[PADES_DIGEST_LEN];
	struct pades_range range;
	struct pades_signer signer;
	const struct pdf_signer named = {1, "张", 1772323200000000};
	g_autoptr(GBytes) file = g_bytes_new_static(data, len), made = NULL;
	uint8_t digest[PADES_DIGEST_LEN];

	if (pdf_increment(file, &named, &made) == 0) {
		g_assert(g_bytes_get_size(made) > len);
		g_assert(memcmp(g_bytes_get_data(made, NULL), data, len) == 0);
	}
	if (pades_find(data, len, &range) != 0)
		return 0;
	g_assert(range.hole < range.hole_end && range.hole_end <= range.end && range.end == len);
	pades_digest(data, &range, digest);
	g_assert(pades_check(data, len, nobody, 0, &signer) != 0);
	return 0;
}
