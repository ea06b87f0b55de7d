/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_API_API_H
#define SERVER_API_API_H

/*
 * The HTTP door to the acts. Nearly every route is an act whose input is the JSON body, the path
 * parameters and, for views, the query: api_act() does those. What is not JSON in and JSON out
 * (uploads, files, cookies) has a handler of its own in a file named after it.
 *
 * Thread: requests arrive on the loop, are answered from a worker of the route's lane.
 */
#include "server/act/act.h"
#include "server/net/loop.h"
#include "server/net/request.h"
#include "server/net/response.h"
#include "server/net/router.h"

struct job_pool;
struct throttle;

/* Route flags. */
enum {
	API_PUBLIC = 1 << 0,    /* served without looking for a sign-in */
	API_NO_CSRF = 1 << 1,   /* makes a sign-in, so there is no token yet */
	API_NO_EVENTS = 1 << 2, /* reserved for health pages: not counted as acts */
	API_HANDS_IN = 1 << 3,  /* counts from when it was there: see server/core/arrivals.h */
};

struct api {
	const struct act_env *env;
	struct job_pool *jobs;
	struct throttle *throttle;      /* by login, for sign-in doors */
	struct throttle *registrations; /* by address, of firms that register themselves */
	const char *console_dir;        /* the page of bundles lies in it */
};

/* One request on its worker. */
struct api_call {
	struct api *api;
	struct http_request *request;
	struct actor actor;
	uint8_t token_hash[32]; /* of the sign-in used; zero when public */
	bool by_cookie;
	int64_t legal_us; /* when the request had arrived: waiting for a worker makes nobody late */
	struct http_response *response; /* what the handler leaves, owned */
};

/* The request callback for struct http_out; ctx is struct api. Loop thread. */
void api_request(void *ctx, struct http_request *request, struct http_reply_to to);

/* The common handler: route->data is a struct act_kind. */
int api_act(struct api_call *call);

/* The same for an act whose result is sent otherwise than as JSON: the caller owns it and sets the
 * response. NULL: the act did not go well, and that is the response already. */
json_t *api_act_out(struct api_call *call);

/*
 * The input an act of this request gets: body and path parameters, for views also the query, turned
 * to the types its table asks for. 0 or REFUSED.
 */
int api_input(
	struct api_call *call, const struct act_kind *kind, json_t **ret_in, struct refusal *r);

/* Whether the caller may do it, before he is told anything about how. 0 or REFUSED. */
int api_check_permission(
	const struct api_call *call, const struct act_kind *kind, struct refusal *r);

/* Whether the body says to be of this media type. 0 or REFUSED. */
int api_check_type(const struct api_call *call, const char *type, struct refusal *r);

/* Its part that stands in the query. */
void api_query_input(const struct api_call *call, const struct act_kind *kind, json_t *in);

/* Performs an act for this call's actor with its headers. As act_perform(). */
int api_perform(struct api_call *call, const struct act_kind *kind, const json_t *in,
	json_t **ret_out, struct refusal *r);

/* Sets the response for a result of api_perform: 200, problem, 500 or 503. Takes out. */
void api_answer(struct api_call *call, int result, json_t *out, const struct refusal *r);

/* Sets a problem response. Returns 0, so that handlers can end with it. */
int api_refuse(struct api_call *call, const struct refusal *r);

/* The name of the cookie and the life of a sign-in. */
#define API_COOKIE "__Host-bidroom"
#define API_SIGN_IN_US (12 * INT64_C(3600) * CLOCK_SECOND_US)

#endif
