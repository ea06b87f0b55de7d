/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/hex.h"

#include <glib.h>

static const char digits[] = "0123456789abcdef";

char *hex_encode(const void *data, size_t len)
{
	const uint8_t *bytes = data;
	char *text = g_malloc(2 * len + 1);

	for (size_t i = 0; i < len; i++) {
		text[2 * i] = digits[bytes[i] >> 4];
		text[2 * i + 1] = digits[bytes[i] & 15];
	}
	text[2 * len] = '\0';
	return text;
}

static int digit_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

bool hex_decode_exact(const char *text, size_t len, uint8_t *ret_data, size_t want_len)
{
	if (len != 2 * want_len)
		return false;
	for (size_t i = 0; i < len; i++) {
		if (digit_value(text[i]) < 0)
			return false;
	}
	for (size_t i = 0; i < want_len; i++)
		ret_data[i] =
			(uint8_t)(digit_value(text[2 * i]) << 4 | digit_value(text[2 * i + 1]));
	return true;
}
