/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "proto/reel_check.h"
#include "proto/reel_final.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* Entries of a stranger: number (1 byte), entries, and the reel they need not fit. */
static void take_back_any(const uint8_t *data, size_t len)
{
	g_autoptr(GArray) entries = g_array_new(FALSE, FALSE, sizeof(struct reel_entry));
	size_t n = len ? data[0] : 0, at = 1;
	uint64_t reel_len = 0;

	for (; n > 0 && at + REEL_ENTRY_LEN <= len; n--, at += REEL_ENTRY_LEN) {
		struct reel_entry e;

		if (reel_entry_decode(data + at, &e) == 0)
			g_array_append_val(entries, e);
	}
	if (at >= len)
		return;
	g_autofree uint8_t *reel = g_memdup2(data + at, len - at);
	int r = reel_final_take_back(reel, len - at, (struct reel_entry *)(void *)entries->data,
		entries->len, &reel_len);
	if (r == REEL_FINAL_E_SHORT) {
		g_assert(memcmp(reel, data + at, len - at) == 0);
		return;
	}
	g_assert(r >= 0 && reel_len <= len - at);
	/* What was taken back is a reel and no copy. */
	uint64_t again = 0;
	g_assert(reel_final_take_back(reel, reel_len, (struct reel_entry *)(void *)entries->data,
			 entries->len, &again) == REEL_FINAL_NOT &&
		 again == reel_len);
}

/* Of what the scanner calls whole a copy is made and taken back: it is the reel again. */
static void there_and_back(const uint8_t *data, size_t len)
{
	g_autoptr(GArray) entries = g_array_new(FALSE, FALSE, sizeof(struct reel_entry));
	g_autoptr(GByteArray) copy = g_byte_array_new();
	struct reel_entry *rows;
	struct reel_cursor c;
	uint64_t back_len = 0;

	reel_cursor_init(&c, data, len);
	reel_index(&c, entries);
	rows = (struct reel_entry *)(void *)entries->data;
	if (!entries->len)
		return;
	g_byte_array_append(copy, data, (guint)c.whole);
	reel_final_fill_head(copy->data, c.head.codec, rows, entries->len);
	reel_final_put_cues(rows, entries->len, copy);
	int r = reel_final_take_back(copy->data, copy->len, rows, entries->len, &back_len);
	g_assert(r == 0 && back_len == c.whole);
	/* A reel comes with empty rooms; what a stranger put there is gone. */
	g_autofree uint8_t *plain = g_memdup2(data, c.whole);
	reel_final_take_back(plain, c.whole, rows, entries->len, &back_len);
	g_assert(memcmp(copy->data, plain, c.whole) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	take_back_any(data, len);
	there_and_back(data, len);
	return 0;
}
