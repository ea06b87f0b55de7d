/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Lower-case hexadecimal, two digits a byte: how digests and salts stand in JSON. Reading is
 * strict, so that one value has one text. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A new text of 2 * len digits; g_free() it. */
char *hex_encode(const void *data, size_t len);

/* Whether the text is exactly want_len bytes in lower-case hex, which it writes. */
bool hex_decode_exact(const char *text, size_t len, uint8_t *ret_data, size_t want_len);
