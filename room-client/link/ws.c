/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/link/ws.h"

#include <errno.h>
#include <libwebsockets.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/x509.h>
#include <string.h>
#include <sys/socket.h>

/*
 * Two threads meet here. The main thread leaves orders (open, close) and messages under the lock
 * and wakes the loop with lws_cancel_service, the only libwebsockets call allowed from outside. The
 * loop leaves reports in a queue and wakes the main thread with an idle source. Every connection
 * has a number; what concerns an earlier one is dropped on either side.
 */

/* Keep little in the kernel, so that control and sound can still overtake pictures. */
#define NOTSENT_LOWAT (16 * 1024)
#define WRITES_PER_TURN 16
/* Media that the main thread has not come round to. */
#define INBOX_MAX (16 * 1024 * 1024)

struct report {
	enum {
		REPORT_OPENED,
		REPORT_CLOSED,
		REPORT_TEXT,
		REPORT_BINARY,
	} kind;
	unsigned number; /* of the connection */
	GBytes *bytes;   /* message, or why it closed */
	int64_t at_us;
};

struct ws {
	struct ws_config config;
	struct ws_out out;
	GThread *thread;
	struct lws_context *context;
	struct outbox *outbox;
	gint stopping; /* atomic */
	gint woken;    /* atomic: the loop will look at the outbox */

	GMutex lock;     /* orders and reports */
	char *order_url; /* the connection wanted; NULL: none */
	unsigned order_number;
	GQueue reports;
	size_t reports_len;
	bool reports_told; /* an idle source is on its way */

	unsigned number; /* main thread: of the connection wanted */

	/* loop thread */
	struct lws *wsi; /* NULL: none */
	unsigned wsi_number;
	bool established, closed_told;
	GByteArray *rx;
};

static void report_free(void *p)
{
	struct report *r = p;

	g_clear_pointer(&r->bytes, g_bytes_unref);
	g_free(r);
}

static void deliver(struct ws *w, const struct report *r)
{
	size_t len = 0;
	const char *data = r->bytes ? g_bytes_get_data(r->bytes, &len) : NULL;

	if (r->number != w->number)
		return;
	if (r->kind == REPORT_OPENED) {
		w->out.opened(w->out.user);
	} else if (r->kind == REPORT_CLOSED) {
		w->number = 0;
		w->out.closed(w->out.user, data);
	} else if (r->kind == REPORT_TEXT) {
		w->out.text(w->out.user, data, len);
	} else {
		w->out.binary(w->out.user, r->bytes, r->at_us);
	}
}

static gboolean deliver_all(void *user)
{
	struct ws *w = user;
	GQueue reports;
	struct report *r;

	g_mutex_lock(&w->lock);
	reports = w->reports;
	g_queue_init(&w->reports);
	w->reports_len = 0;
	w->reports_told = false;
	g_mutex_unlock(&w->lock);
	while ((r = g_queue_pop_head(&reports))) {
		deliver(w, r);
		report_free(r);
	}
	return G_SOURCE_REMOVE;
}

/* Takes bytes. */
static void report(struct ws *w, int kind, GBytes *bytes)
{
	struct report *r = g_new0(struct report, 1);
	size_t len = bytes ? g_bytes_get_size(bytes) : 0;
	bool tell, dropped = false;

	r->kind = kind;
	r->number = w->wsi_number;
	r->bytes = bytes;
	r->at_us = g_get_monotonic_time();
	g_mutex_lock(&w->lock);
	if (kind == REPORT_BINARY && w->reports_len + len > INBOX_MAX) {
		dropped = true;
	} else {
		g_queue_push_tail(&w->reports, r);
		w->reports_len += len;
	}
	tell = !w->reports_told && !dropped;
	w->reports_told = w->reports_told || tell;
	if (tell)
		g_idle_add_full(G_PRIORITY_DEFAULT, deliver_all, w, NULL);
	g_mutex_unlock(&w->lock);
	if (dropped)
		report_free(r);
}

static void report_closed(struct ws *w, const char *why)
{
	w->wsi = NULL;
	w->established = false;
	w->closed_told = true;
	report(w, REPORT_CLOSED, g_bytes_new(why, strlen(why) + 1));
}

/* The socket of a current connection is left to libwebsockets; it goes at its own next turn. */
static void connection_abandon(struct ws *w)
{
	struct lws *wsi = g_steal_pointer(&w->wsi);

	w->established = false;
	if (wsi)
		lws_set_timeout(wsi, PENDING_TIMEOUT_USER_REASON_BASE, LWS_TO_KILL_ASYNC);
}

static void connection_begin(struct ws *w, const char *url)
{
	g_autoptr(GUri) uri = g_uri_parse(url, G_URI_FLAGS_NONE, NULL);
	g_autofree char *origin = NULL;
	struct lws_client_connect_info info = {0};

	w->closed_told = false;
	if (!uri || !g_str_equal(g_uri_get_scheme(uri), "wss") || !g_uri_get_host(uri)) {
		report_closed(w, "the address is not wss://…");
		return;
	}
	origin = g_strdup_printf("https://%s", g_uri_get_host(uri));
	g_byte_array_set_size(w->rx, 0);
	info.context = w->context;
	info.address = info.host = g_uri_get_host(uri);
	info.origin = origin;
	info.port = g_uri_get_port(uri) > 0 ? g_uri_get_port(uri) : 443;
	info.path = *g_uri_get_path(uri) ? g_uri_get_path(uri) : "/";
	info.ssl_connection = LCCSCF_USE_SSL;
	info.alpn = "http/1.1";
	info.protocol = w->config.subprotocol;
	info.local_protocol_name = "room";
	info.userdata = w;
	info.pwsi = &w->wsi;
	/* A failure at once may have come to the callback already, or not. */
	if (!lws_client_connect_via_info(&info) && !w->closed_told)
		report_closed(w, "cannot connect");
}

static void order_obey(struct ws *w)
{
	g_autofree char *url = NULL;
	bool changed;

	g_mutex_lock(&w->lock);
	changed = w->order_number != w->wsi_number;
	if (changed) {
		w->wsi_number = w->order_number;
		url = g_steal_pointer(&w->order_url);
	}
	g_mutex_unlock(&w->lock);
	if (!changed)
		return;
	connection_abandon(w);
	if (url)
		connection_begin(w, url);
}

static void wake(struct ws *w)
{
	if (g_atomic_int_compare_and_exchange(&w->woken, 0, 1))
		lws_cancel_service(w->context);
}

static void socket_tune(struct lws *wsi)
{
	int fd = lws_get_socket_fd(wsi), lowat = NOTSENT_LOWAT, on = 1;

	setsockopt(fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &lowat, sizeof(lowat));
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
}

/* A fresh copy for each write: libwebsockets masks in place. */
static int write_one(struct lws *wsi, GBytes *message, bool is_text)
{
	size_t len;
	const void *data = g_bytes_get_data(message, &len);
	g_autofree unsigned char *copy = g_malloc(LWS_PRE + len);

	if (len)
		memcpy(copy + LWS_PRE, data, len);
	return lws_write(wsi, copy + LWS_PRE, len, is_text ? LWS_WRITE_TEXT : LWS_WRITE_BINARY) < 0
		       ? -1
		       : 0;
}

static int write_some(struct ws *w)
{
	for (int i = 0; i < WRITES_PER_TURN; i++) {
		bool is_text;
		g_autoptr(GBytes) message = outbox_pop(w->outbox, &is_text);

		if (!message)
			return 0;
		if (write_one(w->wsi, message, is_text) < 0)
			return -1;
		if (lws_send_pipe_choked(w->wsi))
			break;
	}
	if (!outbox_is_empty(w->outbox))
		lws_callback_on_writable(w->wsi);
	return 0;
}

static int received(struct ws *w, const void *data, size_t len)
{
	bool binary = lws_frame_is_binary(w->wsi);
	size_t max = binary ? w->config.binary_max : w->config.text_max;

	if (lws_is_first_fragment(w->wsi))
		g_byte_array_set_size(w->rx, 0);
	if (w->rx->len + len + lws_remaining_packet_payload(w->wsi) > max)
		return -1;
	g_byte_array_append(w->rx, data, (guint)len);
	if (!lws_is_final_fragment(w->wsi))
		return 0;
	report(w, binary ? REPORT_BINARY : REPORT_TEXT, g_bytes_new(w->rx->data, w->rx->len));
	return 0;
}

static int woken(struct ws *w)
{
	g_atomic_int_set(&w->woken, 0);
	order_obey(w);
	if (w->wsi && w->established && !outbox_is_empty(w->outbox))
		lws_callback_on_writable(w->wsi);
	return 0;
}

/* In a room connection's life; returning non-zero closes it. */
static int connection_event(
	struct ws *w, struct lws *wsi, enum lws_callback_reasons reason, void *in, size_t len)
{
	switch (reason) {
	case LWS_CALLBACK_CLIENT_ESTABLISHED:
		w->established = true;
		socket_tune(wsi);
		report(w, REPORT_OPENED, NULL);
		return 0;
	case LWS_CALLBACK_CLIENT_RECEIVE:
		return received(w, in, len);
	case LWS_CALLBACK_CLIENT_WRITEABLE:
		return write_some(w);
	case LWS_CALLBACK_CLIENT_CONNECTION_ERROR:
		report_closed(w, in ? in : "cannot connect");
		return 0;
	case LWS_CALLBACK_CLIENT_CLOSED:
		report_closed(w, "closed");
		return 0;
	default:
		return 0;
	}
}

static int callback(
	struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t len)
{
	struct ws *w = wsi ? lws_context_user(lws_get_context(wsi)) : NULL;

	if (!w)
		return 0;
	if (reason == LWS_CALLBACK_EVENT_WAIT_CANCELLED)
		return woken(w);
	/* An abandoned connection may still speak for a moment; nobody listens. */
	if (wsi == w->wsi)
		return connection_event(w, wsi, reason, in, len);
	return reason == LWS_CALLBACK_CLIENT_RECEIVE || reason == LWS_CALLBACK_CLIENT_WRITEABLE ||
			       reason == LWS_CALLBACK_CLIENT_ESTABLISHED
		       ? -1
		       : 0;
}

static struct lws_context *context_new(struct ws *w)
{
	static const struct lws_protocols protocols[] = {
		{.name = "room",
			.callback = callback,
			.rx_buffer_size = 16 * 1024,
			.tx_packet_size = 64 * 1024},
		{0},
	};
	struct lws_context_creation_info info = {
		.port = CONTEXT_PORT_NO_LISTEN,
		.protocols = protocols,
		.options = LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT,
		.client_ssl_ca_filepath = w->config.ca_file,
		.pt_serv_buf_size = 32 * 1024,
		.user = w,
		.gid = (gid_t)-1,
		.uid = (uid_t)-1,
	};

	if (w->config.ca_file)
		info.options |= LWS_SERVER_OPTION_DISABLE_OS_CA_CERTS;
	return lws_create_context(&info);
}

/* libwebsockets only warns about a file that it cannot use. */
static bool ca_file_is_usable(const char *ca_file)
{
	X509_STORE *store = X509_STORE_new();
	bool usable = store && X509_STORE_load_file(store, ca_file) == 1;

	X509_STORE_free(store);
	return usable;
}

static void *loop(void *user)
{
	struct ws *w = user;

	while (!g_atomic_int_get(&w->stopping) && lws_service(w->context, 0) >= 0)
		;
	return NULL;
}

int ws_new(const struct ws_config *config, const struct ws_out *out, struct ws **ret_ws)
{
	struct ws *w = g_new0(struct ws, 1);

	g_mutex_init(&w->lock);
	g_queue_init(&w->reports);
	w->config = *config;
	w->config.ca_file = g_strdup(config->ca_file);
	w->config.subprotocol = g_strdup(config->subprotocol);
	w->out = *out;
	w->outbox = outbox_new();
	w->rx = g_byte_array_new();
	if (!config->ca_file || ca_file_is_usable(config->ca_file))
		w->context = context_new(w);
	if (!w->context) {
		ws_free(w);
		return -EINVAL;
	}
	w->thread = g_thread_new("link", loop, w);
	*ret_ws = w;
	return 0;
}

struct ws *ws_free(struct ws *w)
{
	if (!w)
		return NULL;
	g_atomic_int_set(&w->stopping, 1);
	if (w->thread) {
		lws_cancel_service(w->context);
		g_thread_join(w->thread);
	}
	g_clear_pointer(&w->context, lws_context_destroy);
	/* No thread is left; only the idle source may be. */
	if (w->reports_told)
		g_idle_remove_by_data(w);
	g_queue_clear_full(&w->reports, report_free);
	outbox_free(w->outbox);
	g_byte_array_unref(w->rx);
	g_free(w->order_url);
	g_free((char *)w->config.ca_file);
	g_free((char *)w->config.subprotocol);
	g_mutex_clear(&w->lock);
	g_free(w);
	return NULL;
}

static void order(struct ws *w, const char *url)
{
	g_mutex_lock(&w->lock);
	g_free(w->order_url);
	w->order_url = g_strdup(url);
	w->order_number++;
	w->number = url ? w->order_number : 0;
	outbox_clear(w->outbox);
	g_mutex_unlock(&w->lock);
	wake(w);
}

void ws_open(struct ws *w, const char *url)
{
	order(w, url);
}

void ws_close(struct ws *w)
{
	order(w, NULL);
}

static void send_message(struct ws *w, enum outbox_lane lane, bool is_text, GBytes *message)
{
	outbox_push(w->outbox, lane, is_text, message, g_get_monotonic_time());
	wake(w);
}

void ws_send_text(struct ws *w, enum outbox_lane lane, const char *text)
{
	g_autoptr(GBytes) message = g_bytes_new(text, strlen(text));

	send_message(w, lane, true, message);
}

void ws_send_media(struct ws *w, enum outbox_lane lane, GBytes *message)
{
	send_message(w, lane, false, message);
}

bool ws_has_room(struct ws *w, enum outbox_lane lane)
{
	return outbox_has_room(w->outbox, lane, g_get_monotonic_time());
}

int64_t ws_waits_us(struct ws *w, enum outbox_lane lane)
{
	return outbox_age_us(w->outbox, lane, g_get_monotonic_time());
}
