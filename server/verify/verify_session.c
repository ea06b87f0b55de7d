/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/verify/verify_session.h"

#include <string.h>

#include "server/core/fields.h"
#include "server/verify/session_again.h"
#include "server/verify/session_clock.h"
#include "server/verify/session_draw.h"
#include "server/verify/session_events.h"
#include "server/verify/session_fault.h"
#include "server/verify/session_leave.h"
#include "server/verify/session_low_price.h"
#include "server/verify/session_media.h"
#include "server/verify/session_record.h"
#include "server/verify/session_rejection.h"
#include "server/verify/session_question.h"
#include "server/verify/session_report.h"
#include "server/verify/session_result.h"
#include "server/verify/session_return.h"
#include "server/verify/session_review.h"
#include "server/verify/session_rollback.h"
#include "server/verify/session_time.h"

/* Whose record it is, by its own word. */
static void read_identity(struct session_record *rec)
{
	json_t *json = record_json(rec, "session.json", "the form of the record");
	const char *id = in_text(json, "session_id");

	if (json && (!id || !id_valid(id) ||
			    g_strcmp0(in_text(json, "form"), "bidroom.session.v1") != 0))
		finding_fault(rec->findings, "session.json", "is not the record of a session");
	g_strlcpy(rec->session_id, id ?: "", sizeof(rec->session_id));
	json_decref(json);
}

/* There are events of this session, and of no other. */
static void check_identity(const struct session_record *rec)
{
	guint n = 0;

	for (guint i = 0; i < rec->events->len; i++) {
		const char *subject = record_event(rec, i)->event.subject;
		const char *id = strchr(subject, ':');
		if (!g_str_has_prefix(subject, "session:") &&
			!g_str_has_prefix(subject, "recording:"))
			continue;
		n++;
		if (strcmp(id + 1, rec->session_id) == 0)
			continue;
		g_autofree char *place = record_place(record_event(rec, i));
		finding_fault(rec->findings, place, "belongs to another session than %s",
			rec->session_id);
	}
	if (!n)
		finding_fault(
			rec->findings, "events.jsonl", "no event speaks of %s", rec->session_id);
	if (!record_is_closed(rec))
		finding_note(rec->findings, rec->dir, "the session had not been closed");
}

int verify_session_record(struct session_record *rec, const struct note_key *key)
{
	GArray *events = NULL;
	int r = session_events_read(rec->dir, key, rec->findings, &rec->head, &events);

	if (r)
		return r;
	finding_note(rec->findings, rec->dir, "%u events", events->len);
	rec->events = events;
	read_identity(rec);
	check_identity(rec);
	session_clock_check(rec);
	session_media_check(rec);
	session_draw_check(rec);
	session_fault_check(rec);
	session_rollback_check(rec);
	session_leave_check(rec);
	session_review_check(rec);
	session_rejection_check(rec);
	session_result_check(rec);
	session_return_check(rec);
	session_question_check(rec);
	session_low_price_check(rec);
	session_report_check(rec);
	session_again_check(rec);
	session_time_check(rec);
	return 0;
}

int verify_session(const char *dir, const struct note_key *key, struct findings *findings)
{
	struct session_record rec = {.dir = dir, .findings = findings};
	int r = verify_session_record(&rec, key);

	if (!r)
		g_array_unref(rec.events);
	return r;
}
