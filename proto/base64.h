/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Standard base64 with padding (RFC 4648 §4), strict: one text for one value, so that signed or
 * compared values have no second spelling. For keys, digests and signatures. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BASE64_LEN(n) (((n) + 2) / 3 * 4)
#define BASE64_SIZE(n) (BASE64_LEN(n) + 1)

/* Writes BASE64_LEN(len) characters and a NUL. */
void base64_encode(const uint8_t *data, size_t len, char *ret_text);

/* Whether the text is the base64 of exactly want_len bytes, which it writes. */
bool base64_decode_exact(const char *text, size_t len, uint8_t *ret_data, size_t want_len);
