/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_ADMIN_COSIGN_STATE_H
#define SERVER_ADMIN_COSIGN_STATE_H

/*
 * What a cosigner remembers, in a folder of its own account:
 *
 *	key           the seed of its key, mode 0600; its name is the first line
 *	leaves        the hash of every leaf of the tree it checked last, 32 bytes each
 *	state.json    size, frontier and time of that tree; the promise it waits for
 *	checkpoint    the head it signed last, with its line: for bidroom-verify --seen
 *	alarms.jsonl  everything it found: {"at_us", "kind", "text", "evidence"}, which holds the
 *head shown (now, or now_hex when it is no text) and the one before it (before)
 *
 * All is on the disk before a signature leaves the house.
 */
#include <stdbool.h>
#include <stdint.h>

#include "proto/ledger_checkpoint.h"
#include "proto/ledger_receipt.h"
#include "proto/ledger_tree.h"

struct cosign_state {
	const char *dir; /* borrowed */
	struct note_key key;
	uint8_t seed[ED25519_KEY_LEN];
	struct ledger_tree tree; /* as checked last; size 0: nothing yet */
	GByteArray *leaves;
	char *note;        /* the head of that tree as the log signed it */
	int64_t signed_us; /* when a head was cosigned last; 0: never */
	uint64_t signed_size;
	bool owed; /* others' events came since then */
	/* The event of the last cosignature, until it is seen in the tree. */
	char *promise;
	struct ledger_promise promised; /* due_us 0: none */
};

/* Makes folder and key; LEDGER_E_KEY: the name cannot name a key; -EEXIST: there is one. */
int cosign_state_make(const char *dir, const char *name, struct note_key *ret_key);

/* 0 or negative errno; -EBADMSG: a file is not what it should be. */
int cosign_state_open(const char *dir, struct cosign_state *ret);
int cosign_state_save(struct cosign_state *s);
void cosign_state_done(struct cosign_state *s);

/* Keeps the head that was signed. */
int cosign_state_keep_signed(const struct cosign_state *s, const GString *note);

/* Appends one finding; evidence is taken. */
int cosign_state_alarm(
	const struct cosign_state *s, const char *kind, const char *text, json_t *evidence);

#endif
