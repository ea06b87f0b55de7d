/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/vault.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define MARKER "投标文件 MARKER"

struct place {
	char dir[64];
	struct vault *vault;
};

static int setup(void **state)
{
	struct place *p = g_new0(struct place, 1);

	strcpy(p->dir, "/tmp/vault_test.XXXXXX");
	assert_non_null(g_mkdtemp(p->dir));
	assert_int_equal(vault_new(p->dir, &p->vault), 0);
	*state = p;
	return 0;
}

static int teardown(void **state)
{
	struct place *p = *state;

	vault_unref(p->vault);
	assert_int_equal(g_rmdir(p->dir), 0); /* nothing has a name in it */
	g_free(p);
	return 0;
}

static uint8_t byte_at(size_t i)
{
	return (uint8_t)(i * 7 + i / 251);
}

static struct vault_file *filled(struct place *p, size_t size, size_t step)
{
	g_autofree uint8_t *bytes = g_malloc(size + 1);
	struct vault_file *f;

	for (size_t i = 0; i < size; i++)
		bytes[i] = byte_at(i);
	assert_int_equal(vault_file_new(p->vault, &f), 0);
	for (size_t at = 0; at < size; at += step)
		assert_int_equal(vault_append(f, bytes + at, MIN(step, size - at)), 0);
	assert_int_equal(vault_finish(f), 0);
	assert_int_equal(vault_file_size(f), size);
	return f;
}

static void check_part(struct vault_file *f, size_t size, size_t at, size_t len)
{
	g_autofree uint8_t *bytes = g_malloc(len + 1);
	size_t n, expected = at < size ? MIN(len, size - at) : 0;

	assert_int_equal(vault_read(f, (int64_t)at, bytes, len, &n), 0);
	assert_int_equal(n, expected);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(bytes[i], byte_at(at + i));
}

static void test_reads_what_was_kept(void **state)
{
	static const size_t sizes[] = {0, 1, 65535, 65536, 65537, 200000};

	for (size_t i = 0; i < G_N_ELEMENTS(sizes); i++) {
		struct vault_file *f = filled(*state, sizes[i], 1000 + 30000 * (i % 3));

		check_part(f, sizes[i], 0, sizes[i] + 10);
		check_part(f, sizes[i], sizes[i] / 2, 70000);
		check_part(f, sizes[i], sizes[i], 5);
		check_part(f, sizes[i], 65530, 12);
		vault_file_unref(f);
	}
}

/* The descriptor of the only file of the vault that is open, by what /proc says of it. */
static int open_fd(const char *dir)
{
	g_autoptr(GDir) fds = g_dir_open("/proc/self/fd", 0, NULL);
	const char *name;

	while ((name = g_dir_read_name(fds))) {
		g_autofree char *path = g_build_filename("/proc/self/fd", name, NULL);
		g_autofree char *target = g_file_read_link(path, NULL);

		if (target && g_str_has_prefix(target, dir))
			return atoi(name);
	}
	return -1;
}

static void test_the_disk_shows_nothing(void **state)
{
	struct place *p = *state;
	struct vault_file *f;
	char disk[4096], buffer[64];
	ssize_t len;
	size_t n;
	int fd;

	assert_int_equal(vault_file_new(p->vault, &f), 0);
	assert_int_equal(vault_append(f, MARKER, strlen(MARKER)), 0);
	assert_int_equal(vault_finish(f), 0);
	fd = open_fd(p->dir);
	assert_true(fd >= 0);
	len = pread(fd, disk, sizeof(disk), 0);
	assert_int_equal(len, strlen(MARKER) + 16);
	assert_null(memmem(disk, (size_t)len, "MARKER", 6));
	/* A flipped bit is noticed. */
	disk[3] ^= 1;
	assert_int_equal(pwrite(fd, disk, (size_t)len, 0), len);
	assert_int_equal(vault_read(f, 0, buffer, sizeof(buffer), &n), -EBADMSG);
	vault_file_unref(f);
}

static void test_as_a_stream(void **state)
{
	struct vault_file *f = filled(*state, 150000, 4096);
	g_autoptr(GInputStream) stream = vault_stream_new(f);
	GSeekable *seekable = G_SEEKABLE(stream);
	uint8_t bytes[100];

	vault_file_unref(f); /* the stream holds it */
	assert_true(g_seekable_seek(seekable, -10, G_SEEK_END, NULL, NULL));
	assert_int_equal(g_input_stream_read(stream, bytes, sizeof(bytes), NULL, NULL), 10);
	assert_int_equal(bytes[9], byte_at(149999));
	assert_int_equal(g_input_stream_read(stream, bytes, sizeof(bytes), NULL, NULL), 0);
	assert_false(g_seekable_seek(seekable, 1, G_SEEK_END, NULL, NULL));
	assert_false(g_seekable_seek(seekable, -1, G_SEEK_SET, NULL, NULL));
	assert_true(g_seekable_seek(seekable, 70000, G_SEEK_SET, NULL, NULL));
	assert_int_equal(g_seekable_tell(seekable), 70000);
	assert_int_equal(g_input_stream_read(stream, bytes, 1, NULL, NULL), 1);
	assert_int_equal(bytes[0], byte_at(70000));
}

static void test_no_place(void **state)
{
	struct vault *v;
	struct vault_file *f;

	assert_int_equal(vault_new("/nonexistent/dir", &v), 0);
	assert_int_equal(vault_file_new(v, &f), -ENOENT);
	vault_unref(v);
}

#define VAULT_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		VAULT_TEST(test_reads_what_was_kept),
		VAULT_TEST(test_the_disk_shows_nothing),
		VAULT_TEST(test_as_a_stream),
		cmocka_unit_test(test_no_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
