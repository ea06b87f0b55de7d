/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/acts.h"

#include <errno.h>
#include <string.h>

#include "server/act/seat_act.h"
#include "server/act/session_act.h"
#include "server/store/member_store.h"
#include "server/store/room_store.h"
#include "server/store/seat_store.h"
#include "server/store/venue_store.h"

/* What a room must know of its session: who leads it, whether it is locked or masked, which
 * acts are open now, its seats and venues. */
static const struct field fields[] = {
	{"session_id", FIELD_ID, true},
	{NULL},
};

json_t *seat_act_to_json(const struct seat_row *s)
{
	return json_pack("{s:s, s:s, s:s, s:s, s:b, s:s, s:s, s:b, s:s*, s:s*}", "seat_id",
		s->seat_id, "account_id", s->account_id, "role", s->role, "label", s->label,
		"leader", s->leader, "muted", s->muted, "muted_host", s->muted_host, "removed",
		s->removed, "venue", s->venue, "booth", s->booth);
}

int seat_act_name_member(
	struct act *a, const char *session_id, const struct member_row *m, json_t *seat)
{
	g_autofree char *alias = member_alias(m->no), *name = NULL;
	int r = member_identity(a, session_id, m, NULL, &name);

	if (r)
		return r;
	out_text(seat, "label", alias);
	out_text(seat, "person", name);
	return 0;
}

/* Whoever arrived is called by the alias of the panel, and named to those who may know. */
static int name_members(struct act *a, const char *session_id, json_t *seats)
{
	g_autoptr(GPtrArray) members = NULL;
	int r = member_store_of_session(a->txn, session_id, &members);
	size_t at;
	json_t *seat;

	for (guint i = 0; !r && i < members->len; i++) {
		const struct member_row *m = g_ptr_array_index(members, i);

		json_array_foreach (seats, at, seat)
			if (!r && *m->seat_id && member_counts(m->state) &&
				strcmp(m->seat_id, in_text(seat, "seat_id")) == 0)
				r = seat_act_name_member(a, session_id, m, seat);
	}
	return r;
}

/* What the step, and what holds the session up, leave open to who sits there. */
static void out_may(const struct room_session *session, json_t *out)
{
	static const char *const acts[] = {
		"chat.say", "hand.raise", "room.present", "track.aside", "track.publish"};
	json_t *may = json_array();

	for (size_t i = 0; i < G_N_ELEMENTS(acts); i++)
		if (!flow_may(acts[i], session->step, session->hold))
			json_array_append_new(may, json_string(acts[i]));
	json_object_set_new(out, "may", may);
}

static int out_venues(struct act *a, const char *session_id, json_t *out)
{
	g_autoptr(GPtrArray) venues = NULL;
	json_t *list = json_array();
	int r = venue_store_of_session(a->txn, session_id, &venues);

	for (guint i = 0; !r && i < venues->len; i++) {
		const struct venue *v = g_ptr_array_index(venues, i);

		json_array_append_new(
			list, json_pack("{s:s, s:s}", "venue", v->venue_id, "name", v->name));
	}
	json_object_set_new(out, "venues", list);
	return r;
}

int seat_act_out_room(struct act *a, const char *session_id, json_t *out)
{
	g_autoptr(GPtrArray) seats = NULL;
	json_t *list = json_array();
	struct room_session session;
	int r = act_found(a, room_store_session(a->txn, session_id, &session), "session_id");

	json_object_set_new(out, "seats", list);
	if (!r)
		r = seat_store_of_session(a->txn, session_id, &seats);
	for (guint i = 0; !r && i < seats->len; i++)
		json_array_append_new(list, seat_act_to_json(g_ptr_array_index(seats, i)));
	if (!r)
		r = name_members(a, session_id, list);
	if (!r)
		r = out_venues(a, session_id, out);
	if (r)
		return r == REFUSED || r < 0 ? r : -EIO;
	out_text(out, "host", session.host);
	json_object_set_new(out, "locked", json_boolean(session.locked));
	json_object_set_new(out, "masked", json_boolean(session.masked));
	out_may(&session, out);
	return 0;
}

static int run(struct act *a, const json_t *in, json_t *out)
{
	return seat_act_out_room(a, in_text(in, "session_id"), out);
}

const struct act_kind room_state_act = {
	.name = "room.state", .fields = fields, .run = run, .flags = ACT_READ};
