/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * The finalised copy of a reel (proto/README.md, "Finalised copies"): what players without an
 * index want. The rooms in the head hold a seek table and the duration, a Cues element follows the
 * last cluster. Every cluster keeps its place and its bytes, so the digests in the ledger hold for
 * the copy too, and what was added follows from the index entries alone: one reel has one
 * finalised copy, and a copy can be taken back to its reel.
 */

#include "proto/reel.h"

enum reel_final_refusal {
	REEL_FINAL_NOT = 1, /* a plain reel: nothing stands in its rooms and nothing behind it */
	REEL_FINAL_E_ROOMS, /* seek table or duration are not those of these clusters */
	REEL_FINAL_E_CUES,  /* the Cues behind the last cluster are not those of these clusters */
	REEL_FINAL_E_SHORT, /* the bytes end before the last entry does */
};

/*
 * Fills the rooms of a head in place: bytes [0, entries[0].length) of the reel. codec: that of
 * the head. entries are all of the track, the head first.
 */
void reel_final_fill_head(
	uint8_t *head, uint8_t codec, const struct reel_entry *entries, size_t n_entries);

/* Appends what follows the last cluster. */
void reel_final_put_cues(const struct reel_entry *entries, size_t n_entries, GByteArray *out);

/*
 * Takes a copy back: empties the rooms in data, so that all entries can be checked, and puts the
 * reel's own length in *ret_len. 0, or what is not as it should be; *ret_len and the rooms are
 * right also after a refusal, unless it is REEL_FINAL_E_SHORT, where nothing is touched.
 */
int reel_final_take_back(uint8_t *data, uint64_t len, const struct reel_entry *entries,
	size_t n_entries, uint64_t *ret_len);
