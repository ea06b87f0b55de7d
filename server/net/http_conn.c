/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/net/http_conn.h"

#include <assert.h>
#include <string.h>
#include <unistd.h>

#include "server/core/clock.h"
#include "server/core/log.h"
#include "server/net/http_head.h"
#include "server/net/http_send.h"
#include "server/net/loop_private.h"
#include "server/net/ws_upgrade.h"

#define MAX_AHEAD 65536
#define MIN_BODY_RATE 4096 /* bytes per second */
#define SEND_TIMEOUT_US (30 * CLOCK_SECOND_US)

enum http_state { HTTP_STATE_HEAD, HTTP_STATE_BODY, HTTP_STATE_WAITING, HTTP_STATE_SENDING };

struct http_conn {
	enum http_state state;
	GByteArray *in;               /* received, not yet used */
	struct http_request *request; /* being read; NULL from its dispatch on */
	bool keep_alive;
	bool is_head;
	/* what the sending of the answer asks about the request */
	char *range, *if_range, *if_none_match, *if_match;
	GByteArray *body;
	uint64_t body_length;
	int64_t body_limit_us; /* the body must be here by then */
	struct http_send send;
};

static void process(struct conn *c);

static struct http_conn *http_of(struct conn *c)
{
	return c->own;
}

static int64_t in_seconds(unsigned s)
{
	return clock_mono_us() + s * CLOCK_SECOND_US;
}

static void drop_body(struct conn *c)
{
	struct http_conn *h = http_of(c);

	if (h->body) {
		c->loop->body_bytes -= h->body->len;
		g_byte_array_unref(h->body);
		h->body = NULL;
	}
}

/* Forgets the request that was answered. */
static void reset(struct conn *c)
{
	struct http_conn *h = http_of(c);

	drop_body(c);
	http_request_free(h->request);
	h->request = NULL;
	http_send_done(&h->send);
	g_clear_pointer(&h->range, g_free);
	g_clear_pointer(&h->if_range, g_free);
	g_clear_pointer(&h->if_none_match, g_free);
	g_clear_pointer(&h->if_match, g_free);
	h->is_head = false;
}

/* Sends on; when all has left, begins again or ends. */
static void pump(struct conn *c)
{
	struct http_conn *h = http_of(c);

	conn_set_deadline(c, clock_mono_us() + SEND_TIMEOUT_US);
	if (!http_send_pump(&h->send, c)) {
		/* A source that is being asked is our own work, like waiting for an answer. */
		if (h->send.pulling)
			conn_set_deadline(c, 0);
		return;
	}
	reset(c);
	h->state = HTTP_STATE_HEAD;
	conn_set_deadline(c, in_seconds(c->loop->config.limits.idle_timeout_s));
	if (!h->keep_alive || c->loop->stopping)
		conn_finish(c);
}

static void answer(struct conn *c, struct http_response *response)
{
	struct http_conn *h = http_of(c);
	const struct http_send_request request = {
		.is_head = h->is_head,
		.keep_alive = h->keep_alive,
		.range = h->range,
		.if_range = h->if_range,
		.if_none_match = h->if_none_match,
		.if_match = h->if_match,
		.connect_src = c->loop->config.connect_src,
	};

	h->state = HTTP_STATE_SENDING;
	metric_add(c->loop->m_requests[CLAMP(response->status / 100, 1, 5)], 1);
	http_send_begin(&h->send, c, &request, response);
	pump(c);
}

void http_conn_answer(struct conn *c, struct http_response *response)
{
	if (c->state != CONN_OPEN || http_of(c)->state != HTTP_STATE_WAITING) {
		response_free(response);
		return;
	}
	answer(c, response);
	process(c);
}

void http_conn_feed(struct conn *c, GBytes *piece)
{
	struct http_conn *h = http_of(c);

	if (c->state != CONN_OPEN || h->state != HTTP_STATE_SENDING || !h->send.pulling) {
		if (piece)
			g_bytes_unref(piece);
		return;
	}
	http_send_feed(&h->send, c, piece);
	if (c->state != CONN_OPEN)
		return;
	pump(c);
	process(c);
}

static void log_refusal(struct conn *c, const char *code)
{
	static struct log_limit limit;
	uint32_t dropped;

	metric_add(c->loop->m_refused, 1);
	if (log_limit_pass(&limit, clock_mono_us(), 10 * CLOCK_SECOND_US, 20, &dropped))
		log_event(LOG_NOTICE, "http.refused", log_str("peer", c->peer),
			log_str("code", code), log_int("suppressed", dropped));
}

/* Answers without having read the whole request; the connection ends with it. */
static void refuse_and_end(struct conn *c, const char *code)
{
	struct http_conn *h = http_of(c);

	log_refusal(c, code);
	h->keep_alive = false;
	answer(c, response_refusal(code, h->request ? h->request->id : NULL));
}

static const char *head_refusal(enum http_head_result r)
{
	switch (r) {
	case HTTP_HEAD_OK:
	case HTTP_HEAD_INCOMPLETE:
		break;
	case HTTP_HEAD_MALFORMED:
		return "http.malformed";
	case HTTP_HEAD_TOO_LARGE:
		return "http.header_too_large";
	case HTTP_HEAD_URI_TOO_LONG:
		return "http.uri_too_long";
	case HTTP_HEAD_METHOD:
		return "http.method_unknown";
	case HTTP_HEAD_VERSION:
		return "http.version";
	case HTTP_HEAD_NEEDS_LENGTH:
		return "http.body_length_required";
	}
	g_assert_not_reached();
}

static void dispatch(struct conn *c)
{
	struct http_conn *h = http_of(c);
	const struct http_out *out = &c->loop->config.http;
	struct http_request *request = g_steal_pointer(&h->request);
	size_t len = h->body->len;

	c->loop->body_bytes -= len;
	request->body = g_byte_array_free_to_bytes(g_steal_pointer(&h->body));
	h->state = HTTP_STATE_WAITING;
	conn_set_deadline(c, 0);
	out->request(out->ctx, request, (struct http_reply_to){c->loop, c->slot, c->generation});
}

/* Appends body bytes; returns how many were taken, all that belong to it. */
static size_t take_body(struct conn *c, const uint8_t *bytes, size_t len)
{
	struct http_conn *h = http_of(c);
	size_t n = MIN(len, h->body_length - h->body->len);
	int64_t soon = in_seconds(c->loop->config.limits.body_timeout_s);

	if (c->loop->body_bytes + n > (size_t)c->loop->config.limits.max_body_memory_mib << 20) {
		refuse_and_end(c, "http.overloaded");
		return len;
	}
	g_byte_array_append(h->body, bytes, (guint)n);
	c->loop->body_bytes += n;
	conn_set_deadline(c, MIN(soon, h->body_limit_us));
	if (h->body->len == h->body_length)
		dispatch(c);
	return n;
}

static void begin_body(struct conn *c, const struct http_head *head)
{
	struct http_conn *h = http_of(c);
	unsigned timeout_s = c->loop->config.limits.body_timeout_s;

	h->body = g_byte_array_new();
	h->body_length = head->length;
	h->body_limit_us = in_seconds(timeout_s + (unsigned)(head->length / MIN_BODY_RATE));
	h->state = HTTP_STATE_BODY;
	conn_set_deadline(c, in_seconds(timeout_s));
	if (!head->length)
		dispatch(c);
	else if (head->expect_continue)
		conn_write(c, "HTTP/1.1 100 Continue\r\n\r\n", 25);
}

static char *copy(struct http_text t)
{
	return t.p ? g_strndup(t.p, t.len) : NULL;
}

/* 0, or the code of a refusal. */
static const char *fill_request(struct conn *c, const struct http_head *head)
{
	struct http_conn *h = http_of(c);
	struct http_request *request = g_new0(struct http_request, 1);

	h->request = request;
	id_new(request->id);
	request->method = head->method;
	g_strlcpy(request->peer, c->peer, sizeof(request->peer));
	for (int i = 0; i < N_HTTP_HEADERS; i++)
		request->headers[i] = copy(head->headers[i]);
	h->keep_alive = head->keep_alive;
	h->is_head = head->method == HTTP_HEAD;
	if (head->method == HTTP_GET) {
		h->range = copy(head->headers[HTTP_RANGE]);
		h->if_range = copy(head->headers[HTTP_IF_RANGE]);
	}
	if (head->method == HTTP_GET || head->method == HTTP_HEAD) {
		h->if_none_match = copy(head->headers[HTTP_IF_NONE_MATCH]);
		h->if_match = copy(head->headers[HTTP_IF_MATCH]);
	}
	if (http_request_set_path(request, head->path.p, head->path.len) < 0 ||
		http_request_set_query(request, head->query.p, head->query.len) < 0)
		return "http.malformed";
	return NULL;
}

/* Nothing in the table: a file, or an answer that says so. */
static void answer_unrouted(
	struct conn *c, const struct http_head *head, enum router_result r, const char *allow)
{
	struct http_conn *h = http_of(c);
	const struct loop_config *config = &c->loop->config;
	bool reads = head->method == HTTP_GET || head->method == HTTP_HEAD;
	struct http_response *response = NULL;

	if (head->length)
		h->keep_alive = false;
	if (r == ROUTER_METHOD) {
		response = response_refusal("http.method_not_allowed", h->request->id);
		response_header(response, "allow", allow);
	} else if (reads) {
		response = static_files_get(config->sites, config->n_sites, h->request);
	}
	answer(c, response ? response : response_refusal("http.not_found", h->request->id));
}

static void begin_request(struct conn *c, const struct http_head *head)
{
	struct http_conn *h = http_of(c);
	const char *refusal = fill_request(c, head);
	char allow[ROUTER_ALLOW_SIZE];
	enum router_result r;

	if (refusal) {
		refuse_and_end(c, refusal);
		return;
	}
	r = router_match(c->loop->config.router, h->request, allow);
	if (r != ROUTER_MATCH)
		answer_unrouted(c, head, r, allow);
	else if (head->length > h->request->route->body_limit)
		refuse_and_end(c, "http.body_too_large");
	else
		begin_body(c, head);
}

/* True if the head asks for a room, which is then opened or refused. */
static bool try_upgrade(struct conn *c, const struct http_head *head, size_t used)
{
	struct http_conn *h = http_of(c);
	g_autoptr(GByteArray) in = NULL;
	const char *refusal;

	if (!c->loop->config.ws || !ws_upgrade_wanted(head))
		return false;
	refusal = ws_upgrade_check(c, head);
	if (refusal) {
		h->keep_alive = false;
		h->is_head = head->method == HTTP_HEAD;
		refuse_and_end(c, refusal);
		return true;
	}
	/* The connection's own state is ws_conn's from here on; ours goes. */
	in = g_steal_pointer(&h->in);
	reset(c);
	g_free(h);
	c->own = NULL;
	ws_upgrade_perform(c, head, in->data + used, in->len - used);
	return true;
}

/* Reads one head if it is there. False: wait for more, or the connection is no longer ours. */
static bool take_head(struct conn *c)
{
	struct http_conn *h = http_of(c);
	struct http_head head;
	size_t used;
	enum http_head_result r =
		http_head_parse((const char *)h->in->data, h->in->len, &head, &used);

	if (r == HTTP_HEAD_INCOMPLETE)
		return false;
	if (r != HTTP_HEAD_OK) {
		h->is_head = false;
		refuse_and_end(c, head_refusal(r));
		return false;
	}
	if (try_upgrade(c, &head, used))
		return false;
	begin_request(c, &head);
	g_byte_array_remove_range(h->in, 0, (guint)used);
	return true;
}

static void take_waiting_body(struct conn *c)
{
	struct http_conn *h = http_of(c);
	size_t n = take_body(c, h->in->data, h->in->len);

	g_byte_array_remove_range(h->in, 0, (guint)n);
}

/* Uses what has been received as far as it goes. */
static void process(struct conn *c)
{
	struct http_conn *h = http_of(c);

	while (c->state == CONN_OPEN && h->in->len) {
		if (h->state == HTTP_STATE_BODY)
			take_waiting_body(c);
		else if (h->state != HTTP_STATE_HEAD || !take_head(c))
			return;
	}
}

static void received(struct conn *c, const uint8_t *bytes, size_t len)
{
	struct http_conn *h = http_of(c);
	bool first = h->state == HTTP_STATE_HEAD && !h->in->len;

	if (h->state == HTTP_STATE_BODY) {
		size_t n = take_body(c, bytes, len);

		bytes += n;
		len -= n;
	}
	if (h->in->len + len > MAX_AHEAD) {
		conn_kill(c);
		return;
	}
	/* The time for the head counts from its first byte, not from its last. */
	if (first)
		conn_set_deadline(c, in_seconds(c->loop->config.limits.header_timeout_s));
	g_byte_array_append(h->in, bytes, (guint)len);
	process(c);
}

static void writable(struct conn *c)
{
	if (http_of(c)->state == HTTP_STATE_SENDING) {
		pump(c);
		process(c);
	}
}

static void deadline(struct conn *c, int64_t now_us)
{
	struct http_conn *h = http_of(c);
	bool half_asked = h->state == HTTP_STATE_HEAD && h->in->len;

	/* Whoever never said a word gets none back: it may not even have finished TLS. */
	if (half_asked || h->state == HTTP_STATE_BODY)
		refuse_and_end(c, "http.timeout");
	else
		conn_kill(c);
}

static void stopping(struct conn *c)
{
	if (http_of(c)->state == HTTP_STATE_HEAD)
		conn_kill(c);
}

static void closed(struct conn *c)
{
	struct http_conn *h = http_of(c);

	if (!h)
		return;
	reset(c);
	g_byte_array_unref(h->in);
	g_free(h);
}

static const struct conn_protocol protocol = {
	.received = received,
	.writable = writable,
	.deadline = deadline,
	.stopping = stopping,
	.closed = closed,
};

void http_conn_open(struct conn *c)
{
	struct http_conn *h = g_new0(struct http_conn, 1);

	h->in = g_byte_array_new();
	conn_become(c, &protocol, h);
	conn_set_deadline(c, in_seconds(c->loop->config.limits.header_timeout_s));
}
