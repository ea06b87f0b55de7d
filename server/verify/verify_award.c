/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/verify/verify_award.h"

#include <errno.h>
#include <string.h>

#include "proto/canon.h"
#include "proto/hex.h"
#include "server/core/fields.h"
#include "server/eval/anomaly.h"
#include "server/eval/award_file.h"
#include "server/eval/lot_rank.h"
#include "server/eval/low_price.h"
#include "server/eval/score.h"

#define FILE_MAX ((size_t)64 << 20)
#define BIDS_MAX 10000
#define MEMBERS_MAX 99

struct award {
	struct findings *findings;
	const char *place;
	const json_t *json, *rows;
	const json_t *members; /* of the first row that has scores: all others have the same */
	struct criteria *criteria;
	size_t n_bids, n_members;
	struct decimal ceiling;
	struct decimal *scores; /* [bid][item][member] */
	struct decimal *totals; /* [bid][member] */
	struct rank_bid *bids;
	struct rank_row *result;
};

static void award_clear(struct award *a)
{
	criteria_free(a->criteria);
	g_free(a->scores);
	g_free(a->totals);
	g_free(a->bids);
	g_free(a->result);
}

static bool read_decimal(const json_t *row, const char *name, struct decimal *ret)
{
	const json_t *value = json_object_get(row, name);

	return json_is_string(value) &&
	       decimal_parse(json_string_value(value), json_string_length(value), ret) == 0;
}

static char *place_of(const struct award *a, size_t b)
{
	const char *name = in_text(json_array_get(a->rows, b), "bidder_name");

	return g_strdup_printf("%s row %zu %s", a->place, b + 1, name ? name : "-");
}

static bool read_scheme(struct award *a)
{
	const char *field = NULL;
	int r = criteria_read(json_object_get(a->json, "scheme"), &a->criteria, &field);

	if (r)
		finding_fault(a->findings, a->place, "the scheme: %s %s", criteria_refusal_code(r),
			field ? field : "");
	return r == 0;
}

/* The members of every row must be the same, in the same order. */
static bool read_members(struct award *a, size_t b, const json_t *members)
{
	const char *id = "bid";

	for (size_t m = 0; m < a->n_members; m++) {
		const json_t *member = json_array_get(members, m);
		json_t *scores = json_pack("{s:O?}", id, json_object_get(member, "scores"));
		size_t n_items = a->criteria->items->len;
		struct decimal technical;
		int r = SCORE_E_FORM;

		if (scores && in_int(member, "member_no", -1) ==
				      in_int(json_array_get(a->members, m), "member_no", -2))
			r = score_check(a->criteria, &id, 1, scores, true, NULL);
		if (!r) {
			score_items(a->criteria, scores, id, a->n_members,
				&a->scores[b * n_items * a->n_members + m]);
			score_sums(a->criteria, scores, id, &a->totals[b * a->n_members + m],
				&technical);
		}
		json_decref(scores);
		if (r)
			return false;
	}
	return true;
}

static bool read_bid(struct award *a, size_t b)
{
	const json_t *row = json_array_get(a->rows, b), *members = json_object_get(row, "members");
	g_autofree char *place = place_of(a, b);
	struct rank_bid *bid = &a->bids[b];
	json_int_t decided = in_int(row, "decided", 0);

	*bid = (struct rank_bid){
		.rejected = in_bool(row, "rejected", false),
		.was_valid = in_bool(row, "was_valid", false),
		.sme = in_bool(row, "sme", false),
		.has_price = read_decimal(row, "price", &bid->price),
		.price = bid->price,
		.scores = &a->scores[b * a->criteria->items->len * a->n_members],
		.decided = decided > 0 && decided <= BIDS_MAX ? (unsigned)decided : 0,
	};
	if (!bid->has_price && in_has(row, "price")) {
		finding_fault(a->findings, place, "the price is no number");
		return false;
	}
	if (bid->rejected && !json_array_size(members))
		return true;
	if (json_array_size(members) != a->n_members || !read_members(a, b, members)) {
		finding_fault(
			a->findings, place, "the members' scores are not complete and lawful");
		return false;
	}
	return true;
}

static bool read_all(struct award *a)
{
	size_t n_items = a->criteria->items->len;
	bool good = true;

	a->rows = json_object_get(a->json, "rows");
	a->n_bids = json_array_size(a->rows);
	for (size_t b = 0; b < a->n_bids && !json_array_size(a->members); b++)
		a->members = json_object_get(json_array_get(a->rows, b), "members");
	a->n_members = json_array_size(a->members);
	if (!a->n_bids || a->n_bids > BIDS_MAX || !a->n_members || a->n_members > MEMBERS_MAX) {
		finding_fault(a->findings, a->place, "has no rows, or no members in any");
		return false;
	}
	a->scores = g_new0(struct decimal, a->n_bids * n_items * a->n_members + 1);
	a->totals = g_new0(struct decimal, a->n_bids * a->n_members);
	a->bids = g_new0(struct rank_bid, a->n_bids);
	a->result = g_new0(struct rank_row, a->n_bids);
	for (size_t b = 0; b < a->n_bids; b++)
		good &= read_bid(a, b);
	return good;
}

static int member_no(const struct award *a, size_t m)
{
	return (int)in_int(json_array_get(a->members, m), "member_no", 0);
}

/* As somebody else says it was drawn. */
static int rank_as_told(struct award *a, const struct decimal *ceiling)
{
	int64_t no = in_int(a->json, "drawn_member", 0);
	struct rank_case c = {
		.criteria = a->criteria,
		.bids = a->bids,
		.n_bids = a->n_bids,
		.n_members = a->n_members,
		.n_sheets = a->n_members,
		.ceiling = ceiling,
		.drawn = json_object_get(a->json, "drawn"),
		.drawn_member = -1,
	};

	for (size_t m = 0; no && m < a->n_members; m++)
		if (member_no(a, m) == no)
			c.drawn_member = (int)m;
	return rank_bids(&c, a->result, NULL, NULL);
}

/* As the seed gives it; what is told of it must be the same. */
static int rank_by_seed(struct award *a, const struct decimal *ceiling, struct lot_chance chance)
{
	g_autofree int *members = g_new0(int, a->n_members);
	struct lot_rank l = {
		.criteria = a->criteria,
		.bids = a->bids,
		.n_bids = a->n_bids,
		.members = members,
		.n_members = a->n_members,
		.ceiling = ceiling,
		.chance = chance,
	};
	const json_t *told = json_object_get(a->json, "drawn");
	int r;

	for (size_t m = 0; m < a->n_members; m++)
		members[m] = member_no(a, m);
	r = lot_rank(&l, a->result, NULL);
	if (!r && !lot_draw_is(told, l.drawn, &a->criteria->price))
		finding_fault(a->findings, a->place, "the seed draws other parameters");
	if (!r && in_int(a->json, "drawn_member", 0) != l.drawn_member)
		finding_fault(a->findings, a->place, "the seed leaves out another member");
	lot_rank_clear(&l);
	return r;
}

static bool read_chance(const struct award *a, struct lot_chance *ret)
{
	const char *seed = in_text(a->json, "seed");

	ret->lot_id = in_text(a->json, "lot_id");
	return seed && ret->lot_id &&
	       hex_decode_exact(seed, strlen(seed), ret->seed, sizeof ret->seed);
}

static bool rank(struct award *a)
{
	const struct decimal *ceiling =
		read_decimal(a->json, "ceiling", &a->ceiling) ? &a->ceiling : NULL;
	struct lot_chance chance;
	int r;

	if (!in_has(a->json, "seed"))
		r = rank_as_told(a, ceiling);
	else if (read_chance(a, &chance))
		r = rank_by_seed(a, ceiling, chance);
	else {
		finding_fault(a->findings, a->place, "the seed is not 32 bytes in hex, of a lot");
		return false;
	}
	if (r)
		finding_fault(a->findings, a->place, "cannot be ranked: %s", rank_refusal_code(r));
	return r == 0;
}

/* By value: 75.5 and 75.50 say the same. */
static void compare(const struct award *a, const char *place, const json_t *row, const char *name,
	struct decimal right, unsigned places)
{
	const char *said = in_text(row, name);
	struct decimal value;
	char text[DECIMAL_TEXT_SIZE];

	if (!said || (read_decimal(row, name, &value) &&
			     decimal_cmp(value, decimal_round(right, places)) == 0))
		return;
	finding_fault(a->findings, place, "%s: published %s, computed %s", name, said,
		decimal_format(right, places, text));
}

static void compare_row(const struct award *a, size_t b)
{
	const json_t *row = json_array_get(a->rows, b), *members = json_object_get(row, "members");
	const struct rank_row *right = &a->result[b];
	g_autofree char *place = place_of(a, b);

	for (size_t m = 0; m < json_array_size(members); m++) {
		const json_t *member = json_array_get(members, m);
		g_autofree char *who =
			g_strdup_printf("%s member %d", place, (int)in_int(member, "member_no", 0));

		compare(a, who, member, "total", a->totals[b * a->n_members + m], CRITERIA_PLACES);
	}
	compare(a, place, row, "mean", right->mean, RANK_PLACES);
	compare(a, place, row, "price_score", right->price_score, PRICE_SCORE_PLACES);
	compare(a, place, row, "total", right->total, RANK_PLACES);
	if (in_int(row, "rank", -1) != right->rank)
		finding_fault(a->findings, place, "rank: published %d, computed %u",
			(int)in_int(row, "rank", -1), right->rank);
	if (in_bool(row, "tied", right->tied) != right->tied)
		finding_fault(
			a->findings, place, right->tied ? "shares its rank" : "shares no rank");
}

/* The rule was applied: the result says so, or tells of a bid that it found. */
static bool is_looked_at(const struct award *a)
{
	const char *kind = low_price_kind_name(a->criteria->low_price.kind);
	bool looked_at = in_bool(a->json, "low_prices", false);

	for (size_t b = 0; b < a->n_bids; b++)
		looked_at |= kind && g_strcmp0(in_text(json_object_get(json_array_get(a->rows, b), "low_price"), "by"), kind) == 0;
	return looked_at;
}

/* Who was scored had passed the review: by their prices the rule of the scheme says who had to explain. */
static void check_low_prices(const struct award *a)
{
	g_autofree struct low_price_bid *bids = g_new0(struct low_price_bid, a->n_bids);
	g_autofree struct low_price_finding *right = g_new0(struct low_price_finding, a->n_bids);
	const struct low_price_rule off = {0};
	const struct low_price_rule *rule = is_looked_at(a) ? &a->criteria->low_price : &off;

	for (size_t b = 0; b < a->n_bids; b++)
		bids[b] = (struct low_price_bid){a->bids[b].price,
			a->bids[b].has_price &&
				json_array_size(json_object_get(
					json_array_get(a->rows, b), "members"))};
	low_price_check(rule, in_has(a->json, "ceiling") ? &a->ceiling : NULL, bids, a->n_bids, right);
	for (size_t b = 0; b < a->n_bids; b++) {
		const json_t *told = json_object_get(json_array_get(a->rows, b), "low_price");
		const char *by = told ? in_text(told, "by") : NULL;
		const char *wanted = right[b].must_explain ? low_price_kind_name(rule->kind)
							   : LOW_PRICE_BY_JUDGEMENT;
		g_autofree char *place = place_of(a, b);

		if (!told && !right[b].must_explain)
			continue;
		json_t *finding = right[b].must_explain ? low_price_finding_to_json(&right[b]) : NULL;
		json_t *row = low_price_result(wanted, finding, a->bids[b].rejected);
		if (!told)
			finding_fault(a->findings, place, "had to explain its price (%s)", wanted);
		else if (g_strcmp0(by, wanted) != 0)
			finding_fault(a->findings, place, "had to explain its price by %s, not by %s",
				wanted, by ? by : "-");
		else if (!json_equal(row, told))
			finding_fault(a->findings, place,
				"low_price is not what the prices and the ranking give");
		json_decref(row);
		json_decref(finding);
	}
}

static void note_residues(const struct award *a)
{
	g_autoptr(GArray) list = g_array_new(FALSE, FALSE, sizeof(struct anomaly));
	const struct decimal half = {500000};

	anomaly_check_residues(a->totals, a->n_bids, a->n_members, half, list);
	for (guint i = 0; i < list->len; i++) {
		const struct anomaly *n = &g_array_index(list, struct anomaly, i);
		g_autofree char *place = place_of(a, (size_t)n->bid);

		finding_note(a->findings, place, "the total of member %d leaves another rest",
			member_no(a, (size_t)n->member));
	}
}

void verify_award_json(const json_t *json, const char *place, struct findings *findings)
{
	struct award a = {.findings = findings, .place = place, .json = json};

	if (g_strcmp0(in_text(json, "format"), AWARD_FORMAT) != 0)
		finding_fault(findings, place, "is no %s", AWARD_FORMAT);
	else if (read_scheme(&a) && read_all(&a) && rank(&a)) {
		for (size_t b = 0; b < a.n_bids; b++)
			compare_row(&a, b);
		check_low_prices(&a);
		note_residues(&a);
		finding_note(findings, place, "computed anew: %zu bids, %zu members, %s", a.n_bids,
			a.n_members, price_method_name(a.criteria->price.method));
	}
	award_clear(&a);
}

int verify_award(const char *path, struct findings *findings)
{
	g_autofree char *text = NULL;
	json_t *award = NULL;
	gsize len;

	if (!g_file_get_contents(path, &text, &len, NULL))
		return -ENOENT;
	if (canon_load(text, len, FILE_MAX, &award, NULL) != 0)
		return -EBADMSG;
	verify_award_json(award, path, findings);
	json_decref(award);
	return 0;
}
