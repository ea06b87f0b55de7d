/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * A party's part in the chance of a draw: 32 random bytes, committed to before anything is revealed
 * as SHA-256("bidroom.draw.nonce.v1\n" ‖ nonce). bidroom-seal makes it, the server and
 * bidroom-verify check it. Pure, any thread.
 */

#include <stdint.h>

#define DRAW_NONCE_LEN 32

void draw_nonce_commitment(const uint8_t nonce[DRAW_NONCE_LEN], uint8_t ret_commitment[32]);
