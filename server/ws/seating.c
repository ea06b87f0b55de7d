/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/ws/seating.h"

#include <string.h>

#include "server/core/log.h"
#include "server/room/moderate.h"
#include "server/room/rights.h"
#include "server/ws/door.h"
#include "server/ws/live.h"

#define RIGHTS_TO_PUBLISH (RIGHT_CAM | RIGHT_MIC | RIGHT_SCREEN)

/* What each role may do in a room. The original of a masked track is for the supervisor's eyes. */
static const struct {
	const char *role;
	uint32_t rights;
} role_rights[] = {
	/* These two in the hall of an opening. */
	{"agency", RIGHT_WATCH | RIGHTS_TO_PUBLISH | RIGHT_CHAT},
	{"bidder", RIGHT_WATCH | RIGHT_CAM | RIGHT_MIC | RIGHT_CHAT | RIGHT_HAND},
	{"expert", RIGHT_WATCH | RIGHTS_TO_PUBLISH | RIGHT_CHAT | RIGHT_HAND | RIGHT_PRESENT |
			   RIGHT_PANEL},
	{"host", RIGHT_WATCH | RIGHTS_TO_PUBLISH | RIGHT_CHAT | RIGHT_MODERATE | RIGHT_NAMES},
	{"supervisor", RIGHT_WATCH | RIGHT_ORIGINAL | RIGHTS_TO_PUBLISH | RIGHT_ASIDE | RIGHT_CHAT |
			       RIGHT_MODERATE | RIGHT_NAMES | RIGHT_IMMUNE},
	/* The camera of a room: nobody sits there. */
	{"venue", RIGHT_CAM | RIGHT_ROOM},
	{"witness", RIGHT_WATCH | RIGHTS_TO_PUBLISH | RIGHT_CHAT},
};

static const char *text(const json_t *o, const char *name)
{
	return json_string_value(json_object_get(o, name));
}

/* Whose name, place and face are not for everybody. */
static bool shows_experts(const char *role)
{
	return strcmp(role, "expert") == 0 || strcmp(role, "venue") == 0;
}

/* What depends on the session: only its host moderates, experts are masked where it says so, and
 * what the step or a hold forbids is nobody's. The camera of a room goes on whatever holds up. */
static uint32_t rights_now(
	const struct live *l, uint32_t granted, const char *role, const char *account)
{
	uint32_t rights = granted;

	if (strcmp(role, "host") == 0 && l->host[0] && strcmp(l->host, account) != 0)
		rights &= ~(uint32_t)RIGHT_MODERATE;
	if (shows_experts(role) && l->masked)
		rights |= RIGHT_MASKED;
	return rights & RIGHT_ROOM ? rights : rights & ~l->withheld;
}

/* Nobody publishes without a certificate: nothing would say whose the pictures are. */
static uint32_t rights_of(const char *role, bool has_cert)
{
	for (size_t i = 0; i < G_N_ELEMENTS(role_rights); i++)
		if (strcmp(role_rights[i].role, role) == 0)
			return role_rights[i].rights & ~(has_cert ? 0u : RIGHTS_TO_PUBLISH);
	return 0;
}

unsigned seating_sources(const char *list)
{
	unsigned mask = 0;

	for (int kind = 0; kind < N_TRACK_KINDS; kind++) {
		const char *name = track_kind_name(kind);
		const char *at = strstr(list, name);
		size_t len = strlen(name);

		/* No name is part of another. */
		if (at && (at[len] == ' ' || at[len] == '\0'))
			mask |= 1u << kind;
	}
	return mask;
}

static struct seat_identity identity_of(const json_t *o)
{
	return (struct seat_identity){
		.seat = text(o, "seat_id"),
		.name = text(o, "label"),
		.role = text(o, "role"),
		.person = text(o, "person"),
		.anonymous = shows_experts(text(o, "role")),
		.immune = strcmp(text(o, "role"), "supervisor") == 0,
		.leader = json_is_true(json_object_get(o, "leader")),
	};
}

/* Where the seat stands, as people say it; fills in place. */
static void set_place(struct seat_identity *i, const json_t *o, char place[static 256])
{
	const char *venue = text(o, "venue"), *booth = text(o, "booth");

	if (!venue)
		return;
	g_snprintf(place, 256, "%s%s%s", venue, booth ? " · " : "", booth ? booth : "");
	i->venue = place;
}

void seating_read(const struct live *l, struct seating *s, const json_t *out)
{
	const char *role = text(out, "role");
	bool has_cert = json_is_true(json_object_get(out, "has_cert"));

	*s = (struct seating){
		.granted = rights_of(role, has_cert),
		.admission =
			{
				.identity = identity_of(out),
				.rights = rights_now(l, rights_of(role, has_cert), role,
					text(out, "account_id")),
				.known = json_is_true(json_object_get(out, "known")),
				.epoch =
					(uint32_t)json_integer_value(json_object_get(out, "epoch")),
				.muted = seating_sources(text(out, "muted")),
				.muted_host = seating_sources(text(out, "muted_host")),
				.resume_token = text(out, "resume_token"),
				.resume_after = -1,
			},
		.actor =
			{
				.roles =
					(uint32_t)json_integer_value(json_object_get(out, "roles")),
			},
	};
	set_place(&s->admission.identity, out, s->place);
	g_strlcpy(s->actor.account_id, text(out, "account_id"), sizeof(s->actor.account_id));
	g_strlcpy(s->actor.seat_id, text(out, "seat_id"), sizeof(s->actor.seat_id));
}

void seating_remember(struct live *l, const struct seating *s)
{
	struct actor *actor = g_memdup2(&s->actor, sizeof(s->actor));

	g_strlcpy(actor->session_id, l->session_id, sizeof(actor->session_id));
	g_hash_table_insert(l->seat_of, g_strdup(actor->account_id), g_strdup(actor->seat_id));
	g_hash_table_insert(l->actors, g_strdup(actor->seat_id), actor);
	g_hash_table_insert(l->granted, g_strdup(actor->seat_id), GUINT_TO_POINTER(s->granted));
}

static void restore(struct live *l, const json_t *o, int64_t now_ms)
{
	struct seat *seat = room_seat(l->room, text(o, "seat_id"));
	unsigned muted = seating_sources(text(o, "muted"));
	unsigned muted_host = seating_sources(text(o, "muted_host"));

	for (int kind = 0; kind < N_TRACK_KINDS; kind++) {
		if (muted & 1u << kind)
			room_apply_mute(seat, kind, false, true, now_ms);
		if (muted_host & 1u << kind)
			room_apply_mute(seat, kind, true, true, now_ms);
	}
	if (json_is_true(json_object_get(o, "removed")) && !seat->conn)
		room_apply_remove(seat, true, now_ms);
}

static void expect(struct live *l, const json_t *o, int64_t now_ms)
{
	struct seat_identity identity = identity_of(o);
	bool known = room_seat(l->room, identity.seat);
	char place[256];
	int r;

	set_place(&identity, o, place);
	r = room_expect(l->room, &identity, now_ms, NULL);
	if (r) {
		log_fault("ws.seat", r, identity.seat);
		return;
	}
	if (*text(o, "account_id"))
		g_hash_table_insert(
			l->seat_of, g_strdup(text(o, "account_id")), g_strdup(identity.seat));
	if (!known)
		restore(l, o, now_ms);
}

/* Somebody else leads now, masking was ordered, a step began, or the session was adjourned. */
static void update_rights(struct live *l, int64_t now_ms)
{
	GHashTableIter i;
	gpointer value;

	g_hash_table_iter_init(&i, l->room->seats);
	while (g_hash_table_iter_next(&i, NULL, &value)) {
		struct seat *s = value;
		const struct actor *actor = g_hash_table_lookup(l->actors, s->id);
		uint32_t rights;

		if (!actor)
			continue;
		rights = rights_now(l, GPOINTER_TO_UINT(g_hash_table_lookup(l->granted, s->id)),
			s->role, actor->account_id);
		if (rights != s->rights)
			room_set_rights(s, rights, now_ms);
	}
}

/* The rights that nobody has but by an act that is not open now. */
static uint32_t withheld_by(const json_t *may)
{
	static const struct {
		const char *act;
		uint32_t rights;
	} table[] = {
		{"chat.say", RIGHT_CHAT},
		{"hand.raise", RIGHT_HAND},
		{"room.present", RIGHT_PRESENT},
		{"track.aside", RIGHT_ASIDE},
		{"track.publish", RIGHTS_TO_PUBLISH},
	};
	uint32_t withheld = 0;
	size_t i;
	json_t *act;

	for (size_t j = 0; j < G_N_ELEMENTS(table); j++)
		withheld |= table[j].rights;
	json_array_foreach (may, i, act)
		for (size_t j = 0; j < G_N_ELEMENTS(table); j++)
			if (strcmp(table[j].act, json_string_value(act)) == 0)
				withheld &= ~table[j].rights;
	return withheld;
}

void seating_expect(struct live *l, const json_t *state)
{
	int64_t now_ms = door_now_ms();
	size_t i;
	json_t *o;

	g_strlcpy(l->host, text(state, "host") ? text(state, "host") : "", sizeof(l->host));
	l->masked = json_is_true(json_object_get(state, "masked"));
	l->withheld = withheld_by(json_object_get(state, "may"));
	room_set_venues(l->room, json_object_get(state, "venues"));
	json_array_foreach (json_object_get(state, "seats"), i, o)
		expect(l, o, now_ms);
	update_rights(l, now_ms);
}
