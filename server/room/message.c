/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/room/message.h"

#include "server/core/error.h"

#include <glib.h>

char *message_print(enum control_kind kind, json_t *fields)
{
	json_auto_t *owned = fields;
	char *text = NULL;
	int r = control_print(&text, kind, owned);

	g_assert(r == 0);
	return text;
}

bool message_can_show(const char *text, int max)
{
	if (!g_utf8_validate(text, -1, NULL) || g_utf8_strlen(text, -1) > max)
		return false;
	for (const char *p = text; *p; p = g_utf8_next_char(p))
		if (g_unichar_iscntrl(g_utf8_get_char(p)))
			return false;
	return true;
}

json_t *message_error_fields(const struct refusal *r, const char *ref, bool fatal)
{
	/* Codes of proto (frame_too_long, control_utf8) have no row: they say what is malformed. */
	const struct refusal_row *row = refusal_find(r->code);
	json_t *fields = json_pack("{s:s, s:s, s:b}", "code", r->code, "title",
		row ? row->title : "The message could not be read", "fatal", fatal);

	if (r->field[0] && message_can_show(r->field, 64))
		json_object_set_new(fields, "field", json_string(r->field));
	if (ref && *ref)
		json_object_set_new(fields, "ref", json_string(ref));
	if (r->rule)
		json_object_set_new(fields, "rule", json_string(r->rule));
	return fields;
}
