/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/ledger_leaf.h"
#include "proto/ledger_tile.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* A leaf that is read as an event is written the same. */
static void check_leaf(const struct ledger_entry *entry)
{
	json_auto_t *object = NULL;
	g_autoptr(GBytes) again = NULL;
	struct ledger_event event;

	if (ledger_leaf_decode(entry->leaf, entry->leaf_len, &object, &event) != 0)
		return;
	g_assert(ledger_leaf_encode(&event, &again) == 0);
	g_assert(g_bytes_get_size(again) == entry->leaf_len);
	g_assert(memcmp(g_bytes_get_data(again, NULL), entry->leaf, entry->leaf_len) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	g_autoptr(GByteArray) again = g_byte_array_new();
	struct ledger_entry entry;
	size_t at = 0;

	while (at < len && ledger_bundle_next(data, len, &at, &entry) == 0) {
		if (entry.leaf)
			check_leaf(&entry);
		ledger_bundle_append(again, &entry);
		g_assert(again->len == at && memcmp(again->data, data, at) == 0);
	}
	return 0;
}
