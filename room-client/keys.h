/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Ed25519 private keys in PEM files (PKCS #8). */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/ed25519.h"

enum keys_refusal {
	KEYS_E_FORM = 1, /* not one unencrypted Ed25519 private key */
};

/* The seed of the key in the file. */
int keys_load(const char *path, uint8_t ret_seed[ED25519_KEY_LEN]);

/* The same, after making a key, readable by its owner only, where there is no file. */
int keys_load_or_make(const char *path, uint8_t ret_seed[ED25519_KEY_LEN]);

/* Where the keys of those are who sign at this machine, one expert after the other. */
struct keys_ring {
	const char *given; /* the only one, made elsewhere; NULL: each account has its own */
	const char *dir;   /* of the accounts' own */
};

struct keys_signature {
	bool given; /* by a key that was made elsewhere: its owner makes it known, nobody else */
	uint8_t key[ED25519_KEY_LEN], sig[ED25519_SIG_LEN];
};

/* The seed of an account's key; its own is made when it is first used. -EINVAL: such an account
 * there cannot be. */
int keys_seed(const struct keys_ring *ring, const char *account, uint8_t ret_seed[ED25519_KEY_LEN]);

/* Signs for an account; refuses as keys_seed. */
int keys_sign(const struct keys_ring *ring, const char *account, const void *data, size_t len,
	struct keys_signature *ret);
