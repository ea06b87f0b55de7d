/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>
#include <glib.h>
#include <glib/gstdio.h>

#include "server/publish/write_file.h"
#include "tests/support/test_db.h"

static int make_dir(void **state)
{
	*state = test_dir_make();
	return 0;
}

static int remove_dir(void **state)
{
	test_dir_remove(*state);
	return 0;
}

static void expect_file(const char *path, const char *text)
{
	g_autofree char *content = NULL;
	gsize len;

	assert_true(g_file_get_contents(path, &content, &len, NULL));
	assert_int_equal(len, strlen(text));
	assert_memory_equal(content, text, len);
}

static void test_makes_folders_and_replaces(void **state)
{
	g_autofree char *path = g_build_filename(*state, "a", "b", "page.html", NULL);
	g_autofree char *beside = g_strconcat(path, ".new", NULL);

	assert_int_equal(write_file(path, "one", 3), 0);
	expect_file(path, "one");
	assert_int_equal(write_file(path, "", 0), 0);
	expect_file(path, "");
	assert_int_equal(write_file(path, "twice as long", 13), 0);
	expect_file(path, "twice as long");
	assert_false(g_file_test(beside, G_FILE_TEST_EXISTS));
}

/* Readers that hold the old file open keep it whole. */
static void test_readers_keep_the_old_file(void **state)
{
	g_autofree char *path = g_build_filename(*state, "page.html", NULL);
	char old[4] = "";

	assert_int_equal(write_file(path, "old", 3), 0);
	FILE *reader = g_fopen(path, "r");
	assert_int_equal(write_file(path, "new", 3), 0);
	assert_int_equal(fread(old, 1, 3, reader), 3);
	assert_string_equal(old, "old");
	fclose(reader);
}

static void test_failures_leave_the_old_file(void **state)
{
	g_autofree char *path = g_build_filename(*state, "page.html", NULL);
	g_autofree char *in_the_way = g_strconcat(path, ".new", NULL);
	g_autofree char *below_a_file = g_build_filename(path, "x", NULL);

	assert_int_equal(write_file(path, "old", 3), 0);
	assert_int_equal(g_mkdir(in_the_way, 0755), 0);
	assert_int_equal(write_file(path, "new", 3), -EISDIR);
	expect_file(path, "old");
	assert_int_equal(write_file(below_a_file, "new", 3), -ENOTDIR);
	expect_file(path, "old");
}

/* A full disk: the old file stays, nothing is left beside it. */
static void test_full_disk(void **state)
{
	g_autofree char *path = g_build_filename(*state, "full", NULL);
	g_autofree char *beside = g_strconcat(path, ".new", NULL);
	static char much[100000];

	if (g_access("/dev/full", W_OK))
		skip();
	assert_int_equal(write_file(path, "old", 3), 0);
	assert_int_equal(symlink("/dev/full", beside), 0);
	assert_true(write_file(path, much, sizeof(much)) < 0);
	expect_file(path, "old");
	assert_false(g_file_test(beside, G_FILE_TEST_IS_SYMLINK));
	/* What fits the buffer of the stream is seen when it is closed. */
	assert_int_equal(symlink("/dev/full", beside), 0);
	assert_int_equal(write_file(path, "new", 3), -ENOSPC);
	expect_file(path, "old");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			test_makes_folders_and_replaces, make_dir, remove_dir),
		cmocka_unit_test_setup_teardown(
			test_readers_keep_the_old_file, make_dir, remove_dir),
		cmocka_unit_test_setup_teardown(
			test_failures_leave_the_old_file, make_dir, remove_dir),
		cmocka_unit_test_setup_teardown(test_full_disk, make_dir, remove_dir),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
