/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/verify/session_rejection.h"

#include <string.h>

#include "server/core/fields.h"

struct ballots {
	GArray *members;  /* gint: who voted, by number */
	GPtrArray *texts; /* in step: "clause：reason" */
};

static void ballots_clear(struct ballots *b)
{
	g_array_unref(b->members);
	g_ptr_array_unref(b->texts);
}

static void add_vote(struct ballots *b, const json_t *vote)
{
	gint no = (gint)in_int(vote, "member_no", 0);
	const char *clause = in_text(vote, "clause"), *reason = in_text(vote, "reason");
	guint at = 0;

	while (at < b->members->len && g_array_index(b->members, gint, at) < no)
		at++;
	if (at < b->members->len && g_array_index(b->members, gint, at) == no)
		return;
	g_array_insert_val(b->members, at, no);
	g_ptr_array_insert(
		b->texts, (gint)at, g_strdup_printf("%s：%s", clause ?: "", reason ?: ""));
}

/* The votes of those who counted when the bid was rejected; who left takes his with him (C08). */
static struct ballots votes_before(const struct session_record *rec, const char *bid, guint before)
{
	g_autoptr(GHashTable) counting = record_members(rec, before);
	struct ballots b = {
		g_array_new(FALSE, FALSE, sizeof(gint)), g_ptr_array_new_with_free_func(g_free)};
	const struct session_event *row;

	for (guint at = 0; (row = record_find(rec, "bid.reject_voted", at, &at)) && at < before;
		at++) {
		gint no = (gint)in_int(row->event.body, "member_no", 0);
		const char *account = g_hash_table_lookup(counting, GINT_TO_POINTER(no));

		if (g_strcmp0(in_text(row->event.body, "bid"), bid) == 0 && account &&
			strcmp(account, row->event.actor) == 0)
			add_vote(&b, row->event.body);
	}
	return b;
}

static int64_t panel_size(const struct session_record *rec)
{
	const struct session_event *created = record_find(rec, "session.created", 0, NULL);

	return created ? in_int(json_object_get(created->event.body, "input"), "panel_size", 0) : 0;
}

static void check_votes(
	const struct session_record *rec, const json_t *body, guint index, const char *place)
{
	struct ballots b = votes_before(rec, in_text(body, "bid"), index);
	g_autoptr(GString) reason = g_string_new(NULL);

	for (guint i = 0; i < b.texts->len; i++)
		g_string_append_printf(
			reason, "%s%s", i ? "；" : "", (const char *)g_ptr_array_index(b.texts, i));
	if (2 * (int64_t)b.members->len <= panel_size(rec) || !b.members->len)
		finding_fault(rec->findings, place, "is voted for by %u members of %d",
			b.members->len, (int)panel_size(rec));
	else if (g_strcmp0(in_text(body, "reason"), reason->str) != 0)
		finding_fault(rec->findings, place, "gives other reasons than the members did");
	ballots_clear(&b);
}

/* Whether an event of this kind, about this lot or to this step, stands before index `before`. */
static bool is_before(const struct session_record *rec, const char *kind, const char *name,
	const char *value, guint before)
{
	const struct session_event *row;

	for (guint at = 0; (row = record_find(rec, kind, at, &at)) && at < before; at++)
		if (g_strcmp0(in_text(row->event.body, name), value) == 0)
			return true;
	return false;
}

void session_rejection_check(const struct session_record *rec)
{
	const struct session_event *row;

	for (guint at = 0; (row = record_find(rec, "bid.rejected", at, &at)); at++) {
		const json_t *body = row->event.body;
		const char *lot = in_text(body, "lot");
		g_autofree char *place = record_place(row);

		if (!in_has(body, "stage"))
			check_votes(rec, body, at, place);
		if (in_bool(body, "scored", false) !=
			is_before(rec, "session.step", "to", "scoring", at))
			finding_fault(rec->findings, place,
				"says something else about the scoring than the steps do");
		if (in_bool(body, "priced", false) != is_before(rec, "lot.ranked", "lot", lot, at))
			finding_fault(rec->findings, place,
				"says something else about the prices than lot.ranked does");
	}
}
