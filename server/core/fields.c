/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/core/fields.h"

#include <string.h>

#include "proto/decimal.h"
#include "server/core/clock.h"
#include "server/core/id.h"

#define FIELD_TEXT_MAX 10000

const char *field_type_name(enum field_type type)
{
	static const char *const names[] = {
		[FIELD_TEXT] = "text",
		[FIELD_ID] = "id",
		[FIELD_NAME] = "name",
		[FIELD_INT] = "int",
		[FIELD_BOOL] = "bool",
		[FIELD_DECIMAL] = "decimal",
		[FIELD_TIME] = "time",
		[FIELD_HEX] = "hex",
		[FIELD_BASE64] = "base64",
		[FIELD_OBJECT] = "object",
		[FIELD_LIST] = "list",
	};

	g_assert(type < G_N_ELEMENTS(names));
	return names[type];
}

GBytes *hex_decode(const char *text, size_t text_len)
{
	size_t len = text_len / 2;
	g_autofree uint8_t *bytes = g_malloc(len + 1);

	if (text_len % 2 || !hex_decode_exact(text, text_len, bytes, len))
		return NULL;
	return g_bytes_new_take(g_steal_pointer(&bytes), len);
}

/* Standard alphabet with padding and nothing else; g_base64_decode alone skips what it dislikes. */
static GBytes *base64_decode(const char *text)
{
	size_t len = 0;
	g_autofree guchar *bytes = g_base64_decode(text, &len);
	g_autofree char *again = g_base64_encode(bytes, len);

	if (strcmp(again, text) != 0)
		return NULL;
	return g_bytes_new_take(g_steal_pointer(&bytes), len);
}

static bool is_text(const char *s, size_t len)
{
	if (strlen(s) != len || !g_utf8_validate(s, (gssize)len, NULL))
		return false;
	for (const unsigned char *p = (const unsigned char *)s; *p; p++)
		if ((*p < 0x20 && *p != '\n' && *p != '\t') || *p == 0x7f)
			return false;
	return true;
}

static bool is_name(const char *s)
{
	return *s && s[strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789_.:-")] == '\0';
}

static int wrong(const struct field *f, const char *where, struct refusal *r, const char *what)
{
	return refuse(r, "input.invalid", where, "%s must be %s", f->name, what);
}

static int check_size(const struct field *f, int64_t size, const char *where, struct refusal *r)
{
	int64_t max = f->max ? f->max : FIELD_TEXT_MAX;

	if (size < f->min || size > max)
		return refuse(r, "input.invalid", where,
			"%s has %" G_GINT64_FORMAT ", allowed are %" G_GINT64_FORMAT
			" to %" G_GINT64_FORMAT,
			f->name, size, f->min, max);
	return 0;
}

static int check_string(
	const struct field *f, const json_t *value, const char *where, struct refusal *r)
{
	const char *s = json_string_value(value);
	size_t len = json_string_length(value);
	g_autoptr(GBytes) bytes = NULL;
	struct decimal d;
	int64_t t_us;

	switch (f->type) {
	case FIELD_TEXT:
		if (!is_text(s, len))
			return wrong(f, where, r, "text without control characters");
		if (f->required && len == 0)
			return refuse(r, "input.missing", where, "%s is empty", f->name);
		return check_size(f, g_utf8_strlen(s, -1), where, r);
	case FIELD_NAME:
		if (strlen(s) != len || !is_name(s))
			return wrong(f, where, r, "a short name of a-z, 0-9 and _.:-");
		return check_size(f, (int64_t)len, where, r);
	case FIELD_ID:
		return id_valid(s) ? 0 : wrong(f, where, r, "an id of 26 characters");
	case FIELD_DECIMAL:
		return decimal_parse(s, len, &d) == 0 ? 0 : wrong(f, where, r, "a decimal number");
	case FIELD_TIME:
		return clock_parse(s, &t_us) == 0 ? 0 : wrong(f, where, r, "an RFC 3339 time");
	case FIELD_HEX:
		bytes = hex_decode(s, len);
		if (!bytes)
			return wrong(f, where, r, "lower-case hex");
		return check_size(f, (int64_t)g_bytes_get_size(bytes), where, r);
	case FIELD_BASE64:
		bytes = base64_decode(s);
		if (!bytes)
			return wrong(f, where, r, "base64");
		return check_size(f, (int64_t)g_bytes_get_size(bytes), where, r);
	default:
		g_assert_not_reached();
	}
}

int field_check_value(
	const struct field *f, const json_t *value, const char *where, struct refusal *r)
{
	switch (f->type) {
	case FIELD_INT:
		if (!json_is_integer(value))
			return wrong(f, where, r, "a whole number");
		if ((f->min || f->max) &&
			(json_integer_value(value) < f->min || json_integer_value(value) > f->max))
			return check_size(f, json_integer_value(value), where, r);
		return 0;
	case FIELD_BOOL:
		return json_is_boolean(value) ? 0 : wrong(f, where, r, "true or false");
	case FIELD_OBJECT:
		return json_is_object(value) ? 0 : wrong(f, where, r, "an object");
	case FIELD_LIST:
		if (!json_is_array(value))
			return wrong(f, where, r, "a list");
		return check_size(f, (int64_t)json_array_size(value), where, r);
	default:
		if (!json_is_string(value))
			return wrong(f, where, r, "a string");
		return check_string(f, value, where, r);
	}
}

static const struct field *field_find(const struct field *fields, const char *name)
{
	for (const struct field *f = fields; f && f->name; f++)
		if (strcmp(f->name, name) == 0)
			return f;
	return NULL;
}

int fields_check(const struct field *fields, const json_t *in, struct refusal *r)
{
	const char *name;
	json_t *value;

	if (!json_is_object(in))
		return refuse(r, "input.malformed", NULL, "a JSON object is expected");
	json_object_foreach ((json_t *)in, name, value) {
		if (!field_find(fields, name))
			return refuse(r, "input.unknown_field", name, "%s is not known here", name);
	}
	for (const struct field *f = fields; f && f->name; f++) {
		value = json_object_get(in, f->name);
		if (!value || json_is_null(value)) {
			if (f->required)
				return refuse(
					r, "input.missing", f->name, "%s is missing", f->name);
			continue;
		}
		int refused = field_check_value(f, value, f->name, r);
		if (refused)
			return refused;
	}
	return 0;
}

json_t *fields_present(const json_t *in)
{
	json_t *present = json_object(), *value;
	const char *name;

	json_object_foreach ((json_t *)in, name, value) {
		if (!json_is_null(value))
			json_object_set(present, name, value);
	}
	return present;
}

const char *in_text(const json_t *in, const char *name)
{
	return json_string_value(json_object_get(in, name));
}

int64_t in_int(const json_t *in, const char *name, int64_t fallback)
{
	const json_t *value = json_object_get(in, name);

	return json_is_integer(value) ? json_integer_value(value) : fallback;
}

bool in_bool(const json_t *in, const char *name, bool fallback)
{
	const json_t *value = json_object_get(in, name);

	return json_is_boolean(value) ? json_is_true(value) : fallback;
}

bool in_has(const json_t *in, const char *name)
{
	const json_t *value = json_object_get(in, name);

	return value && !json_is_null(value);
}

int64_t in_time_us(const json_t *in, const char *name, int64_t fallback)
{
	const char *text = in_text(in, name);
	int64_t t_us;

	return text && clock_parse(text, &t_us) == 0 ? t_us : fallback;
}

GBytes *in_hex(const json_t *in, const char *name)
{
	const char *text = in_text(in, name);

	return text ? hex_decode(text, strlen(text)) : NULL;
}

GBytes *in_base64(const json_t *in, const char *name)
{
	const char *text = in_text(in, name);

	return text ? base64_decode(text) : NULL;
}
