/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_NET_RESPONSE_H
#define SERVER_NET_RESPONSE_H

/*
 * One HTTP response: a status, headers, and a body that is bytes, an open file or a source. Net
 * adds the security headers, Content-Length, Range handling for the last two and drops the body for
 * HEAD.
 *
 * Thread: no shared state; usually made on a worker and given to http_reply(), which owns it then.
 */
#include "server/core/error.h"

#include <glib.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#define HTTP_MAX_RESPONSE_HEADERS 12

/* A file to send, in whole or in the range the client asked for. */
struct http_file {
	int fd;        /* -1: none; closed with the response */
	uint64_t size; /* as of now; a growing file is served up to here */
};

struct http_reply_to;

/*
 * A body that is made while it is sent, piece by piece as the socket takes them, so that it never
 * lies in memory as a whole.
 */
struct http_source {
	uint64_t size;
	/* Asks for bytes of the body from `at` on, at most `left`. Must lead to exactly one
	 * http_feed(to, …), from whatever thread. Loop thread, must not block. NULL: no source. */
	void (*pull)(void *ctx, uint64_t at, uint64_t left, struct http_reply_to to);
	void *ctx;
	GDestroyNotify destroy; /* of ctx, with the response; pulls may still be under way */
};

struct http_response {
	int status;
	char *content_type; /* NULL: no body */
	GBytes *body;       /* NULL: empty, file or source */
	struct http_file file;
	struct http_source source;
	char *etag; /* with its quotes; NULL: none */
	struct {
		char *name; /* lower case */
		char *value;
	} headers[HTTP_MAX_RESPONSE_HEADERS];
	unsigned n_headers;
	bool framed; /* our own pages may show it in a frame; nobody else ever may */
};

/* A response without a body. */
struct http_response *response_new(int status);

/* Takes `body` (a reference is stolen). */
struct http_response *response_json(int status, json_t *body);

/* Takes `body`. content_type is copied. */
struct http_response *response_bytes(int status, const char *content_type, GBytes *body);

/* Copies `text`. */
struct http_response *response_text(int status, const char *content_type, const char *text);

/* Takes the descriptor. size is what fstat said; Range and If-Range (against etag) are honoured. */
struct http_response *response_file(
	int fd, uint64_t size, const char *content_type, const char *etag);

/* Takes the source's ctx. Range and If-Range are honoured. */
struct http_response *response_source(
	const struct http_source *source, const char *content_type, const char *etag);

/* application/problem+json of a refusal; request_id may be NULL. */
struct http_response *response_problem(const struct refusal *r, const char *request_id);

/* The same with one more member, unless extra is NULL; borrows it. */
struct http_response *response_problem_with(
	const struct refusal *r, const char *request_id, const char *name, json_t *extra);

/* The same for a code without field or detail. */
struct http_response *response_refusal(const char *code, const char *request_id);

/*
 * Adds a header; name in lower case without colon ("set-cookie"). Values with control characters
 * and more headers than fit are our own mistake and asserted.
 */
void response_header(struct http_response *r, const char *name, const char *value);

/* Sets the ETag; `etag` without quotes is quoted. */
void response_etag(struct http_response *r, const char *etag);

void response_free(struct http_response *r);

/* The HTTP status of a kind of refusal. */
int http_status_of(enum refusal_kind kind);

#endif
