/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/core/printable.h"

char *printable(const void *bytes, gsize len, gsize max)
{
	g_autofree char *valid = g_utf8_make_valid(bytes, (gssize)len);
	GString *text = g_string_new(NULL);

	for (const char *p = valid; *p; p = g_utf8_next_char(p)) {
		gunichar c = g_utf8_get_char(p);
		gsize n = (gsize)(g_utf8_next_char(p) - p);

		if (g_unichar_iscntrl(c))
			n = 1;
		if (text->len + n > max)
			break;
		g_string_append_len(text, g_unichar_iscntrl(c) ? " " : p, (gssize)n);
	}
	return g_string_free(text, FALSE);
}
