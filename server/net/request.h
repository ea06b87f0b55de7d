/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_NET_REQUEST_H
#define SERVER_NET_REQUEST_H

/*
 * One HTTP request, complete with its body, as net hands it to the door above. Everything in it is
 * decoded, checked for length and valid UTF-8 (but the body, which is raw bytes).
 *
 * Ownership: whoever received the request frees it. Thread: no shared state; it is made on the loop
 * and usually travels to a worker.
 */
#include "server/core/id.h"

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct route;

enum http_method {
	HTTP_GET,
	HTTP_HEAD, /* answered like GET, net drops the body */
	HTTP_POST,
	HTTP_PUT,
	HTTP_PATCH,
	HTTP_DELETE,
	HTTP_OPTIONS,
	N_HTTP_METHODS,
};

/* The only headers that are kept. */
enum http_header {
	HTTP_ACCEPT,
	HTTP_ACCEPT_LANGUAGE,
	HTTP_AUTHORIZATION,
	HTTP_CONTENT_TYPE,
	HTTP_COOKIE,
	HTTP_HOST,
	HTTP_IDEMPOTENCY_KEY,
	HTTP_IF_MATCH,
	HTTP_IF_NONE_MATCH,
	HTTP_IF_RANGE,
	HTTP_ORIGIN,
	HTTP_RANGE,
	HTTP_UPLOAD_OFFSET,
	HTTP_USER_AGENT,
	HTTP_X_CSRF_TOKEN,
	N_HTTP_HEADERS,
};

/* Limits; a request beyond them is refused before it reaches a handler. */
#define HTTP_MAX_PATH 1024
#define HTTP_MAX_QUERY 4096
#define HTTP_MAX_PATH_PARAMS 4
#define HTTP_MAX_QUERY_PARAMS 32

struct http_param {
	const char *name;  /* of a path parameter: "id" of "{id}", owned by the router */
	const char *value; /* points into the request */
};

struct http_request {
	char id[ID_SIZE]; /* for log lines and problem answers */
	enum http_method method;
	char *path;                /* percent-decoded, begins with '/', no NUL, no dot segments */
	const struct route *route; /* the row of the table that matched */
	struct http_param path_params[HTTP_MAX_PATH_PARAMS];
	unsigned n_path_params;
	struct http_param query[HTTP_MAX_QUERY_PARAMS];
	unsigned n_query;
	char *headers[N_HTTP_HEADERS]; /* NULL when not sent */
	GBytes *body;                  /* never NULL */
	char peer[64];                 /* address of the other side in text, without port */
	char *query_store;             /* private: what query[] points into */
	char *path_store;              /* private: what path_params[] points into */
};

/* NULL when not there. */
const char *http_request_param(const struct http_request *r, const char *name);
const char *http_request_query(const struct http_request *r, const char *name);
const char *http_request_header(const struct http_request *r, enum http_header header);

/* The value of one cookie as a new string, or NULL. */
char *http_request_cookie(const struct http_request *r, const char *name);

void http_request_free(struct http_request *r);

/* "GET" and so on. */
const char *http_method_name(enum http_method m);

/*
 * Percent-decodes text of `len` bytes as a path or (form = true: '+' is a space) as a query part.
 * Refuses bad escapes, NUL and invalid UTF-8 by returning NULL; g_free the result.
 */
char *http_decode(const char *text, size_t len, bool form);

/*
 * Pure: takes a raw path without query into r->path. 0 or -EINVAL: not beginning with '/', too
 * long, bad escapes, an encoded '/' or a "." or ".." segment.
 */
int http_request_set_path(struct http_request *r, const char *raw, size_t len);

/* Pure: splits and decodes a raw query string ("a=1&b=2"). 0 or -EINVAL. */
int http_request_set_query(struct http_request *r, const char *raw, size_t len);

#endif
