/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The end of an opening (开标记录). Bids still closed when the window is over are settled: revoked
 * (撤销), or recalled (撤回) where the host finds the fault with somebody else (E04); the others go
 * on without them (E05).
 */
#include "server/act/acts.h"

#include <string.h>

#include "server/act/bid_case.h"
#include "server/act/opening_told.h"
#include "server/store/opening_store.h"

/* Above, the opening record leaves out what each bid's own event says. */
#define BIDS_IN_EVENT 100

static const struct field fields[] = {
	{"lot_id", FIELD_ID, true},
	{"others_fault", FIELD_LIST, false, 0, 1000},
	{"rescues", FIELD_INT, false, 0, INT64_MAX},
	{NULL},
};

static const struct field fault_fields[] = {
	{"bid_id", FIELD_ID, true},
	{"reason", FIELD_TEXT, true, 1, 500},
	{NULL},
};

static int check_faults(struct act *a, const json_t *in)
{
	size_t i;
	json_t *row;
	int r = 0;

	if (json_object_get(in, "others_fault") && !json_object_get(in, "rescues"))
		return refuse(a->refusal, "input.invalid", "rescues", "it goes with others_fault");
	json_array_foreach (json_object_get(in, "others_fault"), i, row) {
		r = fields_check(fault_fields, row, a->refusal);
		if (r)
			break;
	}
	return r;
}

/* Why it was not the bidder's fault, or NULL. What the host says now is the whole truth; where it
 * says nothing of faults, what it found when it asked the holders stands. */
static const char *others_fault(const json_t *in, const struct bid_row *bid)
{
	size_t i;
	json_t *row;

	if (!json_object_get(in, "others_fault"))
		return bid->others_fault ? bid->rescue_reason : NULL;
	json_array_foreach (json_object_get(in, "others_fault"), i, row) {
		if (strcmp(in_text(row, "bid_id"), bid->bid_id) == 0)
			return in_text(row, "reason");
	}
	return NULL;
}

static int settle_one(struct act *a, struct bid_case *c, const char *reason)
{
	struct opening_window window = bid_case_window(c);
	char ends[CLOCK_TEXT_SIZE];
	int r = opening_settle(c->bid->state, reason ? OPENING_FAULT_OTHER : OPENING_FAULT_BIDDER,
		&window, a->legal_us, &c->bid->state);

	if (r == OPENING_E_WINDOW_RUNS)
		return refuse(a->refusal, opening_refusal_code(r), NULL,
			"bid no. %" G_GINT64_FORMAT " may be opened until %s", c->bid->no,
			clock_format_beijing(window.end_us, ends));
	if (r)
		return refuse(a->refusal, opening_refusal_code(r), NULL, NULL);
	r = store_fault(bid_store_set_state(a->txn, c->bid->bid_id, c->bid->state));
	if (!r)
		r = store_fault(bid_store_drop_shares(a->txn, c->bid->bid_id));
	if (r)
		return r;
	json_t *body = bid_case_body(c);
	out_text(body, "state", bid_state_name(c->bid->state));
	out_text(body, "rule", "E04");
	if (reason)
		out_text(body, "reason", reason);
	out_hex(body, "receipt_digest", c->bid->receipt_digest, sizeof(c->bid->receipt_digest));
	return act_event(a, "bid.undecrypted", "bid", c->bid->bid_id, body);
}

/* Whose fault it was is decided on what is known of it: of a finding that came behind the host's
 * back it has to hear first. */
static int check_rescues(struct act *a, const json_t *in, int64_t rescues)
{
	if (!json_object_get(in, "others_fault") || in_int(in, "rescues", 0) == rescues)
		return 0;
	return refuse(a->refusal, "opening.changed", "rescues",
		"the holders were asked for %" G_GINT64_FORMAT, rescues);
}

/* One that is being opened at this moment is waited for: its row is written. */
static int settle(struct act *a, const json_t *in, struct bid_case *c, GPtrArray *bids)
{
	int64_t rescues = 0;
	int r = 0;

	for (guint i = 0; !r && i < bids->len; i++) {
		const struct bid_row *b = g_ptr_array_index(bids, i);
		if (b->state != BID_SEALED) {
			rescues += b->rescue_us != 0;
			continue;
		}
		r = store_fault(bid_store_lock(a->txn, b->bid_id, &c->bid));
		if (!r)
			rescues += c->bid->rescue_us != 0;
		if (!r && c->bid->state == BID_SEALED)
			r = settle_one(a, c, others_fault(in, c->bid));
		g_clear_pointer(&c->bid, bid_row_free);
	}
	return r ? r : check_rescues(a, in, rescues);
}

static json_t *record_row(const struct bid_row *b, bool brief)
{
	char price[DECIMAL_TEXT_SIZE];
	json_t *row = json_object();

	out_int(row, "no", b->no);
	out_text(row, "state", bid_state_name(b->state));
	if (b->state == BID_OPENED && !brief) {
		out_text(row, "bidder_name", b->bidder_name);
		out_text(row, "price", decimal_format_exact(b->price, price));
		out_text(row, "opened_by", b->opened_by);
	}
	return row;
}

/* What was said at the opening was answered at the opening (T08). */
static int check_answered(struct act *a, const struct bid_case *c, guint *ret_n)
{
	g_autoptr(GPtrArray) list = NULL;
	int r = opening_store_objections(a->txn, c->lot->lot_id, &list);

	if (r)
		return r;
	*ret_n = list->len;
	for (guint i = 0; i < list->len; i++) {
		const struct opening_objection *o = g_ptr_array_index(list, i);
		if (!o->answer)
			return refuse_rule(a->refusal, opening_refusal_code(OPENING_E_UNANSWERED),
				bid_case_rule(c, "T08"), NULL, "no. %" G_GINT64_FORMAT, o->no);
	}
	return 0;
}

/* The objections have their own events. */
static json_t *opening_record(const struct bid_case *c, GPtrArray *bids, guint n_objections)
{
	json_t *record = bid_case_body(c), *rows = json_array();
	int64_t opened = 0;

	for (guint i = 0; i < bids->len; i++) {
		const struct bid_row *b = g_ptr_array_index(bids, i);
		opened += b->state == BID_OPENED;
		json_array_append_new(rows, record_row(b, bids->len > BIDS_IN_EVENT));
	}
	out_int(record, "submitted", bids->len);
	out_int(record, "opened", opened);
	out_int(record, "objections", n_objections);
	out_time(record, "deadline", c->lot->deadline_us);
	out_hex(record, "digest_set", c->lot->digest_set, sizeof(c->lot->digest_set));
	json_object_set_new(record, "bids", rows);
	return record;
}

static int finish(struct act *a, struct bid_case *c, guint n_objections, json_t *out)
{
	g_autoptr(GPtrArray) bids = NULL;
	int r = bid_store_of_lot(a->txn, c->lot->lot_id, &bids);

	if (!r)
		r = lot_step(c->lot->state, LOT_STEP_OPEN, &c->lot->state);
	if (r > 0)
		return refuse(a->refusal, lot_refusal_code(r), NULL, NULL);
	if (!r)
		r = store_fault(project_store_set_lot_state(a->txn, c->lot->lot_id, c->lot->state));
	if (r)
		return r;
	json_t *record = opening_record(c, bids, n_objections);
	out_text(out, "state", lot_state_name(c->lot->state));
	json_object_set(out, "record", record);
	return act_event(a, "lot.opened", "lot", c->lot->lot_id, record);
}

static int run(struct act *a, const json_t *in, json_t *out)
{
	BID_CASE_AUTO struct bid_case c = {0};
	g_autoptr(GPtrArray) bids = NULL;
	guint n_objections = 0;
	int r = check_faults(a, in);

	/* As publication does: what the opening brought goes into the order of what is published.
	 */
	if (!r)
		r = bid_case_lock_project(a, in_text(in, "lot_id"));
	if (!r)
		r = bid_case_lot(a, in_text(in, "lot_id"), true, &c);
	if (!r && opening_may_finish(c.lot->state, 0))
		r = refuse(a->refusal, opening_refusal_code(OPENING_E_STATE), NULL, "it is %s",
			lot_state_name(c.lot->state));
	if (!r)
		r = check_answered(a, &c, &n_objections);
	if (!r)
		r = bid_store_of_lot(a->txn, c.lot->lot_id, &bids);
	if (!r)
		r = settle(a, in, &c, bids);
	if (!r)
		r = finish(a, &c, n_objections, out);
	return r ? r : opening_told_touch(a->txn, c.lot);
}

const struct act_kind lot_finish_opening_act = {
	.name = "lot.finish_opening", .fields = fields, .run = run};
