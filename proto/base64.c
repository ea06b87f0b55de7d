/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/base64.h"

#include <string.h>

static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void base64_encode(const uint8_t *data, size_t len, char *ret_text)
{
	for (size_t i = 0; i < len; i += 3) {
		size_t n = len - i < 3 ? len - i : 3;
		uint32_t v = (uint32_t)data[i] << 16;

		if (n > 1)
			v |= (uint32_t)data[i + 1] << 8;
		if (n > 2)
			v |= data[i + 2];
		*ret_text++ = letters[v >> 18];
		*ret_text++ = letters[v >> 12 & 63];
		*ret_text++ = n > 1 ? letters[v >> 6 & 63] : '=';
		*ret_text++ = n > 2 ? letters[v & 63] : '=';
	}
	*ret_text = '\0';
}

static int letter_value(char c)
{
	const char *at = c ? memchr(letters, c, sizeof(letters) - 1) : NULL;

	return at ? (int)(at - letters) : -1;
}

bool base64_decode_exact(const char *text, size_t len, uint8_t *ret_data, size_t want_len)
{
	if (len != BASE64_LEN(want_len))
		return false;
	for (size_t done = 0; done < want_len; done += 3, text += 4) {
		size_t n = want_len - done < 3 ? want_len - done : 3;
		uint32_t v = 0;

		for (size_t i = 0; i < 4; i++) {
			int d = i <= n ? letter_value(text[i]) : text[i] == '=' ? 0 : -1;

			if (d < 0)
				return false;
			v = v << 6 | (uint32_t)d;
		}
		/* Bits behind the last byte must be 0, or two texts would mean the same. */
		if (n < 3 && v & (n == 1 ? 0xffffu : 0xffu))
			return false;
		for (size_t i = 0; i < n; i++)
			ret_data[done + i] = (uint8_t)(v >> (16 - 8 * i));
	}
	return true;
}
