/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The house closes a lot when its deadline has come (E03): nobody's presence decides when bids are
 * fixed. What keeps it from that, an unsure clock before all, is told once and stays to be read at
 * the lot until it is closed.
 */
#include "server/act/acts.h"

#include <string.h>

#include "server/act/bid_case.h"
#include "server/act/lot_close.h"
#include "server/core/log.h"

static const struct field fields[] = {
	{"lot_id", FIELD_ID, true},
	{NULL},
};

/* Not worth a word: the deadline was moved on, the trading of the lot ended otherwise, or what came
 * in time is still being taken in, which is over in a moment. */
static bool came_to_nothing(const char *code)
{
	return strcmp(code, opening_refusal_code(OPENING_E_ARRIVING)) == 0 ||
	       strcmp(code, opening_refusal_code(OPENING_E_TOO_EARLY)) == 0 ||
	       strcmp(code, opening_refusal_code(OPENING_E_STATE)) == 0;
}

static int tell_delay(struct act *a, const char *lot_id)
{
	BID_CASE_AUTO struct bid_case c = {0};
	const struct refusal why = *a->refusal;
	int r = bid_case_lot(a, lot_id, true, &c);

	if (r || g_strcmp0(c.lot->delay_code, why.code) == 0)
		return r ? r : REFUSED;
	json_t *body = bid_case_body(&c);
	out_text(body, "code", why.code);
	if (why.rule)
		out_text(body, "rule", why.rule);
	out_time(body, "deadline", c.lot->deadline_us);
	r = act_event(a, "lot.close_delayed", "lot", lot_id, body);
	if (!r)
		r = store_fault(project_store_delay_close(a->txn, lot_id, why.code, a->legal_us));
	if (r)
		return r;
	*a->refusal = why;
	a->refused_on_record = true;
	return REFUSED;
}

static int run(struct act *a, const json_t *in, json_t *out)
{
	const char *lot_id = in_text(in, "lot_id");
	int r = lot_close(a, lot_id, out);

	return r == REFUSED && !came_to_nothing(a->refusal->code) ? tell_delay(a, lot_id) : r;
}

const struct act_kind lot_due_act = {.name = "lot.due", .fields = fields, .run = run};

static const struct field list_fields[] = {
	{"delayed", FIELD_BOOL, true},
	{NULL},
};

#define DUE_AT_ONCE 50

/*
 * Another machine, whose clock may be behind by as much as is still called sure, must have let the
 * deadline pass too; and what it took in time may still be on its way to be done. (Of this one the
 * arrivals tell.)
 */
#define GRACE_US (2 * CLOCK_SECOND_US)

static int run_list(struct act *a, const json_t *in, json_t *out)
{
	g_autoptr(GPtrArray) due = NULL;
	json_t *items = json_array();
	int r = project_store_due_lots(
		a->txn, a->legal_us - GRACE_US, in_bool(in, "delayed", false), DUE_AT_ONCE, &due);

	json_object_set_new(out, "items", items);
	for (guint i = 0; !r && i < due->len; i++)
		json_array_append_new(items, json_string(((struct lot *)due->pdata[i])->lot_id));
	return r;
}

const struct act_kind lot_due_view = {
	.name = "lot.due_list", .fields = list_fields, .run = run_list, .flags = ACT_READ};
