/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/eval/lot_findings.h"

#include <string.h>

#include "server/eval/anomaly.h"
#include "server/eval/collusion.h"
#include "server/eval/score.h"

/* The rows of the result that are judged, and what stands in them. */
struct judged {
	const struct criteria *criteria;
	GPtrArray *rows;         /* const json_t * */
	const json_t *members;   /* of the first row: all have the same, in the same order */
	struct decimal **scores; /* [bid][item × n_members + member] */
};

static const json_t *row_at(const struct judged *j, size_t bid)
{
	return g_ptr_array_index(j->rows, bid);
}

static void take_rows(struct judged *j, const json_t *result)
{
	json_t *row;
	size_t i;

	j->rows = g_ptr_array_new();
	json_array_foreach (json_object_get(result, "rows"), i, row)
		if (!json_object_get(row, "rejected"))
			g_ptr_array_add(j->rows, row);
	if (j->rows->len)
		j->members = json_object_get(row_at(j, 0), "members");
}

static void take_scores(struct judged *j)
{
	size_t n = json_array_size(j->members);

	j->scores = g_new0(struct decimal *, j->rows->len + 1);
	for (guint b = 0; b < j->rows->len; b++) {
		const json_t *members = json_object_get(row_at(j, b), "members");

		j->scores[b] = g_new0(struct decimal, j->criteria->items->len * n + 1);
		for (size_t m = 0; m < n; m++) {
			json_t *one = json_pack("{s:O}", "bid",
				json_object_get(json_array_get(members, m), "scores"));

			score_items(j->criteria, one, "bid", n, &j->scores[b][m]);
			json_decref(one);
		}
	}
}

static void judged_clear(struct judged *j)
{
	for (guint b = 0; j->scores && b < j->rows->len; b++)
		g_free(j->scores[b]);
	g_free(j->scores);
	g_ptr_array_unref(j->rows);
}

static json_t *finding(const char *kind, const char *rule, json_t *bid_ids)
{
	json_t *row = json_pack("{s:s, s:o}", "kind", kind, "bid_ids", bid_ids);

	if (rule)
		json_object_set_new(row, "rule", json_string(rule));
	return row;
}

static json_t *id_of(const struct judged *j, size_t bid)
{
	return json_object_get(row_at(j, bid), "bid_id");
}

static json_t *of_sheets(const struct judged *j, const struct anomaly *a)
{
	json_t *bids = json_array(), *row;

	if (a->bid >= 0)
		json_array_append(bids, id_of(j, (size_t)a->bid));
	row = finding(anomaly_kind_name(a->kind), a->rule, bids);
	if (a->item >= 0)
		json_object_set_new(row, "item_id",
			json_string(((const struct criteria_item *)g_ptr_array_index(
					     j->criteria->items, a->item))
					    ->id));
	if (a->member >= 0)
		json_object_set(row, "member_no",
			json_object_get(
				json_array_get(j->members, (size_t)a->member), "member_no"));
	return row;
}

static void check_sheets(
	const struct judged *j, const struct rulebook *book, unsigned audience, json_t *list)
{
	struct anomaly_sheets sheets = {
		.criteria = j->criteria,
		.n_bids = j->rows->len,
		.n_members = json_array_size(j->members),
		.scores = (const struct decimal *const *)j->scores,
	};
	struct anomaly_limits limits = anomaly_limits_default(book);
	g_autoptr(GArray) found = anomaly_check(&sheets, &limits);

	for (guint i = 0; i < found->len; i++) {
		const struct anomaly *one = &g_array_index(found, struct anomaly, i);

		if (one->audience & audience)
			json_array_append_new(list, of_sheets(j, one));
	}
}

static void check_prices(const struct judged *j, json_t *list)
{
	g_autofree struct collusion_bid *bids = g_new0(struct collusion_bid, j->rows->len + 1);

	for (guint b = 0; b < j->rows->len; b++) {
		const char *price = json_string_value(json_object_get(row_at(j, b), "price"));

		if (price && decimal_parse_text(price, &bids[b].price) != 0)
			bids[b].price = (struct decimal){0};
	}
	g_autoptr(GArray) found = collusion_check(bids, j->rows->len);
	for (guint i = 0; i < found->len; i++) {
		const struct collusion_finding *f =
			&g_array_index(found, struct collusion_finding, i);
		json_t *ids = json_array();

		for (guint k = 0; k < f->bids->len; k++)
			json_array_append(ids, id_of(j, g_array_index(f->bids, size_t, k)));
		json_array_append_new(list, finding(collusion_sign_name(f->sign), "E10", ids));
	}
}

json_t *lot_findings(const struct criteria *criteria, const json_t *result,
	const struct rulebook *book, unsigned audience)
{
	struct judged j = {.criteria = criteria};
	json_t *list = json_array();

	take_rows(&j, result);
	take_scores(&j);
	if (j.rows->len) {
		check_sheets(&j, book, audience, list);
		check_prices(&j, list);
	}
	judged_clear(&j);
	return list;
}
