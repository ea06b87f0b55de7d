/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which bids must explain their price, by the rule of each lot's tender file: computed when the
 * scoring begins, of the bids that passed the review, and again when it begins again. */
#include "server/act/low_price_act.h"

#include <errno.h>
#include <string.h>

#include "server/act/sheet_act.h"
#include "server/store/bid_store.h"
#include "server/store/low_price_store.h"
#include "server/store/project_store.h"
#include "server/store/session_store.h"

static const struct bid_row *bid_at(const struct sheet_lot *l, guint b)
{
	return g_ptr_array_index(l->bids, b);
}

static bool is_found(const struct low_price_finding *findings, const struct sheet_lot *l,
	const char *bid_id)
{
	for (guint b = 0; b < l->bids->len; b++)
		if (strcmp(bid_at(l, b)->bid_id, bid_id) == 0)
			return findings[b].must_explain;
	return false;
}

/*
 * The rule does not say so any more: another set of bids passed. A member's judgement stands
 * without it; and who is rejected stays on record with what he was asked.
 */
static int void_others(struct act *a, const struct eval_session *s, const struct sheet_lot *l,
	const struct low_price_finding *findings, const GPtrArray *rows)
{
	int r = 0;

	for (guint i = 0; !r && i < rows->len; i++) {
		const struct low_price_row *row = g_ptr_array_index(rows, i);

		if (strcmp(row->lot_id, l->lot->lot_id) != 0 || !row->finding ||
			is_found(findings, l, row->bid_id) || sheet_lot_rejection(l, row->bid_id))
			continue;
		r = row->member_no
			    ? low_price_store_set_finding(a->txn, s->session_id, row->bid_id,
				      LOW_PRICE_BY_JUDGEMENT, NULL)
			    : low_price_store_void(a->txn, s->session_id, row->bid_id, a->legal_us);
	}
	return r;
}

static int keep_one(struct act *a, const struct eval_session *s, const struct sheet_lot *l,
	const char *bid_id, json_t *finding)
{
	const char *by = low_price_kind_name(l->criteria->low_price.kind);
	LOW_PRICE_ROW_AUTO struct low_price_row *standing = NULL;
	struct low_price_row row = {.finding = finding, .raised_us = a->legal_us};
	int r = low_price_store_get(a->txn, s->session_id, bid_id, &standing);

	/* What a member found, too, the rule has found. */
	if (!r)
		return low_price_store_set_finding(a->txn, s->session_id, bid_id, by, finding);
	if (r < 0)
		return r;
	g_strlcpy(row.bid_id, bid_id, sizeof(row.bid_id));
	g_strlcpy(row.lot_id, l->lot->lot_id, sizeof(row.lot_id));
	g_strlcpy(row.by, by, sizeof(row.by));
	r = low_price_store_add(a->txn, s->session_id, &row);
	return r <= 0 ? r : -EIO;
}

/* Keeps what was found, and appends it to the list as the event tells it. */
static int keep_all(struct act *a, const struct eval_session *s, const struct sheet_lot *l,
	const struct low_price_finding *findings, json_t *suspects)
{
	int r = 0;

	for (guint b = 0; !r && b < l->bids->len; b++) {
		char price[DECIMAL_TEXT_SIZE];
		json_t *finding;

		if (!findings[b].must_explain)
			continue;
		finding = low_price_finding_to_json(&findings[b]);
		r = keep_one(a, s, l, bid_at(l, b)->bid_id, finding);
		out_text(finding, "bid", bid_at(l, b)->bid_id);
		out_text(finding, "price", decimal_format(bid_at(l, b)->price, 2, price));
		json_array_append_new(suspects, finding);
	}
	return r;
}

/* One event, or as many as hold the list; all but the last say that there is more. */
static int tell(struct act *a, const struct eval_session *s, const struct sheet_lot *l,
	int64_t n_passed, const json_t *suspects)
{
	size_t n = json_array_size(suspects), at = 0;
	int r = 0;

	do {
		json_t *part = json_array();
		json_t *body = json_pack("{s:s, s:s, s:I, s:o}", "lot", l->lot->lot_id, "rule",
			low_price_kind_name(l->criteria->low_price.kind), "bids",
			(json_int_t)n_passed, "suspects", part);

		for (size_t end = MIN(n, at + LOW_PRICE_SUSPECTS_MAX); at < end; at++)
			json_array_append(part, json_array_get(suspects, at));
		if (at < n)
			json_object_set_new(body, "more", json_true());
		r = act_event(a, "low_price.checked", "session", s->session_id, body);
	} while (!r && at < n);
	return r;
}

static bool has_rule(const struct sheet_lot *l)
{
	return l->criteria->low_price.kind && strcmp(l->lot->price_form, "amount") == 0;
}

/* Of the bids that came to be scored, as the open data tell them. */
static struct low_price_finding *find(const struct sheet_lot *l, int64_t *ret_n_passed)
{
	g_autofree struct low_price_bid *bids = g_new0(struct low_price_bid, l->bids->len + 1);
	struct low_price_finding *findings = g_new0(struct low_price_finding, l->bids->len + 1);

	*ret_n_passed = 0;
	for (guint b = 0; b < l->bids->len; b++) {
		bids[b].price = bid_at(l, b)->price;
		bids[b].passed = sheet_lot_is_scored(l, bid_at(l, b));
		*ret_n_passed += bids[b].passed;
	}
	low_price_check(&l->criteria->low_price, l->lot->has_ceiling ? &l->lot->ceiling : NULL,
		bids, l->bids->len, findings);
	return findings;
}

bool low_price_is_found(const struct sheet_lot *l, const char *bid_id)
{
	int64_t n_passed;

	if (!has_rule(l))
		return false;
	g_autofree struct low_price_finding *findings = find(l, &n_passed);
	return is_found(findings, l, bid_id);
}

static int check_lot(
	struct act *a, const struct eval_session *s, const char *lot_id, const GPtrArray *rows)
{
	SHEET_LOT_AUTO struct sheet_lot l = {0};
	int64_t n_passed;
	int r = sheet_lot_read(a, s->session_id, lot_id, &l);

	if (r)
		return r < 0 ? r : -EBADMSG;
	if (!has_rule(&l))
		return 0;
	g_autofree struct low_price_finding *findings = find(&l, &n_passed);
	json_t *suspects = json_array();
	r = keep_all(a, s, &l, findings, suspects);
	if (!r)
		r = void_others(a, s, &l, findings, rows);
	if (!r)
		r = tell(a, s, &l, n_passed, suspects);
	json_decref(suspects);
	return r;
}

/* Who was silent before the scoring began again. */
static int reject_silent(struct act *a, const struct eval_session *s)
{
	struct eval_session now = *s;
	g_autoptr(GPtrArray) rows = NULL;
	int r = low_price_store_of_session(a->txn, s->session_id, &rows);

	now.step = FLOW_SCORING;
	for (guint i = 0; !r && i < rows->len; i++) {
		LOW_PRICE_CASE_AUTO struct low_price_case c = {0};

		r = low_price_look(a, s, g_ptr_array_index(rows, i), 0, &c);
		if (!r && c.question)
			r = low_price_silent(a, &now, c.question);
	}
	return r;
}

int low_price_check_all(struct act *a, const struct eval_session *s)
{
	g_autoptr(GPtrArray) lots = NULL, rows = NULL;
	int r = session_store_lots(a->txn, s->session_id, &lots);

	if (!r)
		r = low_price_store_of_session(a->txn, s->session_id, &rows);
	for (guint i = 0; !r && i < lots->len; i++) {
		const struct lot *lot = g_ptr_array_index(lots, i);

		if (lot->state != LOT_FAILED)
			r = check_lot(a, s, lot->lot_id, rows);
	}
	if (!r)
		r = reject_silent(a, s);
	return r <= 0 ? r : -EIO;
}
