/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/hello_proof.h"

#include <string.h>

#include <glib.h>

#define DOMAIN "bidroom.hello.v1\n"

int hello_proof_sign(const char *session, const char *token, const uint8_t seed[ED25519_KEY_LEN],
	uint8_t ret_proof[ED25519_SIG_LEN])
{
	g_autofree char *text = g_strconcat(DOMAIN, session, "\n", token, "\n", NULL);

	return ed25519_sign(seed, text, strlen(text), ret_proof);
}

int hello_proof_verify(const char *session, const char *token,
	const uint8_t device_key[ED25519_KEY_LEN], const uint8_t proof[ED25519_SIG_LEN])
{
	g_autofree char *text = g_strconcat(DOMAIN, session, "\n", token, "\n", NULL);

	return ed25519_verify(device_key, text, strlen(text), proof);
}
