/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * A checkpoint: the signed head of the tree (C2SP tlog-checkpoint), a note (proto/note.h) of three
 * lines: origin (the name of the log's key), number of leaves, root in base64. Lines after the
 * third are allowed and mean nothing to us.
 */

#include "proto/ledger.h"
#include "proto/note.h"

#include <stddef.h>
#include <stdint.h>

#include <glib.h>

struct ledger_checkpoint {
	char origin[NOTE_NAME_MAX + 1];
	uint64_t size;
	uint8_t root[LEDGER_HASH_LEN];
};

/* The note of the tree's head, signed by the log's key; the origin is the key's name. */
int ledger_checkpoint_sign(uint64_t size, const uint8_t root[LEDGER_HASH_LEN],
	const struct note_key *key, const uint8_t seed[ED25519_KEY_LEN], GString **ret_note);

/* Adds a cosigner's line to a checkpoint's note; whether it should is the cosigner's business. */
int ledger_checkpoint_cosign(GString *note, const struct note_key *key,
	const uint8_t seed[ED25519_KEY_LEN], int64_t time_s);

/* Reads a checkpoint and checks that the log of this key signed it. LEDGER_E_NOTE,
 * LEDGER_E_CHECKPOINT, LEDGER_E_FOREIGN (another origin), LEDGER_E_UNSIGNED,
 * LEDGER_E_BAD_SIGNATURE. */
int ledger_checkpoint_open(const char *note, size_t len, const struct note_key *key,
	struct ledger_checkpoint *ret_checkpoint);
