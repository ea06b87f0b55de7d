/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the evaluation of a lot found, as the supervision tables want it: every expert's points. */
#include <stdbool.h>
#include <string.h>

#include "server/eval/criteria.h"
#include "server/publish/exchange_parts.h"

static const char *text_of(const json_t *row, const char *name)
{
	return json_string_value(json_object_get(row, name));
}

static json_t *begin_row(const struct exchange_build *b, const struct lot *lot, const json_t *row)
{
	json_t *fields = exchange_begin(b);

	exchange_put(fields, "lot_code", lot->code);
	exchange_put(fields, "bidder", text_of(row, "bidder_name"));
	return fields;
}

/* The parts of one member's sheet. */
struct parts {
	struct decimal sum[3];
	bool has[3];
	GString *details;
};

static const char *const part_names[] = {"technical_points", "commerce_points", "other_points"};

static size_t part_of(enum criteria_kind kind)
{
	return kind == CRITERIA_TECHNICAL ? 0 : kind == CRITERIA_COMMERCIAL ? 1 : 2;
}

static void add_item(struct parts *p, const struct criteria_item *item, const char *score)
{
	size_t at = part_of(item->kind);
	struct decimal points;

	if (!score || decimal_parse_text(score, &points) != 0)
		return;
	p->sum[at] = decimal_add(p->sum[at], points);
	p->has[at] = true;
	g_string_append_printf(
		p->details, "%s%s %s", p->details->len ? "；" : "", item->name, score);
}

static void add_member(struct exchange_build *b, const struct lot *lot, const struct criteria *c,
	const json_t *row, const json_t *member)
{
	const json_t *scores = json_object_get(member, "scores");
	g_autofree char *no = g_strdup_printf("%" JSON_INTEGER_FORMAT,
		json_integer_value(json_object_get(member, "member_no")));
	struct parts parts = {.details = g_string_new(NULL)};
	json_t *fields = begin_row(b, lot, row);
	char text[DECIMAL_TEXT_SIZE];

	for (guint i = 0; i < c->items->len; i++) {
		const struct criteria_item *item = g_ptr_array_index(c->items, i);
		add_item(&parts, item, text_of(scores, item->id));
	}
	exchange_put(fields, "expert", no);
	exchange_put(fields, "price_points", text_of(row, "price_score"));
	for (size_t i = 0; i < G_N_ELEMENTS(part_names); i++)
		if (parts.has[i])
			exchange_put(fields, part_names[i],
				decimal_format(parts.sum[i], CRITERIA_PLACES, text));
	exchange_put(fields, "total", text_of(member, "total"));
	exchange_put(fields, "details", parts.details->str);
	g_string_free(parts.details, TRUE);
	exchange_end(b, "9015", fields);
}

static void add_rejected(struct exchange_build *b, const struct lot *lot, const json_t *row)
{
	json_t *fields = begin_row(b, lot, row);

	exchange_put(fields, "reason", text_of(row, "reason"));
	exchange_end(b, "9016", fields);
}

static void add_outcome(struct exchange_build *b, const struct lot *lot, const json_t *row)
{
	json_int_t rank = json_integer_value(json_object_get(row, "rank"));
	bool rejected = json_object_get(row, "rejected") != NULL;
	g_autofree char *place = g_strdup_printf("%" JSON_INTEGER_FORMAT, rank);
	json_t *fields = begin_row(b, lot, row);

	exchange_put(fields, "vetoed", rejected ? "1" : "0");
	exchange_put(fields, "reason", text_of(row, "reason"));
	if (rank > 0) {
		exchange_put(fields, "committee_points", text_of(row, "mean"));
		exchange_put(fields, "price_points", text_of(row, "price_score"));
		exchange_put(fields, "total", text_of(row, "total"));
		exchange_put(fields, "rank", place);
	}
	exchange_end(b, "9017", fields);
}

static void add_lot(struct exchange_build *b, const struct lot *lot, const struct criteria *c,
	const json_t *rows)
{
	json_t *row, *member;
	size_t i, m;

	json_array_foreach ((json_t *)rows, i, row)
		json_array_foreach (json_object_get(row, "members"), m, member)
			add_member(b, lot, c, row, member);
	json_array_foreach ((json_t *)rows, i, row)
		if (json_object_get(row, "rejected"))
			add_rejected(b, lot, row);
	json_array_foreach ((json_t *)rows, i, row)
		add_outcome(b, lot, row);
}

void exchange_add_evaluation(struct exchange_build *b)
{
	for (guint i = 0; i < b->trade->lots->len; i++) {
		const struct lot *lot = g_ptr_array_index(b->trade->lots, i);
		const json_t *award = told_award_by(b->trade->awards, lot->lot_id, b->n);
		struct criteria *c = NULL;

		if (award && criteria_read(json_object_get(award, "scheme"), &c, NULL) == 0)
			add_lot(b, lot, c, json_object_get(award, "rows"));
		criteria_free(c);
	}
}
