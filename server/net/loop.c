/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/net/loop.h"

#include <assert.h>
#include <errno.h>
#include <openssl/ssl.h>
#include <string.h>
#include <unistd.h>

#include "server/core/clock.h"
#include "server/core/log.h"
#include "server/net/http_conn.h"
#include "server/net/loop_private.h"

#define PROTOCOL_NAME "bidroom"
#define SWEEP_US (CLOCK_SECOND_US / 4)
#define STOP_US (2 * CLOCK_SECOND_US)

struct loop_timer {
	lws_sorted_usec_list_t sul;
	struct loop *loop;
	unsigned ms;
	void (*fn)(void *data);
	void *data;
	bool running, removed;
};

struct posted {
	void (*fn)(void *data);
	void *data;
	GDestroyNotify destroy;
};

static void posted_free(struct posted *p)
{
	if (p->destroy)
		p->destroy(p->data);
	g_free(p);
}

/* lws tells its troubles in lines of its own; what a peer can cause is limited. */
static void emit_log(int level, const char *line)
{
	static struct log_limit limit;
	g_autofree char *text = g_strchomp(g_strdup(line));
	uint32_t dropped;

	if (log_limit_pass(&limit, clock_mono_us(), 10 * CLOCK_SECOND_US, 10, &dropped))
		log_event(level == LLL_ERR ? LOG_ERR : LOG_WARNING, "net.lws",
			log_str("text", text), log_int("suppressed", dropped));
}

static void for_each_conn(struct loop *l, void (*fn)(struct conn *c, int64_t now_us))
{
	int64_t now_us = clock_mono_us();

	for (guint i = 0; i < l->conns->len; i++)
		if (l->conns->pdata[i])
			fn(l->conns->pdata[i], now_us);
}

static void sweep(lws_sorted_usec_list_t *sul)
{
	struct loop *l = lws_container_of(sul, struct loop, sweep);

	for_each_conn(l, conn_check_deadline);
	lws_sul_schedule(l->context, 0, &l->sweep, sweep, SWEEP_US);
}

static void stop_conn(struct conn *c, int64_t now_us)
{
	if (c->state == CONN_OPEN)
		c->protocol->stopping(c);
}

/* Runs what other threads handed over since the last time. */
static void drain(struct loop *l)
{
	struct posted *p;
	GQueue posted;
	bool wake, stop;

	pthread_mutex_lock(&l->lock);
	posted = l->posted;
	g_queue_init(&l->posted);
	wake = l->wake;
	stop = l->stop;
	l->wake = false;
	pthread_mutex_unlock(&l->lock);
	while ((p = g_queue_pop_head(&posted))) {
		p->fn(p->data);
		posted_free(p);
	}
	if (wake && l->config.woken)
		l->config.woken(l->config.woken_ctx);
	if (stop && !l->stopping) {
		l->stopping = true;
		l->stop_us = clock_mono_us() + STOP_US;
		for_each_conn(l, stop_conn);
	}
}

static int callback(
	struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t len)
{
	struct loop *l = lws_context_user(lws_get_context(wsi));
	struct conn *c;

	switch (reason) {
	case LWS_CALLBACK_EVENT_WAIT_CANCELLED:
		drain(l);
		return 0;
	case LWS_CALLBACK_FILTER_NETWORK_CONNECTION:
		if (l->stopping || l->n_conns >= l->config.limits.max_connections) {
			metric_add(l->m_refused, 1);
			return -1;
		}
		return 0;
	case LWS_CALLBACK_RAW_ADOPT:
		return conn_accepted(l, wsi);
	case LWS_CALLBACK_RAW_RX:
		return conn_received(lws_get_opaque_user_data(wsi), in, len);
	case LWS_CALLBACK_RAW_WRITEABLE:
		return conn_writable(lws_get_opaque_user_data(wsi));
	case LWS_CALLBACK_RAW_CLOSE:
		c = lws_get_opaque_user_data(wsi);
		lws_set_opaque_user_data(wsi, NULL);
		if (c)
			conn_closed(c);
		return 0;
	default:
		return 0;
	}
}

static const struct lws_protocols protocols[] = {
	{.name = PROTOCOL_NAME, .callback = callback},
	{0},
};

static unsigned or_default(unsigned value, unsigned fallback)
{
	return value ? value : fallback;
}

static void fill_limits(struct loop_limits *m)
{
	m->max_connections = or_default(m->max_connections, 4000);
	m->max_per_address = or_default(m->max_per_address, 1000);
	m->header_timeout_s = or_default(m->header_timeout_s, 10);
	m->body_timeout_s = or_default(m->body_timeout_s, 20);
	m->idle_timeout_s = or_default(m->idle_timeout_s, 30);
	m->max_body_memory_mib = or_default(m->max_body_memory_mib, 256);
	m->ws_silence_s = or_default(m->ws_silence_s, 10);
}

static void find_metrics(struct loop *l)
{
	static const char *const classes[] = {NULL, "1xx", "2xx", "3xx", "4xx", "5xx"};

	l->m_open = metric_gauge("bidroom_connections", "Open connections.", NULL, NULL);
	l->m_ws_open = metric_gauge("bidroom_websockets", "Open WebSockets.", NULL, NULL);
	l->m_refused = metric_counter("bidroom_refused_total",
		"Connections and requests refused before a handler saw them.", NULL, NULL);
	for (int i = 1; i <= 5; i++)
		l->m_requests[i] = metric_counter("bidroom_http_responses_total",
			"Responses by class of status.", "class", classes[i]);
}

static int make_context(struct loop *l)
{
	struct lws_context_creation_info info = {
		.port = CONTEXT_PORT_NO_LISTEN,
		.options = LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT | LWS_SERVER_OPTION_EXPLICIT_VHOSTS,
		/* For the TLS handshake; afterwards conn keeps the time. */
		.timeout_secs = l->config.limits.header_timeout_s,
		.pt_serv_buf_size = 32768,
		.user = l,
	};

	lws_set_log_level(LLL_ERR | LLL_WARN, emit_log);
	l->context = lws_create_context(&info);
	return l->context ? 0 : -EIO;
}

/*
 * Options are whole words here: constants of lws contain one another's bits, and clearing one with
 * &~ has silently made a listener without TLS.
 */
static int make_vhost(struct loop *l)
{
	const char *address = l->config.address;
	bool any = !address || !strcmp(address, "0.0.0.0") || !strcmp(address, "::");
	bool six = !address || strchr(address, ':');
	struct lws_context_creation_info info = {
		.port = l->config.port,
		.iface = any ? NULL : address,
		.protocols = protocols,
		.vhost_name = "bidroom",
		.ssl_cert_filepath = l->config.cert_path,
		.ssl_private_key_filepath = l->config.key_path,
		.ssl_options_set = SSL_OP_NO_TLSv1 | SSL_OP_NO_TLSv1_1 | SSL_OP_NO_SSLv3,
		/* With h2 a WebSocket frame above 16 KB ends the whole connection. */
		.alpn = "http/1.1",
		.listen_accept_role = "raw-skt",
		.listen_accept_protocol = PROTOCOL_NAME,
		.options = LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT |
			   LWS_SERVER_OPTION_ADOPT_APPLY_LISTEN_ACCEPT_CONFIG |
			   LWS_SERVER_OPTION_FAIL_UPON_UNABLE_TO_BIND |
			   (six ? LWS_SERVER_OPTION_IPV6_V6ONLY_MODIFY
				: LWS_SERVER_OPTION_DISABLE_IPV6),
		.timeout_secs = l->config.limits.header_timeout_s,
		.user = l,
	};

	l->vhost = lws_create_vhost(l->context, &info);
	l->port = l->vhost ? lws_get_vhost_listen_port(l->vhost) : 0;
	return l->port > 0 ? 0 : -EADDRINUSE;
}

int loop_new(const struct loop_config *config, struct loop **ret_loop)
{
	struct loop *l;
	int r;

	if (access(config->cert_path, R_OK) < 0 || access(config->key_path, R_OK) < 0)
		return -EINVAL;
	l = g_new0(struct loop, 1);
	l->config = *config;
	fill_limits(&l->config.limits);
	find_metrics(l);
	ws_ticker_init(l);
	l->conns = g_ptr_array_new();
	l->free_slots = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	l->addresses = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	l->join = g_malloc(WS_JOIN_SIZE);
	pthread_mutex_init(&l->lock, NULL);
	g_queue_init(&l->posted);
	r = make_context(l);
	if (!r)
		r = make_vhost(l);
	if (r < 0) {
		loop_free(l);
		return r;
	}
	lws_sul_schedule(l->context, 0, &l->sweep, sweep, SWEEP_US);
	*ret_loop = l;
	return 0;
}

struct loop *loop_free(struct loop *l)
{
	if (!l)
		return NULL;
	if (l->context)
		lws_context_destroy(l->context);
	assert(!l->n_conns);
	g_queue_clear_full(&l->posted, (GDestroyNotify)posted_free);
	g_list_free_full(l->timers, g_free);
	pthread_mutex_destroy(&l->lock);
	g_ptr_array_unref(l->conns);
	g_array_unref(l->free_slots);
	g_hash_table_unref(l->addresses);
	g_free(l->join);
	g_free(l);
	return NULL;
}

int loop_port(const struct loop *l)
{
	return l->port;
}

void loop_run(struct loop *l)
{
	drain(l);
	while (!l->stopping || (l->n_conns && clock_mono_us() < l->stop_us))
		if (ws_ticker_serve(l) < 0)
			break;
}

/* All hand-overs: remember under the lock, then wake lws out of poll(). */
static void wake(struct loop *l)
{
	lws_cancel_service(l->context);
}

void loop_stop(struct loop *l)
{
	pthread_mutex_lock(&l->lock);
	l->stop = true;
	pthread_mutex_unlock(&l->lock);
	wake(l);
}

void loop_wake(struct loop *l)
{
	bool again;

	pthread_mutex_lock(&l->lock);
	again = l->wake;
	l->wake = true;
	pthread_mutex_unlock(&l->lock);
	if (!again)
		wake(l);
}

void loop_post(struct loop *l, void (*fn)(void *data), void *data, GDestroyNotify destroy)
{
	struct posted *p = g_new(struct posted, 1);
	bool first;

	*p = (struct posted){fn, data, destroy};
	pthread_mutex_lock(&l->lock);
	first = g_queue_is_empty(&l->posted);
	g_queue_push_tail(&l->posted, p);
	pthread_mutex_unlock(&l->lock);
	if (first)
		wake(l);
}

struct reply {
	struct http_reply_to to;
	struct http_response *response;
};

static void deliver(void *data)
{
	struct reply *reply = data;
	struct conn *c = conn_find(reply->to.loop, reply->to.slot, reply->to.generation);

	if (c)
		http_conn_answer(c, g_steal_pointer(&reply->response));
}

static void reply_free(void *data)
{
	struct reply *reply = data;

	response_free(reply->response);
	g_free(reply);
}

void http_reply(struct http_reply_to to, struct http_response *response)
{
	struct reply *reply = g_new(struct reply, 1);

	*reply = (struct reply){to, response};
	loop_post(to.loop, deliver, reply, reply_free);
}

struct feed {
	struct http_reply_to to;
	GBytes *piece;
};

static void deliver_feed(void *data)
{
	struct feed *feed = data;
	struct conn *c = conn_find(feed->to.loop, feed->to.slot, feed->to.generation);

	if (c)
		http_conn_feed(c, g_steal_pointer(&feed->piece));
}

static void feed_free(void *data)
{
	struct feed *feed = data;

	if (feed->piece)
		g_bytes_unref(feed->piece);
	g_free(feed);
}

void http_feed(struct http_reply_to to, GBytes *piece)
{
	struct feed *feed = g_new(struct feed, 1);

	*feed = (struct feed){to, piece};
	loop_post(to.loop, deliver_feed, feed, feed_free);
}

static void timer_free(struct loop_timer *t)
{
	lws_sul_cancel(&t->sul);
	t->loop->timers = g_list_remove(t->loop->timers, t);
	g_free(t);
}

static void timer_fired(lws_sorted_usec_list_t *sul)
{
	struct loop_timer *t = lws_container_of(sul, struct loop_timer, sul);

	t->running = true;
	t->fn(t->data);
	t->running = false;
	if (t->removed)
		timer_free(t);
	else
		lws_sul_schedule(
			t->loop->context, 0, &t->sul, timer_fired, (lws_usec_t)t->ms * 1000);
}

struct loop_timer *loop_timer_add(struct loop *l, unsigned ms, void (*fn)(void *data), void *data)
{
	struct loop_timer *t = g_new0(struct loop_timer, 1);

	assert(ms > 0);
	*t = (struct loop_timer){.loop = l, .ms = ms, .fn = fn, .data = data};
	l->timers = g_list_prepend(l->timers, t);
	lws_sul_schedule(l->context, 0, &t->sul, timer_fired, (lws_usec_t)ms * 1000);
	return t;
}

void loop_timer_remove(struct loop_timer *t)
{
	if (!t)
		return;
	if (t->running)
		t->removed = true;
	else
		timer_free(t);
}
