/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A reel now lies in the bucket (server/record/away.h): which one, and what it is by length and
 * SHA-256. Written when all of it was read back from there and before it is removed here, so there
 * is no moment at which the ledger speaks of a place that does not have it. Said once for each
 * reel.
 */
#include "server/act/acts.h"

#include "server/act/archive_act.h"

static const struct field move_fields[] = {
	{"session_id", FIELD_ID, true},
	{"track", FIELD_INT, true, 1, 65535},
	{"length", FIELD_INT, true, 1, INT64_MAX},
	{"sha256", FIELD_TEXT, true, 64, 64},
	{NULL},
};

/* After a crash between the event and the removal it is asked for again. */
static int was_said(struct act *a, const char *session_id, int64_t track, bool *ret)
{
	g_autofree char *subject = g_strdup_printf("archive:%s", session_id);
	g_autoptr(GPtrArray) events = NULL;
	int r = event_store_all_of_subject(a->txn, subject, "archive.moved", &events);

	*ret = false;
	for (guint i = 0; !r && i < events->len; i++) {
		const struct event *e = g_ptr_array_index(events, i);
		*ret |= in_int(e->body, "track", 0) == track;
	}
	return r;
}

static int run_move(struct act *a, const json_t *in, json_t *out)
{
	const char *session_id = in_text(in, "session_id");
	int64_t track = in_int(in, "track", 0);
	ARCHIVE_CASE_AUTO struct archive_case c = {0};
	bool said = false;
	int r = archive_case_lock(a, session_id, &c);

	(void)out;
	/* What is about to be destroyed stays where it is. */
	if (!r && c.record.state != ARCHIVE_PROPOSED)
		r = archive_case_expect(a, &c, ARCHIVE_KEPT);
	if (!r)
		r = was_said(a, session_id, track, &said);
	if (r || said)
		return r;
	return archive_event(a, session_id, "archive.moved",
		json_pack("{s:I, s:I, s:s}", "track", (json_int_t)track, "length",
			(json_int_t)in_int(in, "length", 0), "sha256", in_text(in, "sha256")));
}

const struct act_kind archive_move_act = {
	.name = "archive.move", .fields = move_fields, .run = run_move};
