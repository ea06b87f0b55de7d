/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * A leaf of the ledger: one event as the canonical text (proto/canon.h) of
 *
 *	{"actor":…,"at_us":…,"body":{…},"id":…,"kind":…,"no":…,"real_us":…,"salt":…,"subject":…,"v":1}
 *
 *	actor, subject  1..64 of printable ASCII without blank
 *	id, kind        1..64 of [0-9a-z._]
 *	at_us, real_us  legal and real time, microseconds since the epoch UTC, from 0
 *	no              number within the subject, gapless from 1
 *	body            an object
 *	salt            16 random bytes in hex; without it a short body could be guessed from its
 *hash
 *
 * and its hash SHA-256(0x00 ‖ text) (RFC 6962 §2.1). No member may be missing or added.
 */

#include "proto/ledger.h"

#include <stddef.h>
#include <stdint.h>

#include <glib.h>
#include <jansson.h>

#define LEDGER_LEAF_MAX 65535 /* the length in an entry bundle has 16 bits */
#define LEDGER_SALT_LEN 16

struct ledger_event {
	const char *id, *kind, *actor, *subject;
	int64_t subject_no;
	int64_t at_us, real_us;
	json_t *body;
	uint8_t salt[LEDGER_SALT_LEN];
};

/* LEDGER_E_LEAF: a member out of bounds or a body that has no canonical text; LEDGER_E_LEAF_SIZE.
 */
int ledger_leaf_encode(const struct ledger_event *event, GBytes **ret_leaf);

/* The event of a leaf; its texts and body are borrowed from *ret_object, which the caller owns. */
int ledger_leaf_decode(
	const void *leaf, size_t len, json_t **ret_object, struct ledger_event *ret_event);

/* -EIO: libcrypto. */
int ledger_leaf_hash(const void *leaf, size_t len, uint8_t ret_hash[LEDGER_HASH_LEN]);
