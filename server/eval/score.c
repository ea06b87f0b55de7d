/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/eval/score.h"

#include <string.h>

#include "proto/canon.h"
#include "proto/hex.h"
#include "proto/salted.h"

const char *score_refusal_code(int refusal)
{
	switch (refusal) {
		SCORE_REFUSALS(REFUSAL_CASE)
	}
	return NULL;
}

static int check_score(const struct criteria_item *item, const json_t *value)
{
	struct decimal d;
	int r;

	if (!json_is_string(value))
		return SCORE_E_NOT_DECIMAL;
	r = decimal_parse(json_string_value(value), json_string_length(value), &d);
	if (r == DECIMAL_E_PRECISION)
		return SCORE_E_PRECISION;
	if (r == DECIMAL_E_RANGE)
		return SCORE_E_RANGE;
	if (r)
		return SCORE_E_NOT_DECIMAL;
	if (decimal_cmp(decimal_round(d, CRITERIA_PLACES), d) != 0)
		return SCORE_E_PRECISION;
	return decimal_sign(d) < 0 || decimal_cmp(d, item->max) > 0 ? SCORE_E_RANGE : 0;
}

/* What is there must be right. */
static int check_given(
	const struct criteria *criteria, const json_t *row, struct score_place *place)
{
	const char *item_id;
	json_t *value;

	if (!json_is_object(row))
		return SCORE_E_FORM;
	json_object_foreach ((json_t *)row, item_id, value) {
		const struct criteria_item *item = criteria_find(criteria, item_id);
		int r = item ? check_score(item, value) : SCORE_E_UNKNOWN_ITEM;

		if (r) {
			place->item_id = item_id;
			return r;
		}
	}
	return 0;
}

/* Nothing may be missing. */
static int check_missing(
	const struct criteria *criteria, const json_t *row, struct score_place *place)
{
	for (guint i = 0; i < criteria->items->len; i++) {
		const struct criteria_item *item = g_ptr_array_index(criteria->items, i);

		if (!json_object_get(row, item->id)) {
			place->item_id = item->id;
			return SCORE_E_INCOMPLETE;
		}
	}
	return 0;
}

static bool is_bid(const char *const *bid_ids, size_t n_bids, const char *id)
{
	for (size_t i = 0; i < n_bids; i++)
		if (strcmp(bid_ids[i], id) == 0)
			return true;
	return false;
}

static int check_all(const struct criteria *criteria, const char *const *bid_ids, size_t n_bids,
	const json_t *scores, bool complete, struct score_place *place)
{
	const char *bid_id;
	json_t *row;

	if (!json_is_object(scores))
		return SCORE_E_FORM;
	json_object_foreach ((json_t *)scores, bid_id, row) {
		int r;

		*place = (struct score_place){.bid_id = bid_id};
		r = is_bid(bid_ids, n_bids, bid_id) ? check_given(criteria, row, place)
						    : SCORE_E_UNKNOWN_BID;
		if (r)
			return r;
	}
	for (size_t i = 0; complete && i < n_bids; i++) {
		int r;

		*place = (struct score_place){.bid_id = bid_ids[i]};
		r = check_missing(criteria, json_object_get(scores, bid_ids[i]), place);
		if (r)
			return r;
	}
	return 0;
}

int score_check(const struct criteria *criteria, const char *const *bid_ids, size_t n_bids,
	const json_t *scores, bool complete, struct score_place *ret_place)
{
	struct score_place place = {0};
	int r = check_all(criteria, bid_ids, n_bids, scores, complete, &place);

	if (r && ret_place)
		*ret_place = place;
	return r;
}

size_t score_count(const json_t *scores)
{
	const char *bid_id;
	json_t *row;
	size_t n = 0;

	json_object_foreach ((json_t *)scores, bid_id, row) {
		n += json_object_size(row);
	}
	return n;
}

static struct decimal score_of(const json_t *row, const char *item_id)
{
	const json_t *value = json_object_get(row, item_id);
	struct decimal d = decimal_from_int(0);

	if (value && decimal_parse(json_string_value(value), json_string_length(value), &d))
		g_assert_not_reached();
	return d;
}

static json_t *normal_scores(const struct criteria *criteria, const json_t *scores)
{
	json_t *out = json_object();
	const char *bid_id;
	json_t *row;

	json_object_foreach ((json_t *)scores, bid_id, row) {
		json_t *items = json_object();

		for (guint i = 0; i < criteria->items->len; i++) {
			const struct criteria_item *item = g_ptr_array_index(criteria->items, i);
			char text[DECIMAL_TEXT_SIZE];

			decimal_format(score_of(row, item->id), CRITERIA_PLACES, text);
			json_object_set_new(items, item->id, json_string(text));
		}
		json_object_set_new(out, bid_id, items);
	}
	return out;
}

int score_canonical(const struct criteria *criteria, const struct score_sheet_head *head,
	const json_t *scores, GString **ret)
{
	g_autofree char *digest = hex_encode(criteria->digest, sizeof criteria->digest);
	json_t *sheet = json_pack("{s:s, s:s, s:s, s:i, s:s, s:o}", "format", "bidroom.sheet.v1",
		"session", head->session_id, "lot", head->lot_id, "member", head->member_no,
		"criteria", digest, "scores", normal_scores(criteria, scores));
	int r = sheet ? canon_dump(sheet, ret) : SCORE_E_FORM;

	json_decref(sheet);
	return r ? SCORE_E_FORM : 0;
}

void score_commitment(
	const uint8_t salt[SCORE_SALT_LEN], const GString *canonical, uint8_t ret_commitment[32])
{
	salted_digest(salt, canonical->str, canonical->len, ret_commitment);
}

void score_items(const struct criteria *criteria, const json_t *scores, const char *bid_id,
	size_t stride, struct decimal *ret)
{
	const json_t *row = json_object_get(scores, bid_id);

	for (guint i = 0; i < criteria->items->len; i++) {
		const struct criteria_item *item = g_ptr_array_index(criteria->items, i);

		ret[i * stride] = score_of(row, item->id);
	}
}

void score_sums(const struct criteria *criteria, const json_t *scores, const char *bid_id,
	struct decimal *ret_total, struct decimal *ret_technical)
{
	const json_t *row = json_object_get(scores, bid_id);
	struct decimal total = decimal_from_int(0), technical = total;

	for (guint i = 0; i < criteria->items->len; i++) {
		const struct criteria_item *item = g_ptr_array_index(criteria->items, i);
		struct decimal d = score_of(row, item->id);

		total = decimal_add(total, d);
		if (item->kind == CRITERIA_TECHNICAL)
			technical = decimal_add(technical, d);
	}
	*ret_total = total;
	*ret_technical = technical;
}
