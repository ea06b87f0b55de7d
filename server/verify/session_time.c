/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/verify/session_time.h"

#include <string.h>

#include "server/core/fields.h"
#include "server/eval/flow.h"
#include "server/eval/panel.h"

static bool is_kind(const struct session_event *row, const char *kind)
{
	return strcmp(row->event.kind, kind) == 0;
}

static unsigned votes_of(GHashTable *votes, GHashTable *members)
{
	GHashTableIter at;
	gpointer no;
	unsigned n = 0;

	g_hash_table_iter_init(&at, votes);
	while (g_hash_table_iter_next(&at, &no, NULL))
		n += g_hash_table_contains(members, no);
	return n;
}

static bool is_short(const struct session_record *rec, GHashTable *votes, guint before)
{
	g_autoptr(GHashTable) members = record_members(rec, before);
	unsigned n = votes_of(votes, members);

	return n && n >= panel_more_time_votes(g_hash_table_size(members));
}

static void take(const struct session_record *rec, GHashTable *votes, guint at)
{
	const struct session_event *row = record_event(rec, at);
	const char *fault = NULL;
	bool step = is_kind(row, "session.step") || is_kind(row, "session.closed");
	enum flow_step to = flow_step_from_name(in_text(row->event.body, "to"));
	bool onwards = to != FLOW_DISSOLVED &&
		       to > flow_step_from_name(in_text(row->event.body, "from"));

	if (is_kind(row, "time.voted"))
		g_hash_table_add(
			votes, GINT_TO_POINTER((gint)in_int(row->event.body, "member_no", 0)));
	else if (is_kind(row, "time.too_short") && !is_short(rec, votes, at))
		fault = "no third of the members has asked for more time";
	else if (step && onwards && is_short(rec, votes, at))
		fault = "the time was not extended, as more than a third of the members asked (C09)";
	if (step || is_kind(row, "time.extended"))
		g_hash_table_remove_all(votes);
	if (fault) {
		g_autofree char *place = record_place(row);
		finding_fault(rec->findings, place, "%s", fault);
	}
}

void session_time_check(const struct session_record *rec)
{
	g_autoptr(GHashTable) votes = g_hash_table_new(NULL, NULL);

	for (guint at = 0; at < rec->events->len; at++)
		take(rec, votes, at);
}
