/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * The proof in a hello: the device's key signs the session and the ticket or resume token, so
 * that a stolen one is worth nothing on another device. The signed text is three lines:
 * "bidroom.hello.v1", session, ticket or token, each ended by a line feed.
 */

#include "proto/ed25519.h"

int hello_proof_sign(const char *session, const char *token, const uint8_t seed[ED25519_KEY_LEN],
	uint8_t ret_proof[ED25519_SIG_LEN]);

/* ED25519_E_BAD_SIGNATURE: not this device's. */
int hello_proof_verify(const char *session, const char *token,
	const uint8_t device_key[ED25519_KEY_LEN], const uint8_t proof[ED25519_SIG_LEN]);
