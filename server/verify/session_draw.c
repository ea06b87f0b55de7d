/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/verify/session_draw.h"

#include <string.h>

#include "server/core/fields.h"
#include "server/eval/draw.h"
#include "server/verify/verify_draw.h"

/* The record's row of a party, or NULL. */
static const json_t *party_of(const json_t *record, const char *party)
{
	json_t *row;
	size_t i;

	json_array_foreach (json_object_get(record, "parties"), i, row)
		if (party && g_strcmp0(in_text(row, "party"), party) == 0)
			return row;
	return NULL;
}

/* What the event says under a name must be what the record says under it. */
static void compare(const struct session_record *rec, const struct session_event *row,
	const json_t *ours, const json_t *theirs, const char *what)
{
	if (ours && theirs && json_equal(ours, theirs))
		return;
	g_autofree char *place = record_place(row);
	finding_fault(rec->findings, place, "%s is not that of draw.json", what);
}

static void check_event(const struct session_record *rec, const struct session_event *row,
	const json_t *draw, bool *revealing)
{
	const json_t *record = json_object_get(draw, "record"), *body = row->event.body;
	const json_t *party = party_of(record, in_text(body, "party"));
	const char *kind = row->event.kind;

	if (strcmp(kind, "draw.prepared") == 0) {
		for (const char *const *name =
				(const char *const[]){"key_commitment", "rule", "snapshot", NULL};
			*name; name++)
			compare(rec, row, json_object_get(body, *name),
				json_object_get(record, *name), *name);
	} else if (strcmp(kind, "draw.nonce_committed") == 0) {
		compare(rec, row, json_object_get(body, "commitment"),
			json_object_get(party, "commitment"), "the commitment");
		if (*revealing) {
			g_autofree char *place = record_place(row);
			finding_fault(rec->findings, place,
				"a party committed after a nonce had been revealed");
		}
	} else if (strcmp(kind, "draw.nonce_revealed") == 0) {
		*revealing = true;
		compare(rec, row, json_object_get(body, "nonce"), json_object_get(party, "nonce"),
			"the nonce");
	} else if (strcmp(kind, "draw.done") == 0) {
		compare(rec, row, json_object_get(body, "record"), record, "the record");
	}
}

static void check_events(const struct session_record *rec, const json_t *draw)
{
	g_autofree char *subject = g_strdup_printf("draw:%s", in_text(draw, "draw_id") ?: "");
	bool revealing = false;
	unsigned seen[3] = {0};
	static const char *const needed[] = {
		"draw.prepared", "draw.nonce_committed", "draw.nonce_revealed"};
	static const unsigned wanted[] = {1, N_DRAW_PARTIES, N_DRAW_PARTIES};

	for (guint i = 0; i < rec->events->len; i++) {
		const struct session_event *row = record_event(rec, i);
		if (strcmp(row->event.subject, subject) != 0)
			continue;
		check_event(rec, row, draw, &revealing);
		for (size_t k = 0; k < G_N_ELEMENTS(needed); k++)
			seen[k] += strcmp(row->event.kind, needed[k]) == 0;
	}
	for (size_t k = 0; k < G_N_ELEMENTS(needed); k++)
		if (seen[k] != wanted[k])
			finding_fault(rec->findings, "events.jsonl",
				"%u events %s of the draw, where there should be %u", seen[k],
				needed[k], wanted[k]);
}

/* Numbers of members are places of the draw: the first ones, and after them who was called in. */
static void check_members(const struct session_record *rec, const json_t *draw)
{
	const json_t *rule = json_object_get(json_object_get(draw, "record"), "rule");
	int64_t called = in_int(rule, "experts", 0);

	for (guint i = 0; i < rec->events->len; i++) {
		const struct session_event *row = record_event(rec, i);
		g_autofree char *place = NULL;
		int64_t next = in_int(row->event.body, "next", 0);

		if ((strcmp(row->event.kind, "member.recused") == 0 ||
			    strcmp(row->event.kind, "member.replaced") == 0) &&
			next) {
			if (next == ++called)
				continue;
			place = record_place(row);
			finding_fault(rec->findings, place,
				"place %" G_GINT64_FORMAT " was called in, %" G_GINT64_FORMAT
				" comes next",
				next, called);
		} else if (strcmp(row->event.kind, "member.arrived") == 0 &&
			   in_int(row->event.body, "member_no", 0) > called) {
			place = record_place(row);
			finding_fault(rec->findings, place, "nobody drew or called this member");
		}
	}
}

void session_draw_check(const struct session_record *rec)
{
	const struct session_event *done = record_find(rec, "draw.done", 0, NULL);
	g_autofree char *place = done ? record_place(done) : NULL;
	json_t *draw = record_json(rec, "draw.json", place);

	if (!done && !draw) {
		finding_note(rec->findings, rec->dir, "no experts were drawn yet");
		return;
	}
	if (!draw)
		return;
	if (!done)
		finding_fault(rec->findings, "draw.json", "no event speaks of this draw");
	if (g_strcmp0(in_text(draw, "session_id"), rec->session_id) != 0)
		finding_fault(rec->findings, "draw.json", "is the draw of another session");
	verify_draw_json(draw, "draw.json", rec->findings);
	check_events(rec, draw);
	check_members(rec, draw);
	json_decref(draw);
}
