/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_NET_HTTP_HEAD_H
#define SERVER_NET_HTTP_HEAD_H

/*
 * The head of an HTTP/1.1 request (request line and header fields, RFC 9112), from bytes to a
 * struct that points into them. Strict where leniency lets two programs read one message
 * differently: bare line feeds, folded lines, spaces before colons, repeated lengths and transfer
 * codings are refused.
 *
 * Pure.
 */
#include "server/net/request.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HTTP_MAX_HEAD 16384
#define HTTP_MAX_FIELDS 64

struct http_text {
	const char *p;
	size_t len;
};

struct http_head {
	enum http_method method;
	struct http_text path;  /* raw, without query */
	struct http_text query; /* raw, without '?'; p is NULL when there was none */
	bool http_1_1;          /* else 1.0 */
	struct http_text headers[N_HTTP_HEADERS]; /* p is NULL when not sent */
	bool has_length;
	uint64_t length;
	bool keep_alive;
	bool expect_continue;
	bool upgrade_websocket;
	struct http_text ws_key, ws_version, ws_protocol;
};

enum http_head_result {
	HTTP_HEAD_OK,
	HTTP_HEAD_INCOMPLETE,   /* no empty line yet */
	HTTP_HEAD_MALFORMED,    /* 400 */
	HTTP_HEAD_TOO_LARGE,    /* 431: more than HTTP_MAX_HEAD bytes or HTTP_MAX_FIELDS fields */
	HTTP_HEAD_URI_TOO_LONG, /* 414 */
	HTTP_HEAD_METHOD,       /* 501: a method nobody here knows */
	HTTP_HEAD_VERSION,      /* 505 */
	HTTP_HEAD_NEEDS_LENGTH, /* 411: a body of unknown length (chunked) */
};

/* Reads the head at the start of buf. On OK *ret_used is its length with the empty line. */
enum http_head_result http_head_parse(
	const char *buf, size_t len, struct http_head *ret_head, size_t *ret_used);

/* True if the comma-separated list has the token, ignoring case. */
bool http_list_has(struct http_text list, const char *token);

/* The first token of the list that begins so, in this case; p is NULL when there is none. */
struct http_text http_list_find(struct http_text list, const char *prefix);

#endif
