/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_STORE_ARCHIVE_STORE_H
#define SERVER_STORE_ARCHIVE_STORE_H

/*
 * The keeping of recordings (归档): class of retention, legal holds, how far an expiry is. Whoever
 * changes something here has locked the session's row (session_store_lock).
 *
 *	kept       nothing is asked for; also a session without a row
 *	proposed   one role wants the recording to expire
 *	expired    another agreed; nobody is shown the recording any more
 *	destroyed  the destruction record (销毁记录) is written, the files are being removed
 *	removed    they are gone
 */
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "server/core/id.h"
#include "server/store/event_store.h"

struct db_txn;

enum archive_state {
	ARCHIVE_KEPT,
	ARCHIVE_PROPOSED,
	ARCHIVE_EXPIRED,
	ARCHIVE_DESTROYED,
	ARCHIVE_REMOVED,
};

/* "kept", …; what stands in the database is always one of them. */
const char *archive_state_name(enum archive_state state);

struct archive_record {
	char session_id[ID_SIZE];
	char class[17];
	int64_t counts_from_us;
	enum archive_state state;
	char proposal_id[ID_SIZE]; /* "" while nothing is proposed */
	char proposed_by[ID_SIZE], confirmed_by[ID_SIZE];
	int64_t proposed_us, expired_us;
	char *reason;    /* of the proposal */
	char *destroyer; /* the process that removes the files; NULL before there is one */
};

void archive_record_clear(struct archive_record *r);
#define ARCHIVE_RECORD_AUTO __attribute__((cleanup(archive_record_clear)))

/* 0, STORE_E_NONE or negative errno. */
int archive_store_get(struct db_txn *txn, const char *session_id, struct archive_record *ret);

/* Appends the ids (char *) of the sessions that were closed after and until then and of which
 * nothing but keeping is asked. session_id: that one alone; NULL: all. */
int archive_store_movable(struct db_txn *txn, const char *session_id, int64_t closed_after_us,
	int64_t closed_until_us, GPtrArray *sessions);

/* Makes the row where there is none. */
int archive_store_set_class(
	struct db_txn *txn, const char *session_id, const char *class, int64_t counts_from_us);
/* Writes state and all members that belong to it. */
/* The session has no class any more. */
int archive_store_drop_class(struct db_txn *txn, const char *session_id);
int archive_store_set_state(struct db_txn *txn, const struct archive_record *r);

/* Nobody is shown the recording any more. 0 or negative errno. */
int archive_store_is_expired(struct db_txn *txn, const char *session_id, bool *ret);

/* Sessions (char[ID_SIZE]) that are expired or destroyed but not removed, and those removed of
 * which the end was agreed on after since_us: another machine may have a part. In the order of
 * their ids, the first behind `after` ("": of all), at most limit. */
int archive_store_due(
	struct db_txn *txn, const char *after, int64_t since_us, unsigned limit, GArray **ret);

struct archive_hold {
	char hold_id[ID_SIZE];
	char set_by[ID_SIZE], lifted_by[ID_SIZE]; /* the latter "" while it holds */
	int64_t set_us, lifted_us;
	char *reason, *lift_reason;
};

int archive_store_add_hold(
	struct db_txn *txn, const char *session_id, const struct archive_hold *h);
/* 0, or STORE_E_NONE: there is none of this id that still holds. */
int archive_store_lift_hold(
	struct db_txn *txn, const char *session_id, const struct archive_hold *h);
/* All of a session in the order they were set; the array owns struct archive_hold. */
int archive_store_holds(struct db_txn *txn, const char *session_id, GPtrArray **ret);
/* Whether one of them still holds. */
bool archive_holds_any(const GPtrArray *holds);

#endif
