/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_CORE_ERROR_H
#define SERVER_CORE_ERROR_H

/*
 * Refusals: the "no" a caller may read, as opposed to a fault (negative errno).
 *
 * Every refusal has a stable code from refusals.def, which gives its kind and an English title;
 * console and client look their own text up by the code. A function that can refuse takes a
 * `struct refusal *`, fills it by refuse() and returns REFUSED:
 *
 *	if (now_us >= lot->deadline_us)
 *		return refuse_rule(r, "bid.late", "G05", NULL, "the deadline was %s", text);
 *
 * Thread: none of this has shared state.
 */
#include <glib.h>
#include <stddef.h>

/* The one positive return value of functions that fill a struct refusal. */
#define REFUSED 1

/* What sort of "no" it is; the door (HTTP, room, command line) translates it to its own terms. */
enum refusal_kind {
	REFUSAL_BAD_INPUT,       /* 400: not understood */
	REFUSAL_UNAUTHENTICATED, /* 401: who are you? */
	REFUSAL_DENIED,          /* 403: not for this role or person */
	REFUSAL_NOT_FOUND,       /* 404 */
	REFUSAL_METHOD,          /* 405 */
	REFUSAL_CONFLICT,        /* 409: not in this state */
	REFUSAL_GONE,            /* 410 */
	REFUSAL_PRECONDITION,    /* 412: somebody changed it in between */
	REFUSAL_TOO_LARGE,       /* 413 */
	REFUSAL_UNSUPPORTED,     /* 415 */
	REFUSAL_RULE,            /* 422: a rule of the rulebook forbids it */
	REFUSAL_LIMITED,         /* 429: too often */
	REFUSAL_FAULT,           /* 500: our own trouble */
	REFUSAL_UNAVAILABLE,     /* 503: come back later */
	N_REFUSAL_KINDS,
};

/* One row of refusals.def. */
struct refusal_row {
	const char *code;
	enum refusal_kind kind;
	const char *title;
};

/* A filled-in refusal. `code` and `rule` are static strings; rule may be NULL. */
struct refusal {
	const char *code;
	const char *rule;
	char field[64];
	char detail[256];
};

/*
 * Fills r (which may be NULL when the caller wants only the yes or no) and returns REFUSED.
 * `code` must stand in refusals.def, which is asserted; `field` names the member of the input it is
 * about and may be NULL, as may fmt. Too long texts are cut at a UTF-8 boundary.
 */
int refuse(struct refusal *r, const char *code, const char *field, const char *fmt, ...)
	G_GNUC_PRINTF(4, 5);

/* The same with the id of the rulebook row that refuses; `rule` must outlive r. */
int refuse_rule(struct refusal *r, const char *code, const char *rule, const char *field,
	const char *fmt, ...) G_GNUC_PRINTF(5, 6);

/* The row of a code, or NULL. */
const struct refusal_row *refusal_find(const char *code);

/* The whole table, sorted by code. */
const struct refusal_row *refusal_rows(size_t *ret_n);

#endif
