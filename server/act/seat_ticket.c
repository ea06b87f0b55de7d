/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/acts.h"

#include <errno.h>
#include <string.h>

#include "server/act/project_party.h"
#include "server/act/seat_act.h"
#include "server/auth/permission.h"
#include "server/auth/token.h"
#include "server/store/account_store.h"
#include "server/store/hall_store.h"
#include "server/store/opening_store.h"
#include "server/store/room_store.h"
#include "server/store/seat_store.h"

static const struct field fields[] = {
	{"session_id", FIELD_ID, true},
	{"device_key", FIELD_BASE64, true, 32, 32},
	{"venue_id", FIELD_ID, false},
	{"camera", FIELD_INT, false, 1, 9},
	{NULL},
};

/* Places that are not drawn: their holder's account gives the seat its name. */
static const struct {
	uint32_t role;
	const char *prefix;
	bool in_hall; /* only where a lot is opened, for its parties */
} observers[] = {
	{ROLE_HOST, "host", false},
	{ROLE_SUPERVISOR, "sup", false},
	{ROLE_WITNESS, "wit", false},
	{ROLE_AGENCY, "agy", true},
};

/* A bidder sits in the hall of its lot as the number of its bid, which it has from the close on:
 * before nobody learns who bids, and who it is its opened bid tells. */
static int bidder_seat(
	struct act *a, const char *session_id, const struct hall *h, char seat_id[static 33])
{
	int64_t no = 0;
	int r = opening_store_bid_no(a->txn, h->lot_id, a->actor->account_id, &no);

	if (r == STORE_E_NONE)
		return act_denied(a, "you have no bid in this lot, or it is not closed yet");
	if (r)
		return r;
	g_autofree char *label = g_strdup_printf("%d号投标人", (int)no);
	g_snprintf(seat_id, 33, HALL_BIDDER_PREFIX "%d", (int)no);
	return seat_store_put_observer(a->txn, session_id, seat_id, label, a->actor->account_id,
		role_name(ROLE_BIDDER));
}

static int observer_seat(struct act *a, const char *session_id, char seat_id[static 33])
{
	struct hall hall;
	int no_hall = hall_store_get(a->txn, session_id, &hall), r;

	if (no_hall < 0)
		return no_hall;
	for (size_t i = 0; i < G_N_ELEMENTS(observers); i++) {
		ACCOUNT_AUTO struct account *account = NULL;

		if (!act_has_role(a, observers[i].role) || (observers[i].in_hall && no_hall))
			continue;
		r = observers[i].in_hall ? project_require_party(a, hall.project_id) : 0;
		if (r)
			return r;
		r = account_store_get(a->txn, a->actor->account_id, &account);
		if (r)
			return r < 0 ? r : -ENOENT;
		/* Lower case and digits only, as identifiers of the room are. */
		g_snprintf(seat_id, 33, "%s_%s", observers[i].prefix, a->actor->account_id);
		return seat_store_put_observer(a->txn, session_id, seat_id, account->name,
			account->account_id, role_name(observers[i].role));
	}
	if (act_has_role(a, ROLE_BIDDER) && !no_hall)
		return bidder_seat(a, session_id, &hall, seat_id);
	return act_denied(a, "sign in at a seat first");
}

/*
 * A camera of a venue's room (场地全景摄像机): the duty person's account holds the seat, the venue
 * and its number there name it. On screen all cameras of a session are numbered through, since a
 * venue is not told to everybody.
 */
static int camera_seat(
	struct act *a, const char *session_id, const json_t *in, char seat_id[static 33])
{
	const char *venue_id = in_text(in, "venue_id");
	SEAT_ROW_AUTO struct seat_row *known = NULL;
	int64_t n_others = 0;
	int r;

	if (!in_has(in, "camera"))
		return refuse(a->refusal, "input.invalid", "camera",
			"a room's camera has a number at its venue");
	r = act_found(a, seat_store_has_venue(a->txn, session_id, venue_id), "venue_id");
	if (r)
		return r;
	g_snprintf(seat_id, 33, "cam%d_%s", (int)in_int(in, "camera", 0), venue_id);
	r = seat_store_get(a->txn, session_id, seat_id, &known);
	if (r != STORE_E_NONE)
		return r;
	r = seat_store_count_role(a->txn, session_id, role_name(ROLE_VENUE), &n_others);
	g_autofree char *label = g_strdup_printf("房间摄像机%d", (int)n_others + 1);
	if (!r)
		r = seat_store_put_observer(a->txn, session_id, seat_id, label,
			a->actor->account_id, role_name(ROLE_VENUE));
	return r ? r : seat_store_move(a->txn, session_id, seat_id, venue_id, NULL);
}

/* The seat the caller may sit on. */
static int find_seat(struct act *a, const char *session_id, const json_t *in, struct seat_row **ret)
{
	char seat_id[33];
	int r = 0;

	g_strlcpy(seat_id, a->actor->seat_id, sizeof(seat_id));
	if (a->actor->session_id[0] && strcmp(a->actor->session_id, session_id) != 0)
		return act_denied(a, "this sign-in is for another session");
	if (!seat_id[0] && act_has_role(a, ROLE_VENUE) && in_has(in, "venue_id"))
		r = camera_seat(a, session_id, in, seat_id);
	else if (!seat_id[0])
		r = observer_seat(a, session_id, seat_id);
	if (!r)
		r = act_found(a, seat_store_get(a->txn, session_id, seat_id, ret), "seat_id");
	if (!r && strcmp((*ret)->account_id, a->actor->account_id) != 0)
		r = act_denied(a, "the seat is somebody else's");
	return r;
}

int64_t seat_act_next_epoch(const struct seat_row *seat, const void *device_key)
{
	if (!seat->has_device)
		return 1;
	return seat->epoch + (memcmp(seat->device_key, device_key, 32) != 0);
}

/* Who is a bidder or an agency alone has no seat but in a hall; how far an evaluation is, he does not
 * learn either. */
static int check_hall(struct act *a, const char *session_id)
{
	struct hall hall;
	int r = act_has_role(a, ~(uint32_t)(ROLE_AGENCY | ROLE_BIDDER))
			? 0
			: hall_store_get(a->txn, session_id, &hall);

	return r == STORE_E_NONE ? act_denied(a, "sign in at a seat first") : r;
}

static int run(struct act *a, const json_t *in, json_t *out)
{
	const char *session_id = in_text(in, "session_id");
	g_autoptr(GBytes) device_key = in_base64(in, "device_key");
	SEAT_ROW_AUTO struct seat_row *seat = NULL;
	struct ticket_row ticket = {.expires_us = a->real_us + SEAT_TICKET_US};
	struct room_lease lease;
	char token[TOKEN_SIZE];
	uint8_t hash[32];
	int r = check_hall(a, session_id);

	if (!r)
		r = seat_act_check_flow(a, session_id, "seat.ticket");
	if (!r)
		r = find_seat(a, session_id, in, &seat);
	if (r)
		return r;
	token_new(token);
	token_hash(token, hash);
	g_strlcpy(ticket.session_id, session_id, sizeof(ticket.session_id));
	g_strlcpy(ticket.seat_id, seat->seat_id, sizeof(ticket.seat_id));
	g_strlcpy(ticket.account_id, a->actor->account_id, sizeof(ticket.account_id));
	memcpy(ticket.device_key, g_bytes_get_data(device_key, NULL), 32);
	r = seat_store_add_ticket(a->txn, hash, &ticket);
	if (r)
		return r < 0 ? r : -EIO;
	r = room_store_lease(a->txn, session_id, &lease);
	if (r && r != STORE_E_NONE)
		return r;
	out_text(out, "ticket", token);
	out_text(out, "url",
		!r && lease.expires_us > a->real_us && *lease.url ? lease.url : a->env->room_url);
	out_time(out, "expires_at", ticket.expires_us);
	out_text(out, "seat_id", seat->seat_id);
	out_int(out, "epoch", seat_act_next_epoch(seat, ticket.device_key));
	return 0;
}

const struct act_kind seat_ticket_act = {.name = "seat.ticket", .fields = fields, .run = run};
