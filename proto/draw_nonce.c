/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/draw_nonce.h"

#include <string.h>

#include <openssl/sha.h>

static const char domain[] = "bidroom.draw.nonce.v1\n";

void draw_nonce_commitment(const uint8_t nonce[DRAW_NONCE_LEN], uint8_t ret_commitment[32])
{
	uint8_t text[sizeof domain - 1 + DRAW_NONCE_LEN];

	memcpy(text, domain, sizeof domain - 1);
	memcpy(text + sizeof domain - 1, nonce, DRAW_NONCE_LEN);
	SHA256(text, sizeof text, ret_commitment);
}
