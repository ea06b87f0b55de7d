/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whom the award letter (中标通知书) of a lot went to and the contract is with, and when: what the
 * return of bid bonds counts from. Only of a ranked bid, once a notice told the result, and of a
 * bidder who has not won his share of the lots; what is on the record may be put right with a
 * reason, until an order to the bank was made by it.
 */
#include "server/act/acts.h"

#include <errno.h>
#include <string.h>

#include "server/act/complaint_act.h"
#include "server/act/deposit_lot.h"
#include "server/act/objection_act.h"
#include "server/act/project_party.h"
#include "server/act/result_told.h"
#include "server/eval/award.h"
#include "server/eval/candidates.h"
#include "server/store/report_store.h"
#include "server/trade/calendar.h"

static const struct field fields[] = {
	{"lot_id", FIELD_ID, true},
	{"bid_no", FIELD_INT, true, 1, 100000},
	{"awarded_at", FIELD_TIME, true},
	{"contracted_at", FIELD_TIME, false},
	{"reason", FIELD_TEXT, false, 1, 500},
	{NULL},
};

static int check_times(
	struct act *a, const struct project *p, const struct lot_settlement *s, int64_t told_us)
{
	char told[CLOCK_TEXT_SIZE];

	if (!time_is_plausible(s->awarded_us) || s->awarded_us < told_us ||
		s->awarded_us > a->legal_us)
		return refuse(a->refusal, "input.invalid", "awarded_at",
			"between the notice of the result (%s) and now",
			clock_format_beijing(told_us, told));
	if (s->contracted_us &&
		(s->contracted_us < s->awarded_us || s->contracted_us > a->legal_us))
		return refuse(a->refusal, "input.invalid", "contracted_at",
			"between the award letter and now");
	/* While a complaint suspended the trading neither was to be (T12, G06). */
	int r = complaint_require_not_suspended_at(a, p, s->awarded_us, "awarded_at");
	return r || !s->contracted_us ? r
				      : complaint_require_not_suspended_at(
						a, p, s->contracted_us, "contracted_at");
}

/* Of an opened bid: the credit code of who handed it in, new; NULL: there is no such bid. */
static int bidder_code(const GPtrArray *bids, const char *lot_id, int64_t no, char **ret)
{
	*ret = NULL;
	for (guint i = 0; i < bids->len; i++) {
		const struct bid_row *bid = g_ptr_array_index(bids, i);
		json_auto_t *consortium = NULL;

		if (bid->no == no && strcmp(bid->lot_id, lot_id) == 0)
			return bid_consortium(bid, &consortium, ret);
	}
	return 0;
}

/* In how many other lots of the project the award letter went to this bidder. */
static int count_won(struct act *a, const struct lot *lot, const GPtrArray *bids, const char *code,
	int64_t *ret_n)
{
	g_autoptr(GPtrArray) lots = NULL;
	int r = project_store_lots(a->txn, lot->project_id, &lots);

	*ret_n = 0;
	for (guint i = 0; !r && i < lots->len; i++) {
		const struct lot *other = g_ptr_array_index(lots, i);
		g_autofree char *winner = NULL;
		struct lot_settlement s;

		if (strcmp(other->lot_id, lot->lot_id) == 0)
			continue;
		r = deposit_store_settlement(a->txn, other->lot_id, &s);
		if (!r && s.bid_no)
			r = bidder_code(bids, other->lot_id, s.bid_no, &winner);
		*ret_n += g_strcmp0(winner, code) == 0;
	}
	return store_fault(r);
}

/* Who comes up where another gave up was not passed over, but may have won his share as well. */
static int check_share(struct act *a, const struct lot *lot, int64_t no)
{
	int64_t wins = in_int(lot->scheme, "wins", 0), n = 0;
	g_autoptr(GPtrArray) bids = NULL;
	g_autofree char *code = NULL;

	if (!wins)
		return 0;
	int r = store_fault(bid_store_opened_of(a->txn, lot->project_id, &bids));
	if (!r)
		r = bidder_code(bids, lot->lot_id, no, &code);
	if (!r)
		r = code ? count_won(a, lot, bids, code, &n) : -EBADMSG;
	if (!r && n >= wins)
		return refuse(a->refusal, award_refusal_code(AWARD_E_PASSED), "bid_no", NULL);
	return r;
}

/* Who has won his share of the lots was passed over in this one (兼投不兼中). */
static int check_passed(struct act *a, const struct lot *lot, const char *bid_id, int64_t no)
{
	json_auto_t *list = NULL;
	int r = report_store_candidates(a->txn, lot->lot_id, 0, &list);

	if (!r && candidates_passed(candidates_of(list, lot->lot_id), bid_id))
		return refuse(a->refusal, award_refusal_code(AWARD_E_PASSED), "bid_no", NULL);
	return r ? r : check_share(a, lot, no);
}

/* The ranking is made again when a bid is rejected: it is never out of date. */
static int check_bid(struct act *a, const struct lot *lot, int64_t no)
{
	const json_t *row;
	size_t i;

	json_array_foreach (json_object_get(lot->result, "rows"), i, row)
		if (in_int(row, "bid_no", 0) == no && in_int(row, "rank", 0) > 0 &&
			!in_has(row, "rejected"))
			return check_passed(a, lot, in_text(row, "bid_id"), no);
	return refuse(a->refusal, deposit_refusal_code(DEPOSIT_E_UNRANKED), "bid_no", NULL);
}

static int check_lot(struct act *a, const struct deposit_lot_case *l, int64_t *ret_told_us)
{
	struct result_teller teller = {0};
	int r = project_require_party(a, l->c.project->project_id);

	if (!r && l->c.lot->state != LOT_RANKED)
		r = refuse(a->refusal, lot_refusal_code(LOT_E_STATE), NULL, "it is %s",
			lot_state_name(l->c.lot->state));
	if (!r)
		r = result_told(a->txn, l->c.lot, false, &teller);
	if (!r && !teller.told_us)
		r = refuse(a->refusal, deposit_refusal_code(DEPOSIT_E_UNTOLD), NULL, NULL);
	*ret_told_us = teller.told_us;
	return r ? r : objection_require_answered(a, l->c.project);
}

/* More than the contract that was still to come. */
static bool corrects(const struct lot_settlement *was, const struct lot_settlement *s)
{
	return was->bid_no &&
	       (was->bid_no != s->bid_no || was->awarded_us != s->awarded_us ||
		       (was->contracted_us && was->contracted_us != s->contracted_us));
}

static int check_correction(struct act *a, const char *lot_id, const char *reason)
{
	bool ordered = false;
	int r;

	if (!reason)
		return refuse(a->refusal, "input.missing", "reason",
			"another award or contract is on the record");
	r = deposit_store_is_ordered(a->txn, lot_id, &ordered);
	if (!r && ordered)
		r = refuse(a->refusal, deposit_refusal_code(DEPOSIT_E_SETTLED), NULL, NULL);
	return r;
}

static int note(struct act *a, const struct lot *lot, const struct lot_settlement *s,
	const char *reason, const struct lot_settlement *was)
{
	json_t *body =
		json_pack("{s:s, s:I}", "lot_code", lot->code, "bid_no", (json_int_t)s->bid_no);

	out_time(body, "awarded_at", s->awarded_us);
	out_time(body, "contracted_at", s->contracted_us);
	if (was) {
		out_text(body, "reason", reason);
		out_int(body, "was_bid_no", was->bid_no);
		out_time(body, "was_awarded_at", was->awarded_us);
		out_time(body, "was_contracted_at", was->contracted_us);
	}
	return act_event(a, "lot.settled", "lot", lot->lot_id, body);
}

static int run(struct act *a, const json_t *in, json_t *out)
{
	DEPOSIT_LOT_AUTO struct deposit_lot_case l = {0};
	const char *lot_id = in_text(in, "lot_id"), *reason = in_text(in, "reason");
	struct lot_settlement s = {.bid_no = in_int(in, "bid_no", 0),
		.awarded_us = in_time_us(in, "awarded_at", 0),
		.contracted_us = in_time_us(in, "contracted_at", 0)};
	bool correction = false;
	int64_t told_us = 0;
	int r = bid_case_lock_project(a, lot_id);

	if (!r)
		r = deposit_lot_read(a, lot_id, true, &l);
	if (!r)
		r = check_lot(a, &l, &told_us);
	if (!r)
		r = check_bid(a, l.c.lot, s.bid_no);
	if (!r)
		r = check_times(a, l.c.project, &s, told_us);
	if (!r) {
		correction = corrects(&l.settlement, &s);
		r = correction ? check_correction(a, lot_id, reason) : 0;
	}
	if (r)
		return r;
	g_strlcpy(s.lot_id, lot_id, sizeof(s.lot_id));
	r = store_fault(deposit_store_settle(a->txn, &s));
	return r ? r : note(a, l.c.lot, &s, reason, correction ? &l.settlement : NULL);
}

const struct act_kind lot_settle_act = {.name = "lot.settle", .fields = fields, .run = run};
