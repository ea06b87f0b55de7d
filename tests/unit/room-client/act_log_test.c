/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/act_log.h"

#include <glib.h>
#include <glib/gstdio.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

static char *log_path(const char *dir)
{
	return g_build_filename(dir, "acknowledged.jsonl", NULL);
}

static void expect(struct act_log *log, size_t i, size_t n, const char *id, int64_t event_no)
{
	json_auto_t *list = NULL;
	const json_t *entry;

	assert_int_equal(act_log_list(log, &list), 0);
	assert_int_equal(json_array_size(list), n);
	entry = json_array_get(list, i);
	assert_string_equal(json_string_value(json_object_get(entry, "id")), id);
	assert_int_equal(json_integer_value(json_object_get(entry, "event_no")), event_no);
}

static void outlives_the_process(void **state)
{
	g_autofree char *top = g_dir_make_tmp("bidroom-acts-XXXXXX", NULL);
	g_autofree char *dir = g_build_filename(top, "new", "state", NULL);
	g_autofree char *path = log_path(dir);
	g_autofree char *parent = g_path_get_dirname(dir);
	struct act_log *log;
	FILE *f;

	assert_int_equal(act_log_open(dir, &log), 0);
	assert_int_equal(act_log_add(log, "a", "chat", 3, 1750000000000000), 0);
	assert_int_equal(act_log_add(log, "b", "mute_self", 4, 1750000000000001), 0);
	expect(log, 0, 2, "a", 3);
	act_log_close(log);

	/* A crash in the middle of a line: what was not written whole does not count. */
	f = fopen(path, "a");
	fputs("{\"id\":\"torn", f);
	fclose(f);
	assert_int_equal(act_log_open(dir, &log), 0);
	expect(log, 1, 2, "b", 4);
	assert_int_equal(act_log_add(log, "c", "chat", 5, 1750000000000002), 0);
	expect(log, 2, 3, "c", 5);
	act_log_close(log);

	g_unlink(path);
	g_rmdir(dir);
	g_rmdir(parent);
	g_rmdir(top);
}

static void bad_directory_is_a_fault(void **state)
{
	struct act_log *log;

	assert_true(act_log_open("/dev/null/state", &log) < 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(outlives_the_process),
		cmocka_unit_test(bad_directory_is_a_fault),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
