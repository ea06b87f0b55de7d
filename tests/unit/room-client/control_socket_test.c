/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/control_socket.h"

#include <errno.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include <cmocka.h>

#define TIMEOUT_S 20

struct bench {
	char *dir, *path;
	struct control_socket *socket;
};

static json_t *echo(void *user, const json_t *command)
{
	return json_pack("{s:O}", "echo", command);
}

static void bench_start(struct bench *b)
{
	struct control_socket_out out = {b, echo};

	b->dir = g_dir_make_tmp("bidroom-control-XXXXXX", NULL);
	b->path = g_build_filename(b->dir, "socket", NULL);
	assert_int_equal(control_socket_new(b->path, &out, &b->socket), 0);
}

static void bench_stop(struct bench *b)
{
	control_socket_free(b->socket);
	assert_int_equal(access(b->path, F_OK), -1);
	g_rmdir(b->dir);
	g_free(b->dir);
	g_free(b->path);
}

static int dial(const struct bench *b)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	g_strlcpy(address.sun_path, b->path, sizeof(address.sun_path));
	assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	return fd;
}

static void say(int fd, const char *text, size_t len)
{
	while (len) {
		ssize_t n = send(fd, text, len, MSG_NOSIGNAL);

		if (n > 0) {
			text += n;
			len -= (size_t)n;
		} else if (errno == EPIPE || errno == ECONNRESET) {
			return;
		}
		g_main_context_iteration(NULL, FALSE);
	}
}

static gboolean give_up(void *user)
{
	fail_msg("nothing more after %d s", TIMEOUT_S);
	return G_SOURCE_REMOVE;
}

/* The next line, or "" when the other side has closed; the caller frees it. */
static char *hear(int fd)
{
	guint timer = g_timeout_add_seconds(TIMEOUT_S, give_up, NULL);
	GString *line = g_string_new(NULL);

	for (bool whole = false; !whole;) {
		char buffer[8192], *end;
		ssize_t n = recv(fd, buffer, sizeof(buffer), MSG_PEEK);

		if (n == 0 || (n < 0 && errno != EAGAIN))
			break;
		if (n < 0) {
			g_main_context_iteration(NULL, FALSE);
			continue;
		}
		end = memchr(buffer, '\n', (size_t)n);
		whole = end != NULL;
		g_string_append_len(line, buffer, end ? end - buffer : n);
		assert_true(recv(fd, buffer, (size_t)(end ? end + 1 - buffer : n), 0) > 0);
	}
	g_source_remove(timer);
	return g_string_free(line, FALSE);
}

static void expect(int fd, const char *line)
{
	g_autofree char *heard = hear(fd);

	assert_string_equal(heard, line);
}

static void answers_and_tells(void **state)
{
	static const char ask[] =
		"{\"a\":1}\n{\"b\":\"好\"}\nnonsense\n[]\n{\"a\":1,\"a\":2}\n{\"c\"";
	json_auto_t *news = json_pack("{s:s}", "event", "news");
	struct stat st;
	struct bench b;
	int first, second;

	bench_start(&b);
	assert_int_equal(stat(b.path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	first = dial(&b);
	second = dial(&b);
	say(first, ask, strlen(ask));
	expect(first, "{\"echo\":{\"a\":1}}");
	expect(first, "{\"echo\":{\"b\":\"好\"}}");
	expect(first, "{\"ok\":false,\"error\":\"not_a_json_object\"}");
	expect(first, "{\"ok\":false,\"error\":\"not_a_json_object\"}");
	expect(first, "{\"ok\":false,\"error\":\"not_a_json_object\"}");
	say(first, ":3}\n", 4);
	expect(first, "{\"echo\":{\"c\":3}}");
	say(second, "{}\n", 3);
	expect(second, "{\"echo\":{}}");
	control_socket_tell(b.socket, news);
	expect(first, "{\"event\":\"news\"}");
	expect(second, "{\"event\":\"news\"}");
	close(first);
	control_socket_tell(b.socket, news);
	expect(second, "{\"event\":\"news\"}");
	close(second);
	bench_stop(&b);
}

static void endless_line_is_cut(void **state)
{
	g_autofree char *flood = g_strnfill(200 * 1024, 'x');
	struct bench b;
	int fd;

	bench_start(&b);
	fd = dial(&b);
	say(fd, flood, strlen(flood));
	expect(fd, "");
	close(fd);
	bench_stop(&b);
}

static void deaf_reader_is_dropped(void **state)
{
	g_autofree char *filling = g_strnfill(100 * 1024, 'x');
	json_auto_t *news = json_pack("{s:s}", "event", filling);
	struct bench b;
	int deaf, good;

	bench_start(&b);
	deaf = dial(&b);
	good = dial(&b);
	say(good, "{}\n", 3);
	expect(good, "{\"echo\":{}}");
	say(deaf, "{}\n", 3);
	expect(deaf, "{\"echo\":{}}");
	for (int i = 0; i < 60; i++) {
		g_autofree char *heard = NULL;

		control_socket_tell(b.socket, news);
		heard = hear(good);
		assert_int_equal(strlen(heard), strlen(filling) + strlen("{\"event\":\"\"}"));
	}
	for (;;) {
		g_autofree char *heard = hear(deaf);

		if (!*heard)
			break;
	}
	close(deaf);
	close(good);
	bench_stop(&b);
}

static void long_path_is_a_fault(void **state)
{
	g_autofree char *path = g_strnfill(200, 'x');
	struct control_socket_out out = {NULL, echo};
	struct control_socket *s;

	assert_true(control_socket_new(path, &out, &s) < 0);
	assert_true(control_socket_new("/no/such/directory/socket", &out, &s) < 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers_and_tells),
		cmocka_unit_test(endless_line_is_cut),
		cmocka_unit_test(deaf_reader_is_dropped),
		cmocka_unit_test(long_path_is_a_fault),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
