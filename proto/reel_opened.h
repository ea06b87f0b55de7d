/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * A sealed reel opened for somebody who may see it, as a bundle has it: the reel without its seal,
 * and beside it what it takes to seal it again, which gives the very bytes whose digests the
 * ledger holds (proto/README.md, "Opened reels"). The key is that of this reel alone; it opens no
 * other one of its session.
 */

#include "proto/reel_seal.h"

struct reel_opened {
	GByteArray *sealed_head; /* the head as it stands in the sealed reel */
	struct reel_head head;   /* what it says */
	uint8_t key[REEL_KEY_LEN];
};

/* From the head of a sealed reel and its seal: 0, or REEL_E_HEAD when that is no sealed head. */
int reel_opened_make(const uint8_t *sealed_head, size_t len, const struct reel_seal *seal,
	struct reel_opened *ret_opened);
/* The canonical JSON that lies beside the reel. */
int reel_opened_format(const struct reel_opened *o, GString **ret_text);
/* REEL_E_HEAD: it is nothing of the kind. */
int reel_opened_parse(const char *text, size_t len, struct reel_opened *ret_opened);
/* Wipes the key. */
void reel_opened_done(struct reel_opened *o);

/*
 * Makes the entries that belong to the opened reel at data out of those of the sealed one (all of
 * the track, the head first): their places, and their hashes. An entry keeps the hash of the
 * sealed bytes, and so does not hold, where the opened ones do not give these when they are sealed
 * again. 0; REEL_E_ENTRY; -EIO.
 */
int reel_opened_entries(const struct reel_opened *o, const uint8_t *data, uint64_t len,
	struct reel_entry *entries, size_t n_entries);
