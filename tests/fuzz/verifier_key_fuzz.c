/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/note.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	g_autofree char *again = NULL;
	struct note_key key;

	if (note_key_parse((const char *)data, len, &key) != 0)
		return 0;
	again = note_key_format(&key);
	g_assert(strlen(again) == len && memcmp(again, data, len) == 0);
	return 0;
}
