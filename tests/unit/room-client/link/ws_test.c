/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Against an echo server in a thread of the test. Two of its texts are orders: "close" and "big".
 */

#include "room-client/link/ws.h"

#include <libwebsockets.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "room-client/link/link.h"
#include "tests/unit/room-client/link/test_cert.h"

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/lsan_interface.h>
#define LEAKS_BEGIN __lsan_disable
#define LEAKS_END __lsan_enable
#else
#define LEAKS_BEGIN()
#define LEAKS_END()
#endif

#define TIMEOUT_S 30
#define BIG (300 * 1024)

struct echo_message {
	bool binary;
	size_t len;
	unsigned char data[]; /* LWS_PRE bytes of room first */
};

struct echo_session {
	GByteArray *rx;
	GQueue *tx;
	bool close;
};

struct echo_server {
	struct test_cert cert;
	struct lws_context *context;
	GThread *thread;
	gint stopping;
	gint standing; /* it reads nothing */
	int port;
};

static void echo_push(struct echo_session *s, bool binary, const void *data, size_t len)
{
	struct echo_message *m = g_malloc0(sizeof(*m) + LWS_PRE + len);

	m->binary = binary;
	m->len = len;
	if (data)
		memcpy(m->data + LWS_PRE, data, len);
	g_queue_push_tail(s->tx, m);
}

static void echo_received(struct lws *wsi, struct echo_session *s, const void *in, size_t len)
{
	bool binary = lws_frame_is_binary(wsi);

	g_byte_array_append(s->rx, in, (guint)len);
	if (!lws_is_final_fragment(wsi) || lws_remaining_packet_payload(wsi))
		return;
	if (!binary && s->rx->len == 5 && memcmp(s->rx->data, "close", 5) == 0)
		s->close = true;
	else if (!binary && s->rx->len == 3 && memcmp(s->rx->data, "big", 3) == 0)
		echo_push(s, true, NULL, BIG);
	else
		echo_push(s, binary, s->rx->data, s->rx->len);
	g_byte_array_set_size(s->rx, 0);
	lws_callback_on_writable(wsi);
}

static int echo_write(struct lws *wsi, struct echo_session *s)
{
	g_autofree struct echo_message *m = g_queue_pop_head(s->tx);

	if (s->close)
		return -1;
	if (!m)
		return 0;
	lws_write(wsi, m->data + LWS_PRE, m->len, m->binary ? LWS_WRITE_BINARY : LWS_WRITE_TEXT);
	if (!g_queue_is_empty(s->tx))
		lws_callback_on_writable(wsi);
	return 0;
}

static int echo_callback(
	struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t len)
{
	struct echo_session *s = user;

	if (reason == LWS_CALLBACK_ESTABLISHED) {
		s->rx = g_byte_array_new();
		s->tx = g_queue_new();
	} else if (reason == LWS_CALLBACK_CLOSED) {
		g_byte_array_unref(s->rx);
		g_queue_free_full(s->tx, g_free);
	} else if (reason == LWS_CALLBACK_RECEIVE) {
		echo_received(wsi, s, in, len);
	} else if (reason == LWS_CALLBACK_SERVER_WRITEABLE) {
		return echo_write(wsi, s);
	}
	return 0;
}

static void *echo_loop(void *user)
{
	struct echo_server *e = user;

	while (!g_atomic_int_get(&e->stopping)) {
		if (g_atomic_int_get(&e->standing))
			g_usleep(1000);
		else
			lws_service(e->context, 0);
	}
	return NULL;
}

static void echo_start_with(struct echo_server *e, const char *names, long lasts_s)
{
	static const struct lws_protocols protocols[] = {
		{.name = "bidroom.v1",
			.callback = echo_callback,
			.per_session_data_size = sizeof(struct echo_session),
			.rx_buffer_size = 16384},
		{0},
	};
	struct lws_context_creation_info info = {
		.port = 0,
		.protocols = protocols,
		.options = LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT | LWS_SERVER_OPTION_DISABLE_IPV6 |
			   LWS_SERVER_OPTION_DISABLE_OS_CA_CERTS,
		.alpn = "http/1.1",
		.gid = (gid_t)-1,
		.uid = (uid_t)-1,
	};

	memset(e, 0, sizeof(*e));
	test_cert_make(&e->cert, names, lasts_s);
	info.ssl_cert_filepath = e->cert.cert_file;
	info.ssl_private_key_filepath = e->cert.key_file;
	/* libwebsockets 4.1.6 never frees the client side that it prepares for a server. */
	LEAKS_BEGIN();
	e->context = lws_create_context(&info);
	LEAKS_END();
	assert_non_null(e->context);
	e->port = lws_get_vhost_listen_port(lws_get_vhost_by_name(e->context, "default"));
	e->thread = g_thread_new("echo", echo_loop, e);
}

static void echo_start(struct echo_server *e, const char *names)
{
	echo_start_with(e, names, TEST_CERT_LASTS_S);
}

static void echo_stop(struct echo_server *e)
{
	g_atomic_int_set(&e->stopping, 1);
	lws_cancel_service(e->context);
	g_thread_join(e->thread);
	lws_context_destroy(e->context);
	test_cert_done(&e->cert);
}

struct client {
	struct ws *ws;
	int n_opened, n_closed;
	GString *texts;
	GPtrArray *binaries;
	guint before_text; /* binaries that came before the last text */
};

static void opened(void *user)
{
	((struct client *)user)->n_opened++;
}

static void closed(void *user, const char *why)
{
	print_message("closed: %s\n", why);
	((struct client *)user)->n_closed++;
}

static void text(void *user, const char *data, size_t len)
{
	struct client *c = user;

	g_string_append_len(c->texts, data, (gssize)len);
	g_string_append_c(c->texts, '\n');
	c->before_text = c->binaries->len;
}

static void binary(void *user, GBytes *message, int64_t arrived_us)
{
	assert_in_range(g_get_monotonic_time() - arrived_us, 0, TIMEOUT_S * G_USEC_PER_SEC);
	g_ptr_array_add(((struct client *)user)->binaries, g_bytes_ref(message));
}

static void client_start(struct client *c, const char *ca_file)
{
	struct ws_config config = {
		.ca_file = ca_file,
		.subprotocol = "bidroom.v1",
		.text_max = 1000,
		.binary_max = 200 * 1024,
	};
	struct ws_out out = {c, opened, closed, text, binary};

	memset(c, 0, sizeof(*c));
	c->texts = g_string_new(NULL);
	c->binaries = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
	assert_int_equal(ws_new(&config, &out, &c->ws), 0);
}

static void client_stop(struct client *c)
{
	ws_free(c->ws);
	g_string_free(c->texts, TRUE);
	g_ptr_array_unref(c->binaries);
}

static void client_open(struct client *c, const char *host, const struct echo_server *e)
{
	g_autofree char *url = g_strdup_printf("wss://%s:%d/room/s1", host, e->port);

	ws_open(c->ws, url);
}

static gboolean give_up(void *user)
{
	fail_msg("nothing more after %d s", TIMEOUT_S);
	return G_SOURCE_REMOVE;
}

#define WAIT_FOR(condition)                                                     \
	do {                                                                    \
		guint timer_ = g_timeout_add_seconds(TIMEOUT_S, give_up, NULL); \
                                                                                \
		while (!(condition))                                            \
			g_main_context_iteration(NULL, TRUE);                   \
		g_source_remove(timer_);                                        \
	} while (0)

static void sends_and_receives(void **state)
{
	static const size_t SIZES[] = {1, 24, 125, 126, 4096, 65535, 65536, 150 * 1024};
	struct echo_server e;
	struct client c;

	echo_start(&e, "DNS:localhost,IP:127.0.0.1");
	client_start(&c, e.cert.cert_file);
	client_open(&c, "localhost", &e);
	WAIT_FOR(c.n_opened == 1);
	for (size_t i = 0; i < G_N_ELEMENTS(SIZES); i++) {
		g_autoptr(GBytes) message = g_bytes_new_take(g_malloc(SIZES[i]), SIZES[i]);

		memset((void *)g_bytes_get_data(message, NULL), (int)i + 1, SIZES[i]);
		ws_send_media(c.ws, OUTBOX_VIDEO, message);
		/* Masking must not have touched what others hold too. */
		assert_int_equal(
			((const char *)g_bytes_get_data(message, NULL))[SIZES[i] - 1], i + 1);
	}
	ws_send_text(c.ws, OUTBOX_CONTROL, "{\"你\":\"好\"}");
	WAIT_FOR(c.binaries->len == G_N_ELEMENTS(SIZES) && c.texts->len);
	assert_string_equal(c.texts->str, "{\"你\":\"好\"}\n");
	for (size_t i = 0; i < G_N_ELEMENTS(SIZES); i++) {
		size_t len;
		const char *data = g_bytes_get_data(c.binaries->pdata[i], &len);

		assert_int_equal(len, SIZES[i]);
		assert_int_equal(data[0], i + 1);
		assert_int_equal(data[len - 1], i + 1);
	}
	assert_int_equal(c.n_closed, 0);
	client_stop(&c);
	echo_stop(&e);
}

static void address_by_number_is_verified_too(void **state)
{
	struct echo_server e;
	struct client c;

	echo_start(&e, "DNS:localhost,IP:127.0.0.1");
	client_start(&c, e.cert.cert_file);
	client_open(&c, "127.0.0.1", &e);
	WAIT_FOR(c.n_opened == 1);
	client_open(&c, "127.0.0.2", &e);
	WAIT_FOR(c.n_closed == 1);
	assert_int_equal(c.n_opened, 1);
	client_stop(&c);
	echo_stop(&e);
}

static void stranger_is_refused(void **state)
{
	struct test_cert other;
	struct echo_server e;
	struct client c;

	test_cert_make(&other, "DNS:localhost", TEST_CERT_LASTS_S);
	echo_start(&e, "DNS:localhost");
	client_start(&c, other.cert_file);
	client_open(&c, "localhost", &e);
	WAIT_FOR(c.n_closed == 1);
	assert_int_equal(c.n_opened, 0);
	client_stop(&c);
	client_start(&c, NULL); /* the system's authorities do not know it either */
	client_open(&c, "localhost", &e);
	WAIT_FOR(c.n_closed == 1);
	assert_int_equal(c.n_opened, 0);
	client_stop(&c);
	echo_stop(&e);
	test_cert_done(&other);
}

/* A server under this certificate, which the client knows. */
static void check_refused(const char *names, int lasts_s)
{
	struct echo_server e;
	struct client c;

	echo_start_with(&e, names, lasts_s);
	client_start(&c, e.cert.cert_file);
	client_open(&c, "localhost", &e);
	WAIT_FOR(c.n_closed == 1);
	assert_int_equal(c.n_opened, 0);
	client_stop(&c);
	echo_stop(&e);
}

static void other_name_is_refused(void **state)
{
	check_refused("DNS:bidroom.example,IP:127.0.0.9", TEST_CERT_LASTS_S);
}

static void expired_is_refused(void **state)
{
	check_refused("DNS:localhost", -60);
}

static void comes_back_after_a_close(void **state)
{
	struct echo_server e;
	struct client c;

	echo_start(&e, "DNS:localhost");
	client_start(&c, e.cert.cert_file);
	for (int i = 1; i <= 3; i++) {
		client_open(&c, "localhost", &e);
		WAIT_FOR(c.n_opened == i);
		ws_send_text(c.ws, OUTBOX_CONTROL, "close");
		WAIT_FOR(c.n_closed == i);
		ws_send_text(c.ws, OUTBOX_CONTROL, "lost");
	}
	client_open(&c, "localhost", &e);
	WAIT_FOR(c.n_opened == 4);
	ws_send_text(c.ws, OUTBOX_CONTROL, "new");
	WAIT_FOR(c.texts->len);
	assert_string_equal(c.texts->str, "new\n");
	client_stop(&c);
	echo_stop(&e);
}

static void closing_is_silent_and_opening_replaces(void **state)
{
	struct echo_server e;
	struct client c;

	echo_start(&e, "DNS:localhost");
	client_start(&c, e.cert.cert_file);
	for (int i = 0; i < 20; i++)
		client_open(&c, "localhost", &e);
	WAIT_FOR(c.n_opened == 1);
	ws_close(c.ws);
	client_open(&c, "localhost", &e);
	WAIT_FOR(c.n_opened == 2);
	ws_send_text(c.ws, OUTBOX_CONTROL, "here");
	WAIT_FOR(c.texts->len);
	assert_int_equal(c.n_closed, 0);
	client_stop(&c);
	echo_stop(&e);
}

static void nobody_there(void **state)
{
	struct echo_server e;
	struct client c;

	echo_start(&e, "DNS:localhost");
	client_start(&c, e.cert.cert_file);
	ws_open(c.ws, "wss://localhost:1/room/s1");
	WAIT_FOR(c.n_closed == 1);
	ws_open(c.ws, "ws://localhost:1/room/s1");
	WAIT_FOR(c.n_closed == 2);
	ws_open(c.ws, "wss://no-such-host.invalid/room/s1");
	WAIT_FOR(c.n_closed == 3);
	client_open(&c, "localhost", &e);
	WAIT_FOR(c.n_opened == 1);
	assert_int_equal(c.n_closed, 3);
	client_stop(&c);
	echo_stop(&e);
}

static void too_long_a_message_ends_it(void **state)
{
	struct echo_server e;
	struct client c;

	echo_start(&e, "DNS:localhost");
	client_start(&c, e.cert.cert_file);
	client_open(&c, "localhost", &e);
	WAIT_FOR(c.n_opened == 1);
	ws_send_text(c.ws, OUTBOX_CONTROL, "big");
	WAIT_FOR(c.n_closed == 1);
	assert_int_equal(c.binaries->len, 0);
	client_stop(&c);
	echo_stop(&e);
}

#define N_THREADS 3
#define N_EACH 400

static void *flood(void *user)
{
	struct client *c = user;
	static gint next;
	uint32_t thread = (uint32_t)g_atomic_int_add(&next, 1);

	for (uint32_t i = 0; i < N_EACH; i++) {
		uint32_t words[64] = {thread, i, thread * 31 + i};
		g_autoptr(GBytes) message = g_bytes_new(words, sizeof(words));

		ws_send_media(c->ws, OUTBOX_AUDIO, message);
	}
	return NULL;
}

static void threads_may_send(void **state)
{
	GThread *threads[N_THREADS];
	uint32_t next[N_THREADS] = {0};
	struct echo_server e;
	struct client c;

	echo_start(&e, "DNS:localhost");
	client_start(&c, e.cert.cert_file);
	client_open(&c, "localhost", &e);
	WAIT_FOR(c.n_opened == 1);
	for (int i = 0; i < N_THREADS; i++)
		threads[i] = g_thread_new("flood", flood, &c);
	WAIT_FOR(c.binaries->len == N_THREADS * N_EACH);
	for (int i = 0; i < N_THREADS; i++)
		g_thread_join(threads[i]);
	for (guint i = 0; i < c.binaries->len; i++) {
		const uint32_t *words = g_bytes_get_data(c.binaries->pdata[i], NULL);

		assert_true(words[0] < N_THREADS);
		assert_int_equal(words[1], next[words[0]]++);
		assert_int_equal(words[2], words[0] * 31 + words[1]);
	}
	client_stop(&c);
	echo_stop(&e);
}

#define N_PICTURES 400
#define PICTURE (8 * 1024)

/* Pictures by the megabyte wait for a line that stands still: what was said later leaves first, and
 * so little is in the kernel's hands that it arrives first, too. */
static void control_overtakes_pictures_on_a_slow_line(void **state)
{
	g_autoptr(GBytes) picture = g_bytes_new_take(g_malloc0(PICTURE), PICTURE);
	struct echo_server e;
	struct client c;

	echo_start(&e, "DNS:localhost");
	client_start(&c, e.cert.cert_file);
	client_open(&c, "localhost", &e);
	WAIT_FOR(c.n_opened == 1);
	g_atomic_int_set(&e.standing, 1);
	for (int i = 0; i < N_PICTURES; i++)
		ws_send_media(c.ws, OUTBOX_VIDEO, picture);
	while (ws_waits_us(c.ws, OUTBOX_VIDEO) < 200000)
		g_usleep(5000);
	ws_send_media(c.ws, OUTBOX_AUDIO, picture);
	ws_send_text(c.ws, OUTBOX_CONTROL, "mute");
	g_atomic_int_set(&e.standing, 0);
	lws_cancel_service(e.context);
	WAIT_FOR(c.texts->len);
	print_message("after %u of %u pictures\n", c.before_text, N_PICTURES);
	assert_in_range(c.before_text, 0, N_PICTURES / 2);
	WAIT_FOR(c.binaries->len == N_PICTURES + 1);
	client_stop(&c);
	echo_stop(&e);
}

static void bad_authority_is_refused(void **state)
{
	struct ws_config config = {.ca_file = "/dev/null", .subprotocol = "bidroom.v1"};
	struct ws_out out = {0};
	struct ws *ws;

	assert_true(ws_new(&config, &out, &ws) < 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sends_and_receives),
		cmocka_unit_test(address_by_number_is_verified_too),
		cmocka_unit_test(stranger_is_refused),
		cmocka_unit_test(other_name_is_refused),
		cmocka_unit_test(expired_is_refused),
		cmocka_unit_test(comes_back_after_a_close),
		cmocka_unit_test(closing_is_silent_and_opening_replaces),
		cmocka_unit_test(nobody_there),
		cmocka_unit_test(too_long_a_message_ends_it),
		cmocka_unit_test(threads_may_send),
		cmocka_unit_test(control_overtakes_pictures_on_a_slow_line),
		cmocka_unit_test(bad_authority_is_refused),
	};

	/* A proxy that is not there: whoever used it would fail. */
	g_setenv("http_proxy", "http://127.0.0.1:9", TRUE);
	link_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
