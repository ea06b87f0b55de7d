/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/control.h"

#include "proto/base64.h"
#include "proto/control_table.h"
#include "proto/ident.h"

#include <string.h>

#include <glib.h>

#define ID_LETTERS "_-"
#define CODE_LETTERS "_."
#define TOKEN_LETTERS "_.~+/=-"

static const char *const refusal_codes[] = {
	[CONTROL_E_TOO_LONG] = "control_too_long",
	[CONTROL_E_UTF8] = "control_utf8",
	[CONTROL_E_JSON] = "control_json",
	[CONTROL_E_DUPLICATE_KEY] = "control_duplicate_key",
	[CONTROL_E_NOT_OBJECT] = "control_not_object",
	[CONTROL_E_NO_TYPE] = "control_no_type",
	[CONTROL_E_UNKNOWN_TYPE] = "control_unknown_type",
	[CONTROL_E_UNKNOWN_FIELD] = "control_unknown_field",
	[CONTROL_E_MISSING_FIELD] = "control_missing_field",
	[CONTROL_E_WRONG_TYPE] = "control_wrong_type",
	[CONTROL_E_FIELD_TOO_LONG] = "control_field_too_long",
	[CONTROL_E_VALUE] = "control_value",
	[CONTROL_E_VERSION] = "room.version",
};

static bool is_letters(const char *text, size_t len, bool upper, const char *others)
{
	for (size_t i = 0; i < len; i++)
		if (!g_ascii_isdigit(text[i]) && !g_ascii_islower(text[i]) &&
			!(upper && g_ascii_isupper(text[i])) &&
			(!text[i] || !strchr(others, text[i])))
			return false;
	return true;
}

static int check_letters(const char *text, size_t len, size_t max, bool upper, const char *others)
{
	if (len > max)
		return CONTROL_E_FIELD_TOO_LONG;
	return len && is_letters(text, len, upper, others) ? 0 : CONTROL_E_VALUE;
}

static int check_ident(const char *text, size_t len)
{
	if (len > IDENT_MAX)
		return CONTROL_E_FIELD_TOO_LONG;
	return ident_is_valid(text, len) ? 0 : CONTROL_E_VALUE;
}

static int check_text(const struct control_field *field, const char *text, size_t len)
{
	glong n_chars;

	/* Four bytes a character at most: no need to count what cannot fit. */
	if (len > (size_t)field->max * 4)
		return CONTROL_E_FIELD_TOO_LONG;
	n_chars = g_utf8_strlen(text, (gssize)len);
	if (n_chars > field->max)
		return CONTROL_E_FIELD_TOO_LONG;
	if (n_chars < field->min)
		return CONTROL_E_VALUE;
	for (size_t i = 0; i < len; i++)
		if (g_ascii_iscntrl(text[i]) && text[i] != '\n' && text[i] != '\t')
			return CONTROL_E_VALUE;
	return 0;
}

static int check_base64(const struct control_field *field, const char *text, size_t len)
{
	uint8_t bytes[64];

	g_assert(field->max <= (int64_t)sizeof(bytes));
	if (len > BASE64_LEN((size_t)field->max))
		return CONTROL_E_FIELD_TOO_LONG;
	return base64_decode_exact(text, len, bytes, (size_t)field->max) ? 0 : CONTROL_E_VALUE;
}

static int check_string(const struct control_field *field, const json_t *value)
{
	const char *text = json_string_value(value);
	size_t len = json_string_length(value);

	if (!text)
		return CONTROL_E_WRONG_TYPE;
	switch (field->type) {
	case CONTROL_IDENT:
		return check_ident(text, len);
	case CONTROL_ID:
		return check_letters(text, len, CONTROL_ID_MAX, true, ID_LETTERS);
	case CONTROL_CODE:
		return check_letters(text, len, 64, false, CODE_LETTERS);
	case CONTROL_TOKEN:
		return check_letters(text, len, 512, true, TOKEN_LETTERS);
	case CONTROL_BASE64:
		return check_base64(field, text, len);
	case CONTROL_ENUM:
		return g_strv_contains(field->values, text) ? 0 : CONTROL_E_VALUE;
	default:
		return check_text(field, text, len);
	}
}

static int check_fields(
	const struct control_field *fields, const json_t *object, const char *but, GString *path);

/* path names the field; on refusal it is left at what was wrong. */
static int check_list(const struct control_field *field, const json_t *value, GString *path)
{
	size_t i;
	json_t *item;

	if (!json_is_array(value))
		return CONTROL_E_WRONG_TYPE;
	if ((int64_t)json_array_size(value) > field->max)
		return CONTROL_E_FIELD_TOO_LONG;
	json_array_foreach (value, i, item) {
		size_t mark = path->len;
		int r;

		g_string_append_printf(path, "[%zu]", i);
		if (field->type == CONTROL_OBJECTS)
			r = check_fields(field->fields, item, NULL, path);
		else if (!json_is_string(item))
			r = CONTROL_E_WRONG_TYPE;
		else
			r = check_ident(json_string_value(item), json_string_length(item));
		if (r)
			return r;
		g_string_truncate(path, mark);
	}
	return 0;
}

static int check_value(const struct control_field *field, const json_t *value, GString *path)
{
	switch (field->type) {
	case CONTROL_INT:
		if (!json_is_integer(value))
			return CONTROL_E_WRONG_TYPE;
		return json_integer_value(value) >= field->min &&
				       json_integer_value(value) <= field->max
			       ? 0
			       : CONTROL_E_VALUE;
	case CONTROL_BOOL:
		return json_is_boolean(value) ? 0 : CONTROL_E_WRONG_TYPE;
	case CONTROL_OPEN_OBJECT:
		return json_is_object(value) ? 0 : CONTROL_E_WRONG_TYPE;
	case CONTROL_OBJECT:
		return check_fields(field->fields, value, NULL, path);
	case CONTROL_IDENTS:
	case CONTROL_OBJECTS:
		return check_list(field, value, path);
	default:
		return check_string(field, value);
	}
}

static const struct control_field *field_find(const struct control_field *fields, const char *name)
{
	for (; fields->name; fields++)
		if (strcmp(fields->name, name) == 0)
			return fields;
	return NULL;
}

static void path_enter(GString *path, const char *name)
{
	if (path->len)
		g_string_append_c(path, '.');
	/* A name that is not in the table may be anything; what is odd is not repeated. */
	g_string_append(path, is_letters(name, strlen(name), true, "_-.") ? name : "?");
}

static int check_fields(
	const struct control_field *fields, const json_t *object, const char *but, GString *path)
{
	size_t mark = path->len;
	const char *name;
	json_t *value;

	if (!json_is_object(object))
		return CONTROL_E_WRONG_TYPE;
	json_object_foreach ((json_t *)object, name, value) {
		const struct control_field *field = field_find(fields, name);
		int r;

		if (but && strcmp(name, but) == 0)
			continue;
		path_enter(path, name);
		r = field ? check_value(field, value, path) : CONTROL_E_UNKNOWN_FIELD;
		if (r)
			return r;
		g_string_truncate(path, mark);
	}
	for (; fields->name; fields++)
		if (fields->required && !json_object_get(object, fields->name)) {
			path_enter(path, fields->name);
			return CONTROL_E_MISSING_FIELD;
		}
	return 0;
}

static int event_check(const char *kind, const json_t *body, GString *path)
{
	for (size_t i = 0; i < control_n_event_rows; i++)
		if (strcmp(control_event_rows[i].kind, kind) == 0)
			return check_fields(control_event_rows[i].fields, body, NULL, path);
	return json_is_object(body) ? 0 : CONTROL_E_WRONG_TYPE;
}

/* What else is in a message of another version cannot be judged. */
static int check_version(const struct control_row *row, const json_t *root, GString *path)
{
	const json_t *version = json_object_get(root, "v");

	if (!field_find(row->fields, "v") || !json_is_integer(version) ||
		json_integer_value(version) == CONTROL_VERSION)
		return 0;
	path_enter(path, "v");
	return CONTROL_E_VERSION;
}

static int check_message(enum control_kind kind, const json_t *root, GString *path)
{
	const struct control_row *row = &control_rows[kind];
	int r = check_version(row, root, path);

	if (!r)
		r = check_fields(row->fields, root, "type", path);
	if (!r && row->check) {
		const char *field = NULL;

		r = row->check(root, &field);
		if (r)
			path_enter(path, field);
	}
	if (!r && kind == CONTROL_EVENT) {
		path_enter(path, "body");
		r = event_check(json_string_value(json_object_get(root, "kind")),
			json_object_get(root, "body"), path);
	}
	return r;
}

static void problem_fill(struct control_problem *problem, const json_t *root, const GString *path)
{
	const json_t *ref = json_object_get(root, "id");

	if (!problem)
		return;
	if (!ref)
		ref = json_object_get(root, "ref");
	*problem = (struct control_problem){0};
	if (path)
		g_strlcpy(problem->field, path->str, sizeof(problem->field));
	if (json_is_string(ref) && !check_letters(json_string_value(ref), json_string_length(ref),
					   CONTROL_ID_MAX, true, ID_LETTERS))
		g_strlcpy(problem->ref, json_string_value(ref), sizeof(problem->ref));
}

static enum control_kind kind_find(const char *name, enum control_direction direction)
{
	for (int k = CONTROL_NONE + 1; k < CONTROL_N_KINDS; k++)
		if (control_rows[k].direction == direction &&
			strcmp(control_rows[k].name, name) == 0)
			return (enum control_kind)k;
	return CONTROL_NONE;
}

static size_t direction_len_max(enum control_direction direction)
{
	return direction == CONTROL_TO_SERVER ? CONTROL_LEN_MAX_TO_SERVER
					      : CONTROL_LEN_MAX_TO_CLIENT;
}

static int root_load(
	enum control_direction direction, const char *text, size_t len, json_t **ret_root)
{
	json_error_t error;

	if (len > direction_len_max(direction))
		return CONTROL_E_TOO_LONG;
	if (!g_utf8_validate_len(text, len, NULL))
		return CONTROL_E_UTF8;
	*ret_root = json_loadb(text, len, JSON_REJECT_DUPLICATES, &error);
	if (!*ret_root)
		return json_error_code(&error) == json_error_duplicate_key ? CONTROL_E_DUPLICATE_KEY
									   : CONTROL_E_JSON;
	return 0;
}

int control_parse(enum control_direction direction, const char *text, size_t len,
	struct control_msg *ret_msg, struct control_problem *problem)
{
	json_auto_t *root = NULL;
	g_autoptr(GString) path = g_string_new(NULL);
	enum control_kind kind;
	const char *type;
	int r;

	r = root_load(direction, text, len, &root);
	if (r) {
		problem_fill(problem, NULL, NULL);
		return r;
	}
	type = json_string_value(json_object_get(root, "type"));
	kind = type ? kind_find(type, direction) : CONTROL_NONE;
	if (!json_is_object(root))
		r = CONTROL_E_NOT_OBJECT;
	else if (!type)
		r = CONTROL_E_NO_TYPE;
	else if (!kind)
		r = CONTROL_E_UNKNOWN_TYPE;
	else
		r = check_message(kind, root, path);
	if (r) {
		problem_fill(problem, root, path);
		return r;
	}
	ret_msg->kind = kind;
	ret_msg->root = g_steal_pointer(&root);
	return 0;
}

void control_msg_done(struct control_msg *msg)
{
	json_decref(msg->root);
	*msg = (struct control_msg){0};
}

const char *control_str(const struct control_msg *msg, const char *name)
{
	return json_string_value(json_object_get(msg->root, name));
}

int64_t control_int(const struct control_msg *msg, const char *name, int64_t fallback)
{
	const json_t *value = json_object_get(msg->root, name);

	return json_is_integer(value) ? json_integer_value(value) : fallback;
}

bool control_bool(const struct control_msg *msg, const char *name, bool fallback)
{
	const json_t *value = json_object_get(msg->root, name);

	return json_is_boolean(value) ? json_is_true(value) : fallback;
}

int control_print(char **ret_text, enum control_kind kind, json_t *fields)
{
	const struct control_row *row = &control_rows[kind];
	json_auto_t *root = json_pack("{s:s}", "type", row->name);
	g_autoptr(GString) path = g_string_new(NULL);
	char *text;
	int r;

	g_assert(kind > CONTROL_NONE && kind < CONTROL_N_KINDS);
	r = check_message(kind, fields, path);
	if (r)
		return r;
	/* "type" first, for people who read along. */
	if (json_object_update_missing(root, fields))
		return CONTROL_E_VALUE;
	text = json_dumps(root, JSON_COMPACT);
	g_assert(text);
	if (strlen(text) > direction_len_max(row->direction)) {
		free(text);
		return CONTROL_E_TOO_LONG;
	}
	*ret_text = text;
	return 0;
}

int control_build(char **ret_text, enum control_kind kind, const char *format, ...)
{
	json_auto_t *fields = NULL;
	json_error_t error;
	va_list args;

	va_start(args, format);
	fields = json_vpack_ex(&error, 0, format, args);
	va_end(args);
	if (!fields)
		return json_error_code(&error) == json_error_invalid_utf8 ? CONTROL_E_UTF8
									  : CONTROL_E_VALUE;
	return control_print(ret_text, kind, fields);
}

int control_event_check(const char *kind, const json_t *body, struct control_problem *problem)
{
	g_autoptr(GString) path = g_string_new(NULL);
	int r = event_check(kind, body, path);

	if (r)
		problem_fill(problem, NULL, path);
	return r;
}

const char *control_kind_name(enum control_kind kind)
{
	g_assert(kind > CONTROL_NONE && kind < CONTROL_N_KINDS);
	return control_rows[kind].name;
}

enum control_direction control_kind_direction(enum control_kind kind)
{
	g_assert(kind > CONTROL_NONE && kind < CONTROL_N_KINDS);
	return control_rows[kind].direction;
}

const char *control_refusal_code(int refusal)
{
	g_assert(refusal > 0 && refusal < (int)G_N_ELEMENTS(refusal_codes));
	return refusal_codes[refusal];
}
