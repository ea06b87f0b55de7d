/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/canon.h"
#include "proto/sealed_manifest.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct sealed_manifest *m = NULL;
	g_autoptr(GString) again = NULL;
	uint64_t size = 0;

	if (sealed_manifest_parse((const char *)data, len, &m) != 0)
		return 0;
	for (size_t i = 0; i < m->n_files; i++) {
		g_assert(m->files[i].offset == size && !strchr(m->files[i].name, '/'));
		size += m->files[i].size;
	}
	g_assert(size == m->data_size && size <= SEALED_DATA_MAX);
	/* What is read can be sealed again. */
	const struct sealed_offer offer = {
		m->bidder_name, m->credit_code, m->offer, m->files, m->n_files};
	g_assert(sealed_manifest_text(&offer, &m->bidder_key, &again) == 0);
	g_assert(again->len == len && memcmp(again->str, data, len) == 0);
	sealed_manifest_free(m);
	return 0;
}
