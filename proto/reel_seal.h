/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * A sealed reel: the same head, with a salt in its identity, and in the place of each cluster one
 * Void element that holds it encrypted (proto/README.md, "Sealed reels"). A cluster opens by
 * itself, so a player can still jump, and everything that does not look into pictures works
 * without a key: index, ledger, recovery, hashes.
 *
 *	ec 01 size 7 | no 4, time 4, last 4, blocks 4, stamps 4, flags 1, 0 3 | ciphertext | tag 16
 *
 * A seal is immutable once made; it may be used from several threads.
 */

#include "proto/reel.h"

/* What sealing adds to a cluster. */
#define REEL_SEALED_HEADER_LEN (9 + 24)
#define REEL_SEALED_OVERHEAD (REEL_SEALED_HEADER_LEN + 16)
#define REEL_SESSION_KEY_LEN 32
#define REEL_KEY_LEN 32 /* of one reel */

struct reel_seal;

/* The head must have a salt: the key of this reel alone is derived from the session's. -EIO. */
int reel_seal_new(const struct reel_head *head, const uint8_t session_key[REEL_SESSION_KEY_LEN],
	struct reel_seal **ret_seal);
/* The key of the reel alone, and a seal from it. */
void reel_seal_key(const struct reel_seal *seal, uint8_t ret_key[REEL_KEY_LEN]);
struct reel_seal *reel_seal_from_key(uint16_t track, const uint8_t key[REEL_KEY_LEN]);
/* Wipes the key. NULL does nothing. */
struct reel_seal *reel_seal_free(struct reel_seal *seal);

/* Appends the element for a cluster; no from 1, never the same twice. entry tells the cluster's
 * times and counts, and gets the element's length and hash. -EIO. */
int reel_seal_put(const struct reel_seal *seal, uint32_t no, const GByteArray *cluster,
	struct reel_entry *entry, GByteArray *out);

/* The parts of an element without opening it: 0, REEL_E_TORN or REEL_E_DAMAGED. */
int reel_sealed_parse(const uint8_t *data, uint64_t len, struct reel_sealed *ret_sealed,
	uint64_t *ret_element_len);

/* Appends the cluster in the element at data. REEL_E_TORN; REEL_E_DAMAGED: altered, of another
 * place or reel, or under another key. */
int reel_seal_open(
	const struct reel_seal *seal, const uint8_t *data, uint64_t len, GByteArray *cluster);

/*
 * Where things stand in the reel as it would be without the seal. Given the entries from the
 * first_no-th on (0: the head) it moves their offsets and lengths there; hashes stay those of what
 * is on disk. -errno or REEL_E_HEAD.
 */
int reel_unsealed_entries(const struct reel_head *head, uint64_t first_no,
	struct reel_entry *entries, size_t n_entries);
/* Appends the head that the reel has without the seal. */
int reel_unsealed_head(const struct reel_head *head, GByteArray *out);
