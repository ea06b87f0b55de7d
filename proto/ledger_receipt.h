/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * What a party keeps to prove that its act is in the ledger, verifiable offline with the log's key.
 *
 * A promise is given at once: the text of a statement (proto/statement.h) of type
 * "bidroom.promise.v1",
 *
 *	{"due_us":…,"key":…,"leaf_hash":hex,"made_us":…,"sig":…,"type":"bidroom.promise.v1"}
 *
 * which says that the event of this hash will be in the tree before due_us. It travels as a text
 * inside other JSON.
 *
 * A receipt (回执) holds what is known of one event. It is not signed, its parts are:
 *
 *	{"event_id":…,"leaf_hash":hex,
 *	 "leaf":"canonical text",                       for whoever may read the event
 *	 "promise":"text",                              and / or
 *	 "index":…,"tree_size":…,"proof":[hex,…],"checkpoint":"note"}
 *
 * event_id may be missing. Other members are passed over: they prove nothing.
 */

#include "proto/ledger.h"
#include "proto/ledger_checkpoint.h"
#include "proto/ledger_tree.h"
#include "proto/note.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#define LEDGER_PROMISE_TYPE "bidroom.promise.v1"
#define LEDGER_PROMISE_MAX 1024

struct ledger_promise {
	uint8_t leaf_hash[LEDGER_HASH_LEN];
	int64_t made_us, due_us; /* real time */
};

int ledger_promise_build(const struct ledger_promise *promise, const struct note_key *key,
	const uint8_t seed[ED25519_KEY_LEN], char **ret_text);

/* LEDGER_E_STATEMENT, LEDGER_E_UNSIGNED, LEDGER_E_BAD_SIGNATURE. */
int ledger_promise_verify(const char *text, size_t len, const struct note_key *key,
	struct ledger_promise *ret_promise);

/* The parts of a receipt, borrowed. All pointers may be NULL. */
struct ledger_receipt {
	const char *event_id;
	uint8_t leaf_hash[LEDGER_HASH_LEN];
	const char *leaf; /* leaf_len bytes of canonical text */
	size_t leaf_len;
	const char *promise;
	uint64_t index, tree_size; /* these and proof: meaningful with a checkpoint */
	struct ledger_proof proof;
	const char *checkpoint; /* a note, or NULL: not yet in the tree */
};

json_t *ledger_receipt_build(const struct ledger_receipt *receipt);

/*
 * Checks everything a receipt says against the log's key: the leaf's hash and id, the promise's
 * signature and event, the checkpoint's signature, the proof. leaf_hash may be NULL when the
 * receipt need not be of a certain event. A receipt with neither promise nor checkpoint says
 * nothing: LEDGER_E_STATEMENT. *ret_receipt borrows from the JSON; ret_checkpoint may be NULL and
 * is written when there is one.
 */
int ledger_receipt_verify(const json_t *json, const struct note_key *key,
	const uint8_t leaf_hash[LEDGER_HASH_LEN], struct ledger_receipt *ret_receipt,
	struct ledger_checkpoint *ret_checkpoint);
