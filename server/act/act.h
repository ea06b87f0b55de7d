/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_ACT_ACT_H
#define SERVER_ACT_ACT_H

/*
 * A legal act (法律行为): what one person or program does once, wholly or not at all.
 *
 * An act is a row: its name (which is its permission), the table its input is checked against, and
 * one function that asks the rules, changes the store and appends the events, inside one
 * transaction. act_perform() does everything around it in the same order for every door:
 *
 *	permission -> fields -> transaction { idempotency -> run -> events -> idempotency } ->
 *promise
 *
 * The transaction may run more than once (deadlock, failover), so run() touches nothing outside the
 * database that is not repeatable. Views are acts that change nothing (ACT_READ).
 *
 * Thread: a worker; blocks on the database.
 */
#include <glib.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "db/stmt.h"
#include "db/txn.h"
#include "server/auth/password.h"
#include "server/core/clock.h"
#include "server/core/error.h"
#include "server/core/fields.h"
#include "server/core/id.h"

struct bucket;
struct calendar;
struct checkpoint_key;
struct clock_error;
struct cms_signer;
struct db_pool;
struct document_ca;
struct field_cipher;
struct keystore;
struct regions;
struct search;

/* What all acts of a process share; immutable once the threads run. */
struct act_env {
	struct db_pool *pool;
	struct clock *clock;
	struct arrivals *arrivals; /* of bids that are being handed in; NULL: none can be */
	const struct calendar *calendar;
	const struct regions *regions; /* NULL: codes have no names */
	const struct keystore *keys;
	const struct cms_signer
		*signer; /* of what the centre publishes; NULL: it has no certificate */
	const struct document_ca *documents;  /* certifies who signs a document */
	const struct field_cipher *cipher;    /* wraps personal fields and released keys */
	const struct field_cipher *scores;    /* wraps score sheets until all are in */
	const struct checkpoint_key *log_key; /* signs promises */
	const GArray *cosigners;              /* struct note_key: whose lines are taken */
	const struct field_cipher *reels;     /* wraps the keys of sealed recordings */
	const char *data_dir;                 /* bids/, public/ lie below it */
	const char *const *reel_dirs;         /* where recordings lie; ends with NULL */
	struct bucket *bucket;                /* where they are moved to; NULL: nowhere */
	int64_t bucket_after_us;              /* so long after the session was closed */
	int64_t reel_low_bytes;  /* with less room than that somebody should see to it */
	int64_t reel_stop_bytes; /* and with less than that nothing new begins */
	int64_t bid_max_bytes;
	/* With a larger error of the clock no bid is taken or opened; 0: it is not watched. */
	int64_t clock_error_most_us;
	void (*clock_error)(struct clock_error *ret); /* NULL: the kernel's (clock_error.h) */
	struct password_cost password_cost;
	bool projects_by_two;       /* nobody registers a project alone */
	int64_t patrol_interval_us; /* between the rounds of supervisors */
	/* How often an expert is drawn (C15): so far apart, so many sessions in such a period; 0:
	 * no limit. */
	int64_t draw_interval_us, draw_period_us;
	unsigned draw_most;
	int64_t promise_read_us; /* how long a member reads the promise before he gives it; 0: at once */
	struct search *search; /* the index of public notices; NULL: this process has none */
	const struct bidder_authorities *bidder_authorities; /* NULL: none is configured */
	bool bidder_certificate_required;
	const char *deposit_account; /* where bid bonds are paid to, as it is shown; "": not said */
	const char *ocds_prefix;     /* of the ids of our open data */
	const char *exchange_platform, *exchange_service; /* our codes at the upstream platform */
	const char *public_url;                           /* "https://host:port" */
	const char *room_url;                             /* "wss://host:port" */
	/* Called after a commit that brought events: wakes keeper and rooms. May be NULL. */
	void (*committed)(void *ctx);
	void *committed_ctx;
};

/* Who acts. roles is a mask of server/auth/permission; 0 for the public. */
struct actor {
	char account_id[ID_SIZE]; /* "" for the public */
	uint32_t roles;
	char session_id[ID_SIZE]; /* an expert's sign-in is bound to one session and seat */
	char seat_id[33];
	char peer[64]; /* address, for throttles and the record */
	char csrf[65]; /* of a sign-in by cookie, for a page that was loaded anew */
};

/* The actor recorded for what the system does by itself. */
#define ACT_SYSTEM "system"

struct act {
	struct db_txn *txn;
	const struct act_env *env;
	const struct actor *actor;
	int64_t legal_us, real_us; /* taken once, when the request was there and the act began */
	int64_t if_match;          /* the version the caller saw; 0: not said */
	GBytes *body;              /* of an upload, borrowed; NULL: none */
	/* For what is written beside the database: the same in every attempt, which writes it
	 * again. */
	char file_id[ID_SIZE];
	struct refusal *refusal;
	/* Set by an act whose refusal is itself on the record: commits, then refuses. */
	bool refused_on_record;
	/* Set by an act that only tried: its answer is given and everything it wrote taken back. */
	bool rehearsed;
	GPtrArray *events; /* struct event, in order */
};

enum act_flags {
	ACT_READ = 1 << 0, /* changes nothing */
	/* Input or answer may not be kept, not even for an idempotency key. */
	ACT_SECRET = 1 << 1,
	ACT_CREATES = 1 << 2, /* its answer names something new; over HTTP 201 */
};

struct act_kind {
	const char *name; /* the row of permission.def */
	const struct field *fields;
	/* out is an empty object to be filled. 0, REFUSED (a->refusal filled) or negative errno. */
	int (*run)(struct act *a, const json_t *in, json_t *out);
	unsigned flags;
};

/* How the caller asks, besides the input itself. Zero-initialise. */
struct act_call {
	const char *idempotency_key; /* NULL: none */
	int64_t if_match;
	int64_t legal_us; /* when the request had arrived; 0: now */
	GBytes *body;     /* raw bytes beside the input; NULL: none */
};

/*
 * Performs an act. in stays the caller's. 0: *ret_out is a new object, for changes with an
 * `events` list whose promises hold from now on. REFUSED: *r is filled; *ret_out is NULL or, for a
 * refusal on the record, its events. Negative errno: a fault, nothing happened or it is unknown
 * whether it did (-EAGAIN: worth trying again with the same key).
 */
int act_perform(const struct act_env *env, const struct actor *actor, const struct act_kind *kind,
	const json_t *in, const struct act_call *call, json_t **ret_out, struct refusal *r);

/*
 * Appends an event of this act. Takes body. subject is "type:id". 0 or negative errno.
 */
int act_event(struct act *a, const char *kind, const char *subject_type, const char *subject_id,
	json_t *body);

/*
 * The same without the account: the actor is `who`. For what a bidder does in public, whose body
 * names the bid: a firm whose bid stayed closed would be known by its account from another lot.
 */
#define ACT_BIDDER "bidder"
int act_event_by(struct act *a, const char *who, const char *kind, const char *subject_type,
	const char *subject_id, json_t *body);

/* 0, or REFUSED with act.version when the caller's If-Match is missing or not `version`. */
int act_require_version(struct act *a, int64_t version);

/* REFUSED with auth.denied. */
int act_denied(struct act *a, const char *why);

/* REFUSED with `code` when r is 1 "no such row" of a store getter; hands other values on. */
int act_found(struct act *a, int r, const char *field);

/* True if the actor has one of the roles (mask). */
bool act_has_role(const struct act *a, uint32_t roles);

/* {"version": n} members for answers. */
void out_text(json_t *out, const char *name, const char *text);
void out_int(json_t *out, const char *name, int64_t n);
void out_time(json_t *out, const char *name, int64_t t_us); /* left out when t_us is 0 */
void out_hex(json_t *out, const char *name, const void *bytes, size_t len);
void out_base64(json_t *out, const char *name, GBytes *bytes);

#endif
