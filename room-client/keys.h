/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Ed25519 private keys in PEM files (PKCS #8). */

#include <stdint.h>

#include "proto/ed25519.h"

enum keys_refusal {
	KEYS_E_FORM = 1, /* not one unencrypted Ed25519 private key */
};

/* The seed of the key in the file. */
int keys_load(const char *path, uint8_t ret_seed[ED25519_KEY_LEN]);

/* The same, after making a key, readable by its owner only, where there is no file. */
int keys_load_or_make(const char *path, uint8_t ret_seed[ED25519_KEY_LEN]);
