/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/acts.h"

#include <errno.h>
#include <string.h>

#include "proto/base64.h"
#include "server/act/seat_act.h"
#include "server/auth/permission.h"
#include "server/store/seat_store.h"

/* So long a device that was refused counts as waiting outside. */
#define KNOCK_US (120 * CLOCK_SECOND_US)

static const struct field fields[] = {
	{"session_id", FIELD_ID, true},
	{"seat_id", FIELD_NAME, true, 1, 32},
	{"act", FIELD_NAME, true, 1, 16},
	{NULL},
};

static int set_removed(struct act *a, const char *session_id, const struct seat_row *seat, bool on)
{
	int r = seat_store_set_removed(a->txn, session_id, seat->seat_id, on);

	if (r)
		return r < 0 ? r : -EIO;
	return seat_act_event(a, session_id, "room.remove",
		json_pack("{s:s, s:b}", "seat", seat->seat_id, "on", on));
}

/* The device loses the seat, so that another may take it with a ticket of its own. */
static int release(struct act *a, const char *session_id, const struct seat_row *seat)
{
	int r = seat_store_set_left(a->txn, session_id, seat->seat_id, a->real_us);

	if (r)
		return r < 0 ? r : -EIO;
	return seat_act_event(a, session_id, "room.release",
		json_pack("{s:s, s:I}", "seat", seat->seat_id, "epoch", (json_int_t)seat->epoch));
}

/* The same, for the device that knocked last and no other. */
static int admit(struct act *a, const char *session_id, const struct seat_row *seat)
{
	char key[BASE64_SIZE(32)];
	int r;

	if (!seat->knocked_us || a->real_us - seat->knocked_us > KNOCK_US)
		return refuse(a->refusal, "room.no_knock", NULL, NULL);
	r = seat_store_set_left(a->txn, session_id, seat->seat_id, a->real_us);
	if (!r)
		r = seat_store_set_next(a->txn, session_id, seat->seat_id, seat->knock_device);
	if (!r)
		r = seat_store_void_tickets(
			a->txn, session_id, seat->seat_id, seat->knock_device, a->real_us);
	if (r)
		return r < 0 ? r : -EIO;
	base64_encode(seat->knock_device, 32, key);
	return seat_act_event(a, session_id, "room.release",
		json_pack("{s:s, s:I, s:s}", "seat", seat->seat_id, "epoch",
			(json_int_t)seat->epoch, "device_key", key));
}

/* Who is muted or removed before having come stays so, whatever happens to this server. */
static int reserve(struct act *a, const char *session_id, const struct seat_row *seat)
{
	uint8_t chance[32];
	int r;

	if (seat->has_device)
		return 0;
	random_bytes(chance, sizeof(chance));
	r = seat_store_reserve(a->txn, session_id, seat->seat_id, chance, a->real_us);
	return r > 0 ? -EIO : r;
}

/* A supervisor watches the host too. */
static int check_target(struct act *a, const struct seat_row *seat)
{
	if (role_from_name(seat->role) != ROLE_SUPERVISOR || act_has_role(a, ROLE_SUPERVISOR))
		return 0;
	return refuse(a->refusal, "room.protected", "seat_id", NULL);
}

/* What the host may do to a seat, and what takes it back. */
static const struct {
	const char *act;
	const char *mutes; /* a kind of source; NULL: it is about the seat */
	bool on;
} moderations[] = {
	{"mute", "mic", true},
	{"unmute", "mic", false},
	{"stop_video", "cam", true},
	{"start_video", "cam", false},
	{"remove", NULL, true},
	{"restore", NULL, false},
};

static int run(struct act *a, const json_t *in, json_t *out)
{
	const char *session_id = in_text(in, "session_id"), *act = in_text(in, "act");
	SEAT_ROW_AUTO struct seat_row *seat = NULL;
	int r = seat_act_check_leads(a, session_id);

	if (!r)
		r = act_found(a, seat_store_get(a->txn, session_id, in_text(in, "seat_id"), &seat),
			"seat_id");
	if (!r)
		r = check_target(a, seat);
	if (r)
		return r;
	if (strcmp(act, "admit") == 0)
		return admit(a, session_id, seat);
	if (strcmp(act, "release") == 0)
		return release(a, session_id, seat);
	for (size_t i = 0; i < G_N_ELEMENTS(moderations); i++) {
		if (strcmp(moderations[i].act, act) != 0)
			continue;
		r = reserve(a, session_id, seat);
		if (r)
			return r;
		if (!moderations[i].mutes)
			return set_removed(a, session_id, seat, moderations[i].on);
		return seat_act_mute(
			a, session_id, seat, moderations[i].mutes, true, moderations[i].on);
	}
	return refuse(a->refusal, "input.invalid", "act", "there is no act \"%s\"", act);
}

const struct act_kind seat_moderate_act = {.name = "seat.moderate", .fields = fields, .run = run};
