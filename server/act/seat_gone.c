/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/acts.h"

#include <errno.h>
#include <string.h>

#include "server/act/seat_act.h"
#include "server/store/seat_store.h"

static const struct field fields[] = {
	{"session_id", FIELD_ID, true},
	{"seat_id", FIELD_NAME, true, 1, 32},
	{"reason", FIELD_NAME, true, 1, 32},
	{NULL},
};

static json_t *body(const json_t *in)
{
	return json_pack(
		"{s:s, s:s}", "seat", in_text(in, "seat_id"), "reason", in_text(in, "reason"));
}

/* The line dropped; the seat may resume. */
static int run_lost(struct act *a, const json_t *in, json_t *out)
{
	return seat_act_event(a, in_text(in, "session_id"), "room.lost", body(in));
}

/* Whoever left on purpose needs a new ticket; whose line stayed away may still resume. */
static int run_left(struct act *a, const json_t *in, json_t *out)
{
	const char *session_id = in_text(in, "session_id");
	int r = 0;

	if (strcmp(in_text(in, "reason"), "left") == 0)
		r = seat_store_set_left(a->txn, session_id, in_text(in, "seat_id"), a->real_us);
	if (r)
		return r < 0 ? r : -EIO;
	return seat_act_event(a, session_id, "room.left", body(in));
}

const struct act_kind seat_lost_act = {.name = "seat.lost", .fields = fields, .run = run_lost};
const struct act_kind seat_left_act = {.name = "seat.left", .fields = fields, .run = run_left};
