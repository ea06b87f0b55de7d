/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/core/file.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include <cmocka.h>
#include <glib.h>
#include <glib/gstdio.h>

static int temporary(char **ret_path)
{
	int fd = g_file_open_tmp("bidroom-file-XXXXXX", ret_path, NULL);

	assert_true(fd >= 0);
	return fd;
}

static void test_places(void **state)
{
	g_autofree char *path = NULL;
	char got[8] = "";
	size_t n = 99;
	int fd = temporary(&path);

	(void)state;
	assert_int_equal(file_write_all(fd, "0123", 4), 0);
	assert_int_equal(file_write_at(fd, "ab", 2, 1), 0);
	assert_int_equal(file_write_all(fd, "45", 2), 0); /* where it was */
	assert_int_equal(file_read_at(fd, got, 6, 0), 0);
	assert_memory_equal(got, "0ab345", 6);
	assert_int_equal(file_read_at(fd, got, 3, 4), -EBADMSG);
	assert_int_equal(file_read_some(fd, got, 8, 4, &n), 0);
	assert_int_equal(n, 2);
	assert_int_equal(file_read_some(fd, got, 8, 6, &n), 0);
	assert_int_equal(n, 0);
	assert_int_equal(file_write_all(fd, "", 0), 0);
	close(fd);
	assert_int_equal(file_write_all(fd, "x", 1), -EBADF);
	assert_int_equal(file_write_at(fd, "x", 1, 0), -EBADF);
	assert_int_equal(file_read_at(fd, got, 1, 0), -EBADF);
	g_unlink(path);
}

static void on_alarm(int signal_number)
{
	(void)signal_number;
}

static void *drain(void *data)
{
	int fd = GPOINTER_TO_INT(data);
	gsize sum = 0;
	char piece[4096];

	for (ssize_t n; (n = read(fd, piece, sizeof(piece))) != 0;)
		if (n > 0) {
			sum += (gsize)n;
			g_usleep(200);
		}
	return GSIZE_TO_POINTER(sum);
}

/* A pipe takes pieces, and a signal that comes all the time interrupts between and within them. */
static void test_interrupted(void **state)
{
	const struct itimerval often = {{0, 500}, {0, 500}}, never = {{0, 0}, {0, 0}};
	const struct sigaction action = {.sa_handler = on_alarm}; /* no SA_RESTART */
	const size_t len = 1 << 20;
	g_autofree char *bytes = g_malloc0(len);
	int ends[2];

	(void)state;
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	GThread *reader = g_thread_new("reader", drain, GINT_TO_POINTER(ends[0]));
	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &often, NULL);
	assert_int_equal(file_write_all(ends[1], bytes, len), 0);
	setitimer(ITIMER_REAL, &never, NULL);
	close(ends[1]);
	assert_int_equal(GPOINTER_TO_SIZE(g_thread_join(reader)), len);
	close(ends[0]);
}

static void test_directory(void **state)
{
	(void)state;
	assert_int_equal(file_sync_dir(g_get_tmp_dir()), 0);
	assert_int_equal(file_sync_dir("/nowhere/at/all"), -ENOENT);
	assert_int_equal(file_sync_dir("/proc/self/exe"), -ENOTDIR);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_places),
		cmocka_unit_test(test_interrupted),
		cmocka_unit_test(test_directory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
