/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/import_row.h"

#include <stdio.h>
#include <string.h>

#include "server/core/clock.h"

/* Deeper than any input. */
#define DEPTH_MAX 8

static const struct field *find_field(const struct field *fields, const char *name)
{
	for (const struct field *f = fields; f->name; f++)
		if (!strcmp(f->name, name))
			return f;
	return NULL;
}

static json_t *read_bool(const char *text)
{
	static const char *const yes[] = {"true", "1", "是"}, *const no[] = {"false", "0", "否"};

	for (size_t i = 0; i < G_N_ELEMENTS(yes); i++) {
		if (!strcmp(text, yes[i]))
			return json_true();
		if (!strcmp(text, no[i]))
			return json_false();
	}
	return json_string(text);
}

static json_t *read_int(const char *text)
{
	gint64 n;

	return g_ascii_string_to_signed(text, 10, G_MININT64, G_MAXINT64, &n, NULL)
		       ? json_integer(n)
		       : json_string(text);
}

/* "2026-03-01 09:00" and "2026/3/1 9:00:00" are Beijing time. */
static json_t *read_time(const char *text)
{
	int year, month, day, hour, minute, second = 0, end = 0;
	char utc[CLOCK_TEXT_SIZE];
	int64_t t_us;

	if (sscanf(text, "%4d%*1[-/]%2d%*1[-/]%2d%*1[ T]%2d:%2d%n", &year, &month, &day, &hour,
		    &minute, &end) < 5)
		return json_string(text);
	if (text[end] == ':') {
		int more = 0;
		if (sscanf(text + end, ":%2d%n", &second, &more) < 1)
			return json_string(text);
		end += more;
	}
	if (text[end])
		return json_string(text);
	g_autofree char *beijing = g_strdup_printf(
		"%04d-%02d-%02dT%02d:%02d:%02d+08:00", year, month, day, hour, minute, second);
	if (clock_parse(beijing, &t_us))
		return json_string(text);
	return json_string(clock_format_utc(t_us, utc));
}

static json_t *read_list(const char *text)
{
	g_autoptr(GString) one = g_string_new(text);
	json_t *list = text[0] == '[' ? json_loads(text, JSON_REJECT_DUPLICATES, NULL) : NULL;

	if (list)
		return list;
	list = json_array();
	g_string_replace(one, "；", ";", 0);
	g_auto(GStrv) parts = g_strsplit(one->str, ";", -1);
	for (char **p = parts; *p; p++)
		if (*g_strstrip(*p))
			json_array_append_new(list, json_string(*p));
	return list;
}

static json_t *read_whole(const struct field *f, const char *text)
{
	json_t *object;

	switch (f ? f->type : FIELD_TEXT) {
	case FIELD_BOOL:
		return read_bool(text);
	case FIELD_INT:
		return read_int(text);
	case FIELD_TIME:
		return read_time(text);
	case FIELD_LIST:
		return read_list(text);
	case FIELD_OBJECT:
		object = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
		return object ? object : json_string(text);
	default:
		return json_string(text);
	}
}

/* Inside of lists and objects the cell alone tells what it is. */
static json_t *read_part(const char *text)
{
	json_t *object = text[0] == '{' ? json_loads(text, JSON_REJECT_DUPLICATES, NULL) : NULL;

	if (object)
		return object;
	return !strcmp(text, "true")    ? json_true()
	       : !strcmp(text, "false") ? json_false()
					: json_string(text);
}

static bool is_number(const char *part)
{
	return *part && strspn(part, "0123456789") == strlen(part);
}

/* Takes value, which may be NULL. NULL: it does not fit there. */
static json_t *put(json_t *into, const char *part, json_t *value)
{
	gint64 n = 0;

	if (json_is_object(into) && !json_object_get(into, part)) {
		json_object_set_new(into, part, value);
		return value;
	}
	if (json_is_array(into) && g_ascii_string_to_signed(part, 10, 1, 1000, &n, NULL) &&
		json_array_size(into) == (size_t)n - 1) {
		json_array_append_new(into, value);
		return value;
	}
	json_decref(value);
	return NULL;
}

static json_t *get(const json_t *into, const char *part)
{
	return json_is_array(into)
		       ? json_array_get(into, (size_t)g_ascii_strtoull(part, NULL, 10) - 1)
		       : json_object_get(into, part);
}

static bool put_path(json_t *into, char **parts, const char *text)
{
	for (; parts[1]; parts++) {
		json_t *next = get(into, parts[0]);
		if (!next)
			next = put(
				into, parts[0], is_number(parts[1]) ? json_array() : json_object());
		if (!next)
			return false;
		into = next;
	}
	return put(into, parts[0], read_part(text));
}

static int read_cell(const struct field *fields, const char *column, const char *text, json_t *row,
	struct refusal *r)
{
	g_auto(GStrv) parts = g_strsplit(column, ".", DEPTH_MAX + 1);
	bool fits;

	if (!parts[0] || !*parts[0] || g_strv_length(parts) > DEPTH_MAX)
		fits = false;
	else if (!parts[1])
		fits = put(row, column, read_whole(find_field(fields, column), text));
	else
		fits = put_path(row, parts, text);
	return fits ? 0
		    : refuse(r, "input.invalid", column,
			      "the column does not fit to those before it (lists count from 1, "
			      "without a gap)");
}

int import_row_read(const struct field *fields, const GPtrArray *header, const GPtrArray *cells,
	json_t **ret, struct refusal *r)
{
	json_t *row = json_object();

	for (guint i = 0; i < cells->len; i++) {
		g_autofree char *text = g_strstrip(g_strdup(g_ptr_array_index(cells, i)));
		int refused = 0;
		if (!*text)
			continue;
		if (i < header->len)
			refused = read_cell(fields, g_ptr_array_index(header, i), text, row, r);
		else
			refused = refuse(r, "input.invalid", NULL, "a cell without a column");
		if (refused) {
			json_decref(row);
			return refused;
		}
	}
	*ret = row;
	return 0;
}
