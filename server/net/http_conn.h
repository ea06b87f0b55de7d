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
 *	sending  the socket            30 s without progress
 *
 * A request that cannot be understood or is refused before its body was read is answered and the
 * connection ended.
 */
#include "server/net/conn.h"

void http_conn_open(struct conn *c);

/* The answer for a waiting connection, from http_reply. Owns response. */
void http_conn_answer(struct conn *c, struct http_response *response);

#endif
