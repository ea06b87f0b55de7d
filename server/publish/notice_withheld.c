/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/publish/notice_withheld.h"

#include "server/core/fields.h"

json_t *notice_withheld_row(const struct notice_row *n, const char *field)
{
	size_t i;
	json_t *row;

	json_array_foreach (n->withheld, i, row)
		if (g_strcmp0(in_text(row, "field"), field) == 0)
			return row;
	return NULL;
}

const char *notice_public_text(const struct notice_row *n, const char *field)
{
	const char *text = json_string_value(json_object_get(n->fields, field));

	if (!text || !*text)
		text = json_string_value(json_object_get(notice_withheld_row(n, field), "text"));
	return text && *text ? text : NULL;
}

json_t *notice_withheld_as_of(const json_t *withheld, int64_t t_us)
{
	json_t *list = json_array(), *row;
	size_t i;

	json_array_foreach ((json_t *)withheld, i, row) {
		int64_t disclosed_us = in_time_us(row, "disclosed_at", 0);
		json_t *copy = json_copy(row);
		if (disclosed_us > t_us) {
			json_object_del(copy, "disclosed_at");
			json_object_del(copy, "salt");
			json_object_del(copy, "text");
		}
		json_array_append_new(list, copy);
	}
	return list;
}

int64_t notice_last_change(const struct notice_row *n)
{
	int64_t last_us = MAX(n->published_us, n->withdrawn_us);
	size_t i;
	json_t *row;

	json_array_foreach (n->withheld, i, row)
		last_us = MAX(last_us, in_time_us(row, "disclosed_at", 0));
	return last_us;
}
