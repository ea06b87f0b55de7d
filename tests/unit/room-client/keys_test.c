/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/keys.h"

#include <glib.h>
#include <glib/gstdio.h>
#include <errno.h>
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

static void each_account_signs_by_its_own(void **state)
{
	g_autofree char *dir = g_dir_make_tmp("bidroom-keys-XXXXXX", NULL);
	g_autofree char *first = g_build_filename(dir, "expert-acc1.pem", NULL);
	g_autofree char *second = g_build_filename(dir, "expert-acc2.pem", NULL);
	const struct keys_ring ring = {NULL, dir};
	struct keys_signature one, other, again;

	assert_int_equal(keys_sign(&ring, "acc1", "a", 1, &one), 0);
	assert_int_equal(keys_sign(&ring, "acc2", "a", 1, &other), 0);
	assert_int_equal(keys_sign(&ring, "acc1", "a", 1, &again), 0);
	assert_false(one.given);
	assert_memory_equal(one.key, again.key, sizeof(one.key));
	assert_memory_not_equal(one.key, other.key, sizeof(one.key));
	assert_int_equal(ed25519_verify(other.key, "a", 1, other.sig), 0);
	/* Such an id would leave the directory. */
	assert_int_equal(keys_sign(&ring, "../acc1", "a", 1, &one), -EINVAL);
	assert_int_equal(keys_sign(&ring, "", "a", 1, &one), -EINVAL);
	assert_int_equal(g_unlink(first), 0);
	assert_int_equal(g_unlink(second), 0);
	assert_int_equal(g_rmdir(dir), 0);
}

static void a_key_that_was_given_is_only_loaded(void **state)
{
	g_autofree char *dir = g_dir_make_tmp("bidroom-keys-XXXXXX", NULL);
	g_autofree char *path = g_build_filename(dir, "given.pem", NULL);
	const struct keys_ring ring = {path, dir};
	struct keys_signature s;

	assert_int_equal(keys_sign(&ring, "acc1", "a", 1, &s), -ENOENT);
	g_file_set_contents(path, RFC_KEY, -1, NULL);
	assert_int_equal(keys_sign(&ring, "acc1", "a", 1, &s), 0);
	assert_true(s.given);
	assert_memory_equal(s.key, RFC_PUBLIC, sizeof(s.key));
	g_unlink(path);
	assert_int_equal(g_rmdir(dir), 0); /* nothing was made beside it */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(loads_what_others_made),
		cmocka_unit_test(makes_one_and_keeps_it),
		cmocka_unit_test(each_account_signs_by_its_own),
		cmocka_unit_test(a_key_that_was_given_is_only_loaded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
