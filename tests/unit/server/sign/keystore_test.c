/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <glib.h>
#include <string.h>

#include <glib/gstdio.h>

#include "server/sign/keystore.h"

static char *new_dir(void)
{
	return g_dir_make_tmp("keystore-XXXXXX", NULL);
}

static void remove_dir(const char *dir)
{
	g_autoptr(GDir) d = g_dir_open(dir, 0, NULL);
	const char *name;

	while ((name = g_dir_read_name(d))) {
		g_autofree char *path = g_build_filename(dir, name, NULL);
		g_unlink(path);
	}
	g_rmdir(dir);
}

static void makes_keys_once_and_finds_them_again(void **state)
{
	g_autofree char *dir = new_dir();
	g_autofree char *file = g_build_filename(dir, "log.key", NULL);
	struct keystore *first = NULL, *second = NULL;
	const char *which;
	GStatBuf st;

	assert_int_equal(keystore_open(dir, &first, &which), 0);
	assert_int_equal(keystore_open(dir, &second, &which), 0);
	for (int i = 0; i < N_KEYSTORE_KEYS; i++) {
		assert_memory_equal(
			keystore_get(first, i), keystore_get(second, i), KEYSTORE_KEY_LEN);
		if (i)
			assert_memory_not_equal(keystore_get(first, i), keystore_get(first, i - 1),
				KEYSTORE_KEY_LEN);
	}
	assert_int_equal(g_stat(file, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	keystore_free(first);
	keystore_free(second);
	remove_dir(dir);
}

static void refuses_what_it_should_not_use(void **state)
{
	g_autofree char *dir = new_dir();
	g_autofree char *file = g_build_filename(dir, "fields.key", NULL);
	struct keystore *k = NULL;
	const char *which;

	assert_int_equal(keystore_open(dir, &k, &which), 0);
	k = keystore_free(k);
	assert_int_equal(g_chmod(file, 0640), 0);
	assert_int_equal(keystore_open(dir, &k, &which), KEYSTORE_E_OPEN_TO_OTHERS);
	assert_string_equal(which, "fields.key");
	assert_int_equal(g_chmod(file, 0600), 0);
	assert_true(g_file_set_contents_full(
		file, "abc", 3, G_FILE_SET_CONTENTS_CONSISTENT, 0600, NULL));
	assert_int_equal(keystore_open(dir, &k, &which), KEYSTORE_E_DAMAGED);
	assert_int_equal(g_unlink(file), 0);
	assert_int_equal(keystore_open(dir, &k, &which), KEYSTORE_E_INCOMPLETE);
	assert_string_equal(which, "fields.key");
	assert_null(k);
	remove_dir(dir);
}

/* A store of before the key existed gets it; nothing else is made anew. */
static void later_key_is_added(void **state)
{
	g_autofree char *dir = new_dir();
	g_autofree char *file = g_build_filename(dir, "reels.key", NULL);
	struct keystore *k = NULL;
	const char *which;

	assert_int_equal(keystore_open(dir, &k, &which), 0);
	keystore_free(k);
	assert_int_equal(g_unlink(file), 0);
	assert_int_equal(keystore_open(dir, &k, &which), 0);
	keystore_free(k);
	assert_true(g_file_test(file, G_FILE_TEST_EXISTS));
	remove_dir(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(makes_keys_once_and_finds_them_again),
		cmocka_unit_test(refuses_what_it_should_not_use),
		cmocka_unit_test(later_key_is_added),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
