/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_SIGN_CHECKPOINT_KEY_H
#define SERVER_SIGN_CHECKPOINT_KEY_H

/*
 * The log's key: signs checkpoints and promises, Ed25519. Its name is the ledger's origin, which is
 * also the first line of every checkpoint. Immutable after creation, any thread.
 */
#include <glib.h>
#include <stdint.h>

#include "server/sign/keystore.h"

struct checkpoint_key;
struct note_key;

/* 0, -EINVAL for an origin that cannot name a key, -EIO. Copies the seed. */
int checkpoint_key_new(const char *origin, const uint8_t seed[static KEYSTORE_KEY_LEN],
	struct checkpoint_key **ret);
struct checkpoint_key *checkpoint_key_free(struct checkpoint_key *k);

/* The public half, for verifying. */
const struct note_key *checkpoint_key_public(const struct checkpoint_key *k);

/* The signed checkpoint of a tree; g_free it. 0 or -EIO. */
int checkpoint_key_sign(const struct checkpoint_key *k, uint64_t size,
	const uint8_t root[static 32], char **ret_note);

/* The text of the promise that an event will be in the tree by due_us; g_free it. NULL on -EIO. */
char *checkpoint_key_promise(const struct checkpoint_key *k, const uint8_t leaf_hash[static 32],
	int64_t made_us, int64_t due_us);

#endif
