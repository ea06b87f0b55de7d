/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/control_table.h"

#include "proto/base64.h"

#include <glib.h>

/* JSON Schema 2020-12 of the table, for clients in other languages. Rules between fields (one of
 * ticket and resume_token, what video needs) are in proto/README.md only. */

#define TEXT_PATTERN "^[^\\u0000-\\u0008\\u000b-\\u001f\\u007f]*$"

static json_t *fields_schema(const struct control_field *fields, json_t *type);

static json_t *pattern_schema(const char *pattern)
{
	return json_pack("{s:s, s:s}", "type", "string", "pattern", pattern);
}

static json_t *enum_schema(const char *const *values)
{
	json_t *list = json_array();

	for (; *values; values++)
		json_array_append_new(list, json_string(*values));
	return json_pack("{s:o}", "enum", list);
}

static json_t *list_schema(int64_t max, json_t *items)
{
	return json_pack(
		"{s:s, s:I, s:o}", "type", "array", "maxItems", (json_int_t)max, "items", items);
}

static json_t *base64_schema(int64_t len)
{
	json_int_t n = (json_int_t)BASE64_LEN((size_t)len);

	return json_pack("{s:s, s:s, s:I, s:I}", "type", "string", "pattern",
		"^[A-Za-z0-9+/]*={0,2}$", "minLength", n, "maxLength", n);
}

static json_t *value_schema(const struct control_field *f)
{
	switch (f->type) {
	case CONTROL_INT:
		return json_pack("{s:s, s:I, s:I}", "type", "integer", "minimum",
			(json_int_t)f->min, "maximum", (json_int_t)f->max);
	case CONTROL_BOOL:
		return json_pack("{s:s}", "type", "boolean");
	case CONTROL_IDENT:
		return pattern_schema("^[0-9a-z_]{1,32}$");
	case CONTROL_ID:
		return pattern_schema("^[0-9A-Za-z_-]{1,64}$");
	case CONTROL_CODE:
		return pattern_schema("^[0-9a-z_.]{1,64}$");
	case CONTROL_TOKEN:
		return pattern_schema("^[0-9A-Za-z_.~+/=-]{1,512}$");
	case CONTROL_TEXT:
		return json_pack("{s:s, s:s, s:I, s:I}", "type", "string", "pattern", TEXT_PATTERN,
			"minLength", (json_int_t)f->min, "maxLength", (json_int_t)f->max);
	case CONTROL_BASE64:
		return base64_schema(f->max);
	case CONTROL_ENUM:
		return enum_schema(f->values);
	case CONTROL_OBJECT:
		return fields_schema(f->fields, NULL);
	case CONTROL_OPEN_OBJECT:
		return json_pack("{s:s}", "type", "object");
	case CONTROL_IDENTS:
		return list_schema(f->max, pattern_schema("^[0-9a-z_]{1,32}$"));
	case CONTROL_OBJECTS:
		return list_schema(f->max, fields_schema(f->fields, NULL));
	case CONTROL_N_TYPES:
		break;
	}
	g_assert_not_reached();
}

static json_t *fields_schema(const struct control_field *fields, json_t *type)
{
	json_t *properties = json_object(), *required = json_array();

	if (type) {
		json_object_set_new(properties, "type", type);
		json_array_append_new(required, json_string("type"));
	}
	for (; fields->name; fields++) {
		json_t *schema = value_schema(fields);

		json_object_set_new(schema, "description", json_string(fields->about));
		json_object_set_new(properties, fields->name, schema);
		if (fields->required)
			json_array_append_new(required, json_string(fields->name));
	}
	return json_pack("{s:s, s:o, s:o, s:b}", "type", "object", "properties", properties,
		"required", required, "additionalProperties", 0);
}

json_t *control_schema(void)
{
	json_t *defs = json_object(), *up = json_array(), *down = json_array();

	for (int k = CONTROL_NONE + 1; k < CONTROL_N_KINDS; k++) {
		const struct control_row *row = &control_rows[k];
		json_t *schema = fields_schema(row->fields, json_pack("{s:s}", "const", row->name));

		json_object_set_new(schema, "description", json_string(row->about));
		json_object_set_new(defs, row->name, schema);
		json_array_append_new(row->direction == CONTROL_TO_SERVER ? up : down,
			json_pack("{s:s+}", "$ref", "#/$defs/", row->name));
	}
	for (size_t i = 0; i < control_n_event_rows; i++) {
		const struct control_event_row *row = &control_event_rows[i];
		g_autofree char *name = g_strconcat("body:", row->kind, NULL);
		json_t *schema = fields_schema(row->fields, NULL);

		json_object_set_new(schema, "description", json_string(row->about));
		json_object_set_new(defs, name, schema);
	}
	json_object_set_new(defs, "to_server", json_pack("{s:o}", "oneOf", up));
	json_object_set_new(defs, "to_client", json_pack("{s:o}", "oneOf", down));
	return json_pack("{s:s, s:s, s:s, s:[{s:s}, {s:s}], s:o}", "$schema",
		"https://json-schema.org/draft/2020-12/schema", "title",
		"Bidroom room control messages, version 1", "description",
		"One text message each; see proto/README.md. Printed from proto/control_table.c.",
		"anyOf", "$ref", "#/$defs/to_server", "$ref", "#/$defs/to_client", "$defs", defs);
}
