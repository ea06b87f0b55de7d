/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_NET_CONN_H
#define SERVER_NET_CONN_H

/*
 * One accepted TLS connection: bytes in, bytes out, a deadline. What the bytes mean is its
 *protocol's business: it begins as HTTP (http_conn) and may become a WebSocket (ws_conn). Private
 *to this folder; loop thread only.
 *
 * libwebsockets accepts, does TLS, polls and reads; HTTP and WebSocket are read by our own small
 * parsers on its "raw" role. Its HTTP role (4.1.6) spins at 100 % of a core while a request is
 *being answered and the peer has sent one byte more or half-closed, closes without an answer on
 *malformed input, knows no Expect: 100-continue, and takes a body of unknown length for a plain
 *one. Its raw role in turn does not read while it holds unsent bytes, so these are kept here and
 *written with SSL_write on the connection: lws never holds any.
 *
 *	state      reads            writes             ends by
 *	open       to the protocol  yes                conn_finish, conn_kill, the peer
 *	finishing  thrown away      what is left       all written -> lingering
 *	lingering  thrown away      nothing            the peer's close, or 2 s
 *	dead       thrown away      nothing            lws closes it before long
 *
 * Lingering keeps the kernel from answering late input with a reset that would take our last
 * words (why a request was refused) with it.
 */
#include <glib.h>
#include <libwebsockets.h>
#include <stdbool.h>
#include <stdint.h>

#include "server/net/loop.h"

struct conn;

struct conn_protocol {
	void (*received)(struct conn *c, const uint8_t *bytes, size_t len);
	/* Everything given to conn_write has left and the socket takes more. */
	void (*writable)(struct conn *c);
	/* conn_set_deadline's time has come. */
	void (*deadline)(struct conn *c, int64_t now_us);
	/* The loop is being stopped: end soon. */
	void (*stopping)(struct conn *c);
	/* Last call: frees the state. */
	void (*closed)(struct conn *c);
};

enum conn_state { CONN_OPEN, CONN_FINISHING, CONN_LINGERING, CONN_DEAD };

struct conn {
	struct loop *loop;
	struct lws *wsi;
	uint32_t slot, generation;
	char peer[64];
	enum conn_state state;
	bool heard; /* the first byte has come, so TLS is established */
	const struct conn_protocol *protocol;
	void *own;           /* the protocol's */
	int64_t deadline_us; /* 0: none */
	GByteArray *out;     /* accepted but not yet written */
	size_t out_at;       /* up to here it is written */
};

/* Writes now what the socket takes and keeps the rest. Nothing happens unless the state is open. */
void conn_write(struct conn *c, const void *bytes, size_t len);

/* True while bytes of conn_write wait. */
bool conn_has_output(const struct conn *c);

/* Whether all of conn_write has left and the kernel has little left to send: what select() tells,
 * for who cannot wait for it. */
bool conn_takes_data(const struct conn *c);

/* Before this much is unsent the socket of a room takes more. */
#define CONN_LOWAT_BYTES 4096

/* Asks for a call of writable. */
void conn_want_write(struct conn *c);

void conn_set_deadline(struct conn *c, int64_t deadline_us);

/* Closes after what was written has left. The protocol gets only `closed` from now on. */
void conn_finish(struct conn *c);

/* Closes at once (soon, from within callbacks). The same. */
void conn_kill(struct conn *c);

/*
 * From now on OpenSSL takes what the socket has in one go instead of twice for each record. lws,
 * which asks for whole records only, does not see what is left in there, so conn takes all of it
 * itself. Only when the handshake is over.
 */
void conn_read_ahead(struct conn *c);

/* Changes the protocol. */
void conn_become(struct conn *c, const struct conn_protocol *protocol, void *own);

/* The handlers of the lws callbacks; loop.c calls them. Nonzero: lws shall close. */
int conn_accepted(struct loop *l, struct lws *wsi);
int conn_received(struct conn *c, const uint8_t *bytes, size_t len);
int conn_writable(struct conn *c);
void conn_closed(struct conn *c);
void conn_check_deadline(struct conn *c, int64_t now_us);

/* NULL once it is gone. */
struct conn *conn_find(const struct loop *l, uint32_t slot, uint32_t generation);

#endif
