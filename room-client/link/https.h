/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * Requests to the HTTPS API, one after the other in a thread of their own; JSON in, JSON out. All
 * functions and the answers belong to the thread that runs the default GMainContext.
 */

#include <jansson.h>

struct https;

struct https_answer {
	int status;        /* 0: no answer came */
	json_t *body;      /* NULL when it is empty or not JSON */
	const char *error; /* words for people, when there is no status */
};

/* answer is borrowed. Not called after https_free. */
typedef void https_done_fn(void *user, const struct https_answer *answer);

/* ca_file: PEM; NULL: the system's authorities. */
struct https *https_new(const char *ca_file);
/* Waits for the request under way, up to its time limit of 20 s. */
struct https *https_free(struct https *h);

/* method: "GET" or "POST". bearer and body may be NULL; body is sent as JSON and stays the
 * caller's. idempotency_key, for a POST that creates, may be NULL. */
void https_send(struct https *h, const char *method, const char *url, const char *bearer,
	const char *idempotency_key, const json_t *body, https_done_fn *done, void *user);
