/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * The draw of experts (抽取), as a pure function that anybody can compute again.
 *
 * Snapshot. The pool at the moment the draw is prepared, without names: each expert is the
 * pseudonym HMAC-SHA256(k, expert id), k being 32 random bytes made for this draw alone, with two
 * flags. Its text form has one line an expert, "<64 hex digits> <flags>\n", flags being one digit,
 * 1 for "must avoid" (回避, suspended, on leave or another reason of eligible.h) plus 2 for "of the
 * wanted speciality"; lines rise by pseudonym, none comes twice. The snapshot's digest is the
 *SHA-256 of that text (what sha256sum prints).
 *
 * Commitments, all in the ledger before anything is revealed:
 *	to k        SHA-256("bidroom.draw.key.v1\n" ‖ k)
 *	to a nonce  SHA-256("bidroom.draw.nonce.v1\n" ‖ nonce), nonce 32 bytes, one of each party;
 *	            proto/draw_nonce.h
 *
 * Seed. SHA-256("bidroom.draw.seed.v1\n" ‖ snapshot digest ‖ nonce of staff ‖ nonce of supervisor
 * ‖ nonce of host).
 *
 * Order. The entries with flags 2 (right speciality, not avoiding), sorted by SHA-256(seed ‖
 * pseudonym) as bytes. The first `experts` places are selected, the next `standbys` stand by, and
 * who is needed after that is taken from the following places in their order: one permutation,
 * whatever happens later. In Python:
 *
 *	order = sorted(eligible, key=lambda p: sha256(seed + p).digest())
 *
 * k opens the pseudonyms to the auditor afterwards. Pure functions, any thread.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <glib.h>
#include <jansson.h>

#include "proto/draw_nonce.h"
#include "server/trade/verdict.h"

#define DRAW_BYTES 32
#define DRAW_ENTRIES_MAX 1000000
#define DRAW_LINE_LEN (2 * DRAW_BYTES + 3)

#define DRAW_REFUSALS(X)                        \
	X(DRAW_E_SNAPSHOT, "draw.snapshot")     \
	X(DRAW_E_DUPLICATE, "draw.duplicate")   \
	X(DRAW_E_TOO_MANY, "draw.too_many")     \
	X(DRAW_E_TOO_FEW, "draw.too_few")       \
	X(DRAW_E_COMMITMENT, "draw.commitment") \
	X(DRAW_E_RECORD, "draw.record")         \
	X(DRAW_E_DIGEST, "draw.digest")         \
	X(DRAW_E_SEED, "draw.seed")             \
	X(DRAW_E_RESULT, "draw.result")

enum draw_refusal { DRAW_E_NONE = 0, DRAW_REFUSALS(REFUSAL_ENUM) };

enum draw_flag {
	DRAW_AVOID = 1,
	DRAW_SPECIALITY = 2,
};

enum draw_party {
	DRAW_STAFF = 0,
	DRAW_SUPERVISOR,
	DRAW_HOST,
	N_DRAW_PARTIES,
};

struct draw_entry {
	uint8_t pseudonym[DRAW_BYTES];
	uint8_t flags;
};

/* Entries in rising order, none twice. */
struct draw_snapshot {
	GArray *entries; /* struct draw_entry */
	uint8_t digest[DRAW_BYTES];
};

/* Every eligible entry in the drawn order: place i is entry g_array_index(places, guint, i). */
struct draw_order {
	GArray *places;
};

struct draw_rule {
	unsigned experts;
	unsigned standbys;
};

/* What a record needs besides snapshot and rule. */
struct draw_secrets {
	uint8_t key_commitment[DRAW_BYTES];
	uint8_t commitments[N_DRAW_PARTIES][DRAW_BYTES];
	uint8_t nonces[N_DRAW_PARTIES][DRAW_BYTES];
};

const char *draw_refusal_code(int refusal);
const char *draw_party_name(enum draw_party p); /* "staff" … */
/* -1 for an unknown one. */
int draw_party_from_name(const char *name);

void draw_pseudonym(
	const uint8_t key[DRAW_BYTES], const char *expert_id, uint8_t ret_pseudonym[DRAW_BYTES]);
void draw_key_commitment(const uint8_t key[DRAW_BYTES], uint8_t ret_commitment[DRAW_BYTES]);

/* Sorts the entries and digests them; takes nothing over. DRAW_E_DUPLICATE, DRAW_E_TOO_MANY. */
int draw_snapshot_new(const struct draw_entry *entries, size_t n, struct draw_snapshot **ret);
/* Reads the text form, exactly. */
int draw_snapshot_parse(const char *text, size_t len, struct draw_snapshot **ret);
GString *draw_snapshot_text(const struct draw_snapshot *snapshot);
size_t draw_snapshot_n_eligible(const struct draw_snapshot *snapshot);
struct draw_snapshot *draw_snapshot_free(struct draw_snapshot *snapshot);

void draw_seed(const uint8_t snapshot_digest[DRAW_BYTES],
	const uint8_t nonces[N_DRAW_PARTIES][DRAW_BYTES], uint8_t ret_seed[DRAW_BYTES]);

struct draw_order *draw_order_new(
	const uint8_t seed[DRAW_BYTES], const struct draw_snapshot *snapshot);
struct draw_order *draw_order_free(struct draw_order *order);

/* The entry at a place, or NULL beyond the last. */
const struct draw_entry *draw_order_at(
	const struct draw_order *order, const struct draw_snapshot *snapshot, size_t place);

/*
 * Draws, and writes the canonical record that bidroom-verify computes again:
 *
 *	{"format": "bidroom.draw.v1", "key_commitment", "rule": {"experts", "standbys"},
 *	 "snapshot": {"n", "n_eligible", "sha256"},
 *	 "parties": [{"party", "commitment", "nonce"} …], "seed",
 *	 "selected": [{"place", "entry"} …], "standbys": [ … ]}
 *
 * Places count from 1. DRAW_E_COMMITMENT when a nonce is not the one committed to (*ret_party, may
 * be NULL, says whose), DRAW_E_TOO_FEW when there are not enough for the experts; standbys may be
 * fewer than wanted.
 */
int draw_run(const struct draw_snapshot *snapshot, const struct draw_rule *rule,
	const struct draw_secrets *secrets, json_t **ret_record, enum draw_party *ret_party);

/* Whether the record is what draw_run() gives; the refusal names the first part that is not. */
int draw_verify(const json_t *record, const struct draw_snapshot *snapshot);
