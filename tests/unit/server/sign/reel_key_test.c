/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <string.h>

#include <glib/gstdio.h>

#include "server/sign/reel_key.h"

static const uint8_t master[KEYSTORE_KEY_LEN] = {1}, other_master[KEYSTORE_KEY_LEN] = {2};

static void one_key_for_a_session(void **state)
{
	g_autofree char *dir = g_dir_make_tmp("reel-key-XXXXXX", NULL);
	g_autofree char *path = g_build_filename(dir, "seal.key", NULL);
	struct field_cipher *reels = field_cipher_new(master),
			    *other = field_cipher_new(other_master);
	uint8_t first[KEYSTORE_KEY_LEN], again[KEYSTORE_KEY_LEN];
	g_autofree char *content = NULL;
	GStatBuf st;
	gsize len;

	assert_int_equal(reel_key_read(reels, dir, "s1", first), -ENOENT);
	assert_int_equal(reel_key_ensure(reels, dir, "s1", first), 0);
	assert_int_equal(reel_key_ensure(reels, dir, "s1", again), 0);
	assert_memory_equal(first, again, sizeof(first));
	assert_int_equal(reel_key_read(reels, dir, "s1", again), 0);
	assert_memory_equal(first, again, sizeof(first));
	assert_int_equal(g_stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_true(g_file_get_contents(path, &content, &len, NULL));
	assert_null(memmem(content, len, first, 8));

	/* another session's folder, another house, a damaged file: never a new key in its place */
	assert_int_equal(reel_key_ensure(reels, dir, "s2", again), -EBADMSG);
	assert_int_equal(reel_key_ensure(other, dir, "s1", again), -EBADMSG);
	content[len / 2] ^= 1;
	assert_true(g_file_set_contents(path, content, (gssize)len, NULL));
	assert_int_equal(reel_key_ensure(reels, dir, "s1", again), -EBADMSG);
	assert_true(g_file_set_contents(path, "", 0, NULL));
	assert_int_equal(reel_key_ensure(reels, dir, "s1", again), -EBADMSG);

	g_unlink(path);
	g_rmdir(dir);
	assert_int_equal(reel_key_ensure(reels, dir, "s1", again), -EIO);
	field_cipher_free(reels);
	field_cipher_free(other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_key_for_a_session),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
