/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Against a server in a thread of the test that answers with what it was asked, as JSON. */

#include "room-client/link/https.h"

#include <arpa/inet.h>
#include <glib.h>
#include <openssl/ssl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cmocka.h>

#include "room-client/link/link.h"
#include "tests/unit/room-client/link/test_cert.h"

#define TIMEOUT_S 30

struct mirror {
	struct test_cert cert;
	SSL_CTX *ssl;
	GThread *thread;
	int fd, port;
};

/* Head and body of one request; true once it is whole. */
static bool request_is_whole(const GString *request)
{
	const char *end = strstr(request->str, "\r\n\r\n");
	const char *length = strstr(request->str, "Content-Length: ");

	return end && (!length || strlen(end + 4) >= (size_t)atol(length + 16));
}

/* True: it goes on over this connection. */
static bool mirror_answer(SSL *ssl, int connection)
{
	g_autoptr(GString) request = g_string_new(NULL);
	g_autofree char *body = NULL, *answer = NULL;
	json_auto_t *json = NULL;
	char buffer[4096];
	bool kept;
	int n;

	while (!request_is_whole(request) && (n = SSL_read(ssl, buffer, sizeof(buffer))) > 0)
		g_string_append_len(request, buffer, n);
	if (!request_is_whole(request))
		return false;
	kept = g_str_has_prefix(request->str, "GET /keep");
	json = json_pack("{s:s, s:i}", "asked", request->str, "connection", connection);
	body = g_str_has_prefix(request->str, "GET /plain") ? g_strdup("plain")
							    : json_dumps(json, JSON_COMPACT);
	answer = g_strdup_printf("HTTP/1.1 %s\r\nContent-Length: %zu\r\n%s\r\n%s",
		g_str_has_prefix(request->str, "POST") ? "201 Created" : "200 OK", strlen(body),
		kept ? "" : "Connection: close\r\n", body);
	SSL_write(ssl, answer, (int)strlen(answer));
	/* As a server that has waited long enough, without a word. */
	return kept && !g_str_has_prefix(request->str, "GET /keep/once");
}

static void *mirror_loop(void *user)
{
	struct mirror *m = user;
	int fd, connection = 0;

	while ((fd = accept(m->fd, NULL, NULL)) >= 0) {
		SSL *ssl = SSL_new(m->ssl);

		SSL_set_fd(ssl, fd);
		connection++;
		if (SSL_accept(ssl) == 1) {
			while (mirror_answer(ssl, connection))
				;
			SSL_shutdown(ssl);
		}
		SSL_free(ssl);
		close(fd);
	}
	return NULL;
}

static void mirror_start_with(struct mirror *m, const char *names, long lasts_s)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof(address);

	test_cert_make(&m->cert, names, lasts_s);
	m->ssl = SSL_CTX_new(TLS_server_method());
	assert_int_equal(
		SSL_CTX_use_certificate_file(m->ssl, m->cert.cert_file, SSL_FILETYPE_PEM), 1);
	assert_int_equal(
		SSL_CTX_use_PrivateKey_file(m->ssl, m->cert.key_file, SSL_FILETYPE_PEM), 1);
	m->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(m->fd, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(listen(m->fd, 8), 0);
	assert_int_equal(getsockname(m->fd, (struct sockaddr *)&address, &len), 0);
	m->port = ntohs(address.sin_port);
	m->thread = g_thread_new("mirror", mirror_loop, m);
}

static void mirror_start(struct mirror *m, const char *names)
{
	mirror_start_with(m, names, TEST_CERT_LASTS_S);
}

static void mirror_stop(struct mirror *m)
{
	shutdown(m->fd, SHUT_RDWR);
	g_thread_join(m->thread);
	close(m->fd);
	SSL_CTX_free(m->ssl);
	test_cert_done(&m->cert);
}

struct answer {
	bool came;
	int status;
	size_t size;
	int connection; /* the how many-eth it came over; 0: none */
	char *asked;
	char *error;
};

static void answered(void *user, const struct https_answer *answer)
{
	struct answer *a = user;
	const char *asked = json_string_value(json_object_get(answer->body, "asked"));

	a->came = true;
	a->status = answer->status;
	a->size = answer->bytes ? g_bytes_get_size(answer->bytes) : 0;
	a->connection = (int)json_integer_value(json_object_get(answer->body, "connection"));
	a->asked = g_strdup(asked);
	a->error = g_strdup(answer->error);
}

static void answer_done(struct answer *a)
{
	g_free(a->asked);
	g_free(a->error);
	*a = (struct answer){0};
}

static gboolean give_up(void *user)
{
	fail_msg("nothing more after %d s", TIMEOUT_S);
	return G_SOURCE_REMOVE;
}

static void wait_for(struct answer *a)
{
	guint timer = g_timeout_add_seconds(TIMEOUT_S, give_up, NULL);

	while (!a->came)
		g_main_context_iteration(NULL, TRUE);
	g_source_remove(timer);
}

static void ask(struct https *h, const struct mirror *m, const char *path, struct answer *a)
{
	g_autofree char *url = g_strdup_printf("https://localhost:%d%s", m->port, path);
	const struct https_request asked = {.method = "GET", .url = url};

	https_send(h, &asked, answered, a);
}

static void asks_and_is_answered(void **state)
{
	json_auto_t *body = json_pack("{s:s}", "pass", "好");
	struct answer get = {0}, post = {0}, plain = {0};
	g_autofree char *url = NULL;
	struct mirror m;
	struct https *h;

	mirror_start(&m, "DNS:localhost");
	h = https_new(m.cert.cert_file);
	url = g_strdup_printf("https://localhost:%d/api", m.port);
	const struct https_request asked = {"POST", url, "secret", "key-1", "\"7\"", body};
	https_send(h, &asked, answered, &post);
	ask(h, &m, "/where", &get);
	ask(h, &m, "/plain", &plain);
	wait_for(&plain);
	assert_int_equal(post.status, 201);
	assert_non_null(strstr(post.asked, "Authorization: Bearer secret\r\n"));
	assert_non_null(strstr(post.asked, "Idempotency-Key: key-1\r\n"));
	assert_non_null(strstr(post.asked, "If-Match: \"7\"\r\n"));
	assert_non_null(strstr(post.asked, "Content-Type: application/json\r\n"));
	assert_non_null(strstr(post.asked, "\r\n\r\n{\"pass\":\"好\"}"));
	assert_int_equal(get.status, 200);
	assert_true(g_str_has_prefix(get.asked, "GET /where HTTP/1.1\r\n"));
	assert_null(strstr(get.asked, "Authorization"));
	assert_int_equal(plain.status, 200);
	assert_null(plain.asked);
	assert_int_equal(plain.size, strlen("plain"));
	answer_done(&get);
	answer_done(&post);
	answer_done(&plain);
	https_free(h);
	mirror_stop(&m);
}

static void stranger_is_refused(void **state)
{
	struct answer a = {0};
	struct test_cert other;
	struct mirror m;
	struct https *h;

	test_cert_make(&other, "DNS:localhost", TEST_CERT_LASTS_S);
	mirror_start(&m, "DNS:localhost");
	h = https_new(other.cert_file);
	ask(h, &m, "/", &a);
	wait_for(&a);
	assert_int_equal(a.status, 0);
	print_message("%s\n", a.error);
	assert_true(a.error[0] != '\0');
	answer_done(&a);
	https_free(h);
	mirror_stop(&m);
	test_cert_done(&other);
}

static void other_name_and_no_tls_are_refused(void **state)
{
	struct answer a = {0};
	struct mirror m;
	struct https *h;

	mirror_start(&m, "DNS:bidroom.example");
	h = https_new(m.cert.cert_file);
	ask(h, &m, "/", &a);
	wait_for(&a);
	assert_int_equal(a.status, 0);
	answer_done(&a);
	https_send(h, &(struct https_request){.method = "GET", .url = "http://localhost/"},
		answered, &a);
	wait_for(&a);
	assert_int_equal(a.status, 0);
	answer_done(&a);
	https_free(h);
	mirror_stop(&m);
}

static void expired_is_refused(void **state)
{
	struct answer a = {0};
	struct mirror m;
	struct https *h;

	mirror_start_with(&m, "DNS:localhost", -60);
	h = https_new(m.cert.cert_file);
	ask(h, &m, "/", &a);
	wait_for(&a);
	assert_int_equal(a.status, 0);
	answer_done(&a);
	https_free(h);
	mirror_stop(&m);
}

static void goes_away_with_requests_under_way(void **state)
{
	struct answer a[5] = {0};
	struct mirror m;
	struct https *h;

	mirror_start(&m, "DNS:localhost");
	h = https_new(m.cert.cert_file);
	for (int i = 0; i < 5; i++)
		ask(h, &m, "/", &a[i]);
	https_free(h);
	while (g_main_context_iteration(NULL, FALSE))
		;
	for (int i = 0; i < 5; i++)
		assert_false(a[i].came);
	mirror_stop(&m);
}

static int connection_of(struct https *h, const struct mirror *m, const char *path)
{
	struct answer a = {0};
	int connection;

	ask(h, m, path, &a);
	wait_for(&a);
	assert_int_equal(a.status, 200);
	connection = a.connection;
	answer_done(&a);
	return connection;
}

static void keeps_the_connection_while_it_lasts(void **state)
{
	struct mirror m;
	struct https *h;

	mirror_start(&m, "DNS:localhost");
	h = https_new(m.cert.cert_file);
	assert_int_equal(connection_of(h, &m, "/keep"), 1);
	assert_int_equal(connection_of(h, &m, "/keep"), 1);
	assert_int_equal(connection_of(h, &m, "/keep/once"), 1);
	assert_int_equal(connection_of(h, &m, "/keep"), 2);
	https_free(h);
	mirror_stop(&m);
}

static int threads(void)
{
	int n = 0;
	GDir *tasks = g_dir_open("/proc/self/task", 0, NULL);

	while (g_dir_read_name(tasks))
		n++;
	g_dir_close(tasks);
	return n;
}

static void leaves_no_thread(void **state)
{
	int64_t until_us = g_get_monotonic_time() + 3 * G_USEC_PER_SEC;
	struct answer a = {0};
	struct mirror m;
	struct https *h;
	int before;

	mirror_start(&m, "DNS:localhost");
	before = threads();
	h = https_new(m.cert.cert_file);
	ask(h, &m, "/", &a);
	wait_for(&a);
	assert_true(threads() > before);
	https_free(h);
	/* The system takes a joined thread off its list a moment later. */
	while (threads() > before && g_get_monotonic_time() < until_us)
		g_thread_yield();
	assert_int_equal(threads(), before);
	answer_done(&a);
	mirror_stop(&m);
}

/* Of what anybody may send, only what can be a name is one. */
static void problems_have_a_code(void **state)
{
	static const struct {
		const char *problem, *code;
	} cases[] = {
		{"{\"code\":\"session.step\"}", "session.step"},
		{"{\"code\":\"\"}", "bad_answer"},
		{"{\"code\":7}", "bad_answer"},
		{"[\"code\"]", "bad_answer"},
		{"{}", "bad_answer"},
	};
	g_autofree char *longest = g_strnfill(HTTPS_CODE_SIZE - 1, 'a');
	g_autofree char *too_long = g_strnfill(HTTPS_CODE_SIZE, 'a');
	json_auto_t *fits = json_pack("{s:s}", "code", longest);
	json_auto_t *does_not = json_pack("{s:s}", "code", too_long);

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		json_auto_t *problem = json_loads(cases[i].problem, 0, NULL);

		assert_string_equal(https_problem_code(problem), cases[i].code);
	}
	assert_string_equal(https_problem_code(NULL), "bad_answer");
	assert_string_equal(https_problem_code(fits), longest);
	assert_string_equal(https_problem_code(does_not), "bad_answer");
}

int main(void)
{
	/* As in the program: a peer that hangs up is an error of the write, not the end of us. */
	signal(SIGPIPE, SIG_IGN);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(problems_have_a_code),
		cmocka_unit_test(asks_and_is_answered),
		cmocka_unit_test(stranger_is_refused),
		cmocka_unit_test(other_name_and_no_tls_are_refused),
		cmocka_unit_test(expired_is_refused),
		cmocka_unit_test(goes_away_with_requests_under_way),
		cmocka_unit_test(keeps_the_connection_while_it_lasts),
		cmocka_unit_test(leaves_no_thread),
	};

	g_setenv("https_proxy", "http://127.0.0.1:9", TRUE);
	link_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
