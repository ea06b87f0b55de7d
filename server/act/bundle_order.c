/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Somebody orders the bundle of a session: what leaves the house, and by whose word, is on record.
 */
#include "server/act/acts.h"

#include "server/store/replay_store.h"

static const struct field fields[] = {
	{"session_id", FIELD_ID, true},
	{NULL},
};

static int run(struct act *a, const json_t *in, json_t *out)
{
	const char *session_id = in_text(in, "session_id");
	struct replay_session session = {0};
	int r = act_found(
		a, replay_store_session(a->txn, session_id, a->real_us, &session), "session_id");

	if (r)
		return r;
	json_t *body = json_pack("{s:b}", "closed", session.closed);
	replay_session_clear(&session);
	return act_event(a, "bundle.ordered", "recording", session_id, body);
}

const struct act_kind bundle_order_act = {.name = "bundle.order", .fields = fields, .run = run};
