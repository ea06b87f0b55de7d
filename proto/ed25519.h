/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * Ed25519 (RFC 8032) on raw 32-byte keys and 64-byte signatures, through libcrypto.
 * A private key is its 32-byte seed; who holds one wipes it with OPENSSL_cleanse.
 */

#include <stddef.h>
#include <stdint.h>

#define ED25519_KEY_LEN 32
#define ED25519_SIG_LEN 64

enum ed25519_refusal {
	ED25519_E_BAD_SIGNATURE = 1, /* also for a public key that is no point */
};

/* Faults of libcrypto are -EIO. */
int ed25519_public(const uint8_t seed[ED25519_KEY_LEN], uint8_t ret_public[ED25519_KEY_LEN]);
int ed25519_sign(const uint8_t seed[ED25519_KEY_LEN], const void *data, size_t len,
	uint8_t ret_sig[ED25519_SIG_LEN]);
int ed25519_verify(const uint8_t public_key[ED25519_KEY_LEN], const void *data, size_t len,
	const uint8_t sig[ED25519_SIG_LEN]);
