/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which seats of a session have originals behind their masks, and who asked to see them
 * (调取原始录像). */
#include "server/api/views.h"

#include <string.h>

#include "server/store/account_store.h"
#include "server/store/original_store.h"
#include "server/store/replay_store.h"

static const struct field fields[] = {
	{"session_id", FIELD_ID, true},
	{NULL},
};

/* "" is nobody. */
static int out_person(struct act *a, const char *id, const char *name, json_t *row)
{
	ACCOUNT_AUTO struct account *account = NULL;
	int r = *id ? account_store_get(a->txn, id, &account) : STORE_E_NONE;

	if (account)
		out_text(row, name, account->name);
	return r == STORE_E_NONE ? 0 : r;
}

static int out_opening(struct act *a, const struct original_opening *o, json_t *list)
{
	json_t *row = json_pack("{s:s, s:s, s:I, s:s, s:s, s:b}", "opening_id", o->opening_id,
		"seat_id", o->seat_id, "minutes", (json_int_t)o->minutes, "reason", o->reason,
		"state", original_state_name(original_state_at(o, a->real_us)), "own",
		strcmp(o->asked_by, a->actor->account_id) == 0);

	json_array_append_new(list, row);
	out_time(row, "asked_at", o->asked_us);
	out_time(row, "decided_at", o->decided_us);
	out_time(row, "ends_at", o->ends_us);
	int r = out_person(a, o->asked_by, "asked_by", row);
	return r ? r : out_person(a, o->decided_by, "decided_by", row);
}

static int run(struct act *a, const json_t *in, json_t *out)
{
	const char *session_id = in_text(in, "session_id");
	json_t *seats = json_array(), *list = json_array();
	struct replay_session session = {0};
	g_autoptr(GPtrArray) masked = NULL, openings = NULL;
	int r = act_found(
		a, replay_store_session(a->txn, session_id, a->real_us, &session), "session_id");

	replay_session_clear(&session);
	json_object_set_new(out, "seats", seats);
	json_object_set_new(out, "openings", list);
	if (!r)
		r = original_store_masked_seats(a->txn, session_id, &masked);
	if (!r)
		r = original_store_list(a->txn, session_id, &openings);
	for (guint i = 0; !r && i < masked->len; i++)
		json_array_append_new(seats, json_string(g_ptr_array_index(masked, i)));
	for (guint i = 0; !r && i < openings->len; i++)
		r = out_opening(a, g_ptr_array_index(openings, i), list);
	return r;
}

const struct act_kind originals_view = {
	.name = "original.list", .fields = fields, .run = run, .flags = ACT_READ};
