/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * Requests to the HTTPS API, one after the other in a thread of their own; JSON in, JSON or a small
 * file out. All functions and the answers belong to the thread that runs the default GMainContext.
 */

#include <glib.h>
#include <jansson.h>

struct https;

/* All but method and url may be NULL. */
struct https_request {
	const char *method, *url;
	const char *bearer;          /* the sign-in's token */
	const char *idempotency_key; /* for a POST that creates */
	const char *if_match;        /* the entity tag of the version that is changed */
	const json_t *body;          /* sent as JSON */
};

struct https_answer {
	int status;        /* 0: no answer came */
	json_t *body;      /* NULL when it is empty or not JSON */
	GBytes *bytes;     /* the same as it came, 4 MiB at most */
	const char *error; /* words for people, when there is no status */
};

/* answer is borrowed. Not called after https_free. */
typedef void https_done_fn(void *user, const struct https_answer *answer);

/* The stable code of a problem, a short name; "bad_answer" when there is none. Borrowed. */
#define HTTPS_CODE_SIZE 64
const char *https_problem_code(const json_t *problem);

/* ca_file: PEM; NULL: the system's authorities. */
struct https *https_new(const char *ca_file);
/* Waits for the request under way, up to its time limit of 20 s. */
struct https *https_free(struct https *h);

/* Copies what is asked. */
void https_send(
	struct https *h, const struct https_request *asked, https_done_fn *done, void *user);
