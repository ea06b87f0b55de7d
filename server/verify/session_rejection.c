/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/verify/session_rejection.h"

#include <string.h>

#include "server/core/fields.h"
#include "server/eval/flow.h"
#include "server/eval/review.h"
#include "server/verify/session_leave.h"
#include "server/verify/session_low_price.h"
#include "server/verify/session_rollback.h"

bool rejection_is_scored(const json_t *body)
{
	return in_bool(body, "scored", in_bool(body, "after_scoring", false));
}

bool rejection_is_priced(const json_t *body)
{
	return in_bool(body, "priced", in_bool(body, "after_scoring", false));
}

struct ballots {
	GArray *members;  /* gint: who voted, by number */
	GPtrArray *votes; /* const json_t *, in step: bodies of bid.reject_voted */
};

static void ballots_clear(struct ballots *b)
{
	g_array_unref(b->members);
	g_ptr_array_unref(b->votes);
}

static void add_vote(struct ballots *b, const json_t *vote)
{
	gint no = (gint)in_int(vote, "member_no", 0);
	guint at = 0;

	while (at < b->members->len && g_array_index(b->members, gint, at) < no)
		at++;
	if (at < b->members->len && g_array_index(b->members, gint, at) == no)
		return;
	g_array_insert_val(b->members, at, no);
	g_ptr_array_insert(b->votes, (gint)at, (gpointer)vote);
}

/*
 * The votes of those who counted when the bid was rejected; who left takes his with him (C08), and
 * so does a step back.
 */
static struct ballots votes_before(const struct session_record *rec, const char *bid, guint before)
{
	g_autoptr(GHashTable) counting = record_members(rec, before);
	struct ballots b = {g_array_new(FALSE, FALSE, sizeof(gint)), g_ptr_array_new()};
	const struct session_event *row;

	for (guint at = 0; (row = record_find(rec, "bid.reject_voted", at, &at)) && at < before;
		at++) {
		gint no = (gint)in_int(row->event.body, "member_no", 0);
		const char *account = g_hash_table_lookup(counting, GINT_TO_POINTER(no));

		if (g_strcmp0(in_text(row->event.body, "bid"), bid) == 0 && account &&
			strcmp(account, row->event.actor) == 0 &&
			!session_is_void(rec, at, before, ROLLBACK_DECISIONS))
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

	for (guint i = 0; i < b.votes->len; i++) {
		const json_t *vote = g_ptr_array_index(b.votes, i);

		review_reason_add(
			reason, in_text(vote, "clause") ?: "", in_text(vote, "reason") ?: "");
	}
	if (2 * (int64_t)b.members->len <= panel_size(rec) || !b.members->len)
		finding_fault(rec->findings, place, "is voted for by %u members of %d",
			b.members->len, (int)panel_size(rec));
	else if (g_strcmp0(in_text(body, "reason"), reason->str) != 0)
		finding_fault(rec->findings, place, "gives other reasons than the members did");
	ballots_clear(&b);
}

static bool is_ranked(const struct session_record *rec, const char *lot, guint before)
{
	const struct session_event *row;

	for (guint at = 0; (row = record_find(rec, "lot.ranked", at, &at)) && at < before; at++)
		if (g_strcmp0(in_text(row->event.body, "lot"), lot) == 0 &&
			!session_ranks_are_void(rec, at, before))
			return true;
	return false;
}

/* Some sheet of the lot was in, so that the bid was scored before the scoring began again. */
static bool has_sheets(const struct session_record *rec, const char *lot, guint before)
{
	const struct session_event *row;

	for (guint at = 0; (row = record_find(rec, "sheet.submitted", at, &at)) && at < before;
		at++)
		if (g_strcmp0(in_text(row->event.body, "lot"), lot) == 0)
			return true;
	return false;
}

static void check_moment(
	const struct session_record *rec, const json_t *body, guint at, const char *place)
{
	bool scoring = session_step_at(rec, at) >= FLOW_SCORING;

	if (rejection_is_scored(body) ? !scoring && !has_sheets(rec, in_text(body, "lot"), at)
				      : scoring)
		finding_fault(rec->findings, place,
			"says something else about the scoring than the steps do");
	if (in_has(body, "priced") &&
		rejection_is_priced(body) != is_ranked(rec, in_text(body, "lot"), at))
		finding_fault(rec->findings, place,
			"says something else about the prices than lot.ranked does");
}

/* The stage that rejected the bid, or one before, is counted again. */
static bool is_reopened(const struct session_record *rec, const json_t *rejection, guint from)
{
	enum review_stage stage = review_stage_from_name(in_text(rejection, "stage"));
	const struct session_event *row;

	for (guint at = from; (row = record_find(rec, "review.reopened", at, &at)); at++)
		if (g_strcmp0(in_text(row->event.body, "lot"), in_text(rejection, "lot")) == 0 &&
			review_stage_from_name(in_text(row->event.body, "stage")) <= stage)
			return true;
	return false;
}

static guint index_of(const struct session_record *rec, const struct session_event *row)
{
	return (guint)(row - &g_array_index(rec->events, struct session_event, 0));
}

/* Who votes for it still is no majority any more, or the session went a step back. */
static void check_reinstated(const struct session_record *rec)
{
	const struct session_event *row;

	for (guint at = 0; (row = record_find(rec, "bid.reinstated", at, &at)); at++) {
		const char *bid = in_text(row->event.body, "bid");
		const struct session_event *rejected = record_rejection(rec, bid, at);
		g_autofree char *place = record_place(row);

		if (!rejected) {
			finding_fault(rec->findings, place, "was not rejected");
			continue;
		}
		if (in_has(rejected->event.body, "stage")) {
			if (!is_reopened(rec, rejected->event.body, at))
				finding_fault(rec->findings, place,
					"is back, and the stage that rejected it is not reopened");
			continue;
		}
		if (session_is_void(rec, index_of(rec, rejected), at, ROLLBACK_DECISIONS))
			continue;
		if (in_has(rejected->event.body, "cause")) {
			finding_fault(rec->findings, place,
				"is back without a step back, and no votes had rejected it");
			continue;
		}
		struct ballots b = votes_before(rec, bid, at);
		if (2 * (int64_t)b.members->len > panel_size(rec))
			finding_fault(rec->findings, place, "is still voted against by %u members",
				b.members->len);
		ballots_clear(&b);
	}
}

void session_rejection_check(const struct session_record *rec)
{
	const struct session_event *row;

	for (guint at = 0; (row = record_find(rec, "bid.rejected", at, &at)); at++) {
		g_autofree char *place = record_place(row);

		if (in_has(row->event.body, "cause"))
			session_low_price_silence_check(rec, row->event.body, at, place);
		else if (!in_has(row->event.body, "stage"))
			check_votes(rec, row->event.body, at, place);
		check_moment(rec, row->event.body, at, place);
	}
	check_reinstated(rec);
}
