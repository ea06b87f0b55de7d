/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/api/replay_shown.h"

#include <string.h>

#include "server/act/act.h"
#include "server/auth/permission.h"
#include "server/store/original_store.h"
#include "server/store/replay_store.h"

bool replay_shows_asides(const struct actor *actor)
{
	struct refusal r;

	return !permission_check("aside.hear", actor->account_id[0] != 0, actor->roles, &r);
}

bool replay_is_shown(
	const struct actor *actor, const struct replay_track *t, const GPtrArray *open_seats)
{
	if (t->to_seat[0] && !replay_shows_asides(actor))
		return false;
	return strcmp(t->mask, "original") != 0 || original_seats_have(open_seats, t->seat_id);
}
