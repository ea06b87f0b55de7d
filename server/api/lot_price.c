/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The scoring scheme of an announced lot as bidders read it, and their calculator: what its price
 * rule makes of prices that somebody tries. Nothing is stored; the prices typed in leave no trace.
 */
#include "server/api/views.h"

#include <errno.h>

#include "server/eval/criteria.h"
#include "server/eval/low_price.h"
#include "server/eval/price_score.h"
#include "server/store/project_store.h"

#define BIDS_MAX 200

static const struct field scheme_fields[] = {
	{"lot_id", FIELD_ID, true},
	{NULL},
};

static const struct field calculate_fields[] = {
	{"lot_id", FIELD_ID, true},
	{"bids", FIELD_LIST, true, 1, BIDS_MAX},
	{"drawn", FIELD_OBJECT, false},
	{NULL},
};

static const struct field bid_fields[] = {
	{"price", FIELD_DECIMAL, true},
	{"sme", FIELD_BOOL, false},
	{NULL},
};

static void put_decimal(json_t *out, const char *name, struct decimal d)
{
	char text[DECIMAL_TEXT_SIZE];

	out_text(out, name, decimal_format_exact(d, text));
}

/* Before it is announced a lot does not exist for outsiders. */
static int read_lot(
	struct act *a, const json_t *in, struct lot **ret, struct criteria **ret_criteria)
{
	int r = project_store_lot(a->txn, in_text(in, "lot_id"), ret);

	if (!r && (*ret)->state == LOT_DRAFT)
		r = STORE_E_NONE;
	r = act_found(a, r, "lot_id");
	if (r)
		return r;
	return criteria_read((*ret)->scheme, ret_criteria, NULL) ? -EBADMSG : 0;
}

static int run_scheme(struct act *a, const json_t *in, json_t *out)
{
	LOT_AUTO struct lot *lot = NULL;
	struct criteria *criteria = NULL;
	int r = read_lot(a, in, &lot, &criteria);

	if (r)
		return r;
	out_text(out, "lot_id", lot->lot_id);
	out_text(out, "code", lot->code);
	out_text(out, "name", lot->name);
	out_text(out, "price_form", lot->price_form);
	if (lot->has_ceiling)
		put_decimal(out, "ceiling", lot->ceiling);
	json_object_set(out, "scheme", lot->scheme);
	out_hex(out, "sha256", criteria->digest, sizeof(criteria->digest));
	criteria_free(criteria);
	return 0;
}

static int read_bids(struct act *a, const json_t *list, struct price_bid *bids)
{
	json_t *row;
	size_t i;

	json_array_foreach (list, i, row) {
		int r = fields_check(bid_fields, row, a->refusal);

		if (r)
			return r;
		bids[i] = (struct price_bid){.valid = true, .sme = in_bool(row, "sme", false)};
		decimal_parse_text(in_text(row, "price"), &bids[i].price);
	}
	return 0;
}

static json_t *line_names(const struct price_rule *rule, unsigned lines)
{
	json_t *list = json_array();

	for (guint i = 0; i < rule->lines->len; i++)
		if (lines & 1u << i)
			json_array_append_new(list,
				json_string(g_array_index(rule->lines, struct price_line, i).name));
	return list;
}

static json_t *trigger_names(unsigned triggers)
{
	json_t *list = json_array();

	for (unsigned bit = 1; low_price_trigger_name((enum low_price_trigger)bit); bit <<= 1)
		if (triggers & bit)
			json_array_append_new(list,
				json_string(low_price_trigger_name((enum low_price_trigger)bit)));
	return list;
}

static json_t *row_json(const struct criteria *c, const struct price_bid *bid,
	const struct price_value *v, const struct low_price_finding *low)
{
	json_t *row = json_object();

	put_decimal(row, "price", bid->price);
	put_decimal(row, "evaluated", v->evaluated);
	put_decimal(row, "offset", v->offset);
	if (price_method_scores(c->price.method))
		put_decimal(row, "score", v->score);
	json_object_set_new(row, "dropped", json_boolean(v->dropped));
	json_object_set_new(row, "out", json_boolean(v->out));
	json_object_set_new(row, "lines", line_names(&c->price, v->lines));
	json_object_set_new(row, "must_explain", json_boolean(low->must_explain));
	json_object_set_new(row, "triggers", trigger_names(low->triggers));
	return row;
}

/* How the calculation went, with every row of it. */
static int calculate(struct act *a, const struct lot *lot, const struct criteria *c,
	const struct price_drawn *drawn, const struct price_bid *bids, size_t n, json_t *out)
{
	g_autofree struct price_value *values = g_new0(struct price_value, n);
	g_autofree struct low_price_bid *prices = g_new0(struct low_price_bid, n);
	g_autofree struct low_price_finding *low = g_new0(struct low_price_finding, n);
	const struct decimal *ceiling = lot->has_ceiling ? &lot->ceiling : NULL;
	struct price_outcome outcome;
	json_t *rows = json_array();
	size_t at = 0;
	int r = price_score(&c->price, drawn, ceiling, bids, n, values, &outcome, &at);

	json_object_set_new(out, "rows", rows);
	if (r)
		return refuse(a->refusal, price_score_refusal_code(r), "bids", "bid %zu", at + 1);
	for (size_t i = 0; i < n; i++)
		prices[i] = (struct low_price_bid){bids[i].price, true};
	low_price_check(&c->low_price, ceiling, prices, n, low);
	out_text(out, "method", price_method_name(c->price.method));
	if (outcome.has_base)
		put_decimal(out, "base", outcome.base);
	out_int(out, "n_in_base", outcome.n_in_base);
	for (size_t i = 0; i < n; i++)
		json_array_append_new(rows, row_json(c, &bids[i], &values[i], &low[i]));
	return 0;
}

static int run_calculate(struct act *a, const json_t *in, json_t *out)
{
	const json_t *list = json_object_get(in, "bids");
	size_t n = json_array_size(list);
	g_autofree struct price_bid *bids = g_new0(struct price_bid, n + 1);
	LOT_AUTO struct lot *lot = NULL;
	struct criteria *criteria = NULL;
	struct price_drawn drawn = {0};
	int r = read_lot(a, in, &lot, &criteria);

	if (!r)
		r = read_bids(a, list, bids);
	if (r)
		goto out;
	r = price_drawn_read(&criteria->price, json_object_get(in, "drawn"), n, &drawn);
	if (r)
		r = refuse(a->refusal, price_score_refusal_code(r), "drawn", NULL);
	else
		r = calculate(a, lot, criteria, &drawn, bids, n, out);
out:
	price_drawn_clear(&drawn);
	criteria_free(criteria);
	return r;
}

const struct act_kind lot_scheme_view = {
	.name = "lot.scheme", .fields = scheme_fields, .run = run_scheme, .flags = ACT_READ};
const struct act_kind lot_calculate_view = {.name = "lot.calculate",
	.fields = calculate_fields,
	.run = run_calculate,
	.flags = ACT_READ};
