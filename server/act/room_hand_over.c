/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/acts.h"

#include <errno.h>
#include <string.h>

#include "server/act/seat_act.h"
#include "server/auth/permission.h"
#include "server/store/account_store.h"
#include "server/store/room_store.h"
#include "server/store/seat_store.h"

static const struct field fields[] = {
	{"session_id", FIELD_ID, true},
	{"seat_id", FIELD_NAME, true, 1, 32},
	{NULL},
};

/* The right to lead is the account's, not the seat's: a place alone makes nobody a host. */
static int check_heir(struct act *a, const struct seat_row *seat)
{
	ACCOUNT_AUTO struct account *account = NULL;
	int r = act_found(a, account_store_get(a->txn, seat->account_id, &account), "seat_id");

	if (!r && (!(account->roles & ROLE_HOST) || account->locked ||
			  strcmp(seat->role, role_name(ROLE_HOST)) != 0))
		r = refuse(a->refusal, "room.no_host", "seat_id", NULL);
	return r;
}

/* The hosting (主持权) goes to another host of the session; the old one leads no longer. */
static int run(struct act *a, const json_t *in, json_t *out)
{
	const char *session_id = in_text(in, "session_id");
	SEAT_ROW_AUTO struct seat_row *seat = NULL;
	int r = seat_act_check_leads(a, session_id);

	if (!r)
		r = act_found(a, seat_store_get(a->txn, session_id, in_text(in, "seat_id"), &seat),
			"seat_id");
	if (!r)
		r = check_heir(a, seat);
	if (!r)
		r = room_store_set_host(a->txn, session_id, seat->account_id);
	if (r)
		return r == REFUSED || r < 0 ? r : -EIO;
	return seat_act_event(
		a, session_id, "room.host", json_pack("{s:s}", "seat", seat->seat_id));
}

const struct act_kind room_hand_over_act = {.name = "room.hand_over", .fields = fields, .run = run};
