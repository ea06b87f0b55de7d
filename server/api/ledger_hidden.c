/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/api/ledger_hidden.h"

#include <string.h>

#include "server/act/tender_case.h"
#include "server/store/bid_store.h"
#include "server/store/deposit_store.h"
#include "server/store/hall_store.h"

static int bid_hidden(struct act *a, const struct event *e, bool *ret)
{
	const char *lot_id = in_text(e->body, "lot");
	LOT_AUTO struct lot *lot = NULL;
	int r = lot_id ? project_store_lot(a->txn, lot_id, &lot) : 0;

	/* One that was turned away at the door has no row, but its event tells the lot; those of
	 * before tell the deadline, which may have moved. */
	if (r || (lot && lot->state == LOT_BIDDING) ||
		a->legal_us < in_time_us(e->body, "deadline", 0)) {
		*ret = true;
		return r == STORE_E_NONE ? 0 : r;
	}
	return bid_store_is_hidden(a->txn, e->subject + strlen("bid:"), ret);
}

/* Who stands behind a bond may be guessed from it: it shows with the bid. */
static int deposit_hidden(struct act *a, const struct event *e, bool *ret)
{
	const char *id = strchr(e->subject, ':') + 1;
	bool shown = false;
	int r = g_str_has_prefix(e->subject, "deposit:")
			? deposit_store_is_shown(a->txn, id, &shown)
			: deposit_store_is_payment_shown(a->txn, id, &shown);

	*ret = !shown;
	return r;
}

/* A bidder's seat in the hall of an opening is the number of its bid. */
static int seat_hidden(struct act *a, const struct event *e, bool *ret)
{
	const char *seat = in_text(e->body, "seat");
	bool told = true;
	int r = 0;

	/* Events of before have the account of who sat there. */
	if (seat && g_str_has_prefix(seat, HALL_BIDDER_PREFIX) &&
		!g_str_has_prefix(e->actor, HALL_BIDDER_PREFIX) && strcmp(e->actor, "system") != 0)
		r = hall_store_is_told(a->txn, e->subject + strlen("session:"), e->actor, &told);
	*ret = !told;
	return r;
}

/*
 * The body names the project. Events written before these had subjects of their own have it, or a
 * lot of it, as their subject.
 */
static int project_of(struct act *a, const struct event *e, char ret_id[static ID_SIZE])
{
	const char *named = in_text(e->body, "project");
	LOT_AUTO struct lot *lot = NULL;
	int r = 0;

	if (named)
		g_strlcpy(ret_id, named, ID_SIZE);
	else if (g_str_has_prefix(e->subject, "project:"))
		g_strlcpy(ret_id, e->subject + strlen("project:"), ID_SIZE);
	else if (g_str_has_prefix(e->subject, "lot:"))
		r = project_store_lot(a->txn, e->subject + strlen("lot:"), &lot);
	else
		r = STORE_E_NONE;
	if (lot)
		g_strlcpy(ret_id, lot->project_id, ID_SIZE);
	return r;
}

int ledger_hidden(struct act *a, const struct event *e, bool *ret)
{
	char project_id[ID_SIZE] = "";
	bool taking;
	int r;

	*ret = false;
	if (e->kind->visibility != EVENT_PUBLIC && g_str_has_prefix(e->subject, "bid:"))
		return bid_hidden(a, e, ret);
	if (g_str_has_prefix(e->subject, "deposit:") || g_str_has_prefix(e->subject, "payment:"))
		return deposit_hidden(a, e, ret);
	if (g_str_has_prefix(e->subject, "session:"))
		return seat_hidden(a, e, ret);
	if (e->kind->visibility != EVENT_BIDDER)
		return 0;
	/* Of what cannot be told nothing is shown. */
	*ret = true;
	r = project_of(a, e, project_id);
	if (!r)
		r = tender_takes_bids(a, project_id, &taking);
	if (!r)
		*ret = taking;
	return r == STORE_E_NONE ? 0 : r;
}
