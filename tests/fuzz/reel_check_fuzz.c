/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/reel_check.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* The device key of the corpus, proto/vectors/room.json. */
static const uint8_t device_key[32] = {
	0x03,
	0xa1,
	0x07,
	0xbf,
	0xf3,
	0xce,
	0x10,
	0xbe,
	0x1d,
	0x70,
	0xdd,
	0x18,
	0xe7,
	0x4b,
	0xc0,
	0x99,
	0x67,
	0xe4,
	0xd6,
	0x30,
	0x9b,
	0xa5,
	0x0d,
	0x5f,
	0x1d,
	0xdc,
	0x86,
	0x64,
	0x12,
	0x55,
	0x31,
	0xb8,
};

/*
 * An index and a reel that need not fit each other, as a stranger may hand them in: number of
 * entries (1 byte), entries, reel. Every place that is named lies within what was given.
 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	g_autoptr(GArray) entries = g_array_new(FALSE, FALSE, sizeof(struct reel_entry));
	struct reel_check check;
	size_t n = len ? data[0] : 0, at = 1;
	int r;

	for (; n > 0 && at + REEL_ENTRY_LEN <= len; n--, at += REEL_ENTRY_LEN) {
		struct reel_entry e;

		if (reel_entry_decode(data + at, &e) == 0)
			g_array_append_val(entries, e);
	}
	if (at > len)
		return 0;
	r = reel_check(data + at, len - at, (struct reel_entry *)(void *)entries->data,
		entries->len, device_key, &check);
	g_assert(r == 0);
	for (guint i = 0; i < check.findings->len; i++)
		g_assert(reel_finding_code(
			g_array_index(check.findings, struct reel_finding, i).kind));
	g_assert(check.n_proven <= check.n_blocks);
	reel_check_done(&check);
	return 0;
}
