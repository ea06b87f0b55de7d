/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * member.recused and member.replaced name in `unranked` the lots whose ranks the member's scores
 * had made. Records of before do not, and ranks stood there whoever left.
 */
#include "server/verify/session_leave.h"

#include <string.h>

#include "server/core/fields.h"
#include "server/verify/session_rollback.h"

static const json_t *unranked_by(const struct session_event *row)
{
	bool left = strcmp(row->event.kind, "member.recused") == 0 ||
		    strcmp(row->event.kind, "member.replaced") == 0;

	return left ? json_object_get(row->event.body, "unranked") : NULL;
}

static bool names(const json_t *lots, const char *lot)
{
	json_t *id;
	size_t i;

	json_array_foreach ((json_t *)lots, i, id)
		if (g_strcmp0(json_string_value(id), lot) == 0)
			return true;
	return false;
}

bool session_ranks_are_void(const struct session_record *rec, guint at, guint before)
{
	const char *lot = in_text(record_event(rec, at)->event.body, "lot");

	for (guint i = at + 1; i < before; i++)
		if (names(unranked_by(record_event(rec, i)), lot))
			return true;
	return session_is_void(rec, at, before, ROLLBACK_RANKING);
}

bool session_report_is_void(const struct session_record *rec, guint at, guint before)
{
	for (guint i = at + 1; i < before; i++)
		if (unranked_by(record_event(rec, i)))
			return true;
	return session_is_void(rec, at, before, ROLLBACK_REPORT);
}

/*
 * Lots that are ranked before an event; one that failed by a rejection after its ranking has no
 * ranks, unless it is judged again. Free with g_hash_table_unref.
 */
static GHashTable *ranked_before(const struct session_record *rec, guint before)
{
	GHashTable *ranked = g_hash_table_new(g_str_hash, g_str_equal);
	const struct session_event *row;

	for (guint at = 0; (row = record_find(rec, "lot.ranked", at, &at)) && at < before; at++) {
		const char *lot = in_text(row->event.body, "lot");

		if (lot && !session_ranks_are_void(rec, at, before) &&
			!record_lot_failed(rec, lot, record_event(rec, before)))
			g_hash_table_add(ranked, (gpointer)lot);
	}
	return ranked;
}

static bool goes_back(const struct session_record *rec, guint at)
{
	const struct session_event *step = record_find(rec, "session.step", at, NULL);

	return step && flow_step_from_name(in_text(step->event.body, "to")) <= FLOW_SCORING;
}

static const char *fault_of(const struct session_record *rec, guint at, const json_t *unranked)
{
	g_autoptr(GHashTable) ranked = ranked_before(rec, at);
	json_t *lot;
	size_t i;

	json_array_foreach ((json_t *)unranked, i, lot)
		if (!json_is_string(lot) || !g_hash_table_remove(ranked, json_string_value(lot)))
			return "undoes ranks that are none";
	if (g_hash_table_size(ranked))
		return "leaves ranks that were made with the scores of a member who left (C08)";
	if (session_step_at(rec, at) >= FLOW_SUMMARY && !goes_back(rec, at))
		return "does not lead back to the scoring";
	return NULL;
}

void session_leave_check(const struct session_record *rec)
{
	for (guint at = 0; at < rec->events->len; at++) {
		const struct session_event *row = record_event(rec, at);
		const json_t *unranked = unranked_by(row);
		const char *fault = unranked ? fault_of(rec, at, unranked) : NULL;

		if (fault) {
			g_autofree char *place = record_place(row);
			finding_fault(rec->findings, place, "%s", fault);
		}
	}
}
