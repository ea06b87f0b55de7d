/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/keys.h"

#include <glib.h>
#include <glib/gstdio.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/stat.h>
#include <cmocka.h>

/* RFC 8410 section 10.3 and its public key in section 10.1. */
static const char RFC_KEY[] = "-----BEGIN PRIVATE KEY-----\n"
			      "MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n"
			      "-----END PRIVATE KEY-----\n";
static const uint8_t RFC_PUBLIC[ED25519_KEY_LEN] = {0x19, 0xbf, 0x44, 0x09, 0x69, 0x84, 0xcd, 0xfe,
	0x85, 0x41, 0xba, 0xc1, 0x67, 0xdc, 0x3b, 0x96, 0xc8, 0x50, 0x86, 0xaa, 0x30, 0xb6, 0xb6,
	0xcb, 0x0c, 0x5c, 0x38, 0xad, 0x70, 0x31, 0x66, 0xe1};
static const char RSA_KEY[] = "-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----\n";

static void loads_what_others_made(void **state)
{
	g_autofree char *dir = g_dir_make_tmp("bidroom-keys-XXXXXX", NULL);
	g_autofree char *path = g_build_filename(dir, "key.pem", NULL);
	uint8_t seed[ED25519_KEY_LEN], public_key[ED25519_KEY_LEN];

	g_file_set_contents(path, RFC_KEY, -1, NULL);
	assert_int_equal(keys_load(path, seed), 0);
	assert_int_equal(ed25519_public(seed, public_key), 0);
	assert_memory_equal(public_key, RFC_PUBLIC, sizeof(public_key));
	g_file_set_contents(path, RSA_KEY, -1, NULL);
	assert_int_equal(keys_load(path, seed), KEYS_E_FORM);
	assert_int_equal(keys_load_or_make(path, seed), KEYS_E_FORM);
	g_file_set_contents(path, "", -1, NULL);
	assert_int_equal(keys_load(path, seed), KEYS_E_FORM);
	g_unlink(path);
	assert_true(keys_load(path, seed) < 0);
	g_rmdir(dir);
}

static void makes_one_and_keeps_it(void **state)
{
	g_autofree char *dir = g_dir_make_tmp("bidroom-keys-XXXXXX", NULL);
	g_autofree char *path = g_build_filename(dir, "key.pem", NULL);
	uint8_t first[ED25519_KEY_LEN], second[ED25519_KEY_LEN];
	struct stat st;

	assert_int_equal(keys_load_or_make(path, first), 0);
	assert_int_equal(keys_load_or_make(path, second), 0);
	assert_memory_equal(first, second, sizeof(first));
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	g_unlink(path);
	assert_int_equal(keys_load_or_make(path, second), 0);
	assert_memory_not_equal(first, second, sizeof(first));
	g_unlink(path);
	g_rmdir(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(loads_what_others_made),
		cmocka_unit_test(makes_one_and_keeps_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
