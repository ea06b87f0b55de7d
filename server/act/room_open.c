/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/acts.h"

#include <errno.h>
#include <string.h>

#include "server/act/seat_act.h"
#include "server/store/room_store.h"

/* A process that does not renew for so long has lost the room. */
#define LEASE_US (30 * CLOCK_SECOND_US)

static const struct field fields[] = {
	{"session_id", FIELD_ID, true},
	{"owner", FIELD_TEXT, true, 1, 200},
	{"url", FIELD_TEXT, true, 1, 400},
	{"no_space", FIELD_BOOL, false},
	{NULL},
};

/* Takes the lease; the address of whoever holds it is the detail of the refusal. */
static int take(struct act *a, const json_t *in, struct room_lease *lease)
{
	const char *owner = in_text(in, "owner");
	int r = room_store_lease(a->txn, in_text(in, "session_id"), lease);

	if (r == STORE_E_NONE)
		*lease = (struct room_lease){0};
	else if (r)
		return r;
	if (*lease->owner && strcmp(lease->owner, owner) != 0 && lease->expires_us > a->real_us)
		return refuse(a->refusal, "room.elsewhere", NULL, "%s", lease->url);
	/* What was begun goes on, also after a restart. */
	if (!lease->opened_us && in_bool(in, "no_space", false))
		return refuse(a->refusal, "record.no_space", NULL, NULL);
	lease->epoch++;
	lease->opened_us = lease->opened_us ? lease->opened_us : a->real_us;
	lease->expires_us = a->real_us + LEASE_US;
	g_strlcpy(lease->owner, owner, sizeof(lease->owner));
	g_strlcpy(lease->url, in_text(in, "url"), sizeof(lease->url));
	r = room_store_put_lease(a->txn, in_text(in, "session_id"), lease);
	return r <= 0 ? r : -EIO;
}

static int run(struct act *a, const json_t *in, json_t *out)
{
	const char *session_id = in_text(in, "session_id");
	struct room_lease lease;
	int last_track;
	int r = seat_act_check_open(a, session_id);

	if (!r)
		r = take(a, in, &lease);
	if (!r)
		r = room_store_last_track(a->txn, session_id, &last_track);
	if (!r)
		r = seat_act_out_room(a, session_id, out);
	if (r)
		return r;
	out_int(out, "opened_us", lease.opened_us);
	out_int(out, "last_track", last_track);
	return seat_act_event(
		a, session_id, "room.opened", json_pack("{s:I}", "epoch", (json_int_t)lease.epoch));
}

const struct act_kind room_open_act = {.name = "room.open", .fields = fields, .run = run};
