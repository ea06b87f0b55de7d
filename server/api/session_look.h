/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_API_SESSION_LOOK_H
#define SERVER_API_SESSION_LOOK_H

/* Everything one look at an evaluation session needs, and what is told of its parts. */
#include "server/act/act.h"
#include "server/auth/permission.h"
#include "server/store/room_store.h"

struct eval_session;
struct member_row;
struct report_unsigned;
struct sheet_row;

/* Who may know the members' names once they have arrived. */
#define SESSION_MAY_KNOW (ROLE_HOST | ROLE_STAFF | ROLE_SUPERVISOR | ROLE_AUDITOR)
/* Who may look without sitting in the session. */
#define SESSION_MAY_LOOK (SESSION_MAY_KNOW | ROLE_VENUE | ROLE_WITNESS)

struct session_look {
	struct eval_session *session;
	struct room_session room;
	struct member_row *me; /* NULL for who does not sit there */
	GPtrArray *members, *lots, *sheets, *signatures, *refusals;
	GPtrArray *ballots, *counts; /* of the review */
	GPtrArray **rejections;      /* of the lots, by index */
	unsigned stages;
	bool *signed_by; /* by index of members */
	int *n_scores;   /* of a full sheet, by index of lots */
	unsigned n_counting;
};

/* 0, REFUSED or negative errno; what was read is the caller's to clear in any case. */
int session_look_read(struct act *a, const char *session_id, struct session_look *l);
void session_look_clear(struct session_look *l);

/* Borrowed; NULL: none. */
const struct sheet_row *session_look_sheet(
	const struct session_look *l, const char *lot_id, int member_no);
const struct report_unsigned *session_look_refusal(const struct session_look *l, int member_no);

/* What became of bids is for those who judge, lead or supervise, once there is a judgement. */
bool session_look_may_know_bids(struct act *a, const struct session_look *l);

/* session_members.c: appends the i-th member, by name or alias. */
int session_out_member(struct act *a, const struct session_look *l, guint i, json_t *list);
/* session_lots.c: "lots", with how far each is judged. */
int session_out_lots(struct act *a, const struct session_look *l, json_t *out);

#endif
