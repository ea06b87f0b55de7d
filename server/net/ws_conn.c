/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/net/ws_conn.h"

#include <assert.h>
#include <string.h>

#include "server/core/clock.h"
#include "server/net/loop_private.h"
#include "server/net/ws_conn_private.h"
#include "server/net/ws_frame.h"

/*
 *	phase    reads         calls up   writes                 ends by
 *	open     yes           yes        everything             either side's close, an error
 *	closing  until close   no         queued texts, close    all written, or 5 s
 *	ended    no            no         what is in conn        conn
 *
 * `closed` is called when a connection leaves open by the peer's doing, or when closing ends.
 */
enum ws_phase { WS_OPEN, WS_CLOSING, WS_ENDED };

#define LOOK_EVERY_US (CLOCK_SECOND_US / 4)
#define CLOSING_US (5 * CLOCK_SECOND_US)
#define MAX_REASON 120

struct ws_conn {
	struct conn *conn;
	void *user;
	enum ws_phase phase;
	struct ws_decoder decoder;
	GQueue texts; /* GBytes */
	size_t text_bytes;
	struct ws_conn *next_dirty, **dirty_at; /* dirty_at: what points to us; NULL when clean */
	bool ping_due, pong_due;
	uint8_t pong[WS_MAX_CONTROL];
	size_t pong_len;
	uint16_t close_code; /* 0: an empty close frame */
	char close_reason[MAX_REASON + 1];
	int64_t heard_us;
	bool pinged; /* since we last heard something */
	struct ws_stats stats;
};

struct ws_gather {
	uint8_t *bytes;
	size_t len;
	unsigned n;
};

static struct ws_conn *ws_of(struct conn *c)
{
	return c->own;
}

static const struct ws_out *out_of(const struct ws_conn *w)
{
	return w->conn->loop->config.ws;
}

void ws_conn_set_user(struct ws_conn *w, void *user)
{
	w->user = user;
}

void *ws_conn_user(const struct ws_conn *w)
{
	return w->user;
}

struct ws_handle ws_conn_handle(const struct ws_conn *w)
{
	return (struct ws_handle){w->conn->slot, w->conn->generation};
}

void ws_conn_stats(const struct ws_conn *w, struct ws_stats *ret_stats)
{
	*ret_stats = w->stats;
}

/* One frame, its payload in two parts, if it still fits into this write. */
static bool gather(struct ws_gather *g, enum ws_opcode opcode, const void *head, size_t head_len,
	const void *data, size_t data_len)
{
	uint8_t header[WS_MAX_TX_HEADER];
	size_t len = head_len + data_len;
	unsigned n = ws_frame_header(opcode, len, header);

	if (g->len >= WS_JOIN_BYTES || n + len > WS_JOIN_SIZE - g->len)
		return false;
	memcpy(g->bytes + g->len, header, n);
	g->len += n;
	if (head_len)
		memcpy(g->bytes + g->len, head, head_len);
	if (data_len)
		memcpy(g->bytes + g->len + head_len, data, data_len);
	g->len += len;
	g->n++;
	return true;
}

bool ws_gather_binary(
	struct ws_gather *g, const void *head, size_t head_len, const void *data, size_t data_len)
{
	return gather(g, WS_BINARY, head, head_len, data, data_len);
}

bool ws_gather_text(struct ws_gather *g, const char *text, size_t len)
{
	return gather(g, WS_TEXT, NULL, 0, text, len);
}

static void send_gathered(struct ws_conn *w, struct ws_gather *g)
{
	if (!g->len)
		return;
	w->stats.tx_messages += g->n;
	w->stats.tx_bytes += g->len;
	w->stats.tx_writes++;
	conn_write(w->conn, g->bytes, g->len);
	*g = (struct ws_gather){.bytes = g->bytes};
}

/* A text too large for the joining buffer goes by itself; conn keeps what the socket leaves. */
static void send_large_text(struct ws_conn *w, struct ws_gather *g, const void *text, size_t len)
{
	uint8_t header[WS_MAX_TX_HEADER];
	unsigned n = ws_frame_header(WS_TEXT, len, header);

	send_gathered(w, g);
	conn_write(w->conn, header, n);
	conn_write(w->conn, text, len);
	w->stats.tx_messages++;
	w->stats.tx_bytes += len;
	w->stats.tx_writes++;
}

static void gather_control(struct ws_conn *w, struct ws_gather *g)
{
	if (w->pong_due)
		gather(g, WS_PONG, NULL, 0, w->pong, w->pong_len);
	if (w->ping_due)
		gather(g, WS_PING, NULL, 0, NULL, 0);
	w->pong_due = w->ping_due = false;
}

static void send_texts(struct ws_conn *w, struct ws_gather *g)
{
	while (!g_queue_is_empty(&w->texts) && !conn_has_output(w->conn)) {
		size_t len;
		const void *text = g_bytes_get_data(g_queue_peek_head(&w->texts), &len);

		if (len > WS_JOIN_BYTES)
			send_large_text(w, g, text, len);
		else if (!ws_gather_text(g, text, len))
			return;
		w->text_bytes -= len;
		g_bytes_unref(g_queue_pop_head(&w->texts));
	}
}

static void remove_dirty(struct ws_conn *w)
{
	if (!w->dirty_at)
		return;
	*w->dirty_at = w->next_dirty;
	if (w->next_dirty)
		w->next_dirty->dirty_at = w->dirty_at;
	w->dirty_at = NULL;
}

/* The caller above hears of it once and forgets the connection. */
static void end(struct ws_conn *w)
{
	if (w->phase == WS_ENDED)
		return;
	w->phase = WS_ENDED;
	out_of(w)->closed(out_of(w)->ctx, w);
}

static void send_close(struct ws_conn *w, struct ws_gather *g)
{
	uint8_t code[2] = {(uint8_t)(w->close_code >> 8), (uint8_t)w->close_code};

	gather(g, WS_CLOSE, code, w->close_code ? 2 : 0, w->close_reason, strlen(w->close_reason));
	send_gathered(w, g);
	end(w);
	conn_finish(w->conn);
}

static void writable(struct conn *c)
{
	struct ws_conn *w = ws_of(c);
	struct ws_gather g = {.bytes = c->loop->join};
	bool more = false;

	if (w->phase == WS_ENDED)
		return;
	gather_control(w, &g);
	send_texts(w, &g);
	if (w->phase == WS_CLOSING && g_queue_is_empty(&w->texts) && !conn_has_output(c)) {
		send_close(w, &g);
		return;
	}
	if (w->phase == WS_OPEN && w->dirty_at && g_queue_is_empty(&w->texts) &&
		!conn_has_output(c)) {
		remove_dirty(w);
		more = out_of(w)->collect(out_of(w)->ctx, w, &g);
	}
	send_gathered(w, &g);
	if (more && w->phase == WS_OPEN)
		ws_conn_mark_dirty(w);
	if (more || !g_queue_is_empty(&w->texts) || w->phase == WS_CLOSING)
		conn_want_write(c);
}

/* Sends a close frame after what was queued, if the socket takes it in time. */
static void begin_close(struct ws_conn *w, uint16_t code, const char *reason)
{
	if (w->phase != WS_OPEN)
		return;
	w->phase = WS_CLOSING;
	w->close_code = code;
	if (reason)
		g_strlcpy(w->close_reason, reason, sizeof(w->close_reason));
	remove_dirty(w);
	conn_set_deadline(w->conn, clock_mono_us() + CLOSING_US);
	conn_want_write(w->conn);
}

void ws_conn_close(struct ws_conn *w, uint16_t code, const char *reason)
{
	assert(ws_close_code_valid(code) && (!reason || strlen(reason) <= MAX_REASON));
	begin_close(w, code, reason);
}

/* The peer broke a rule or said goodbye: nothing more is expected from it. */
static void end_by_peer(struct ws_conn *w, uint16_t code)
{
	struct ws_gather g = {.bytes = w->conn->loop->join};

	w->close_code = code;
	w->close_reason[0] = '\0';
	remove_dirty(w);
	send_close(w, &g);
}

void ws_conn_send_text(struct ws_conn *w, const char *text, size_t len)
{
	if (w->phase != WS_OPEN)
		return;
	if (w->text_bytes + len > WS_MAX_TEXT_QUEUE) {
		begin_close(w, WS_CLOSE_POLICY, "too slow");
		return;
	}
	g_queue_push_tail(&w->texts, g_bytes_new(text, len));
	w->text_bytes += len;
	conn_want_write(w->conn);
}

static void add_dirty(struct ws_conn *w, struct ws_conn **list)
{
	if (w->dirty_at || w->phase != WS_OPEN)
		return;
	w->next_dirty = *list;
	w->dirty_at = list;
	if (*list)
		(*list)->dirty_at = &w->next_dirty;
	*list = w;
}

void ws_conn_mark_dirty(struct ws_conn *w)
{
	add_dirty(w, &w->conn->loop->dirty);
}

void ws_conn_mark_patient(struct ws_conn *w)
{
	struct loop *l = w->conn->loop;

	add_dirty(w, &l->patient[w->conn->slot % PACE_PATIENT_GROUPS]);
}

/* decoder: one message or control frame. Nonzero: enough. */
static int take_message(void *ctx, enum ws_opcode opcode, uint8_t *data, size_t len)
{
	struct ws_conn *w = ctx;
	const struct ws_out *out = out_of(w);
	unsigned code = len >= 2 ? (unsigned)data[0] << 8 | data[1] : 0;

	w->stats.rx_messages++;
	switch (opcode) {
	case WS_TEXT:
		if (w->phase == WS_OPEN)
			out->text(out->ctx, w, (const char *)data, len);
		break;
	case WS_BINARY:
		if (w->phase == WS_OPEN)
			out->binary(out->ctx, w, data, len);
		else
			g_free(data);
		break;
	case WS_PING:
		/* Only the last ping needs its answer (RFC 6455 section 5.5.3). */
		memcpy(w->pong, data, len);
		w->pong_len = len;
		w->pong_due = true;
		conn_want_write(w->conn);
		break;
	case WS_CLOSE:
		end_by_peer(w, (uint16_t)code);
		break;
	case WS_PONG:
	case WS_CONTINUATION:
		break;
	}
	return w->conn->state != CONN_OPEN;
}

static void received(struct conn *c, const uint8_t *bytes, size_t len)
{
	struct ws_conn *w = ws_of(c);
	const struct ws_decoder_out out = {.message = take_message, .ctx = w};
	int r;

	w->stats.rx_bytes += len;
	w->heard_us = c->loop->ticker.media_us = clock_mono_us();
	w->pinged = false;
	r = ws_decoder_feed(&w->decoder, bytes, len, &out);
	if (r > 0)
		end_by_peer(w, (uint16_t)r);
}

/* Looked after now and then: silence is asked, then ended. */
static void deadline(struct conn *c, int64_t now_us)
{
	struct ws_conn *w = ws_of(c);
	int64_t silent_us = now_us - w->heard_us;
	int64_t dead_us = c->loop->config.limits.ws_silence_s * CLOCK_SECOND_US;

	if (w->phase == WS_CLOSING || silent_us >= dead_us) {
		end(w);
		conn_kill(c);
		return;
	}
	if (silent_us >= dead_us * 2 / 5 && !w->pinged) {
		w->pinged = w->ping_due = true;
		conn_want_write(c);
	}
	conn_set_deadline(c, now_us + LOOK_EVERY_US);
}

static void stopping(struct conn *c)
{
	begin_close(ws_of(c), WS_CLOSE_GOING_AWAY, NULL);
}

static void closed(struct conn *c)
{
	struct ws_conn *w = ws_of(c);

	remove_dirty(w);
	end(w);
	c->loop->n_ws--;
	metric_set(c->loop->m_ws_open, c->loop->n_ws);
	ws_decoder_done(&w->decoder);
	g_queue_clear_full(&w->texts, (GDestroyNotify)g_bytes_unref);
	g_free(w);
}

static const struct conn_protocol protocol = {
	.received = received,
	.writable = writable,
	.deadline = deadline,
	.stopping = stopping,
	.closed = closed,
};

void ws_conn_open(struct conn *c, const struct ws_hello *hello)
{
	struct ws_conn *w = g_new0(struct ws_conn, 1);

	w->conn = c;
	w->heard_us = clock_mono_us();
	g_queue_init(&w->texts);
	conn_become(c, &protocol, w);
	conn_read_ahead(c);
	conn_set_deadline(c, w->heard_us + LOOK_EVERY_US);
	c->loop->n_ws++;
	metric_set(c->loop->m_ws_open, c->loop->n_ws);
	if (c->loop->n_ws == 1)
		ws_ticker_start(c->loop);
	out_of(w)->open(out_of(w)->ctx, w, hello);
}

struct ws_conn *ws_conn_find(struct loop *l, struct ws_handle h)
{
	struct conn *c = conn_find(l, h.slot, h.generation);

	return c && c->protocol == &protocol && ws_of(c)->phase != WS_ENDED ? ws_of(c) : NULL;
}

/* Serving one may mark others, even itself: they are for the next time. */
static void serve(struct loop *l, struct ws_conn **list)
{
	struct ws_conn *w;

	l->serving = *list;
	*list = NULL;
	if (l->serving)
		l->serving->dirty_at = &l->serving;
	while ((w = l->serving)) {
		if (conn_takes_data(w->conn))
			writable(w->conn);
		if (w != l->serving)
			continue;
		remove_dirty(w);
		ws_conn_mark_dirty(w);
		conn_want_write(w->conn);
	}
}

static void serve_patient(struct loop *l, int64_t now_us)
{
	int64_t turn = now_us / (PACE_PATIENT_MS * 1000 / PACE_PATIENT_GROUPS);
	int64_t *last = &l->ticker.patient_turn;

	for (*last = MAX(*last, turn - PACE_PATIENT_GROUPS); *last < turn; ++*last)
		serve(l, &l->patient[*last % PACE_PATIENT_GROUPS]);
}

void ws_conn_tick(struct loop *l, int64_t now_us)
{
	if (l->config.ws->tick)
		l->config.ws->tick(l->config.ws->ctx, now_us);
	serve(l, &l->dirty);
	serve_patient(l, now_us);
}
