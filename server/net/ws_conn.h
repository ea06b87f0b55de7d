/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_NET_WS_CONN_H
#define SERVER_NET_WS_CONN_H

/*
 * WebSocket connections of rooms: /room/{session}, subprotocol "bidroom.v1".
 *
 * Net decides how bytes leave, the caller what leaves. Texts given to ws_conn_send_text go first
 * and in order. For media the caller keeps its own queues and calls ws_conn_mark_dirty; at the next
 * beat of 5, 10 or 20 ms (by the load of the loop), if the socket takes data, net calls `collect`,
 * where the caller adds what it wants by ws_gather_*, and everything leaves in one write. A
 * receiver whose socket is full is not asked; the caller sees that by the age of its queue.
 *
 * Thread: everything here is for the loop thread only, except ws_handle values, which may travel.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct loop;
struct ws_conn;
struct ws_gather;

#define WS_MAX_TEXT 65536
#define WS_MAX_BINARY (262144 + 24)

/* Close codes, RFC 6455 section 7.4.1; 4000 to 4999 are the caller's. */
enum {
	WS_CLOSE_NORMAL = 1000,
	WS_CLOSE_GOING_AWAY = 1001,
	WS_CLOSE_PROTOCOL = 1002,
	WS_CLOSE_NOT_UTF8 = 1007,
	WS_CLOSE_POLICY = 1008,
	WS_CLOSE_TOO_LARGE = 1009,
};

/* What the handshake said; strings live during the callback. */
struct ws_hello {
	const char *session; /* the path parameter, 1 to 64 of [0-9a-z_-] */
	const char *peer;    /* address in text */
	const char *host;    /* header or "" */
	const char *origin;  /* header or "" */
	const char *cookie;  /* header or "" */
	/* The peer speaks other versions of the subprotocol and not ours: it is let in to be told
	 * so in a message, for a refused handshake tells a browser nothing. */
	bool other_version;
};

/* A value that names a connection; ws_conn_find gives NULL once it is gone. */
struct ws_handle {
	uint32_t slot;
	uint32_t generation;
};

struct ws_out {
	/* Before the handshake is answered: false refuses it with 403. May be NULL. */
	bool (*admit)(void *ctx, const struct ws_hello *hello);
	void (*open)(void *ctx, struct ws_conn *c, const struct ws_hello *hello);
	/* One whole message, valid UTF-8, at most WS_MAX_TEXT; text[len] is 0. */
	void (*text)(void *ctx, struct ws_conn *c, const char *text, size_t len);
	/* One whole message, at most WS_MAX_BINARY; data is the callee's, g_free. */
	void (*binary)(void *ctx, struct ws_conn *c, uint8_t *data, size_t len);
	/* See above. Return true if more is waiting than was taken. */
	bool (*collect)(void *ctx, struct ws_conn *c, struct ws_gather *g);
	/* At each beat while connections exist, before the dirty ones are served. May be NULL. */
	void (*tick)(void *ctx, int64_t mono_us);
	/* Always the last call for an opened connection. */
	void (*closed)(void *ctx, struct ws_conn *c);
	void *ctx;
};

/* The caller's own pointer. */
void ws_conn_set_user(struct ws_conn *c, void *user);
void *ws_conn_user(const struct ws_conn *c);

struct ws_handle ws_conn_handle(const struct ws_conn *c);
struct ws_conn *ws_conn_find(struct loop *l, struct ws_handle h);

/*
 * Queues a text message (copied). A receiver that lets more than WS_MAX_TEXT_QUEUE bytes of texts
 * pile up is closed with 1008.
 */
#define WS_MAX_TEXT_QUEUE (4 * 1024 * 1024)
void ws_conn_send_text(struct ws_conn *c, const char *text, size_t len);

/* Asks for a collect() at the next beat. Cheap to call again. */
void ws_conn_mark_dirty(struct ws_conn *c);

/* The same for one that can wait: within PACE_PATIENT_MS and a beat, so that more is joined in a
 * write. */
void ws_conn_mark_patient(struct ws_conn *c);

/*
 * Within collect: adds one message. False, and nothing added, when it does not fit this time; the
 * first binary of up to WS_MAX_BINARY always fits. `head` (may be NULL) goes before data within the
 * same message, for the part that differs by receiver.
 */
bool ws_gather_binary(
	struct ws_gather *g, const void *head, size_t head_len, const void *data, size_t data_len);
bool ws_gather_text(struct ws_gather *g, const char *text, size_t len);

/* Closes with a code and a short reason (at most 120 bytes) after the queued texts have left. */
void ws_conn_close(struct ws_conn *c, uint16_t code, const char *reason);

/* Numbers for statistics: messages and bytes sent and received since opening. */
struct ws_stats {
	uint64_t rx_messages, rx_bytes, tx_messages, tx_bytes, tx_writes;
};
void ws_conn_stats(const struct ws_conn *c, struct ws_stats *ret_stats);

#endif
