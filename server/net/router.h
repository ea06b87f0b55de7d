/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_NET_ROUTER_H
#define SERVER_NET_ROUTER_H

/*
 * Finds the row of the route table for a method and a path. The table is the caller's, static, one
 * row per route. net reads method, pattern and body_limit; the rest is for the door above, which
 * alone knows what a struct api_call is.
 */
#include "server/core/job.h"
#include "server/net/request.h"

#include <stddef.h>

struct api_call;

struct route {
	enum http_method method; /* a GET row also answers HEAD */
	const char *pattern;     /* "/api/v1/projects/{id}/lots": {x} matches one segment */
	size_t body_limit;       /* bytes; 0: a body is refused */
	enum job_lane lane;
	unsigned flags;                       /* the caller's own */
	int permission;                       /* the caller's own */
	int (*handle)(struct api_call *call); /* the caller's own */
	const void *data;                     /* the caller's own */
};

enum router_result {
	ROUTER_MATCH,
	ROUTER_NOT_FOUND,
	ROUTER_METHOD, /* the path exists, not for this method */
};

struct router;

/*
 * Reads the table, which must outlive the router. Two rows that match the same path with the same
 * method, a bad pattern and too many parameters are our own mistakes and asserted. A literal
 * segment goes before a parameter.
 */
struct router *router_new(const struct route *routes, size_t n_routes);
struct router *router_free(struct router *r);

/*
 * Looks up request->method and ->path; on ROUTER_MATCH fills request->route and the path
 * parameters. On ROUTER_METHOD, allow has the text of the Allow header.
 */
#define ROUTER_ALLOW_SIZE 64
enum router_result router_match(
	const struct router *r, struct http_request *request, char allow[static ROUTER_ALLOW_SIZE]);

#endif
