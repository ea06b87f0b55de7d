/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_FOLLOW_UPSTREAM_H
#define SERVER_FOLLOW_UPSTREAM_H

/*
 * The upstream platform (上级平台) as it answers to one delivery. It is sent by POST with the
 * push's id as Idempotency-Key, and answers {"push_id": the same, "receipt": text}, or with 400,
 * 409 or 422 {"push_id": the same, "refused": text}. Whatever else it says is no answer.
 */
#include <glib.h>
#include <stdint.h>

struct upstream;

/* ca_file: "" for the system's authorities. */
struct upstream *upstream_new(const char *url, const char *ca_file, const char *content_type);
struct upstream *upstream_free(struct upstream *u);

enum upstream_outcome {
	UPSTREAM_RECEIPT = 1, /* it has it; text is the receipt */
	UPSTREAM_REFUSED,     /* it will not have it; text says why */
	UPSTREAM_NO_ANSWER,   /* to be sent again; text says what happened */
	UPSTREAM_DOWN,        /* the same, and nothing else will get through now */
};

struct upstream_answer {
	enum upstream_outcome outcome;
	int http_status; /* 0: none */
	char text[200];  /* cut at a character */
};

/* What these bytes say under this status about that push. */
void upstream_understand(int status, const char *push_id, const void *bytes, size_t len,
	struct upstream_answer *ret);

/* Blocks at most about five seconds. */
void upstream_send(
	struct upstream *u, const char *push_id, const char *body, struct upstream_answer *ret);

#endif
