/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a member who left concluded is void (C08). A rejection by votes stands while more than half
 * of the panel found it without him, and so does a stage of the review: whoever comes in his place
 * could not change it. Where his vote decided, the rejection or the count is undone. The others'
 * ballots of that stage stay as they were given, so that the newcomer's makes the count anew; what
 * came after it (ballots of later stages, sheets) may look at other bids then, and is given again.
 * A lot that is ranked is not any more, since his scores made the result; the others' sheets stay
 * as they were given, and his successor's makes it anew. If that was in the summary, the session
 * goes back to the scoring, and a report that was made is void. A lot that failed is left as it is.
 * What is undone stays in the database.
 */
#include "server/act/review_act.h"

#include <errno.h>
#include <string.h>

#include "server/act/low_price_act.h"
#include "server/act/session_act.h"
#include "server/store/bid_store.h"
#include "server/store/member_store.h"
#include "server/store/project_store.h"
#include "server/store/review_store.h"
#include "server/store/rollback_store.h"
#include "server/store/session_store.h"
#include "server/store/sheet_store.h"

struct undoing {
	struct act *a;
	const struct eval_session *session;
	const char *rule;   /* C08, where it is law */
	GPtrArray *members; /* struct member_row */
	GPtrArray *ballots; /* struct review_ballot: all of the session */
	GPtrArray *counts;  /* struct review_count_row: of the session */
	GPtrArray *sheets;  /* struct sheet_row: all of the session */
	GPtrArray *opened;  /* json_t: contents of those that count, of one stage */
	GArray *staying;    /* struct review_member, in step */
	/* One lot: */
	const struct lot *lot;
	GPtrArray *rejections;  /* struct rejection */
	GHashTable *lost;       /* of them, borrowed: by votes that are no majority any more */
	enum review_stage from; /* the first stage to be counted again; 0: none */
	bool back;              /* of any lot: a bid that was rejected is not any more */
	bool rewrite;           /* its ballots, too: a bid is back that they do not speak of */
};

static void undoing_clear(struct undoing *u)
{
	g_clear_pointer(&u->members, g_ptr_array_unref);
	g_clear_pointer(&u->ballots, g_ptr_array_unref);
	g_clear_pointer(&u->counts, g_ptr_array_unref);
	g_clear_pointer(&u->sheets, g_ptr_array_unref);
	g_clear_pointer(&u->opened, g_ptr_array_unref);
	g_clear_pointer(&u->staying, g_array_unref);
	g_clear_pointer(&u->rejections, g_ptr_array_unref);
	g_clear_pointer(&u->lost, g_hash_table_unref);
}

static bool counts_here(const struct undoing *u, int member_no)
{
	const struct member_row *m = member_row_find(u->members, member_no);

	return m && member_counts(m->state);
}

static bool is_given(const struct undoing *u, const struct review_ballot *b, enum review_stage s)
{
	return b->submitted && b->stage == s && strcmp(b->lot_id, u->lot->lot_id) == 0 &&
	       counts_here(u, b->member_no);
}

static int open_staying(struct undoing *u, enum review_stage stage)
{
	g_ptr_array_set_size(u->opened, 0);
	g_array_set_size(u->staying, 0);
	for (guint i = 0; i < u->ballots->len; i++) {
		const struct review_ballot *b = g_ptr_array_index(u->ballots, i);
		json_t *content = NULL;

		if (!is_given(u, b, stage))
			continue;
		int r = review_open(u->a, u->session->session_id, b, &content);
		if (r)
			return r;
		struct review_member member = {b->member_no, json_object_get(content, "votes")};
		g_ptr_array_add(u->opened, content);
		g_array_append_val(u->staying, member);
	}
	return 0;
}

/* A bid stays out if one item is failed by those who stay, and in if all are passed. */
static bool bid_stands(const struct undoing *u, const json_t *row)
{
	bool failed = g_strcmp0(in_text(row, "state"), review_state_name(REVIEW_FAILED)) == 0;
	bool one_failed = false, all_passed = true;
	json_t *item;
	size_t i;

	json_array_foreach (json_object_get(row, "items"), i, item) {
		unsigned pass = 0, fail = 0;

		review_count(in_text(row, "bid_id"), in_text(item, "item_id"),
			(const struct review_member *)u->staying->data, u->staying->len, &pass,
			&fail, NULL);
		one_failed |= 2 * (int64_t)fail > u->session->panel_size;
		all_passed &= 2 * (int64_t)pass > u->session->panel_size;
	}
	return failed ? one_failed : all_passed;
}

/* Something else than this stage keeps the bid out, so what the stage found changes nothing. */
static bool is_out_anyway(const struct undoing *u, const char *bid_id, enum review_stage stage)
{
	for (guint i = 0; i < u->rejections->len; i++) {
		const struct rejection *r = g_ptr_array_index(u->rejections, i);

		if (strcmp(r->bid_id, bid_id) != 0 || r->stage == stage)
			continue;
		return r->stage ? !u->from || r->stage < u->from
				: !g_hash_table_contains(u->lost, r);
	}
	return false;
}

static bool has_row(const json_t *result, const char *bid_id)
{
	json_t *row;
	size_t i;

	json_array_foreach ((json_t *)result, i, row)
		if (g_strcmp0(in_text(row, "bid_id"), bid_id) == 0)
			return true;
	return false;
}

static bool count_stands(struct undoing *u, const struct review_count_row *count)
{
	bool stands = true;
	GHashTableIter lost;
	gpointer rejection;
	json_t *row;
	size_t i;

	json_array_foreach (count->result, i, row)
		stands &= is_out_anyway(u, in_text(row, "bid_id"), count->stage) ||
			  bid_stands(u, row);
	g_hash_table_iter_init(&lost, u->lost);
	while (g_hash_table_iter_next(&lost, &rejection, NULL))
		if (!has_row(count->result, ((const struct rejection *)rejection)->bid_id))
			u->rewrite = true, stands = false;
	return stands;
}

/* The later stages first: whether they stand decides what an earlier one is asked about. */
static int find_from(struct undoing *u)
{
	int r = 0;

	for (int s = REVIEW_RESPONSIVENESS; !r && s >= REVIEW_QUALIFICATION; s--) {
		const struct review_count_row *count =
			review_count_find(u->counts, u->lot->lot_id, (enum review_stage)s);

		if (!count)
			continue;
		r = open_staying(u, count->stage);
		if (!r && !count_stands(u, count))
			u->from = count->stage;
	}
	return r;
}

static int find_lost(struct undoing *u)
{
	for (guint i = 0; i < u->rejections->len; i++) {
		struct rejection *row = g_ptr_array_index(u->rejections, i);
		g_autoptr(GPtrArray) votes = NULL;

		if (row->stage || row->cause[0])
			continue;
		int r = review_votes_counting(u->a, u->session->session_id, row->bid_id, &votes);
		if (r)
			return r;
		if (2 * (int64_t)votes->len <= u->session->panel_size)
			g_hash_table_add(u->lost, row);
	}
	return 0;
}

static int reinstate(struct undoing *u)
{
	for (guint i = 0; i < u->rejections->len; i++) {
		struct rejection *row = g_ptr_array_index(u->rejections, i);

		if (row->stage ? !u->from || row->stage < u->from
			       : !g_hash_table_contains(u->lost, row))
			continue;
		json_t *body = json_pack("{s:s, s:s, s:s*}", "lot", u->lot->lot_id, "bid",
			row->bid_id, "rule", u->rule);
		if (row->stage)
			out_text(body, "stage", review_stage_name(row->stage));
		int r = review_store_reinstate(u->a->txn, row->bid_id, u->a->legal_us);
		u->back = true;
		if (!r)
			r = act_event(
				u->a, "bid.reinstated", "session", u->session->session_id, body);
		else
			json_decref(body);
		if (r)
			return r < 0 ? r : -EIO;
	}
	return 0;
}

/*
 * Of the stage that is counted again only where a bid is back in it; of a stage that is not counted
 * yet, too, when a bid is back.
 */
static bool is_given_again(const struct undoing *u, const struct review_ballot *b)
{
	if (!is_given(u, b, b->stage))
		return false;
	if (u->from)
		return b->stage >= u->from + !u->rewrite;
	return g_hash_table_size(u->lost) &&
	       !review_count_find(u->counts, u->lot->lot_id, b->stage);
}

static int reopen_ballots(struct undoing *u)
{
	int r = 0;

	for (guint i = 0; !r && i < u->ballots->len; i++) {
		const struct review_ballot *b = g_ptr_array_index(u->ballots, i);

		if (is_given_again(u, b))
			r = review_store_reopen_ballot(
				u->a->txn, u->session->session_id, b, u->a->legal_us);
	}
	return r <= 0 ? r : -EIO;
}

static int undo_counts(struct undoing *u)
{
	int r = 0;

	for (int s = (int)u->from; !r && s <= REVIEW_RESPONSIVENESS; s++)
		r = review_store_undo_count(u->a->txn, u->session->session_id, u->lot->lot_id,
			(enum review_stage)s, u->a->legal_us);
	if (r)
		return r < 0 ? r : -EIO;
	return act_event(u->a, "review.reopened", "session", u->session->session_id,
		json_pack("{s:s, s:s, s:s*}", "lot", u->lot->lot_id, "stage",
			review_stage_name(u->from), "rule", u->rule));
}

/* A bid that was not on the sheets may be now. */
static bool sheets_may_change(const struct undoing *u)
{
	GHashTableIter lost;
	gpointer rejection;

	g_hash_table_iter_init(&lost, u->lost);
	while (g_hash_table_iter_next(&lost, &rejection, NULL))
		if (!((const struct rejection *)rejection)->scored)
			return true;
	return u->from;
}

static int reopen_sheets(struct undoing *u)
{
	json_t *members = json_array();
	int r = 0;

	for (guint i = 0; !r && i < u->sheets->len; i++) {
		const struct sheet_row *s = g_ptr_array_index(u->sheets, i);

		if (!s->submitted || strcmp(s->lot_id, u->lot->lot_id) != 0 ||
			!counts_here(u, s->member_no))
			continue;
		r = sheet_store_void(
			u->a->txn, u->session->session_id, s->lot_id, s->member_no, u->a->legal_us);
		json_array_append_new(members, json_integer(s->member_no));
	}
	if (!r && json_array_size(members))
		return act_event(u->a, "sheet.reopened", "session", u->session->session_id,
			json_pack("{s:s, s:o, s:s*}", "lot", u->lot->lot_id, "members", members,
				"rule", u->rule));
	json_decref(members);
	return r <= 0 ? r : -EIO;
}

static int undo_in_lot(struct undoing *u)
{
	int r;

	g_clear_pointer(&u->rejections, g_ptr_array_unref);
	g_clear_pointer(&u->lost, g_hash_table_unref);
	u->lost = g_hash_table_new(NULL, NULL);
	u->from = 0;
	u->rewrite = false;
	r = review_store_rejections(u->a->txn, u->lot->lot_id, &u->rejections);
	if (!r)
		r = find_lost(u);
	if (!r)
		r = find_from(u);
	if (!r)
		r = reinstate(u);
	if (!r)
		r = reopen_ballots(u);
	if (!r && u->from)
		r = undo_counts(u);
	if (!r && sheets_may_change(u))
		r = reopen_sheets(u);
	return r;
}

static int unrank(struct undoing *u, struct lot *lot)
{
	const char *id = u->session->session_id;
	enum lot_state next;
	int r = lot_step(lot->state, LOT_STEP_REOPEN, &next);

	if (!r)
		r = rollback_store_void_result(u->a->txn, id, lot->lot_id, u->a->legal_us);
	if (!r)
		r = project_store_set_lot_state(u->a->txn, lot->lot_id, next);
	if (!r)
		lot->state = next;
	return r <= 0 ? r : -EIO;
}

static int step_back(struct undoing *u, enum flow_step to)
{
	int r = 0;

	if (u->session->step >= FLOW_SUMMARY)
		r = rollback_store_void_report(u->a->txn, u->session->session_id, u->a->legal_us);
	return r ? (r < 0 ? r : -EIO) : session_set_step(u->a, u->session, to, NULL);
}

static int read_all(struct undoing *u)
{
	struct db_txn *txn = u->a->txn;
	const char *id = u->session->session_id;
	int r = session_rule(u->a, u->session, "C08", &u->rule);

	if (!r)
		r = member_store_of_session(txn, id, &u->members);

	if (!r)
		r = review_store_ballots(txn, id, &u->ballots);
	if (!r)
		r = review_store_counts(txn, id, &u->counts);
	return r ? r : sheet_store_of_session(txn, id, &u->sheets);
}

int review_undo_undecided(struct act *a, const struct eval_session *session)
{
	struct undoing u = {.a = a,
		.session = session,
		.opened = g_ptr_array_new_with_free_func((GDestroyNotify)json_decref),
		.staying = g_array_new(FALSE, FALSE, sizeof(struct review_member))};
	g_autoptr(GPtrArray) lots = NULL;
	enum flow_step back = MIN(session->step, FLOW_SCORING);
	int r = session_store_lots(a->txn, session->session_id, &lots);

	if (!r)
		r = read_all(&u);
	for (guint i = 0; !r && i < lots->len; i++) {
		struct lot *lot = g_ptr_array_index(lots, i);

		u.lot = lot;
		if (lot->state == LOT_RANKED)
			r = unrank(&u, lot);
		if (r || lot->state != LOT_OPENED)
			continue;
		r = undo_in_lot(&u);
		if (u.from)
			back = MIN(back, flow_step_of_stage(u.from));
	}
	if (!r && back != session->step)
		r = step_back(&u, back);
	else if (!r && u.back && session->step == FLOW_SCORING)
		r = low_price_check_all(a, session);
	undoing_clear(&u);
	return r;
}
