/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The last sheet of a lot makes its result, unless the members differ on an objective item, or a
 * low price waits for the committee, whose decision then makes it; who is rejected after that makes
 * it anew. Only now are the sheets unwrapped, each is compared with its commitment, and what comes
 * out is kept with the lot.
 */
#include "server/act/sheet_act.h"

#include <errno.h>
#include <string.h>

#include "proto/canon.h"
#include "server/act/bid_case.h"
#include "server/act/draw_act.h"
#include "server/act/low_price_act.h"
#include "server/act/session_act.h"
#include "server/act/sheet_return.h"
#include "server/eval/anomaly.h"
#include "server/eval/lot_findings.h"
#include "server/eval/lot_rank.h"
#include "server/eval/score.h"
#include "server/store/bid_store.h"
#include "server/store/member_store.h"
#include "server/store/project_store.h"
#include "server/store/review_store.h"
#include "server/store/session_store.h"
#include "server/store/sheet_store.h"

/* The sheets that count, and what they hold. */
struct opened_sheets {
	GPtrArray *rows;        /* all of the session, owned */
	GPtrArray *counting;    /* struct sheet_row of this lot, by member */
	GPtrArray *contents;    /* json_t, in step with it */
	struct decimal *totals; /* [bid][sheet] */
	struct decimal *scores; /* [bid][item][sheet] */
};

static void opened_sheets_clear(struct opened_sheets *o)
{
	g_clear_pointer(&o->rows, g_ptr_array_unref);
	g_clear_pointer(&o->counting, g_ptr_array_unref);
	g_clear_pointer(&o->contents, g_ptr_array_unref);
	g_free(o->totals);
	g_free(o->scores);
}

static const struct bid_row *bid_at(const struct sheet_lot *l, guint b)
{
	return g_ptr_array_index(l->bids, b);
}

static const struct sheet_row *sheet_of(const GPtrArray *rows, const char *lot_id, int member_no)
{
	for (guint i = 0; i < rows->len; i++) {
		const struct sheet_row *s = g_ptr_array_index(rows, i);
		if (s->member_no == member_no && s->submitted && strcmp(s->lot_id, lot_id) == 0)
			return s;
	}
	return NULL;
}

/* *ret_all: every counting member has submitted. */
static int collect(struct act *a, const char *session_id, const char *lot_id, int64_t panel_size,
	struct opened_sheets *o, bool *ret_all)
{
	g_autoptr(GPtrArray) members = NULL;
	guint n = 0;
	int r = member_store_of_session(a->txn, session_id, &members);

	if (!r)
		r = sheet_store_of_session(a->txn, session_id, &o->rows);
	if (r)
		return r;
	o->counting = g_ptr_array_new();
	for (guint i = 0; i < members->len; i++) {
		const struct member_row *m = g_ptr_array_index(members, i);
		const struct sheet_row *s = sheet_of(o->rows, lot_id, m->no);

		if (!member_counts(m->state))
			continue;
		n++;
		if (s)
			g_ptr_array_add(o->counting, (void *)s);
	}
	*ret_all = n == panel_size && o->counting->len == n;
	return 0;
}

static int check_commitment(const char *session_id, const struct sheet_lot *l,
	const struct sheet_row *row, const json_t *content)
{
	struct score_sheet_head head = {session_id, l->lot->lot_id, row->member_no};
	const json_t *salt = json_object_get(content, "salt");
	uint8_t bytes[SCORE_SALT_LEN], commitment[32];
	g_autoptr(GString) text = NULL;

	if (!json_is_string(salt) || !hex_decode_exact(json_string_value(salt),
					     json_string_length(salt), bytes, sizeof(bytes)))
		return -EBADMSG;
	if (score_canonical(l->criteria, &head, json_object_get(content, "scores"), &text))
		return -EBADMSG;
	score_commitment(bytes, text, commitment);
	return memcmp(commitment, row->commitment, sizeof(commitment)) ? -EBADMSG : 0;
}

static int open_all(
	struct act *a, const char *session_id, const struct sheet_lot *l, struct opened_sheets *o)
{
	guint n = o->counting->len, n_items = l->criteria->items->len;

	o->contents = g_ptr_array_new_with_free_func((GDestroyNotify)json_decref);
	o->totals = g_new0(struct decimal, l->bids->len * n + 1);
	o->scores = g_new0(struct decimal, l->bids->len * n_items * n + 1);
	for (guint m = 0; m < n; m++) {
		const struct sheet_row *row = g_ptr_array_index(o->counting, m);
		json_t *content = NULL;
		int r = sheet_open(a, session_id, row, &content);

		if (r)
			return r;
		g_ptr_array_add(o->contents, content);
		r = check_commitment(session_id, l, row, content);
		if (r)
			return r;
		for (guint b = 0; b < l->bids->len; b++) {
			const json_t *scores = json_object_get(content, "scores");
			struct decimal technical;

			score_sums(l->criteria, scores, bid_at(l, b)->bid_id, &o->totals[b * n + m],
				&technical);
			score_items(l->criteria, scores, bid_at(l, b)->bid_id, n,
				&o->scores[b * n_items * n + m]);
		}
	}
	return 0;
}

static json_t *decimal_text(struct decimal d, unsigned places)
{
	char text[DECIMAL_TEXT_SIZE];

	return json_string(decimal_format(d, places, text));
}

static json_t *member_scores(
	const struct sheet_lot *l, const struct opened_sheets *o, guint bid, guint m)
{
	const struct sheet_row *row = g_ptr_array_index(o->counting, m);
	const json_t *scores = json_object_get(g_ptr_array_index(o->contents, m), "scores");

	return json_pack("{s:i, s:o, s:O}", "member_no", row->member_no, "total",
		decimal_text(o->totals[bid * o->counting->len + m], CRITERIA_PLACES), "scores",
		json_object_get(scores, bid_at(l, bid)->bid_id));
}

/* What the price rule made of a price, where it looks at prices. */
static void put_price(json_t *out, const struct criteria *criteria, const struct rank_bid *b,
	const struct rank_row *row)
{
	const struct price_value *v = &row->price;

	if (b->has_price)
		json_object_set_new(out, "price", decimal_text(b->price, 2));
	if (price_method_scores(criteria->price.method))
		json_object_set_new(out, "price_score", decimal_text(row->price_score, 2));
	if (price_method_needs_prices(criteria->price.method))
		json_object_set_new(out, "evaluated", decimal_text(v->evaluated, 2));
	if (b->sme)
		json_object_set_new(out, "sme", json_true());
	if (v->dropped)
		json_object_set_new(out, "dropped", json_true());
	if (v->out)
		json_object_set_new(out, "out", json_true());
	if (b->decided)
		json_object_set_new(out, "decided", json_integer(b->decided));
}

static json_t *bid_result(const struct sheet_lot *l, const struct opened_sheets *o, guint bid,
	const struct rank_bid *b, const struct rank_row *row)
{
	json_t *members = json_array();
	json_t *out = json_pack("{s:s, s:i, s:i, s:s, s:i, s:b, s:o, s:o, s:o}", "bid_id",
		bid_at(l, bid)->bid_id, "no", (int)bid + 1, "bid_no", (int)bid_at(l, bid)->no,
		"bidder_name", bid_at(l, bid)->bidder_name, "rank", (int)row->rank, "tied",
		row->tied, "mean", decimal_text(row->mean, RANK_PLACES), "total",
		decimal_text(row->total, RANK_PLACES), "members", members);

	for (guint m = 0; m < o->counting->len && sheet_lot_is_scored(l, bid_at(l, bid)); m++)
		json_array_append_new(members, member_scores(l, o, bid, m));
	if (b->rejected)
		out_text(out, "rejected", sheet_lot_rejection(l, bid_at(l, bid)->bid_id)->reason);
	if (b->was_valid)
		json_object_set_new(out, "was_valid", json_true());
	put_price(out, l->criteria, b, row);
	return out;
}

static json_t *result_json(const struct sheet_lot *l, const struct opened_sheets *o,
	const struct lot_rank *ranked, const struct rank_row *rows)
{
	g_autofree size_t *order = g_new0(size_t, l->bids->len + 1);
	const struct price_outcome *price = &ranked->outcome.price;
	g_autofree char *seed = hex_encode(ranked->chance.seed, DRAW_BYTES);
	json_t *list = json_array(), *members = json_array(), *out;

	rank_order(rows, l->bids->len, order);
	for (guint i = 0; i < l->bids->len; i++) {
		guint b = (guint)order[i];
		json_array_append_new(list, bid_result(l, o, b, &ranked->bids[b], &rows[b]));
	}
	for (guint m = 0; m < o->counting->len; m++)
		json_array_append_new(members, json_integer(ranked->members[m]));
	out = json_pack("{s:s, s:s, s:s, s:o, s:o}", "lot_id", l->lot->lot_id, "price_method",
		price_method_name(l->criteria->price.method), "seed", seed, "members", members,
		"rows", list);
	if (price->has_base) {
		json_object_set_new(out, "base", decimal_text(price->base, DECIMAL_PLACES));
		json_object_set_new(out, "n_in_base", json_integer(price->n_in_base));
	}
	if (ranked->drawn)
		json_object_set(out, "drawn", ranked->drawn);
	if (ranked->drawn_member)
		json_object_set_new(out, "drawn_member", json_integer(ranked->drawn_member));
	if (ranked->outcome.left_out >= 0)
		json_object_set_new(
			out, "left_out", json_integer(ranked->members[ranked->outcome.left_out]));
	return out;
}

static int take_bid(
	const struct sheet_lot *l, const struct opened_sheets *o, guint b, struct rank_bid *ret)
{
	const struct bid_row *row = bid_at(l, b);
	const struct rejection *rejection = sheet_lot_rejection(l, row->bid_id);

	*ret = (struct rank_bid){
		.rejected = rejection != NULL,
		.was_valid = rejection && rejection->priced,
		.has_price = strcmp(l->lot->price_form, "amount") == 0,
		.price = row->price,
		.scores = &o->scores[b * l->criteria->items->len * o->counting->len],
	};
	return bid_is_sme(row, &ret->sme);
}

static int rank_all(struct act *a, const char *session_id, const struct sheet_lot *l,
	const struct opened_sheets *o, json_t **ret_result)
{
	g_autofree struct rank_bid *bids = g_new0(struct rank_bid, l->bids->len + 1);
	g_autofree struct rank_row *rows = g_new0(struct rank_row, l->bids->len + 1);
	g_autofree int *members = g_new0(int, o->counting->len + 1);
	struct lot_rank ranking = {
		.criteria = l->criteria,
		.bids = bids,
		.n_bids = l->bids->len,
		.members = members,
		.n_members = o->counting->len,
		.ceiling = l->lot->has_ceiling ? &l->lot->ceiling : NULL,
		.chance = {.lot_id = l->lot->lot_id},
	};
	size_t at = 0;
	int r = draw_seed_of(a, session_id, ranking.chance.seed);

	for (guint b = 0; !r && b < l->bids->len; b++)
		r = take_bid(l, o, b, &bids[b]);
	if (r)
		return r;
	for (guint m = 0; m < o->counting->len; m++)
		members[m] =
			((const struct sheet_row *)g_ptr_array_index(o->counting, m))->member_no;
	r = lot_rank(&ranking, rows, &at);
	if (!r)
		*ret_result = result_json(l, o, &ranking, rows);
	lot_rank_clear(&ranking);
	return r <= 0 ? r
		      : refuse(a->refusal, rank_refusal_code(r), NULL, "bid %s",
				at < l->bids->len ? bid_at(l, (guint)at)->bid_id : "-");
}

static json_t *ranked_body(
	const struct sheet_lot *l, const struct opened_sheets *o, const uint8_t sha[static 32])
{
	g_autofree char *criteria = hex_encode(l->criteria->digest, 32);
	g_autofree char *digest = hex_encode(sha, 32);
	json_t *sheets = json_array();

	for (guint m = 0; m < o->counting->len; m++) {
		const struct sheet_row *row = g_ptr_array_index(o->counting, m);
		g_autofree char *hex = hex_encode(row->commitment, sizeof(row->commitment));

		json_array_append_new(sheets,
			json_pack("{s:i, s:s}", "member_no", row->member_no, "commitment", hex));
	}
	return json_pack("{s:s, s:s, s:o, s:s, s:I}", "lot", l->lot->lot_id, "criteria", criteria,
		"sheets", sheets, "result_sha256", digest, "differing",
		(json_int_t)sheet_return_count(l, o->scores, o->counting));
}

static int keep(struct act *a, const char *session_id, const struct sheet_lot *l,
	const struct opened_sheets *o, const json_t *result)
{
	enum lot_state next;
	uint8_t sha[32];
	int r = lot_step(l->lot->state, LOT_STEP_RANK, &next);

	if (r)
		return refuse(a->refusal, lot_refusal_code(r), "lot_id", "the lot is %s",
			lot_state_name(l->lot->state));
	r = canon_digest(result, sha);
	if (!r)
		r = project_store_set_lot_state(a->txn, l->lot->lot_id, next);
	if (!r)
		r = project_store_set_lot_result(a->txn, l->lot->lot_id, result);
	if (r)
		return r < 0 ? r : -EIO;
	return act_event(a, "lot.ranked", "session", session_id, ranked_body(l, o, sha));
}

int sheet_lot_findings(struct act *a, const struct eval_session *s, const struct sheet_lot *l,
	const json_t *result, unsigned audience, json_t **ret)
{
	PROJECT_AUTO struct project *project = NULL;
	int r = project_store_get(a->txn, s->project_id, &project);

	if (r)
		return r < 0 ? r : -ENOENT;
	const struct rulebook *book = rulebook_by_version(project->rulebook_version);
	if (!book)
		return -EBADMSG;
	*ret = lot_findings(l->criteria, result, book, audience);
	return 0;
}

/*
 * Hints for those who lead and watch: nothing waits for them. They follow from the result, and of
 * many bids they are more than an event holds: it tells how many there are, and their digest.
 */
static int tell_findings(struct act *a, const struct eval_session *s, const struct sheet_lot *l,
	const json_t *result)
{
	json_t *findings = NULL, *body;
	uint8_t sha[32];
	int r = sheet_lot_findings(a, s, l, result, ANOMALY_TO_ALL, &findings);

	if (!r)
		r = canon_digest(findings, sha);
	if (!r && json_array_size(findings)) {
		body = json_pack("{s:s, s:I}", "lot", l->lot->lot_id, "count",
			(json_int_t)json_array_size(findings));
		out_hex(body, "sha256", sha, sizeof(sha));
		r = act_event(a, "lot.findings", "session", s->session_id, body);
	}
	json_decref(findings);
	return r < 0 ? r : r ? -EIO : 0;
}

/* Ranks it by these sheets, unless they go back to the members first. */
static int conclude(struct act *a, const struct eval_session *s, const struct sheet_lot *l,
	const struct opened_sheets *o, bool again)
{
	json_t *result = NULL;
	bool returned = false;
	unsigned n_low = 0;
	int r = again ? 0 : sheet_return_differing(a, s, l, o->scores, o->counting, &returned);

	/* Prices are judged when it is known which of them count. */
	if (!r && !returned && !again)
		r = low_price_count_open(a, s, l->lot->lot_id, &n_low);
	if (r || returned || n_low)
		return r;
	r = rank_all(a, s->session_id, l, o, &result);
	if (!r)
		r = low_price_tell(a, s, l, result);
	if (!r)
		r = keep(a, s->session_id, l, o, result);
	if (!r)
		r = tell_findings(a, s, l, result);
	json_decref(result);
	return r;
}

int sheet_rank(struct act *a, const char *session_id, const struct sheet_lot *l)
{
	EVAL_SESSION_AUTO struct eval_session *s = NULL;
	struct opened_sheets o = {0};
	bool again = l->lot->state == LOT_RANKED, all = false;
	int r = session_store_get(a->txn, session_id, &s);

	if (r)
		return r < 0 ? r : -ENOENT;
	r = collect(a, session_id, l->lot->lot_id, s->panel_size, &o, &all);
	/* Who left took the ranks with him, so whoever counts gave a sheet of what is ranked. */
	if (!r && again && !all)
		r = -EBADMSG;
	if (!r && all)
		r = open_all(a, session_id, l, &o);
	if (!r && all)
		r = conclude(a, s, l, &o, again);
	opened_sheets_clear(&o);
	return r;
}
