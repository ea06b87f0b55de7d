/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The venues of a session that has guest venues (副场) confirm its seats jointly (联合确认) before
 * it is started (DOMAIN 5.2, A20): that of each is said to be ready by somebody else, and may be
 * taken back with a reason until the start. Accounts belong to no venue, so that it is the people
 * that are held apart: nobody confirms two venues of one session. A session at its own venues alone
 * waits for nobody.
 */
#include "server/act/acts.h"

#include <errno.h>

#include "server/act/session_act.h"
#include "server/store/session_store.h"
#include "server/store/venue_store.h"

static const struct field confirm_fields[] = {
	{"session_id", FIELD_ID, true},
	{"venue_id", FIELD_ID, true},
	{NULL},
};

static const struct field retract_fields[] = {
	{"session_id", FIELD_ID, true},
	{"venue_id", FIELD_ID, true},
	{"reason", FIELD_TEXT, true, 1, 500},
	{NULL},
};

/* The session locked, so that it is not started meanwhile. */
static int begin(struct act *a, const json_t *in, const char *name, struct session_venue *ret)
{
	EVAL_SESSION_AUTO struct eval_session *s = NULL;
	int r = session_for_act(a, in_text(in, "session_id"), name, true, &s);

	return r ? r
		 : act_found(a,
			   venue_store_in_session(
				   a->txn, s->session_id, in_text(in, "venue_id"), ret),
			   "venue_id");
}

static int set(struct act *a, const json_t *in, bool confirmed)
{
	const char *session_id = in_text(in, "session_id"), *venue_id = in_text(in, "venue_id");
	int r = venue_store_set_confirmed(a->txn, session_id, venue_id,
		confirmed ? a->actor->account_id : NULL, a->legal_us);

	if (r)
		return r < 0 ? r : -EIO;
	return act_event(a, confirmed ? "venue.confirmed" : "venue.retracted", "session", session_id,
		json_pack("{s:s, s:s*}", "venue", venue_id, "reason", in_text(in, "reason")));
}

static int run_confirm(struct act *a, const json_t *in, json_t *out)
{
	struct session_venue v;
	bool another = false;
	int r = begin(a, in, "venue.confirm", &v);

	if (!r && v.confirmed_us)
		r = refuse(a->refusal, "venue.confirmed", NULL, NULL);
	if (!r)
		r = venue_store_confirmed_another(a->txn, in_text(in, "session_id"),
			in_text(in, "venue_id"), a->actor->account_id, &another);
	if (!r && another)
		r = refuse(a->refusal, "venue.same_person", NULL, NULL);
	return r ? r : set(a, in, true);
}

static int run_retract(struct act *a, const json_t *in, json_t *out)
{
	struct session_venue v;
	int r = begin(a, in, "venue.retract", &v);

	if (!r && !v.confirmed_us)
		r = refuse(a->refusal, "venue.not_confirmed", NULL, NULL);
	return r ? r : set(a, in, false);
}

const struct act_kind venue_confirm_act = {
	.name = "venue.confirm", .fields = confirm_fields, .run = run_confirm};
const struct act_kind venue_retract_act = {
	.name = "venue.retract", .fields = retract_fields, .run = run_retract};
