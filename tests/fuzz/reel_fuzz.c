/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/reel_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* What the scanner calls whole has entries that fit, and a check of it that fails only where a
 * stamp does. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	g_autoptr(GArray) entries = g_array_new(FALSE, FALSE, sizeof(struct reel_entry));
	struct reel_entry *rows;
	struct reel_cursor c;
	struct reel_check check;
	uint64_t end = 0;
	int r;

	reel_cursor_init(&c, data, len);
	reel_index(&c, entries);
	rows = (struct reel_entry *)entries->data;
	for (guint i = 0; i < entries->len; i++) {
		uint8_t bytes[REEL_ENTRY_LEN];
		struct reel_entry back;

		g_assert(rows[i].offset == end);
		end += rows[i].length;
		reel_entry_encode(&rows[i], bytes);
		r = reel_entry_decode(bytes, &back);
		g_assert(r == 0);
	}
	g_assert(end == c.whole && end <= len);
	r = reel_check(data, c.whole, rows, entries->len, NULL, &check);
	g_assert(r == 0);
	for (guint i = 0; i < check.findings->len; i++)
		g_assert(g_array_index(check.findings, struct reel_finding, i).kind >=
			 REEL_FINDING_DIGEST);
	reel_check_done(&check);
	return 0;
}
