/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/canon.h"
#include "server/core/fields.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* One row of each type. */
static const struct field table[] = {
	{"text", FIELD_TEXT, .max = 20},
	{"id", FIELD_ID},
	{"name", FIELD_NAME, .max = 20},
	{"int", FIELD_INT, .min = -5, .max = 5},
	{"bool", FIELD_BOOL},
	{"decimal", FIELD_DECIMAL},
	{"time", FIELD_TIME},
	{"hex", FIELD_HEX, .min = 1, .max = 8},
	{"base64", FIELD_BASE64, .min = 1, .max = 8},
	{"object", FIELD_OBJECT},
	{"list", FIELD_LIST, .max = 3},
	{NULL},
};

/* The body of a request: what the table lets through, an act reads without looking twice. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	json_auto_t *in = NULL;
	struct refusal r = {0};

	if (canon_load(data, len, 1 << 16, &in, NULL) != 0)
		return 0;
	if (fields_check(table, in, &r)) {
		g_assert(r.code && g_utf8_validate(r.field, -1, NULL));
		return 0;
	}
	g_autoptr(GBytes) hex = in_hex(in, "hex"), base64 = in_base64(in, "base64");
	const char *text = in_text(in, "text");

	g_assert(in_has(in, "hex") == (hex != NULL));
	g_assert(in_has(in, "base64") == (base64 != NULL));
	g_assert(!base64 || (g_bytes_get_size(base64) >= 1 && g_bytes_get_size(base64) <= 8));
	g_assert(!text || (g_utf8_validate(text, -1, NULL) && g_utf8_strlen(text, -1) <= 20));
	g_assert(ABS(in_int(in, "int", 0)) <= 5);
	return 0;
}
