/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/acts.h"

#include <errno.h>
#include <string.h>

#include "server/store/room_store.h"

#define LEASE_US (30 * CLOCK_SECOND_US)

static const struct field fields[] = {
	{"session_id", FIELD_ID, true},
	{"owner", FIELD_TEXT, true, 1, 200},
	{"release", FIELD_BOOL, false},
	{NULL},
};

/* Goes on holding a room, or gives it back. Refused when another process has taken it. */
static int run(struct act *a, const json_t *in, json_t *out)
{
	struct room_lease lease;
	int r = act_found(
		a, room_store_lease(a->txn, in_text(in, "session_id"), &lease), "session_id");

	if (r)
		return r;
	if (strcmp(lease.owner, in_text(in, "owner")) != 0)
		return refuse(a->refusal, "room.elsewhere", NULL, "%s", lease.url);
	lease.expires_us = a->real_us + LEASE_US;
	if (in_bool(in, "release", false)) {
		lease.owner[0] = lease.url[0] = '\0';
		lease.expires_us = a->real_us;
	}
	r = room_store_put_lease(a->txn, in_text(in, "session_id"), &lease);
	return r <= 0 ? r : -EIO;
}

const struct act_kind room_renew_act = {.name = "room.renew", .fields = fields, .run = run};
