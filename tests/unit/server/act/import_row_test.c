/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "server/act/import_row.h"

static const struct field fields[] = {
	{"name", FIELD_TEXT},
	{"n", FIELD_INT},
	{"sure", FIELD_BOOL},
	{"at", FIELD_TIME},
	{"list", FIELD_LIST},
	{"object", FIELD_OBJECT},
	{NULL},
};

static GPtrArray *split(const char *line)
{
	GPtrArray *cells = g_ptr_array_new_with_free_func(g_free);
	g_auto(GStrv) parts = g_strsplit(line, "|", -1);

	for (char **p = parts; *p; p++)
		g_ptr_array_add(cells, g_strdup(*p));
	return cells;
}

static int read_row(const char *names, const char *line, json_t **ret, struct refusal *r)
{
	g_autoptr(GPtrArray) header = split(names), cells = split(line);

	return import_row_read(fields, header, cells, ret, r);
}

static void test_cells_become_members(void **state)
{
	static const struct {
		const char *names, *line, *json;
	} rows[] = {
		{"name|n|sure", " 甲 |12|是", "{\"n\":12,\"name\":\"甲\",\"sure\":true}"},
		{"name|n|sure", "|x|maybe", "{\"n\":\"x\",\"sure\":\"maybe\"}"},
		{"at", "2026-03-01 09:00", "{\"at\":\"2026-03-01T01:00:00Z\"}"},
		{"at", "2026/3/1 9:00:30", "{\"at\":\"2026-03-01T01:00:30Z\"}"},
		{"at", "2026-03-01T09:00:00Z", "{\"at\":\"2026-03-01T09:00:00Z\"}"},
		{"at", "2026-02-30 09:00", "{\"at\":\"2026-02-30 09:00\"}"},
		{"list|object", "甲； 乙;|{\"a\":1}",
			"{\"list\":[\"甲\",\"乙\"],\"object\":{\"a\":1}}"},
		{"list|object", "[1,2]|{", "{\"list\":[1,2],\"object\":\"{\"}"},
		{"list.1.name|list.1.in.1|list.2.sure", "甲|乙|true",
			"{\"list\":[{\"in\":[\"乙\"],\"name\":\"甲\"},{\"sure\":true}]}"},
		{"list.1.scheme|list.2.scheme", "{\"a\":1}|{",
			"{\"list\":[{\"scheme\":{\"a\":1}},{\"scheme\":\"{\"}]}"},
		{"fields.scope|fields.other", "甲|", "{\"fields\":{\"scope\":\"甲\"}}"},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct refusal r = {0};
		json_t *row = NULL;
		assert_int_equal(read_row(rows[i].names, rows[i].line, &row, &r), 0);
		char *text = json_dumps(row, JSON_COMPACT | JSON_SORT_KEYS);
		assert_string_equal(text, rows[i].json);
		free(text);
		json_decref(row);
	}
}

static void test_columns_that_do_not_fit(void **state)
{
	static const char *const rows[][3] = {
		{"name|name", "甲|乙", "name"},
		{"list.2", "甲", "list.2"},
		{"list.1|list.1.name", "甲|乙", "list.1.name"},
		{"name|name.1", "甲|乙", "name.1"},
		{"", "甲", ""},
		{"name", "甲|乙", ""},
		{"a.b.c.d.e.f.g.h.i", "甲", "a.b.c.d.e.f.g.h.i"},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct refusal r = {0};
		json_t *row = NULL;
		assert_int_equal(read_row(rows[i][0], rows[i][1], &row, &r), REFUSED);
		assert_string_equal(r.code, "input.invalid");
		assert_string_equal(r.field, rows[i][2]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cells_become_members),
		cmocka_unit_test(test_columns_that_do_not_fit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
