/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_ACT_ARCHIVE_ACT_H
#define SERVER_ACT_ARCHIVE_ACT_H

/*
 * What the acts about the keeping of a recording (归档) share: the closed session and its record,
 * locked; their events, which have the subject archive:SESSION.
 */
#include "server/act/act.h"
#include "server/store/archive_store.h"
#include "server/store/session_store.h"

#define ARCHIVE_TEXT_MAX 500

struct archive_case {
	struct eval_session *session;
	struct archive_record record; /* without a row: kept, of no class */
	GPtrArray *holds;             /* struct archive_hold */
};
void archive_case_clear(struct archive_case *c);
#define ARCHIVE_CASE_AUTO __attribute__((cleanup(archive_case_clear)))

/* The session must be closed. 0, REFUSED or negative errno. */
int archive_case_lock(struct act *a, const char *session_id, struct archive_case *ret);

/* The same, open or closed: a hold is set on what is recorded, too. */
int archive_case_find(struct act *a, const char *session_id, struct archive_case *ret);

/* What is proposed is declined: the record is kept. Takes body. */
int archive_case_decline(struct act *a, struct archive_case *c, json_t *body);

/* REFUSED with archive.state when the record is in another state. */
int archive_case_expect(struct act *a, const struct archive_case *c, enum archive_state state);

/* Whether it may expire at all: it has a class, the period is over, nothing holds it. */
int archive_case_may_expire(struct act *a, const struct archive_case *c);

/* Appends an event of this subject. Takes body. */
int archive_event(struct act *a, const char *session_id, const char *kind, json_t *body);

/* The id of the event just appended. */
const char *archive_event_id(const struct act *a);

#endif
