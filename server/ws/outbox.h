/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_WS_OUTBOX_H
#define SERVER_WS_OUTBOX_H

/*
 * Acts of one room on their way to the database: performed one by one in the order in which they
 * were posted. The first one stays until it is committed or refused; while the database is away it
 * is tried again every second with its own key, and everything behind it waits. Loop thread.
 */
#include "server/act/act.h"

#define OUTBOX_MAX 10000
#define OUTBOX_RETRY_MS 1000
/* Faults that are not the database being away: after so many an act is given up. */
#define OUTBOX_MAX_FAULTS 5

struct outgoing {
	const struct act_kind *kind;
	struct actor actor;
	json_t *in;        /* owned */
	char key[65];      /* idempotency key; the client's id where there is one */
	char seat[33];     /* who is to be told; "": nobody */
	char id[65];       /* the client's id, for the answer */
	int64_t posted_ms; /* of loop time */
	bool pending_told;
	unsigned n_faults;
};

struct outbox {
	GQueue acts;      /* struct outgoing */
	bool busy;        /* the first one is on a worker */
	int64_t retry_ms; /* not before */
};

void outbox_init(struct outbox *o);
void outbox_done(struct outbox *o);

/* Takes a fresh item made by outgoing_new. REFUSED with server.unavailable when full; a repeated
 * id of the same seat is taken for the act that is on its way already, of which the seat may hear
 * again that it waits. */
int outbox_push(struct outbox *o, struct outgoing *item, struct refusal *r);

/* Takes in. */
struct outgoing *outgoing_new(const struct act_kind *kind, const struct actor *actor, json_t *in);
void outgoing_free(struct outgoing *item);

/* The act to perform now; it is busy until outbox_settle. NULL: none. */
struct outgoing *outbox_begin(struct outbox *o, int64_t now_ms);

enum outbox_verdict {
	OUTBOX_DONE,     /* committed or refused: it is gone from the queue, the caller's to free */
	OUTBOX_WAITS,    /* the database is away: it stays first */
	OUTBOX_GIVEN_UP, /* as DONE, but with a fault */
};
/* result is what act_perform said. */
enum outbox_verdict outbox_settle(
	struct outbox *o, int result, int64_t now_ms, struct outgoing **ret_item);

/* Whether a mute of this source of the seat, by itself or not, still waits to be committed. */
bool outbox_has_mute(const struct outbox *o, const char *seat_id, const char *kind);
/* Whether locking the room still waits. */
bool outbox_has_lock(const struct outbox *o);

#endif
