/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/acts.h"

#include <string.h>

#include "proto/sealed_header.h"
#include "server/act/bid_case.h"
#include "server/act/bidder_certificate.h"
#include "server/act/clock_sure.h"
#include "server/store/account_store.h"
#include "server/store/notice_store.h"

#define MINUTE_US (60 * CLOCK_SECOND_US)

static const struct field fields[] = {
	{"lot_id", FIELD_ID, true},
	{"size", FIELD_INT, true, 1, INT64_MAX},
	{NULL},
};

/* What the opening will hold the bid against: who the bidder is, and with which key it signs. */
static int check_bidder(struct act *a)
{
	ACCOUNT_AUTO struct account *account = NULL;
	g_autoptr(GPtrArray) keys = NULL;
	int r = store_fault(account_store_get(a->txn, a->actor->account_id, &account));

	if (!r)
		r = account_store_keys(a->txn, a->actor->account_id, "bidder", &keys);
	if (r)
		return r;
	if (!account->credit_code)
		return refuse(a->refusal, "bid.not_equipped", NULL,
			"the account has no unified social credit code");
	if (!keys->len)
		return refuse(a->refusal, "bid.not_equipped", NULL,
			"register the key you sign bids with first");
	return 0;
}

/* The file is offered from the start its tender notice names. */
static int offer_start(struct act *a, const char *project_id, int64_t *ret_us)
{
	g_autoptr(GPtrArray) notices = NULL;
	int r = notice_store_list(a->txn, NOTICE_PUBLISHED, project_id, "", 100, &notices);

	*ret_us = INT64_MAX;
	for (guint i = 0; !r && i < notices->len; i++) {
		const struct notice *n =
			&((const struct notice_row *)g_ptr_array_index(notices, i))->notice;
		if (notice_kind_is_tender(n->kind))
			*ret_us = MIN(*ret_us, n->offer_start_us);
	}
	return r;
}

/* What is refused here is on the record under the id the bid would have had. */
static int check_size(struct act *a, const struct bid_case *c, const struct bid_row *bid)
{
	if (bid->size <= a->env->bid_max_bytes)
		return 0;
	refuse(a->refusal, "bid.too_large", "size", "at most %" G_GINT64_FORMAT " bytes",
		a->env->bid_max_bytes);
	return bid_refuse_on_record(a, c, bid->bid_id);
}

/* The lot is locked: two uploads do not both count as the last one, and none begins once the lot
 * was closed. */
static int check_begin(struct act *a, const struct bid_case *c, const char *bid_id)
{
	int64_t start_us, n = 0;
	int r = bid_case_not_ended(a, c->lot);

	if (!r)
		r = clock_require_sure(a);
	if (!r)
		r = offer_start(a, c->project->project_id, &start_us);
	if (!r)
		r = bid_store_count_uploads(a->txn, c->lot->lot_id, a->actor->account_id, &n);
	if (r)
		return r;
	r = bid_may_begin(c->lot->state != LOT_DRAFT, (unsigned)n, start_us, c->lot->deadline_us,
		bid_case_now(a, c));
	if (!r && c->lot->state != LOT_BIDDING)
		r = BID_E_LATE;
	if (r == BID_E_LATE)
		return bid_turn_away_late(a, c, bid_id);
	if (r == BID_E_TOO_MANY)
		return refuse(a->refusal, bid_refusal_code(r), NULL, "at most %d", BID_UPLOADS_MAX);
	return r ? refuse(a->refusal, bid_refusal_code(r), NULL, NULL) : 0;
}

static int run(struct act *a, const json_t *in, json_t *out)
{
	BID_CASE_AUTO struct bid_case c = {0};
	struct bid_row bid = {
		.state = BID_UPLOADING, .size = in_int(in, "size", 0), .created_us = a->legal_us};
	int r = bid_case_lot(a, in_text(in, "lot_id"), true, &c);

	id_new(bid.bid_id);
	if (!r)
		r = check_bidder(a);
	if (!r)
		r = check_begin(a, &c, bid.bid_id);
	if (!r)
		r = bidder_certificate_require(
			a, c.lot->deadline_us + c.project->window_minutes * MINUTE_US);
	if (!r)
		r = check_size(a, &c, &bid);
	if (r)
		return r;
	g_strlcpy(bid.lot_id, c.lot->lot_id, sizeof(bid.lot_id));
	g_strlcpy(bid.account_id, a->actor->account_id, sizeof(bid.account_id));
	r = store_fault(bid_store_insert(a->txn, &bid));
	if (r)
		return r;
	out_text(out, "bid_id", bid.bid_id);
	out_int(out, "chunk_size", SEALED_CHUNK_MAX);
	out_int(out, "received", 0);
	return act_event(a, "bid.started", "bid", bid.bid_id,
		json_pack("{s:s, s:I}", "lot_code", c.lot->code, "size", (json_int_t)bid.size));
}

const struct act_kind bid_start_act = {
	.name = "bid.start", .fields = fields, .run = run, .flags = ACT_CREATES};
