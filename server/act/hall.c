/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The opening hall's live room (开标大厅直播): the host opens it for a lot and ends it. Bidders come in
 * once the lot is closed, each as the number of its bid; what passes is recorded as in any session.
 */
#include "server/act/acts.h"

#include "server/act/bid_case.h"
#include "server/act/seat_act.h"
#include "server/store/hall_store.h"

static const struct field fields[] = {
	{"lot_id", FIELD_ID, true},
	{NULL},
};

static json_t *hall_body(const struct bid_case *c, const struct hall *h)
{
	json_t *body = bid_case_body(c);

	out_text(body, "session", h->session_id);
	return body;
}

/* One that was ended, be it for trial or by mistake, does not stand in the way. The lot is locked. */
static int check_none(struct act *a, const char *lot_id)
{
	struct hall h = {0};
	int r = hall_store_of_lot(a->txn, lot_id, &h);

	if (r)
		return r == STORE_E_NONE ? 0 : r;
	return h.closed_us ? 0 : refuse(a->refusal, "hall.opened", NULL, NULL);
}

static int run_open(struct act *a, const json_t *in, json_t *out)
{
	BID_CASE_AUTO struct bid_case c = {0};
	struct hall h = {.opened_us = a->legal_us};
	g_autofree char *title = NULL;
	int r = bid_case_lot(a, in_text(in, "lot_id"), true, &c);

	if (!r && c.lot->state != LOT_BIDDING && c.lot->state != LOT_CLOSED)
		r = refuse(a->refusal, opening_refusal_code(OPENING_E_STATE), NULL, "it is %s",
			lot_state_name(c.lot->state));
	if (r)
		return r;
	id_new(h.session_id);
	g_strlcpy(h.project_id, c.project->project_id, sizeof(h.project_id));
	g_strlcpy(h.lot_id, c.lot->lot_id, sizeof(h.lot_id));
	g_strlcpy(h.host, a->actor->account_id, sizeof(h.host));
	title = g_strdup_printf("开标大厅 · %s", c.lot->name);
	r = check_none(a, c.lot->lot_id);
	if (!r)
		r = hall_store_insert(a->txn, &h, title);
	if (r)
		return r;
	out_text(out, "session_id", h.session_id);
	return act_event(a, "hall.opened", "lot", c.lot->lot_id, hall_body(&c, &h));
}

const struct act_kind hall_open_act = {
	.name = "hall.open", .fields = fields, .run = run_open, .flags = ACT_CREATES};

static int run_close(struct act *a, const json_t *in, json_t *out)
{
	BID_CASE_AUTO struct bid_case c = {0};
	struct hall h = {0};
	int r = bid_case_lot(a, in_text(in, "lot_id"), true, &c);

	if (!r)
		r = act_found(a, hall_store_of_lot(a->txn, c.lot->lot_id, &h), "lot_id");
	if (!r)
		r = seat_act_check_leads(a, h.session_id);
	if (!r)
		r = store_fault(hall_store_close(a->txn, h.session_id, a->legal_us));
	if (!r)
		r = act_event(a, "hall.closed", "lot", c.lot->lot_id, hall_body(&c, &h));
	return r ? r : seat_act_event(a, h.session_id, "session.closed", json_object());
}

const struct act_kind hall_close_act = {.name = "hall.close", .fields = fields, .run = run_close};
