/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/acts.h"

#include <errno.h>
#include <string.h>

#include "server/act/seat_act.h"
#include "server/auth/permission.h"
#include "server/auth/token.h"
#include "server/store/room_store.h"
#include "server/store/seat_store.h"

static const struct field fields[] = {
	{"session_id", FIELD_ID, true},
	{"ticket", FIELD_TEXT, true, 1, 512},
	{"device_key", FIELD_BASE64, true, 32, 32},
	{"seat_cert", FIELD_OBJECT, false},
	{NULL},
};

/* Until it expires the same device may present it again: its answer may have got lost. */
static int find_ticket(struct act *a, const json_t *in, const uint8_t hash[static 32],
	const void *device_key, struct ticket_row *ret)
{
	int r = seat_store_ticket(a->txn, hash, ret);

	if (r == STORE_E_NONE || (!r && (strcmp(ret->session_id, in_text(in, "session_id")) != 0 ||
						memcmp(ret->device_key, device_key, 32) != 0)))
		return refuse(a->refusal, "seat.ticket_bad", "ticket", NULL);
	/* One that would hold longer than any was given before our clock was set back. */
	if (!r && (a->real_us >= ret->expires_us ||
			  ret->expires_us > a->real_us + 2 * SEAT_TICKET_US))
		return refuse(a->refusal, "seat.ticket_expired", "ticket", NULL);
	return r;
}

static bool is_same(const void *a, const void *b)
{
	return memcmp(a, b, 32) == 0;
}

/* It sits there already, or the host has named it: neither is a newcomer. */
static bool is_known(const struct seat_row *seat, const void *device_key)
{
	return (seat->has_device && !seat->left && is_same(seat->device_key, device_key)) ||
	       (seat->has_next && is_same(seat->next_device, device_key));
}

/* Another device sits there, or another one was named for it. */
static bool is_taken(const struct seat_row *seat, const void *device_key)
{
	return seat->has_device && !is_known(seat, device_key) && (!seat->left || seat->has_next);
}

/* Only the host's word (release, admit) makes room; that somebody asks is told and recorded, once
 * for a ticket. The refusal stands either way. */
static int knock(struct act *a, const uint8_t hash[static 32], const struct ticket_row *ticket,
	const json_t *in)
{
	int r = 0;

	if (!ticket->used)
		r = seat_store_set_knock(a->txn, ticket->session_id, ticket->seat_id,
			ticket->device_key, a->real_us);
	if (!r && !ticket->used)
		r = seat_store_use_ticket(a->txn, hash, a->real_us);
	if (!r && !ticket->used)
		r = seat_act_event(a, ticket->session_id, "room.knock",
			json_pack("{s:s, s:s}", "seat", ticket->seat_id, "device_key",
				in_text(in, "device_key")));
	if (r)
		return r < 0 ? r : -EIO;
	a->refused_on_record = true;
	return refuse(a->refusal, "room.seat_taken", NULL, NULL);
}

/* Those who lead and those who watch over them always find the door open. */
static int check_lock(
	struct act *a, const char *session_id, const struct seat_row *seat, const void *device_key)
{
	struct room_session session;
	int r = act_found(a, room_store_session(a->txn, session_id, &session), "session_id");

	if (r || !session.locked || is_known(seat, device_key) ||
		role_from_name(seat->role) & (ROLE_HOST | ROLE_SUPERVISOR))
		return r;
	return refuse(a->refusal, "room.locked", NULL, NULL);
}

static int run(struct act *a, const json_t *in, json_t *out)
{
	const char *session_id = in_text(in, "session_id");
	g_autoptr(GBytes) key = in_base64(in, "device_key");
	const void *device_key = g_bytes_get_data(key, NULL);
	SEAT_ROW_AUTO struct seat_row *seat = NULL;
	struct ticket_row ticket;
	uint8_t ticket_sha[32], resume_sha[32];
	char resume[TOKEN_SIZE];
	int64_t epoch;
	bool known;
	int r;

	token_hash(in_text(in, "ticket"), ticket_sha);
	r = find_ticket(a, in, ticket_sha, device_key, &ticket);
	if (!r)
		r = act_found(
			a, seat_store_get(a->txn, session_id, ticket.seat_id, &seat), "seat_id");
	if (!r && is_taken(seat, device_key))
		return knock(a, ticket_sha, &ticket, in);
	if (!r)
		r = check_lock(a, session_id, seat, device_key);
	if (r)
		return r;
	known = is_known(seat, device_key);
	epoch = seat_act_next_epoch(seat, device_key);
	r = seat_act_take(a, in, seat, ticket.account_id, epoch, false, out);
	if (r)
		return r;
	token_new(resume);
	token_hash(resume, resume_sha);
	r = seat_store_seat(a->txn, session_id, seat->seat_id, ticket.account_id, epoch, device_key,
		resume_sha, a->real_us);
	if (!r)
		r = seat_store_use_ticket(a->txn, ticket_sha, a->real_us);
	if (r)
		return r < 0 ? r : -EIO;
	out_text(out, "resume_token", resume);
	json_object_set_new(out, "known", json_boolean(known));
	return 0;
}

const struct act_kind seat_join_act = {.name = "seat.join", .fields = fields, .run = run};
