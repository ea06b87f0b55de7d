/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "server/core/csv.h"

/* "line: a|b" for each row. */
static char *seen(const char *text, int *ret_refused, unsigned *ret_line)
{
	g_autoptr(GPtrArray) rows = NULL;
	GString *out = g_string_new(NULL);

	*ret_refused = csv_read(text, strlen(text), 4, 3, &rows, ret_line);
	for (guint i = 0; rows && i < rows->len; i++) {
		const struct csv_row *row = g_ptr_array_index(rows, i);
		g_string_append_printf(out, "%u:", row->line);
		for (guint k = 0; k < row->cells->len; k++)
			g_string_append_printf(
				out, "%s%s", k ? "|" : "", (char *)row->cells->pdata[k]);
		g_string_append_c(out, ';');
	}
	return g_string_free(out, FALSE);
}

static void test_tables(void **state)
{
	static const char *const rows[][2] = {
		{"", ""},
		{"a,b\nc,d\n", "1:a|b;2:c|d;"},
		{"\xef\xbb\xbf"
		 "名称,b\r\nc,\r\n",
			"1:名称|b;2:c|;"},
		{"a\n\n\nb", "1:a;4:b;"},
		{"\"a,\"\"b\"\"\nc\",d\ne", "1:a,\"b\"\nc|d;3:e;"},
		{"a\rb,\"\"", "1:a\rb|;"},
		{",,", "1:||;"},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		int refused;
		unsigned line;
		g_autofree char *text = seen(rows[i][0], &refused, &line);
		assert_int_equal(refused, 0);
		assert_string_equal(text, rows[i][1]);
	}
}

static void test_what_is_no_table(void **state)
{
	static const struct {
		const char *text;
		int refused;
		unsigned line;
	} rows[] = {
		{"a\nb\xff", CSV_E_TEXT, 1},
		{"a\nb\"c", CSV_E_QUOTE, 2},
		{"\"a\"b", CSV_E_QUOTE, 1},
		{"a\n\"b\n", CSV_E_OPEN, 3},
		{"a,b,c,d", CSV_E_TOO_LONG, 1},
		{"a\na\na\na\na", CSV_E_TOO_LONG, 5},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		int refused;
		unsigned line;
		g_autofree char *text = seen(rows[i].text, &refused, &line);
		assert_int_equal(refused, rows[i].refused);
		assert_int_equal(line, rows[i].line);
		assert_string_equal(text, "");
		assert_true(strlen(csv_refusal_text(refused)) > 0);
	}
}

/* What is written is read again as it was. */
static void test_a_row_written(void **state)
{
	static const char *const cells[] = {"", "a,b", "say \"x\"\n", NULL, "名称"};
	g_autoptr(GString) table = g_string_new(NULL);
	g_autoptr(GPtrArray) rows = NULL;
	unsigned line;

	csv_add_row(table, cells, G_N_ELEMENTS(cells));
	assert_string_equal(table->str, ",\"a,b\",\"say \"\"x\"\"\n\",,名称\r\n");
	assert_int_equal(csv_read(table->str, table->len, 1, 5, &rows, &line), 0);
	const struct csv_row *row = g_ptr_array_index(rows, 0);
	for (guint i = 0; i < G_N_ELEMENTS(cells); i++)
		assert_string_equal(row->cells->pdata[i], cells[i] ? cells[i] : "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tables),
		cmocka_unit_test(test_what_is_no_table),
		cmocka_unit_test(test_a_row_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
