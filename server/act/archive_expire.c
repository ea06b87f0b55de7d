/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The expiry of a recording (到期销毁) by two roles: one proposes it, another agrees or declines.
 * From the moment both have spoken nobody is shown the recording any more; the files go a little
 * later (server/follow/destroyer).
 */
#include "server/act/acts.h"

#include <string.h>

#include "server/act/archive_act.h"

static const struct field reason_fields[] = {
	{"session_id", FIELD_ID, true},
	{"reason", FIELD_TEXT, true, 1, ARCHIVE_TEXT_MAX},
	{NULL},
};

static int run_propose(struct act *a, const json_t *in, json_t *out)
{
	const char *session_id = in_text(in, "session_id"), *reason = in_text(in, "reason");
	ARCHIVE_CASE_AUTO struct archive_case c = {0};
	struct archive_record *rec = &c.record;
	int r = archive_case_lock(a, session_id, &c);

	if (!r)
		r = archive_case_expect(a, &c, ARCHIVE_KEPT);
	if (!r)
		r = archive_case_may_expire(a, &c);
	if (!r)
		r = archive_event(a, session_id, "archive.expiry_proposed",
			json_pack("{s:s, s:s}", "class", rec->class, "reason", reason));
	if (r)
		return r;
	rec->state = ARCHIVE_PROPOSED;
	g_strlcpy(rec->proposal_id, archive_event_id(a), sizeof(rec->proposal_id));
	g_strlcpy(rec->proposed_by, a->actor->account_id, sizeof(rec->proposed_by));
	rec->proposed_us = a->real_us;
	g_free(rec->reason);
	rec->reason = g_strdup(reason);
	out_text(out, "proposal_id", rec->proposal_id);
	return archive_store_set_state(a->txn, rec);
}

const struct act_kind archive_propose_act = {.name = "archive.propose",
	.fields = reason_fields,
	.run = run_propose,
	.flags = ACT_CREATES};

static int run_decline(struct act *a, const json_t *in, json_t *out)
{
	const char *session_id = in_text(in, "session_id");
	ARCHIVE_CASE_AUTO struct archive_case c = {0};
	int r = archive_case_lock(a, session_id, &c);

	(void)out;
	if (!r)
		r = archive_case_expect(a, &c, ARCHIVE_PROPOSED);
	return r ? r
		 : archive_case_decline(a, &c,
			   json_pack("{s:s, s:s}", "proposal", c.record.proposal_id, "reason",
				   in_text(in, "reason")));
}

const struct act_kind archive_decline_act = {
	.name = "archive.decline", .fields = reason_fields, .run = run_decline};

static const struct field confirm_fields[] = {
	{"session_id", FIELD_ID, true},
	{"proposal_id", FIELD_ID, true},
	{NULL},
};

static int run_confirm(struct act *a, const json_t *in, json_t *out)
{
	const char *session_id = in_text(in, "session_id");
	ARCHIVE_CASE_AUTO struct archive_case c = {0};
	struct archive_record *rec = &c.record;
	int r = archive_case_lock(a, session_id, &c);

	(void)out;
	if (!r)
		r = archive_case_expect(a, &c, ARCHIVE_PROPOSED);
	/* A hold set meanwhile wins over the proposal. */
	if (!r)
		r = archive_case_may_expire(a, &c);
	if (r)
		return r;
	if (strcmp(rec->proposal_id, in_text(in, "proposal_id")) != 0)
		return refuse(a->refusal, "archive.state", "proposal_id",
			"another proposal has taken its place");
	if (strcmp(rec->proposed_by, a->actor->account_id) == 0)
		return refuse(a->refusal, "archive.same_person", NULL,
			"whoever proposed it may not confirm it");
	rec->state = ARCHIVE_EXPIRED;
	g_strlcpy(rec->confirmed_by, a->actor->account_id, sizeof(rec->confirmed_by));
	rec->expired_us = a->real_us;
	r = archive_store_set_state(a->txn, rec);
	return r ? r
		 : archive_event(a, session_id, "archive.expired",
			   json_pack("{s:s, s:s, s:s}", "proposal", rec->proposal_id, "proposed_by",
				   rec->proposed_by, "class", rec->class));
}

const struct act_kind archive_confirm_act = {
	.name = "archive.confirm", .fields = confirm_fields, .run = run_confirm};
