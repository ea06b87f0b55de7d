/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A legal hold (查封、保全) on a recording: while one is set nothing of it expires. */
#include "server/act/acts.h"

#include <string.h>

#include "server/act/archive_act.h"

static const struct field hold_fields[] = {
	{"session_id", FIELD_ID, true},
	{"reason", FIELD_TEXT, true, 1, ARCHIVE_TEXT_MAX},
	{NULL},
};

static int run_hold(struct act *a, const json_t *in, json_t *out)
{
	const char *session_id = in_text(in, "session_id"), *reason = in_text(in, "reason");
	struct archive_hold h = {.reason = (char *)reason, .set_us = a->real_us};
	ARCHIVE_CASE_AUTO struct archive_case c = {0};
	int r = archive_case_find(a, session_id, &c);

	if (r)
		return r;
	if (c.record.state >= ARCHIVE_EXPIRED)
		return archive_case_expect(a, &c, ARCHIVE_KEPT);
	r = archive_event(a, session_id, "archive.hold_set", json_pack("{s:s}", "reason", reason));
	if (r)
		return r;
	g_strlcpy(h.hold_id, archive_event_id(a), sizeof(h.hold_id));
	g_strlcpy(h.set_by, a->actor->account_id, sizeof(h.set_by));
	out_text(out, "hold_id", h.hold_id);
	return archive_store_add_hold(a->txn, session_id, &h);
}

const struct act_kind archive_hold_act = {
	.name = "archive.hold", .fields = hold_fields, .run = run_hold, .flags = ACT_CREATES};

static const struct field lift_fields[] = {
	{"session_id", FIELD_ID, true},
	{"hold_id", FIELD_ID, true},
	{"reason", FIELD_TEXT, true, 1, ARCHIVE_TEXT_MAX},
	{NULL},
};

static int run_lift(struct act *a, const json_t *in, json_t *out)
{
	const char *session_id = in_text(in, "session_id"), *reason = in_text(in, "reason");
	struct archive_hold h = {.lift_reason = (char *)reason, .lifted_us = a->real_us};
	ARCHIVE_CASE_AUTO struct archive_case c = {0};
	int r = archive_case_find(a, session_id, &c);

	(void)out;
	g_strlcpy(h.hold_id, in_text(in, "hold_id"), sizeof(h.hold_id));
	g_strlcpy(h.lifted_by, a->actor->account_id, sizeof(h.lifted_by));
	if (!r)
		r = act_found(a, archive_store_lift_hold(a->txn, session_id, &h), "hold_id");
	return r ? r
		 : archive_event(a, session_id, "archive.hold_lifted",
			   json_pack("{s:s, s:s}", "hold", h.hold_id, "reason", reason));
}

const struct act_kind archive_lift_act = {
	.name = "archive.lift", .fields = lift_fields, .run = run_lift};
