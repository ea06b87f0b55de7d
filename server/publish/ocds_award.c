/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The award and contract blocks of a release. */
#include <stdbool.h>
#include <string.h>

#include "server/core/clock.h"
#include "server/publish/notice_withheld.h"
#include "server/publish/ocds_parts.h"
#include "server/trade/said_value.h"

const char *ocds_winner(const struct notice_row *n)
{
	return notice_stage_of(n) == STAGE_AWARD ? notice_public_text(n, "winner") : NULL;
}

/* What every expert gave, of the lots whose result this notice tells. */
static void put_evaluations(json_t *out, const struct ocds_process *p, const struct notice_row *n)
{
	json_t *list = json_array();

	for (guint i = 0; i < p->lots->len; i++) {
		const struct lot *lot = g_ptr_array_index(p->lots, i);
		const json_t *award = told_award_by(p->awards, lot->lot_id, n);

		if (award)
			json_array_append_new(
				list, json_pack("{s:s, s:s, s:O}", "id", lot->code, "relatedLot",
					      lot->code, "result", award));
	}
	if (json_array_size(list))
		json_object_set(out, "evaluations", list);
	json_decref(list);
}

/* Each kind of result has its own field for it. */
static const char *price_text(const struct notice_row *n)
{
	static const char *const names[] = {"winner_price", "prices", "price"};
	const char *text = NULL;

	for (size_t i = 0; !text && i < G_N_ELEMENTS(names); i++)
		text = notice_public_text(n, names[i]);
	return text;
}

/* What the bidder of the lot offered whom the notice names as winner. */
static bool winning_price(const struct ocds_process *p, const struct lot *lot,
	const struct notice_row *n, struct decimal *ret)
{
	const json_t *row =
		told_award_named(p->awards, lot->lot_id, n->published_us, ocds_winner(n));
	const char *price = json_string_value(json_object_get(row, "price"));

	return g_strcmp0(lot->price_form, "amount") == 0 && price &&
	       decimal_parse_text(price, ret) == 0;
}

/* A sum the notice says, or those the evaluation of all its lots found. */
static bool award_value(
	const struct ocds_process *p, const struct notice_row *n, struct decimal *ret)
{
	struct decimal sum = decimal_from_int(0), one;
	bool found = false;

	if (!ocds_winner(n))
		return false;
	if (said_money(price_text(n), ret))
		return true;
	for (guint i = 0; i < p->lots->len; i++) {
		const struct lot *lot = g_ptr_array_index(p->lots, i);

		if (!notice_means_lot(n->lot_nos, lot->no))
			continue;
		if (!winning_price(p, lot, n, &one))
			return false;
		sum = decimal_add(sum, one);
		found = true;
	}
	*ret = sum;
	return found && decimal_in_range(sum);
}

static bool share_a_lot(
	const struct ocds_process *p, const struct notice_row *a, const struct notice_row *b)
{
	for (guint i = 0; i < p->lots->len; i++) {
		const struct lot *lot = g_ptr_array_index(p->lots, i);

		if (notice_means_lot(a->lot_nos, lot->no) && notice_means_lot(b->lot_nos, lot->no))
			return true;
	}
	return p->lots->len == 0;
}

/* The result the contract is made of: the one it follows, or else the last before it. */
static const struct notice_row *awarded_by(const struct ocds_process *p, const struct notice_row *n)
{
	const struct notice_row *last = NULL;
	guint steps = 0;

	for (const struct notice_row *f = notice_row_find(p->chain, n->follows);
		f && steps++ < p->chain->len; f = notice_row_find(p->chain, f->follows))
		if (notice_stage_of(f) == STAGE_AWARD)
			return f;
	for (guint i = 0; i < p->chain->len; i++) {
		const struct notice_row *other = g_ptr_array_index(p->chain, i);

		if (notice_stage_of(other) == STAGE_AWARD &&
			other->published_us <= n->published_us &&
			!(other->withdrawn_us && other->withdrawn_us <= n->published_us) &&
			share_a_lot(p, other, n))
			last = other;
	}
	return last;
}

static const char *award_status(const struct notice_row *n)
{
	if (n->withdrawn_us)
		return "cancelled";
	return notice_stage_of(n) == STAGE_CANDIDATES ? "pending" : "active";
}

/* A correction that tells another result (重新评审) says what became of the award it corrects. */
static json_t *corrected_award(
	const struct site *site, const struct ocds_process *p, const struct notice_row *n)
{
	const struct told_award *told = told_award_first(p->awards, n);

	if (!told)
		return NULL;
	json_t *out = json_pack(
		"{s:s, s:[o]}", "id", told->result_id, "documents", ocds_document(site, p, n));
	ocds_put_time(out, "date", n->published_us);
	put_evaluations(out, p, n);
	return out;
}

json_t *ocds_award(
	const struct site *site, const struct ocds_process *p, const struct notice_row *n)
{
	enum notice_stage stage = notice_stage_of(n);
	const char *winner = ocds_winner(n);
	struct decimal value;

	if (stage == STAGE_CHANGE)
		return corrected_award(site, p, n);
	/* A contract nothing was told before is all there is of its award. */
	if (stage != STAGE_CANDIDATES && stage != STAGE_AWARD &&
		!(stage == STAGE_CONTRACT && !awarded_by(p, n)))
		return NULL;
	json_t *out = json_pack("{s:s, s:s, s:s, s:[o]}", "id", n->notice_id, "title", n->title,
		"status", award_status(n), "documents", ocds_document(site, p, n));
	ocds_put_time(out, "date", n->published_us);
	ocds_put_text(out, "description", notice_public_text(n, "items"));
	ocds_put_related_lots(out, p, n);
	if (winner)
		json_object_set_new(out, "suppliers", ocds_suppliers(winner));
	if (award_value(p, n, &value))
		ocds_put_value(out, "value", value);
	ocds_put_period(
		out, "publicityPeriod", n->notice.publicity_start_us, n->notice.publicity_end_us);
	ocds_put_text(out, "committee", notice_public_text(n, "judges"));
	ocds_put_text(out, "objections", notice_public_text(n, "objection"));
	ocds_put_text(out, "candidates", notice_public_text(n, "candidates"));
	ocds_put_text(out, "priceDetails", price_text(n));
	put_evaluations(out, p, n);
	return out;
}

json_t *ocds_contract(
	const struct site *site, const struct ocds_process *p, const struct notice_row *n)
{
	const char *name = notice_public_text(n, "name"), *number = notice_public_text(n, "number");
	struct decimal value;
	int64_t signed_us;
	char day[CLOCK_TEXT_SIZE];

	if (notice_stage_of(n) != STAGE_CONTRACT)
		return NULL;
	const struct notice_row *award = awarded_by(p, n);
	json_t *out = json_pack("{s:s, s:s, s:s, s:s, s:[o]}", "id", n->notice_id, "awardID",
		award ? award->notice_id : n->notice_id, "title", name ? name : n->title, "status",
		n->withdrawn_us ? "cancelled" : "active", "documents", ocds_document(site, p, n));
	ocds_put_text(out, "number", number);
	ocds_put_text(out, "contractParties", notice_public_text(n, "parties"));
	ocds_put_text(out, "priceDetails", price_text(n));
	if (said_money(price_text(n), &value))
		ocds_put_value(out, "value", value);
	if (said_day(notice_public_text(n, "signed"), &signed_us))
		ocds_put_text(out, "dateSigned", clock_format_beijing(signed_us, day));
	return out;
}
