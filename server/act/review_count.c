/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The last ballot of a stage counts it: more than half of the members decide each item, who voted
 * otherwise is on record with his reason, and a bid that fails one item is rejected.
 */
#include "server/act/review_act.h"

#include <errno.h>
#include <string.h>

#include "proto/canon.h"
#include "server/act/session_act.h"
#include "server/store/bid_store.h"
#include "server/store/member_store.h"
#include "server/store/project_store.h"
#include "server/store/review_store.h"
#include "server/store/session_store.h"
#include "server/trade/rulebook.h"

/* The ballots that count, opened. */
struct opened_ballots {
	GPtrArray *contents; /* json_t: what review_open() gave */
	GArray *members;     /* struct review_member: their votes, borrowed */
};

static void opened_ballots_clear(struct opened_ballots *o)
{
	g_clear_pointer(&o->contents, g_ptr_array_unref);
	g_clear_pointer(&o->members, g_array_unref);
}

static const struct review_ballot *ballot_of(
	const GPtrArray *ballots, const struct review_case *c, int member_no)
{
	for (guint i = 0; i < ballots->len; i++) {
		const struct review_ballot *b = g_ptr_array_index(ballots, i);

		if (b->submitted && b->member_no == member_no && b->stage == c->stage &&
			strcmp(b->lot_id, c->lot.lot->lot_id) == 0)
			return b;
	}
	return NULL;
}

static int add_ballot(struct act *a, const struct review_case *c, const struct review_ballot *b,
	struct opened_ballots *o)
{
	json_t *content = NULL;
	int r = review_open(a, c->session->session_id, b, &content);

	if (r)
		return r;
	struct review_member member = {b->member_no, json_object_get(content, "votes")};
	g_ptr_array_add(o->contents, content);
	g_array_append_val(o->members, member);
	return 0;
}

/* *ret_all: every member who counts has submitted. */
static int collect(
	struct act *a, const struct review_case *c, struct opened_ballots *o, bool *ret_all)
{
	g_autoptr(GPtrArray) members = NULL, ballots = NULL;
	unsigned n = 0;
	int r = member_store_of_session(a->txn, c->session->session_id, &members);

	if (!r)
		r = review_store_ballots(a->txn, c->session->session_id, &ballots);
	o->contents = g_ptr_array_new_with_free_func((GDestroyNotify)json_decref);
	o->members = g_array_new(FALSE, FALSE, sizeof(struct review_member));
	for (guint i = 0; !r && i < members->len; i++) {
		const struct member_row *m = g_ptr_array_index(members, i);
		const struct review_ballot *b = ballot_of(ballots, c, m->no);

		if (!member_counts(m->state))
			continue;
		n++;
		if (b)
			r = add_ballot(a, c, b, o);
	}
	*ret_all = n == (unsigned)c->session->panel_size && o->members->len == n;
	return r;
}

static const struct review_item *item_of(const struct review_case *c, const char *id)
{
	for (guint i = 0; i < c->lot.criteria->review->len; i++) {
		const struct review_item *item = g_ptr_array_index(c->lot.criteria->review, i);

		if (strcmp(item->id, id) == 0)
			return item;
	}
	return NULL;
}

/* The items a bid failed, with the clause of the tender file and the members' reasons. */
static json_t *failed_items(const struct review_case *c, const json_t *row, GString *reason)
{
	json_t *list = json_array(), *item, *text;
	size_t i, j;

	json_array_foreach (json_object_get(row, "items"), i, item) {
		const struct review_item *of =
			item_of(c, json_string_value(json_object_get(item, "item_id")));

		if (g_strcmp0(in_text(item, "state"), review_state_name(REVIEW_FAILED)) != 0)
			continue;
		g_string_append_printf(
			reason, "%s%s（%s）：", reason->len ? "；" : "", of->name, of->clause);
		json_array_foreach (json_object_get(item, "reasons"), j, text)
			g_string_append_printf(
				reason, "%s%s", j ? "，" : "", json_string_value(text));
		json_array_append_new(
			list, json_pack("{s:s, s:s, s:O, s:O}", "item_id", of->id, "clause",
				      of->clause, "pass", json_object_get(item, "pass"), "fail",
				      json_object_get(item, "fail")));
	}
	return list;
}

int review_reject(struct act *a, const char *session_id, const struct lot *lot,
	const struct rejection *row, json_t *items)
{
	json_t *body = json_pack("{s:s, s:s, s:s, s:b, s:b}", "lot", lot->lot_id, "bid",
		row->bid_id, "reason", row->reason, "scored", row->scored, "priced", row->priced);
	int r = review_store_reject(a->txn, session_id, row);

	if (row->stage)
		out_text(body, "stage", review_stage_name(row->stage));
	if (items)
		json_object_set_new(body, "items", items);
	if (row->cause[0])
		out_text(body, "cause", row->cause);
	if (!r)
		return act_event(a, "bid.rejected", "session", session_id, body);
	json_decref(body);
	return r < 0 ? r : -EIO;
}

static int reject_failed(struct act *a, const struct review_case *c, const json_t *result)
{
	json_t *row;
	size_t i;
	int r = 0;

	json_array_foreach ((json_t *)result, i, row) {
		g_autoptr(GString) reason = g_string_new(NULL);
		struct rejection rejection = {.stage = c->stage, .rejected_us = a->legal_us};

		if (g_strcmp0(in_text(row, "state"), review_state_name(REVIEW_FAILED)) != 0)
			continue;
		json_t *items = failed_items(c, row, reason);
		g_strlcpy(rejection.bid_id, in_text(row, "bid_id"), sizeof(rejection.bid_id));
		g_strlcpy(rejection.lot_id, c->lot.lot->lot_id, sizeof(rejection.lot_id));
		rejection.reason = reason->str;
		r = review_reject(a, c->session->session_id, c->lot.lot, &rejection, items);
		if (r)
			break;
	}
	return r;
}

int review_check_left(struct act *a, const struct eval_session *session, struct lot *lot,
	enum review_stage stage, size_t n_left)
{
	PROJECT_AUTO struct project *project = NULL;
	const char *rule = NULL;
	enum lot_state next;
	int r = project_store_get(a->txn, session->project_id, &project);

	if (r)
		return r < 0 ? r : -ENOENT;
	const struct rulebook *book = rulebook_by_version(project->rulebook_version);
	if (!book)
		return -EBADMSG;
	if (n_left >= review_bids_needed(book, project->regime, stage, &rule))
		return 0;
	r = lot_step(lot->state, LOT_STEP_FAIL, &next);
	if (!r)
		r = project_store_set_lot_state(a->txn, lot->lot_id, next);
	if (r)
		return r < 0 ? r : -EIO;
	/* Everybody learns that the lot has ended; how many bids passed is not public yet. */
	return act_event(a, "lot.failed", "lot", lot->lot_id,
		json_pack("{s:s, s:s}", "lot_code", lot->code, "rule", rule));
}

static int keep(struct act *a, const struct review_case *c, json_t *result, size_t n_passed)
{
	struct review_count_row row = {
		.stage = c->stage, .result = result, .counted_us = a->legal_us};
	uint8_t sha[32];
	int r = canon_digest(result, sha);

	g_strlcpy(row.lot_id, c->lot.lot->lot_id, sizeof(row.lot_id));
	if (!r)
		r = review_store_add_count(a->txn, c->session->session_id, &row);
	if (r)
		return r < 0 ? r : -EIO;
	g_autofree char *digest = hex_encode(sha, sizeof(sha));
	return act_event(a, "review.counted", "session", c->session->session_id,
		json_pack("{s:s, s:s, s:I, s:I, s:s}", "lot", c->lot.lot->lot_id, "stage",
			review_stage_name(c->stage), "bids", (json_int_t)c->n_ids, "passed",
			(json_int_t)n_passed, "result_sha256", digest));
}

int review_count_all(struct act *a, const struct review_case *c)
{
	struct opened_ballots o = {0};
	size_t n_passed = 0, n_open = 0;
	json_t *result = NULL;
	bool all = false;
	int r = collect(a, c, &o, &all);

	if (!r && all) {
		result = review_result(c->lot.criteria->review, c->stage, c->ids, c->n_ids,
			(const struct review_member *)o.members->data, o.members->len, &n_passed,
			&n_open);
		/* A lawful panel is odd and every vote is there, so every item is decided. */
		r = n_open ? -EBADMSG : keep(a, c, result, n_passed);
		if (!r)
			r = reject_failed(a, c, result);
		if (!r)
			r = review_check_left(a, c->session, c->lot.lot, c->stage, n_passed);
	}
	json_decref(result);
	opened_ballots_clear(&o);
	return r;
}
