/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Against a server in a thread of the test that sends a file, whole or in part, or breaks off. */

#include "room-client/link/download.h"

#include <arpa/inet.h>
#include <glib.h>
#include <openssl/ssl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "room-client/link/link.h"
#include "room-client/link/pace.h"
#include "tests/unit/room-client/link/test_cert.h"

#define SIZE 300000
#define TIMEOUT_S 60

struct depot {
	struct test_cert cert;
	SSL_CTX *ssl;
	GThread *thread;
	int fd, port;
};

static uint8_t byte_at(size_t i)
{
	return (uint8_t)(i * 7 + i / 251);
}

static void send_bytes(SSL *ssl, size_t from, size_t to)
{
	uint8_t block[5000];

	while (from < to) {
		size_t n = MIN(sizeof(block), to - from);

		for (size_t i = 0; i < n; i++)
			block[i] = byte_at(from + i);
		if (SSL_write(ssl, block, (int)n) <= 0)
			return;
		from += n;
	}
}

static void send_head(SSL *ssl, const char *status, size_t len)
{
	g_autofree char *head = g_strdup_printf(
		"HTTP/1.1 %s\r\nContent-Length: %zu\r\nConnection: close\r\n\r\n", status, len);

	SSL_write(ssl, head, (int)strlen(head));
}

static void serve(SSL *ssl)
{
	const char *problem = "{\"code\":\"session.step\",\"title\":\"no\"}";
	g_autoptr(GString) request = g_string_new(NULL);
	const char *range;
	char buffer[4096];
	size_t from = 0;
	int n;

	while (!strstr(request->str, "\r\n\r\n") && (n = SSL_read(ssl, buffer, sizeof(buffer))) > 0)
		g_string_append_len(request, buffer, n);
	range = strstr(request->str, "Range: bytes=");
	if (range)
		from = (size_t)atol(range + strlen("Range: bytes="));
	if (g_str_has_prefix(request->str, "GET /refused/without"))
		problem = "{\"code\":\"\"}";
	if (!strstr(request->str, "Authorization: Bearer secret\r\n") ||
		g_str_has_prefix(request->str, "GET /refused")) {
		send_head(ssl, "409 Conflict", strlen(problem));
		SSL_write(ssl, problem, (int)strlen(problem));
	} else if (g_str_has_prefix(request->str, "GET /breaks")) {
		send_head(ssl, "200 OK", SIZE);
		send_bytes(ssl, 0, SIZE / 3);
	} else if (range && !g_str_has_prefix(request->str, "GET /whole")) {
		send_head(ssl, "206 Partial Content", SIZE - from);
		send_bytes(ssl, from, SIZE);
	} else {
		send_head(ssl, "200 OK", SIZE);
		send_bytes(ssl, 0, SIZE);
	}
	SSL_shutdown(ssl);
}

static void *depot_loop(void *user)
{
	struct depot *d = user;
	int fd;

	while ((fd = accept(d->fd, NULL, NULL)) >= 0) {
		SSL *ssl = SSL_new(d->ssl);

		SSL_set_fd(ssl, fd);
		if (SSL_accept(ssl) == 1)
			serve(ssl);
		SSL_free(ssl);
		close(fd);
	}
	return NULL;
}

static int setup(void **state)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof(address);
	struct depot *d = g_new0(struct depot, 1);

	test_cert_make(&d->cert, "IP:127.0.0.1", TEST_CERT_LASTS_S);
	d->ssl = SSL_CTX_new(TLS_server_method());
	assert_int_equal(
		SSL_CTX_use_certificate_file(d->ssl, d->cert.cert_file, SSL_FILETYPE_PEM), 1);
	assert_int_equal(
		SSL_CTX_use_PrivateKey_file(d->ssl, d->cert.key_file, SSL_FILETYPE_PEM), 1);
	d->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(d->fd, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(listen(d->fd, 8), 0);
	assert_int_equal(getsockname(d->fd, (struct sockaddr *)&address, &len), 0);
	d->port = ntohs(address.sin_port);
	d->thread = g_thread_new("depot", depot_loop, d);
	*state = d;
	return 0;
}

static int teardown(void **state)
{
	struct depot *d = *state;

	shutdown(d->fd, SHUT_RDWR);
	g_thread_join(d->thread);
	close(d->fd);
	SSL_CTX_free(d->ssl);
	test_cert_done(&d->cert);
	g_free(d);
	return 0;
}

struct fetched {
	size_t from, n;
	bool right; /* every byte is the one of its place */
	bool over;
	char *code;
	size_t enough; /* further pieces are refused */
};

static bool piece(void *user, const void *bytes, size_t len)
{
	struct fetched *f = user;

	if (f->enough && f->n + len > f->enough)
		return false;
	for (size_t i = 0; i < len; i++)
		f->right &= ((const uint8_t *)bytes)[i] == byte_at(f->from + f->n + i);
	f->n += len;
	return true;
}

static void done(void *user, const char *code)
{
	struct fetched *f = user;

	f->over = true;
	f->code = g_strdup(code);
}

static gboolean give_up(void *user)
{
	fail_msg("nothing more after %d s", TIMEOUT_S);
	return G_SOURCE_REMOVE;
}

static struct download *begin(
	const struct depot *d, const char *path, struct pace *pace, struct fetched *f)
{
	g_autofree char *url = g_strdup_printf("https://127.0.0.1:%d%s", d->port, path);
	struct download_config config = {.url = url,
		.bearer = "secret",
		.ca_file = d->cert.cert_file,
		.from = (int64_t)f->from,
		.pace = pace};
	struct download_out out = {f, piece, done};

	f->right = true;
	return download_new(&config, &out);
}

/* The code it ended with, "" for none; fails if a byte was wrong. */
static char *fetch(const struct depot *d, const char *path, struct fetched *f)
{
	struct pace *pace = pace_new(g_get_monotonic_time());
	struct download *download = begin(d, path, pace, f);
	guint timeout = g_timeout_add_seconds(TIMEOUT_S, give_up, NULL);

	while (!f->over)
		g_main_context_iteration(NULL, TRUE);
	g_source_remove(timeout);
	download_free(download);
	pace_free(pace);
	assert_true(f->right);
	return f->code ? f->code : g_strdup("");
}

static void test_whole(void **state)
{
	struct fetched f = {0};
	int64_t begun_us = g_get_monotonic_time();
	g_autofree char *code = fetch(*state, "/file", &f);

	assert_string_equal(code, "");
	assert_int_equal(f.n, SIZE);
	/* 300,000 bytes at the rate of the beginning, which grows. */
	assert_true(g_get_monotonic_time() - begun_us > G_USEC_PER_SEC);
}

static void test_goes_on(void **state)
{
	struct fetched f = {.from = SIZE - 1000};
	g_autofree char *code = fetch(*state, "/file", &f);

	assert_string_equal(code, "");
	assert_int_equal(f.n, 1000);
}

static void test_goes_on_at_a_server_without_ranges(void **state)
{
	struct fetched f = {.from = SIZE - 1000};
	g_autofree char *code = fetch(*state, "/whole", &f);

	assert_string_equal(code, "");
	assert_int_equal(f.n, 1000);
}

static void test_breaks_off(void **state)
{
	struct fetched f = {0};
	g_autofree char *code = fetch(*state, "/breaks", &f);

	assert_string_equal(code, "no_answer");
	assert_int_equal(f.n, SIZE / 3);
}

static void test_refused(void **state)
{
	struct fetched f = {0}, g = {.enough = 20000}, h = {0};
	g_autofree char *code = fetch(*state, "/refused", &f), *kept = NULL;
	g_autofree char *without = fetch(*state, "/refused/without", &h);

	assert_string_equal(code, "session.step");
	assert_string_equal(without, "bad_answer");
	assert_int_equal(f.n, 0);
	kept = fetch(*state, "/file", &g);
	assert_string_equal(kept, "not_kept");
}

static void test_nobody_there(void **state)
{
	struct depot nowhere = {.port = 1, .cert = ((struct depot *)*state)->cert};
	struct fetched f = {0};
	g_autofree char *code = fetch(&nowhere, "/file", &f);

	assert_string_equal(code, "no_answer");
}

/* Ended while it pauses: at once, and nothing is told. */
static void test_ended_early(void **state)
{
	struct fetched f = {0};
	struct pace *pace = pace_new(g_get_monotonic_time());
	int64_t begun_us = g_get_monotonic_time();
	struct download *download;

	for (int i = 0; i < 100; i++)
		pace_hold(pace, begun_us + i * 100000);
	download = begin(*state, "/file", pace, &f);
	g_usleep(50000);
	download_free(download);
	while (g_main_context_iteration(NULL, FALSE)) {
	}
	assert_false(f.over);
	assert_int_equal(f.n, 0);
	pace_free(pace);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whole),
		cmocka_unit_test(test_goes_on),
		cmocka_unit_test(test_goes_on_at_a_server_without_ranges),
		cmocka_unit_test(test_breaks_off),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_nobody_there),
		cmocka_unit_test(test_ended_early),
	};

	signal(SIGPIPE, SIG_IGN);
	link_init();
	return cmocka_run_group_tests(tests, setup, teardown);
}
