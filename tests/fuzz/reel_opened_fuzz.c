/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/reel_opened.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* What is taken is written as it was read, and opens nothing that is not there. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct reel_entry entries[2] = {
		{.is_head = true, .length = 400}, {.offset = 400, .length = 99}};
	struct reel_opened o;
	g_autoptr(GString) text = NULL;

	if (reel_opened_parse((const char *)data, len, &o))
		return 0;
	g_assert(reel_opened_format(&o, &text) == 0);
	g_assert(text->len == len && memcmp(text->str, data, len) == 0);
	reel_opened_entries(&o, data, len, entries, G_N_ELEMENTS(entries));
	reel_opened_done(&o);
	return 0;
}
