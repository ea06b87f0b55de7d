/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/canon.h"

#include <errno.h>
#include <string.h>

#include <openssl/evp.h>

static const char *const refusal_codes[] = {
	[CANON_E_SIZE] = "canon_size",
	[CANON_E_DEPTH] = "canon_depth",
	[CANON_E_SYNTAX] = "canon_syntax",
	[CANON_E_TEXT] = "canon_text",
	[CANON_E_DUPLICATE] = "canon_duplicate",
	[CANON_E_NUMBER] = "canon_number",
	[CANON_E_FORM] = "canon_form",
};

/*
 * Jansson descends one C stack frame per level up to 2048 levels; counting brackets first keeps
 * both it and the writer below shallow. Brackets inside strings do not count. What is no JSON at
 * all is left for the parser to refuse.
 */
static bool is_too_deep(const char *text, size_t len)
{
	bool in_string = false;
	int depth = 0;

	for (size_t i = 0; i < len; i++) {
		char c = text[i];

		if (in_string) {
			if (c == '\\')
				i++;
			else if (c == '"')
				in_string = false;
		} else if (c == '"') {
			in_string = true;
		} else if (c == '[' || c == '{') {
			if (++depth > CANON_DEPTH_MAX)
				return true;
		} else if (c == ']' || c == '}') {
			depth--;
		}
	}
	return false;
}

static int refusal_of(const json_error_t *error)
{
	switch (json_error_code(error)) {
	case json_error_out_of_memory:
		g_error("out of memory");
	case json_error_duplicate_key:
		return CANON_E_DUPLICATE;
	case json_error_invalid_utf8:
	case json_error_null_character:
	case json_error_null_byte_in_key:
		return CANON_E_TEXT;
	case json_error_numeric_overflow:
		return CANON_E_NUMBER;
	default:
		return CANON_E_SYNTAX;
	}
}

static bool is_allowed_integer(json_int_t n)
{
	return n <= CANON_INTEGER_MAX && n >= -CANON_INTEGER_MAX;
}

/* Whether every number in the value is one we allow; depth is known to be small. */
static bool has_only_integers(const json_t *value)
{
	const char *key;
	json_t *item;
	size_t i;

	switch (json_typeof(value)) {
	case JSON_OBJECT:
		json_object_foreach ((json_t *)value, key, item) {
			if (!has_only_integers(item))
				return false;
		}
		return true;
	case JSON_ARRAY:
		json_array_foreach (value, i, item) {
			if (!has_only_integers(item))
				return false;
		}
		return true;
	case JSON_INTEGER:
		return is_allowed_integer(json_integer_value(value));
	case JSON_REAL:
		return false;
	default:
		return true;
	}
}

int canon_load(const void *bytes, size_t len, size_t max_len, json_t **ret, json_error_t *ret_where)
{
	json_auto_t *value = NULL;
	json_error_t error;

	if (len > max_len)
		return CANON_E_SIZE;
	if (is_too_deep(bytes, len))
		return CANON_E_DEPTH;
	value = json_loadb(bytes, len, JSON_REJECT_DUPLICATES, &error);
	if (!value) {
		if (ret_where)
			*ret_where = error;
		return refusal_of(&error);
	}
	if (!has_only_integers(value))
		return CANON_E_NUMBER;
	*ret = g_steal_pointer(&value);
	return 0;
}

int canon_load_exact(const void *bytes, size_t len, size_t max_len, json_t **ret)
{
	json_auto_t *value = NULL;
	g_autoptr(GString) text = NULL;
	int r;

	r = canon_load(bytes, len, max_len, &value, NULL);
	if (r != 0)
		return r;
	r = canon_dump(value, &text);
	if (r != 0)
		return r;
	if (text->len != len || memcmp(text->str, bytes, len) != 0)
		return CANON_E_FORM;
	*ret = g_steal_pointer(&value);
	return 0;
}

static int dump_text(GString *out, const char *text, size_t len)
{
	static const char short_escapes[0x20] = {
		['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f', ['\r'] = 'r'};

	/* jansson checks what it parses, not what its _nocheck functions are given */
	if (!g_utf8_validate_len(text, len, NULL))
		return CANON_E_TEXT;
	g_string_append_c(out, '"');
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text[i];

		if (c == '"' || c == '\\')
			g_string_append_printf(out, "\\%c", c);
		else if (c >= 0x20)
			g_string_append_c(out, (char)c);
		else if (short_escapes[c])
			g_string_append_printf(out, "\\%c", short_escapes[c]);
		else
			g_string_append_printf(out, "\\u%04x", c);
	}
	g_string_append_c(out, '"');
	return 0;
}

/*
 * Keys are ordered by their UTF-16 code units. That is the order of code points, except that
 * what UTF-16 writes as a pair (from U+10000, first unit D800…DBFF) comes before U+E000…U+FFFF.
 * Both keys are valid UTF-8.
 */
static int compare_keys(gconstpointer a, gconstpointer b)
{
	const char *p = *(const char *const *)a, *q = *(const char *const *)b;

	while (*p && *p == *q) {
		p++;
		q++;
	}
	/* back to the start of the first character that differs */
	while (((unsigned char)*p & 0xc0) == 0x80 || ((unsigned char)*q & 0xc0) == 0x80) {
		p--;
		q--;
	}
	gunichar c = g_utf8_get_char(p), d = g_utf8_get_char(q);
	bool c_pair = c >= 0x10000, d_pair = d >= 0x10000;

	if (c_pair != d_pair && MIN(c, d) >= 0xe000)
		return c_pair ? -1 : 1;
	return (c > d) - (c < d);
}

static int dump_value(GString *out, const json_t *value, int depth);

static int dump_object(GString *out, const json_t *object, int depth)
{
	g_autoptr(GPtrArray) keys = g_ptr_array_sized_new((guint)json_object_size(object));
	const char *key;
	json_t *item;
	int r;

	json_object_foreach ((json_t *)object, key, item) {
		/* validated before sorting, which relies on it; a key of jansson ends at NUL */
		if (!g_utf8_validate(key, -1, NULL))
			return CANON_E_TEXT;
		g_ptr_array_add(keys, (gpointer)key);
	}
	g_ptr_array_sort(keys, compare_keys);
	g_string_append_c(out, '{');
	for (guint i = 0; i < keys->len; i++) {
		key = keys->pdata[i];
		if (i > 0)
			g_string_append_c(out, ',');
		r = dump_text(out, key, strlen(key));
		if (r != 0)
			return r;
		g_string_append_c(out, ':');
		r = dump_value(out, json_object_get(object, key), depth);
		if (r != 0)
			return r;
	}
	g_string_append_c(out, '}');
	return 0;
}

static int dump_array(GString *out, const json_t *array, int depth)
{
	json_t *item;
	size_t i;
	int r;

	g_string_append_c(out, '[');
	json_array_foreach (array, i, item) {
		if (i > 0)
			g_string_append_c(out, ',');
		r = dump_value(out, item, depth);
		if (r != 0)
			return r;
	}
	g_string_append_c(out, ']');
	return 0;
}

/* depth = levels still allowed below this value */
static int dump_value(GString *out, const json_t *value, int depth)
{
	switch (json_typeof(value)) {
	case JSON_OBJECT:
		return depth > 0 ? dump_object(out, value, depth - 1) : CANON_E_DEPTH;
	case JSON_ARRAY:
		return depth > 0 ? dump_array(out, value, depth - 1) : CANON_E_DEPTH;
	case JSON_STRING:
		return dump_text(out, json_string_value(value), json_string_length(value));
	case JSON_INTEGER:
		if (!is_allowed_integer(json_integer_value(value)))
			return CANON_E_NUMBER;
		g_string_append_printf(out, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
		return 0;
	case JSON_REAL:
		return CANON_E_NUMBER;
	case JSON_TRUE:
		g_string_append(out, "true");
		return 0;
	case JSON_FALSE:
		g_string_append(out, "false");
		return 0;
	case JSON_NULL:
		g_string_append(out, "null");
		return 0;
	}
	g_assert_not_reached();
}

int canon_dump(const json_t *value, GString **ret)
{
	g_autoptr(GString) out = g_string_new(NULL);
	int r = dump_value(out, value, CANON_DEPTH_MAX);

	if (r == 0)
		*ret = g_steal_pointer(&out);
	return r;
}

int canon_digest(const json_t *value, uint8_t ret_digest[32])
{
	g_autoptr(GString) text = NULL;
	int r = canon_dump(value, &text);

	if (r != 0)
		return r;
	return EVP_Digest(text->str, text->len, ret_digest, NULL, EVP_sha256(), NULL) == 1 ? 0
											   : -EIO;
}

const char *canon_refusal_code(int refusal)
{
	g_assert(refusal > 0 && refusal < (int)G_N_ELEMENTS(refusal_codes));
	return refusal_codes[refusal];
}
