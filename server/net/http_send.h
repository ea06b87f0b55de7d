/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_NET_HTTP_SEND_H
#define SERVER_NET_HTTP_SEND_H

/*
 * Sends one response: its head with the security headers, then a body from memory, a file or a
 * source in pieces, as the socket takes them. Decides 304, 206 and 416. Private to this folder;
 * loop thread.
 */
#include <stdbool.h>
#include <stdint.h>

#include "server/net/conn.h"
#include "server/net/response.h"

struct http_send {
	struct http_response *response;
	uint64_t at, left; /* of the body */
	/* With a source: what it made and is not sent yet, and whether it was asked for more. */
	GBytes *piece;
	size_t piece_at;
	bool pulling;
};

/* What the request said about its answer. */
struct http_send_request {
	bool is_head;
	bool keep_alive;
	const char *range, *if_range, *if_none_match;
	const char *if_match; /* asked of files and sources alone; acts look at it themselves */
	const char *connect_src; /* see loop_config */
};

/* Owns response. */
void http_send_begin(struct http_send *s, struct conn *c, const struct http_send_request *request,
	struct http_response *response);

/* Writes some more. True when everything has left (or the connection is dead). */
bool http_send_pump(struct http_send *s, struct conn *c);

/* What a source was asked for; NULL: it failed. Owns piece. Pump then. */
void http_send_feed(struct http_send *s, struct conn *c, GBytes *piece);

void http_send_done(struct http_send *s);

/* "OK" and so on. */
const char *http_reason(int status);

/* Pure: the head as text, for a body of `length` bytes beginning at `first` of `size`. */
char *http_send_head(const struct http_response *response, const struct http_send_request *request,
	uint64_t first, uint64_t length, uint64_t size, int64_t now_us);

#endif
