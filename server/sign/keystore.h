/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_SIGN_KEYSTORE_H
#define SERVER_SIGN_KEYSTORE_H

/*
 * The server's own secret keys: a directory of files with mode 0600, outside the database. Each is
 * 32 random bytes in hex, made at the first start; README.md of this folder says what each is for.
 *
 * Loaded once before the threads run, then immutable.
 */
#include <stdint.h>

#define KEYSTORE_KEY_LEN 32

enum keystore_key {
	KEYSTORE_LOG,    /* Ed25519 seed: signs checkpoints and promises */
	KEYSTORE_FIELDS, /* wraps personal fields, TOTP secrets, released bid keys */
	KEYSTORE_SCORES, /* wraps score sheets until all are in */
	KEYSTORE_AVOID,  /* keys the digests of experts' units */
	KEYSTORE_REELS,  /* wraps the keys that seal recordings */
	N_KEYSTORE_KEYS,
};

enum {
	KEYSTORE_E_OPEN_TO_OTHERS = 1, /* a file that group or others may read */
	KEYSTORE_E_DAMAGED,            /* not 64 hex digits */
	KEYSTORE_E_INCOMPLETE,         /* some keys are there and others are not */
};

struct keystore;

/*
 * Opens DIR; creates it and all keys if it does not exist or is empty. A store that lacks one key
 * is refused: a new one would make old data unreadable. Only a key that stores of before did not
 * have is made where it is missing. *ret_which names the file of a refusal.
 */
int keystore_open(const char *dir, struct keystore **ret, const char **ret_which);
/* Wipes and frees. Returns NULL. */
struct keystore *keystore_free(struct keystore *k);

const uint8_t *keystore_get(const struct keystore *k, enum keystore_key key);

#endif
