/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_NET_HTTP_CONN_H
#define SERVER_NET_HTTP_CONN_H

/*
 * HTTP/1.1 on one connection: collects a request, hands it up, sends the answer, begins again.
 * Requests are answered one after another; what a peer sends ahead waits, up to 64 KB. Private to
 * this folder; loop thread only.
 *
 *	state    waits for             deadline
 *	head     a whole head          header_timeout, or idle_timeout between requests
 *	body     content-length bytes  body_timeout since the last one, and 4 KB/s on average
 *	waiting  http_reply            none: the worker answers
 *	sending  the socket            30 s without progress; none while a source makes more
 *
 * A request that cannot be understood or is refused before its body was read gets a problem answer
 * and the connection ends:
 *
 *	400 http.malformed             request line, header field, path, query or length
 *	408 http.timeout               half a head, or a body that does not come
 *	411 http.body_length_required  Transfer-Encoding
 *	413 http.body_too_large        more than the route takes, judged by Content-Length
 *	414 http.uri_too_long          path or query
 *	426 ws.upgrade_required        a room without, or with another, WebSocket handshake
 *	431 http.header_too_large      16 KB or 64 fields
 *	501 http.method_unknown
 *	503 http.overloaded            all bodies together take too much memory
 *	505 http.version               neither 1.0 nor 1.1
 *
 * A peer that was silent from the start, sends more than 64 KB ahead, or does not take its answer
 * is just disconnected.
 */
#include "server/net/conn.h"

void http_conn_open(struct conn *c);

/* The answer for a waiting connection, from http_reply. Owns response. */
void http_conn_answer(struct conn *c, struct http_response *response);

/* What a source was asked for, from http_feed. Owns piece, which may be NULL. */
void http_conn_feed(struct conn *c, GBytes *piece);

#endif
