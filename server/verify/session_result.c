/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A lot's result stands in results.json, its digest in the event lot.ranked. Here it is computed
 * again from what came before it: the scheme of the registration, names and prices of the opening,
 * the sheets the members committed to, and who of the members counted at that moment.
 */
#include "server/verify/session_result.h"

#include <string.h>

#include "proto/canon.h"
#include "server/core/fields.h"
#include "server/eval/anomaly.h"
#include "server/eval/award_file.h"
#include "server/eval/lot_rank.h"
#include "server/eval/score.h"
#include "server/verify/session_leave.h"
#include "server/verify/session_low_price.h"
#include "server/verify/session_rejection.h"
#include "server/verify/session_sheets.h"

struct ranking {
	const struct session_record *rec;
	const struct session_event *event; /* lot.ranked */
	guint index;
	char *place;
	struct session_lot *lot;
	const json_t *result;
	GArray *members;        /* int, in the order of the event */
	GPtrArray *sheets;      /* const json_t *: their scores, in step */
	struct decimal *totals; /* [bid][member] */
	struct decimal *scores; /* [bid][item][member] */
	struct rank_bid *bids;
	struct rank_row *rows;
	struct lot_rank ranked;
};

static void ranking_clear(struct ranking *k)
{
	session_lot_free(k->lot);
	g_clear_pointer(&k->members, g_array_unref);
	g_clear_pointer(&k->sheets, g_ptr_array_unref);
	g_free(k->place);
	g_free(k->totals);
	g_free(k->scores);
	g_free(k->bids);
	g_free(k->rows);
	lot_rank_clear(&k->ranked);
}

static const json_t *find_result(const json_t *results, const char *lot_id)
{
	json_t *row;
	size_t i;

	json_array_foreach (json_object_get(results, "results"), i, row)
		if (g_strcmp0(in_text(row, "lot_id"), lot_id) == 0)
			return row;
	return NULL;
}

static void check_digest(const struct ranking *k)
{
	uint8_t named[32], ours[32];

	if (!record_hex32(k->event->event.body, "result_sha256", named) ||
		canon_digest(k->result, ours) != 0 || memcmp(named, ours, 32) != 0)
		finding_fault(k->rec->findings, k->place,
			"results.json is not the result this event is about");
	if (!record_hex32(k->event->event.body, "criteria", named) ||
		memcmp(named, k->lot->criteria->digest, 32) != 0)
		finding_fault(k->rec->findings, k->place,
			"ranked under another scheme than the registered one");
}

/* Where the lot was first ranked by these sheets: a rejection ranks it anew by the same ones. */
static guint first_ranked(const struct ranking *k)
{
	const struct session_event *row;

	for (guint at = 0; (row = record_find(k->rec, "lot.ranked", at, &at)) && at < k->index;
		at++)
		if (g_strcmp0(in_text(row->event.body, "lot"), k->lot->lot_id) == 0 &&
			!session_ranks_are_void(k->rec, at, k->index))
			return at;
	return k->index;
}

/* Opens the sheets the event names; all of them are needed to go on. */
static bool open_sheets(struct ranking *k, const json_t *sheets)
{
	guint judged = first_ranked(k);
	g_autoptr(GHashTable) counting = record_members(k->rec, judged);
	bool all = true;
	json_t *row;
	size_t i;

	k->members = g_array_new(FALSE, FALSE, sizeof(int));
	k->sheets = g_ptr_array_new();
	json_array_foreach (json_object_get(k->event->event.body, "sheets"), i, row) {
		int no = (int)in_int(row, "member_no", 0);
		const json_t *scores = session_sheet_open(k->rec, sheets, k->lot, no, judged);
		if (!g_hash_table_remove(counting, GINT_TO_POINTER(no)))
			finding_fault(k->rec->findings, k->place,
				"counts the sheet of member %d, who may not judge", no);
		g_array_append_val(k->members, no);
		g_ptr_array_add(k->sheets, (gpointer)scores);
		all = all && scores;
	}
	if (g_hash_table_size(counting))
		finding_fault(k->rec->findings, k->place, "leaves out the sheets of %u members",
			g_hash_table_size(counting));
	return all && k->members->len;
}

/* Cells of objective items the members differ on, of bids that were not rejected by then. */
static guint count_differing(const struct ranking *k)
{
	g_autofree const struct decimal **places =
		g_new0(const struct decimal *, k->lot->bids->len + 1);
	struct anomaly_sheets sheets = {
		.criteria = k->lot->criteria, .n_members = k->members->len, .scores = places};
	size_t n_cells = k->lot->criteria->items->len * k->members->len;

	for (guint b = 0; b < k->lot->bids->len; b++)
		if (!record_rejection(k->rec, k->lot->bid_ids[b], k->index))
			places[sheets.n_bids++] = &k->scores[b * n_cells];
	g_autoptr(GArray) found = anomaly_objective(&sheets);
	return found->len;
}

/*
 * Members who differ on an objective item get their sheets back before anything is added up (E13).
 * In how many cells they differ is said since this is looked at: records of before say nothing, and
 * of a lot that was ranked then and is ranked anew it is said.
 */
static void check_objective(const struct ranking *k)
{
	guint n = count_differing(k);

	if (!in_has(k->event->event.body, "differing") && !n)
		return;
	if (!in_has(k->event->event.body, "differing"))
		finding_note(
			k->rec->findings, k->place, "ranked before objective scores were compared");
	else if (in_int(k->event->event.body, "differing", -1) != (int64_t)n)
		finding_fault(k->rec->findings, k->place,
			"%u objective scores differ, and it says otherwise", n);
	else if (n && first_ranked(k) == k->index)
		finding_fault(
			k->rec->findings, k->place, "adds up objective scores that differ (E13)");
}

static void take_bid(struct ranking *k, guint b)
{
	const struct session_event *opened = g_ptr_array_index(k->lot->bids, b);
	guint n = k->members->len, n_items = k->lot->criteria->items->len;
	const char *price = in_text(opened->event.body, "price");

	for (guint m = 0; m < n; m++) {
		const json_t *scores = g_ptr_array_index(k->sheets, m);
		struct decimal technical;

		score_sums(k->lot->criteria, scores, k->lot->bid_ids[b], &k->totals[b * n + m],
			&technical);
		score_items(k->lot->criteria, scores, k->lot->bid_ids[b], n,
			&k->scores[b * n_items * n + m]);
	}
	k->bids[b] = (struct rank_bid){
		.has_price = strcmp(k->lot->price_form, "amount") == 0,
		.sme = in_bool(opened->event.body, "sme", false),
		.rejected = k->lot->rejections[b] != NULL,
		.was_valid = rejection_is_priced(k->lot->rejections[b]),
		.scores = &k->scores[b * n_items * n],
	};
	if (!price || decimal_parse(price, strlen(price), &k->bids[b].price) != 0)
		k->bids[b].has_price = false;
}

/* The seed that the experts were drawn by: everything left to chance follows from it. */
static bool read_seed(const struct ranking *k, struct lot_chance *ret)
{
	const struct session_event *drawn = record_find(k->rec, "draw.done", 0, NULL);

	ret->lot_id = k->lot->lot_id;
	return drawn &&
	       record_hex32(json_object_get(drawn->event.body, "record"), "seed", ret->seed);
}

static bool rank(struct ranking *k)
{
	guint n_bids = k->lot->bids->len, n = k->members->len;

	k->totals = g_new0(struct decimal, n_bids * n + 1);
	k->scores = g_new0(struct decimal, n_bids * n * k->lot->criteria->items->len + 1);
	k->bids = g_new0(struct rank_bid, n_bids + 1);
	k->rows = g_new0(struct rank_row, n_bids + 1);
	for (guint b = 0; b < n_bids; b++)
		take_bid(k, b);
	k->ranked = (struct lot_rank){
		.criteria = k->lot->criteria,
		.bids = k->bids,
		.n_bids = n_bids,
		.members = (const int *)k->members->data,
		.n_members = n,
		.ceiling = k->lot->has_ceiling ? &k->lot->ceiling : NULL,
	};
	if (!read_seed(k, &k->ranked.chance)) {
		finding_fault(k->rec->findings, k->place, "no event tells the seed of the draw");
		return false;
	}
	int r = lot_rank(&k->ranked, k->rows, NULL);
	if (r)
		finding_fault(k->rec->findings, k->place, "cannot be ranked: %s",
			rank_refusal_code(r) ?: "rank.fault");
	return r == 0;
}

/* The open data, where they are, say the same as the result they were made from. */
static void check_award(const struct ranking *k)
{
	g_autofree char *name = g_strdup_printf("award-%s.json", k->lot->lot_id);
	json_t *said = record_json(k->rec, name, NULL);
	json_t *right = award_file(k->result, json_object_get(said, "scheme"),
		k->lot->has_ceiling ? &k->lot->ceiling : NULL);
	struct criteria *criteria = NULL;

	if (said && (!json_equal(said, right) ||
			    criteria_read(json_object_get(said, "scheme"), &criteria, NULL) ||
			    memcmp(criteria->digest, k->lot->criteria->digest, 32) != 0))
		finding_fault(k->rec->findings, name, "does not say what the result says");
	criteria_free(criteria);
	json_decref(said);
	json_decref(right);
}

/* What was left to chance is what the seed of the draw gives. */
static void check_chance(const struct ranking *k)
{
	const json_t *said = json_object_get(k->result, "drawn");
	uint8_t seed[DRAW_BYTES];

	if (!record_hex32(k->result, "seed", seed) ||
		memcmp(seed, k->ranked.chance.seed, DRAW_BYTES) != 0)
		finding_fault(k->rec->findings, k->place, "the seed is not that of the draw");
	if (!lot_draw_is(said, k->ranked.drawn, &k->lot->criteria->price))
		finding_fault(k->rec->findings, k->place,
			"the parameters drawn are not those the seed gives");
	if (in_int(k->result, "drawn_member", 0) != k->ranked.drawn_member)
		finding_fault(k->rec->findings, k->place,
			"the member left out is not the one the seed gives");
}

static bool is_decimal(const json_t *row, const char *name, struct decimal wanted, unsigned places)
{
	char text[DECIMAL_TEXT_SIZE];

	return g_strcmp0(in_text(row, name), decimal_format(wanted, places, text)) == 0;
}

static bool member_is_right(const struct ranking *k, const json_t *member, guint b, guint m)
{
	const json_t *scores = g_ptr_array_index(k->sheets, m);

	return in_int(member, "member_no", 0) == g_array_index(k->members, int, m) &&
	       is_decimal(member, "total", k->totals[b * k->members->len + m], CRITERIA_PLACES) &&
	       json_equal(json_object_get(member, "scores"),
		       json_object_get(scores, k->lot->bid_ids[b]));
}

/* The first thing in a row of the result that is not what it must be; NULL: nothing. */
static const char *wrong_in_row(const struct ranking *k, const json_t *row, guint b)
{
	const struct session_event *opened = g_ptr_array_index(k->lot->bids, b);
	const struct rank_row *right = &k->rows[b];
	const json_t *members = json_object_get(row, "members");

	if (g_strcmp0(in_text(row, "bidder_name"), in_text(opened->event.body, "bidder_name")) != 0)
		return "the bidder's name";
	if (k->bids[b].has_price && !is_decimal(row, "price", k->bids[b].price, 2))
		return "the price";
	if (in_int(row, "no", 0) != (int64_t)b + 1)
		return "the number";
	if (in_has(row, "bid_no") &&
		in_int(row, "bid_no", 0) != in_int(opened->event.body, "bid_no", 0))
		return "the number of the bid";
	if (in_bool(row, "sme", false) != k->bids[b].sme)
		return "the size of the firm";
	bool scored = !k->bids[b].rejected || rejection_is_scored(k->lot->rejections[b]);
	guint n = scored ? k->members->len : 0;
	if (g_strcmp0(in_text(row, "rejected"), in_text(k->lot->rejections[b], "reason")) != 0)
		return "the rejection";
	if (json_array_size(members) != n)
		return "the number of members";
	for (guint m = 0; m < n; m++)
		if (!member_is_right(k, json_array_get(members, m), b, m))
			return "the score of a member";
	if (!is_decimal(row, "mean", right->mean, RANK_PLACES))
		return "the mean";
	if (price_method_scores(k->lot->criteria->price.method) &&
		!is_decimal(row, "price_score", right->price_score, 2))
		return "the price score";
	if (!is_decimal(row, "total", right->total, RANK_PLACES))
		return "the total";
	if (in_int(row, "rank", -1) != right->rank ||
		in_bool(row, "tied", !right->tied) != right->tied)
		return "the rank";
	json_t *low = session_low_price_result(k->rec, k->lot->lot_id, k->lot->bid_ids[b],
		k->index, k->bids[b].rejected);
	bool same = low ? json_equal(low, json_object_get(row, "low_price"))
			: !in_has(row, "low_price");
	json_decref(low);
	if (!same)
		return "the low price";
	return NULL;
}

static int bid_index(const struct session_lot *lot, const char *bid_id)
{
	for (guint b = 0; bid_id && b < lot->bids->len; b++)
		if (strcmp(lot->bid_ids[b], bid_id) == 0)
			return (int)b;
	return -1;
}

static void compare_rows(const struct ranking *k)
{
	const json_t *rows = json_object_get(k->result, "rows");
	int64_t last = 0;
	json_t *row;
	size_t i;

	if (json_array_size(rows) != k->lot->bids->len)
		finding_fault(k->rec->findings, k->place,
			"%u bids were opened, %zu stand in the result", k->lot->bids->len,
			json_array_size(rows));
	json_array_foreach (rows, i, row) {
		const char *bid_id = in_text(row, "bid_id");
		g_autofree char *place = g_strdup_printf(
			"results.json lot %s bid %s", k->lot->lot_id, bid_id ?: "-");
		int b = bid_index(k->lot, bid_id);
		if (b < 0) {
			finding_fault(k->rec->findings, place, "this bid was not opened");
			continue;
		}
		const char *wrong = wrong_in_row(k, row, (guint)b);
		if (wrong)
			finding_fault(k->rec->findings, place,
				"%s is not what the sheets and the opening give", wrong);
		if (in_int(row, "rank", 0) && in_int(row, "rank", 0) < last)
			finding_fault(k->rec->findings, place, "stands in the wrong place");
		last = MAX(last, in_int(row, "rank", 0));
	}
}

static void check_ranking(struct ranking *k, const json_t *results, const json_t *sheets)
{
	const char *lot_id = in_text(k->event->event.body, "lot");

	k->place = record_place(k->event);
	k->lot = session_lot_read(k->rec, lot_id ?: "-", k->place);
	k->result = find_result(results, lot_id);
	if (!k->result)
		finding_fault(k->rec->findings, "results.json", "the result of lot %s is missing",
			lot_id ?: "-");
	if (!k->lot || !k->result)
		return;
	check_digest(k);
	if (in_bool(k->result, "low_prices", false) !=
		session_low_prices_are_seen(k->rec, k->lot->lot_id, k->index))
		finding_fault(k->rec->findings, k->place,
			"says something else about its prices than whether they were looked at");
	if (open_sheets(k, sheets) && rank(k)) {
		check_objective(k);
		check_chance(k);
		compare_rows(k);
		check_award(k);
	}
}

/* Results that no event speaks of. */
static void check_strangers(
	const struct session_record *rec, const json_t *results, GHashTable *ranked)
{
	json_t *row;
	size_t i;

	json_array_foreach (json_object_get(results, "results"), i, row) {
		const char *lot_id = in_text(row, "lot_id");
		if (!lot_id || !g_hash_table_contains(ranked, lot_id))
			finding_fault(rec->findings, "results.json",
				"no event speaks of the result of lot %s", lot_id ?: "-");
	}
}

/* A bid that is rejected after the ranking makes it anew: the later one is the result. */
static bool is_ranked_again(
	const struct session_record *rec, const struct session_event *event, guint at)
{
	const struct session_event *later;

	for (guint i = at + 1; (later = record_find(rec, "lot.ranked", i, &i)); i++)
		if (g_strcmp0(in_text(later->event.body, "lot"),
			    in_text(event->event.body, "lot")) == 0)
			return true;
	return false;
}

void session_result_check(const struct session_record *rec)
{
	g_autoptr(GHashTable) ranked = g_hash_table_new(g_str_hash, g_str_equal);
	const struct session_event *first = record_find(rec, "lot.ranked", 0, NULL);
	const struct session_event *event;
	g_autofree char *must = first ? record_place(first) : NULL;
	json_t *results = record_json(rec, "results.json", must);
	json_t *sheets = record_json(rec, "sheets.json", must);
	guint at = 0;

	for (; (event = record_find(rec, "lot.ranked", at, &at)); at++) {
		if (is_ranked_again(rec, event, at) ||
			session_ranks_are_void(rec, at, rec->events->len))
			continue;
		struct ranking k = {.rec = rec, .event = event, .index = at};
		check_ranking(&k, results, sheets);
		ranking_clear(&k);
		if (in_text(event->event.body, "lot"))
			g_hash_table_add(ranked, (gpointer)in_text(event->event.body, "lot"));
	}
	check_strangers(rec, results, ranked);
	session_sheets_strangers(rec, sheets);
	finding_note(rec->findings, rec->dir, "%u lots ranked anew", g_hash_table_size(ranked));
	json_decref(results);
	json_decref(sheets);
}
