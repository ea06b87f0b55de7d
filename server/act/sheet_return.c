/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/sheet_return.h"

#include <errno.h>
#include <string.h>

#include "proto/canon.h"
#include "server/act/session_act.h"
#include "server/eval/anomaly.h"
#include "server/store/bid_store.h"
#include "server/store/member_store.h"
#include "server/store/project_store.h"
#include "server/store/session_store.h"
#include "server/store/sheet_return_store.h"
#include "server/store/sheet_store.h"

static const struct bid_row *bid_at(const struct sheet_lot *l, guint b)
{
	return g_ptr_array_index(l->bids, b);
}

/* Bids that are judged, and where their scores stand. */
static GPtrArray *judged_bids(const struct sheet_lot *l, const struct decimal *scores,
	size_t n_cells, GPtrArray *ret_scores)
{
	GPtrArray *bids = g_ptr_array_new();

	for (guint b = 0; b < l->bids->len; b++) {
		if (sheet_lot_rejection(l, bid_at(l, b)->bid_id))
			continue;
		g_ptr_array_add(bids, (gpointer)bid_at(l, b));
		g_ptr_array_add(ret_scores, (gpointer)(scores + b * n_cells));
	}
	return bids;
}

static json_t *differing(
	const struct sheet_lot *l, const struct decimal *scores, unsigned n_members)
{
	g_autoptr(GPtrArray) places = g_ptr_array_new();
	g_autoptr(GPtrArray) bids =
		judged_bids(l, scores, l->criteria->items->len * n_members, places);
	const struct anomaly_sheets sheets = {.criteria = l->criteria,
		.n_bids = bids->len,
		.n_members = n_members,
		.scores = (const struct decimal *const *)places->pdata};
	g_autoptr(GArray) found = anomaly_objective(&sheets);
	json_t *list = json_array();

	for (guint i = 0; i < found->len; i++) {
		const struct anomaly *a = &g_array_index(found, struct anomaly, i);
		const struct criteria_item *item =
			g_ptr_array_index(l->criteria->items, (guint)a->item);

		json_array_append_new(list,
			json_pack("{s:s, s:s}", "bid_id",
				((const struct bid_row *)g_ptr_array_index(bids, (guint)a->bid))
					->bid_id,
				"item_id", item->id));
	}
	return list;
}

static int void_sheets(struct act *a, const char *session_id, const char *lot_id,
	const GPtrArray *counting, json_t *members)
{
	int r = 0;

	for (guint i = 0; !r && i < counting->len; i++) {
		const struct sheet_row *s = g_ptr_array_index(counting, i);

		r = sheet_store_void(a->txn, session_id, lot_id, s->member_no, a->legal_us);
		json_array_append_new(members, json_integer(s->member_no));
	}
	return r <= 0 ? r : -EIO;
}

/*
 * What they differ on is for who may know what is found, and of many bids it is more than an event
 * holds: it tells how many cells, and the digest of their list.
 */
static int say_returned(struct act *a, const char *session_id, const char *lot_id,
	const json_t *items, const char *rule)
{
	json_t *body;
	uint8_t sha[32];
	int r = canon_digest(items, sha);

	if (r)
		return r < 0 ? r : -EIO;
	body = json_pack("{s:s, s:I, s:s*}", "lot", lot_id, "count",
		(json_int_t)json_array_size(items), "rule", rule);
	out_hex(body, "sha256", sha, sizeof(sha));
	return act_event(a, "sheet.returned", "session", session_id, body);
}

static int give_back(struct act *a, const struct eval_session *s, const char *lot_id,
	const GPtrArray *counting, json_t *items)
{
	const struct sheet_return row = {.returned_us = a->legal_us, .items = items};
	json_t *members = json_array();
	const char *rule = NULL;
	int r = sheet_return_store_add(a->txn, s->session_id, lot_id, &row);

	if (!r)
		r = void_sheets(a, s->session_id, lot_id, counting, members);
	if (!r)
		r = session_rule(a, s, "E13", &rule);
	if (!r)
		r = say_returned(a, s->session_id, lot_id, items, rule);
	if (!r)
		return act_event(a, "sheet.reopened", "session", s->session_id,
			json_pack("{s:s, s:o, s:b, s:s*}", "lot", lot_id, "members", members,
				"returned", true, "rule", rule));
	json_decref(members);
	return r < 0 ? r : -EIO;
}

size_t sheet_return_count(
	const struct sheet_lot *l, const struct decimal *scores, const GPtrArray *counting)
{
	json_t *items = differing(l, scores, counting->len);
	size_t n = json_array_size(items);

	json_decref(items);
	return n;
}

int sheet_return_differing(struct act *a, const struct eval_session *s, const struct sheet_lot *l,
	const struct decimal *scores, const GPtrArray *counting, bool *ret_returned)
{
	const char *lot_id = l->lot->lot_id;
	json_t *items = differing(l, scores, counting->len);
	int r = sheet_return_store_end(a->txn, s->session_id, lot_id);

	*ret_returned = json_array_size(items) > 0;
	if (!r && *ret_returned)
		r = give_back(a, s, lot_id, counting, items);
	json_decref(items);
	return r <= 0 ? r : -EIO;
}

static bool is_returned(const json_t *items, const char *bid_id, const char *item_id)
{
	json_t *row;
	size_t i;

	json_array_foreach ((json_t *)items, i, row)
		if (g_strcmp0(in_text(row, "bid_id"), bid_id) == 0 &&
			g_strcmp0(in_text(row, "item_id"), item_id) == 0)
			return true;
	return false;
}

static bool is_same(const json_t *given, const json_t *now)
{
	struct decimal a, b;

	return !now || (json_is_string(given) && json_is_string(now) &&
			       decimal_parse_text(json_string_value(given), &a) == 0 &&
			       decimal_parse_text(json_string_value(now), &b) == 0 &&
			       decimal_cmp(a, b) == 0);
}

/* A bid that was not on the sheet then may be filled in, and a cell be empty while it is a draft.
 */
static int compare(struct act *a, const struct eval_session *s, const json_t *items,
	const json_t *given, const json_t *scores)
{
	const char *bid_id, *item_id, *rule = NULL;
	json_t *row, *score;

	json_object_foreach ((json_t *)given, bid_id, row)
		json_object_foreach (row, item_id, score) {
			const json_t *now =
				json_object_get(json_object_get(scores, bid_id), item_id);

			if (is_returned(items, bid_id, item_id) || is_same(score, now))
				continue;
			int r = session_rule(a, s, "E13", &rule);
			return r ? r
				 : refuse_rule(a->refusal, "score.not_returned", rule, "scores",
					   "bid %s, item %s", bid_id, item_id);
		}
	return 0;
}

/* STORE_E_NONE: nothing went back, or he has come since. */
static int find_given(struct act *a, const struct sheet_case *c, struct sheet_return **ret_back,
	struct sheet_row **ret_given)
{
	const char *session_id = c->session->session_id, *lot_id = c->lot.lot->lot_id;
	int r = sheet_return_store_get(a->txn, session_id, lot_id, ret_back);

	return r ? r
		 : sheet_store_get_void(a->txn, session_id, lot_id, c->member->no,
			   (*ret_back)->returned_us, ret_given);
}

int sheet_return_out(struct act *a, const struct sheet_case *c, json_t *out)
{
	SHEET_RETURN_AUTO struct sheet_return *back = NULL;
	SHEET_ROW_AUTO struct sheet_row *given = NULL;
	int r = find_given(a, c, &back, &given);

	if (!r)
		json_object_set(out, "returned", back->items);
	return r < 0 ? r : 0;
}

int sheet_return_check(struct act *a, const struct sheet_case *c, const json_t *scores)
{
	SHEET_RETURN_AUTO struct sheet_return *back = NULL;
	SHEET_ROW_AUTO struct sheet_row *given = NULL;
	json_t *content = NULL;
	int r = find_given(a, c, &back, &given);

	if (r)
		return r < 0 ? r : 0;
	r = sheet_open(a, c->session->session_id, given, &content);
	if (!r)
		r = compare(a, c->session, back->items, json_object_get(content, "scores"), scores);
	json_decref(content);
	return r;
}
