/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/ident.h"

bool ident_is_valid(const char *text, size_t len)
{
	if (len < 1 || len > IDENT_MAX)
		return false;
	for (size_t i = 0; i < len; i++) {
		char c = text[i];

		if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c == '_'))
			return false;
	}
	return true;
}
