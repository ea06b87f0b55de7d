/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_SIGN_FIELD_CIPHER_H
#define SERVER_SIGN_FIELD_CIPHER_H

/*
 * Wraps values that lie in the database and may not be read there: AES-256-GCM (NIST SP 800-38D)
 * with a random 96-bit nonce. Purpose and row id are authenticated, so that a wrapped value moved
 * to another row or column does not open. Form: 0x01 ‖ nonce 12 ‖ ciphertext ‖ tag 16.
 *
 * Immutable after creation, any thread.
 */
#include <glib.h>
#include <stddef.h>
#include <stdint.h>

#include "server/sign/keystore.h"

enum { FIELD_CIPHER_E_DAMAGED = 1 };

/* What wrapping adds to the length. */
#define FIELD_CIPHER_OVERHEAD (1 + 12 + 16)

struct field_cipher;

/* Copies the key. */
struct field_cipher *field_cipher_new(const uint8_t key[static KEYSTORE_KEY_LEN]);
struct field_cipher *field_cipher_free(struct field_cipher *c);

/* -EIO: libcrypto. */
int field_cipher_seal(const struct field_cipher *c, const char *purpose, const char *row_id,
	const void *plain, size_t len, GBytes **ret);
/* FIELD_CIPHER_E_DAMAGED: not ours, of another row, or altered. */
int field_cipher_open(const struct field_cipher *c, const char *purpose, const char *row_id,
	GBytes *wrapped, GBytes **ret_plain);

#endif
