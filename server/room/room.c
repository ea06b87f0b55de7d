/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/room/room.h"

#include "proto/stamp.h"
#include "server/core/error.h"
#include "server/room/message.h"
#include "server/room/publish.h"
#include "server/room/rights.h"
#include "server/room/roster.h"
#include "server/room/subscription.h"

#include <errno.h>
#include <string.h>

static void free_seat(gpointer data)
{
	seat_free(data);
}

static void free_track(gpointer data)
{
	track_free(data);
}

struct room *room_new(const struct room_config *config, const struct room_out *out, int64_t now_ms)
{
	struct room *room = g_new0(struct room, 1);

	room->out = out;
	g_strlcpy(room->session, config->session, sizeof(room->session));
	room->server_version = g_strdup(config->server_version);
	room->zero_ms = now_ms - config->session_ms;
	room->grace_ms = config->grace_ms;
	room->now_ms = room->advised_ms = now_ms;
	room->seats = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, free_seat);
	room->tracks = g_hash_table_new_full(NULL, NULL, NULL, free_track);
	room->next_track = MAX(config->first_track, 1);
	resume_init(&room->events);
	return room;
}

void room_end(struct room *room, enum room_close code, const char *reason)
{
	GHashTableIter i;
	gpointer seat;

	g_hash_table_iter_init(&i, room->seats);
	while (g_hash_table_iter_next(&i, NULL, &seat))
		room_unseat(seat, SEAT_ABSENT, code, reason);
}

struct room *room_free(struct room *room)
{
	if (!room)
		return NULL;
	room_end(room, ROOM_CLOSE_ENDED, "session_closed");
	g_hash_table_unref(room->seats);
	g_hash_table_unref(room->tracks);
	resume_done(&room->events);
	g_free(room->server_version);
	json_decref(room->venues);
	g_free(room);
	return NULL;
}

void room_set_venues(struct room *room, json_t *venues)
{
	json_decref(room->venues);
	room->venues = json_incref(venues);
}

uint32_t room_session_ms(const struct room *room)
{
	return (uint32_t)CLAMP(room->now_ms - room->zero_ms, 0, UINT32_MAX);
}

struct seat *room_seat(const struct room *room, const char *id)
{
	return g_hash_table_lookup(room->seats, id);
}

struct track *room_track(const struct room *room, uint16_t id)
{
	return g_hash_table_lookup(room->tracks, GUINT_TO_POINTER(id));
}

void room_post(struct room *room, struct room_act act)
{
	act.session_ms = room_session_ms(room);
	room->out->act(room->out->ctx, room, &act);
}

/* Finds or makes the seat and gives it the identity. */
static int put_seat(struct room *room, const struct seat_identity *identity, struct seat **ret_seat,
	struct refusal *r)
{
	struct seat *s = room_seat(room, identity->seat);
	int error;

	if (!ident_is_valid(identity->seat, strlen(identity->seat)))
		return -EINVAL;
	if (!s && g_hash_table_size(room->seats) >= ROOM_MAX_SEATS)
		return refuse(r, "room.full", NULL, NULL);
	if (!s) {
		s = seat_new(room, identity->seat);
		error = seat_set_identity(s, identity);
		if (error) {
			seat_free(s);
			return error;
		}
		g_hash_table_insert(room->seats, s->id, s);
	} else {
		error = seat_set_identity(s, identity);
		if (error)
			return error;
	}
	room->roster_changed = true;
	*ret_seat = s;
	return 0;
}

int room_expect(
	struct room *room, const struct seat_identity *identity, int64_t now_ms, struct refusal *r)
{
	struct seat *s;

	room->now_ms = now_ms;
	return put_seat(room, identity, &s, r);
}

static int check_admission(
	const struct room *room, const struct room_admission *a, struct refusal *r)
{
	const struct seat *s = room_seat(room, a->identity.seat);

	if (room->locked && !a->known && !(a->rights & (RIGHT_MODERATE | RIGHT_IMMUNE)))
		return refuse(r, "room.locked", NULL, NULL);
	if (!s)
		return 0;
	if (s->presence == SEAT_REMOVED)
		return refuse(r, "room.removed", NULL, NULL);
	if (a->epoch < s->epoch)
		return refuse(r, "room.seat_taken", NULL, "another device took the seat since");
	if (s->conn && memcmp(s->device_key, a->device_key, sizeof(s->device_key)) != 0)
		return refuse(r, "room.seat_taken", NULL, NULL);
	return 0;
}

static json_t *limits_to_json(void)
{
	return json_pack("{s:i, s:i, s:i, s:i, s:i, s:i}", "text_bytes", CONTROL_LEN_MAX_TO_SERVER,
		"chat_chars", CONTROL_CHAT_MAX, "payload_bytes", FRAME_PAYLOAD_MAX, "objects_per_s",
		SEAT_OBJECTS_PER_S, "tracks", SEAT_MAX_TRACKS, "group_ms", STAMP_GROUP_US / 1000);
}

static json_t *visible_tracks_to_json(const struct seat *s)
{
	json_t *list = json_array();
	GHashTableIter i;
	gpointer track;

	g_hash_table_iter_init(&i, s->room->tracks);
	while (g_hash_table_iter_next(&i, NULL, &track))
		if (subscription_allowed(s, track))
			json_array_append_new(list, track_to_json(track, s));
	return list;
}

static void send_welcome(struct seat *s, const struct room_admission *a)
{
	const struct room *room = s->room;

	seat_send(s, CONTROL_WELCOME,
		json_pack("{s:i, s:s, s:s, s:s, s:I, s:o, s:s, s:I, s:I, s:I, s:o, s:o, s:b, "
			  "s:o*, s:O*, s:{s:s, s:o}}",
			"v", CONTROL_VERSION, "session", room->session, "seat", s->id, "seat_name",
			s->name, "epoch", (json_int_t)s->epoch, "rights", rights_to_json(s->rights),
			"resume_token", a->resume_token, "session_ms",
			(json_int_t)room_session_ms(room), "at_us", (json_int_t)a->real_us,
			"event_no", (json_int_t)resume_last_no(&room->events), "tracks",
			visible_tracks_to_json(s), "roster", roster_to_json(s), "locked",
			room->locked, "presenting", presentation_to_json(s), "venues",
			s->rights & RIGHT_NAMES ? room->venues : NULL, "server", "version",
			room->server_version, "limits", limits_to_json()));
}

static void send_event(void *ctx, const char *text)
{
	seat_send_text(ctx, text);
}

int room_admit(struct room *room, const struct room_admission *a, void *conn, int64_t now_ms,
	struct seat **ret_seat, struct refusal *r)
{
	struct seat *s;
	int error;

	room->now_ms = now_ms;
	error = check_admission(room, a, r);
	if (!error)
		error = put_seat(room, &a->identity, &s, r);
	if (error)
		return error;
	room_unseat(s, SEAT_LOST, ROOM_CLOSE_REPLACED, "replaced");
	s->rights = a->rights;
	s->epoch = a->epoch;
	bool other_device = memcmp(s->device_key, a->device_key, sizeof(s->device_key)) != 0;
	memcpy(s->device_key, a->device_key, sizeof(s->device_key));
	s->muted_self |= a->muted;
	s->muted_host |= a->muted_host;
	s->knocked_ms = 0;
	seat_attach(s, conn, now_ms);
	if (other_device) {
		seat_set_mic_dead(s, false);
		publish_end_asides_to(s);
	}
	send_welcome(s, a);
	if (a->resume_after >= 0)
		resume_each(&room->events, a->resume_after, s->id, s->rights, send_event, s);
	seat_resubscribe(s);
	*ret_seat = s;
	return 0;
}

static void drop_subscriptions(struct seat *s)
{
	g_autoptr(GList) all = g_hash_table_get_values(s->subscriptions);

	for (GList *i = all; i; i = i->next)
		subscription_remove(i->data);
}

void room_unseat(
	struct seat *s, enum seat_presence presence, enum room_close code, const char *reason)
{
	while (s->tracks->len)
		track_end(g_ptr_array_index(s->tracks, 0), reason);
	drop_subscriptions(s);
	queue_reset(&s->queue, s->room->now_ms);
	seat_hang_up(s, code, reason);
	if (presence != SEAT_LOST)
		publish_end_asides_to(s);
	s->presence = presence;
	s->lost_ms = s->room->now_ms;
	s->room->roster_changed = true;
}

void room_detach(struct seat *s, int64_t now_ms)
{
	s->room->now_ms = now_ms;
	s->conn = NULL;
	room_unseat(s, SEAT_LOST, 0, "line_lost");
	room_post(
		s->room, (struct room_act){.kind = ROOM_ACT_LOST, .seat = s, .text = "line_lost"});
}

void room_leave(struct seat *s, int64_t now_ms)
{
	s->room->now_ms = now_ms;
	room_unseat(s, SEAT_ABSENT, ROOM_CLOSE_LEFT, "left");
	room_post(s->room,
		(struct room_act){.kind = ROOM_ACT_LEFT, .seat = s, .actor = s, .text = "leave"});
}

void room_set_rights(struct seat *s, uint32_t rights, int64_t now_ms)
{
	s->room->now_ms = now_ms;
	s->rights = rights;
	publish_end_unlawful(s);
	if (s->conn) {
		seat_send(s, CONTROL_RIGHTS, json_pack("{s:o}", "rights", rights_to_json(rights)));
		seat_resubscribe(s);
	}
	s->room->roster_changed = true;
}

int room_event(struct room *room, const struct resume_event *event)
{
	const struct resume_entry *e = resume_add(&room->events, event);
	GHashTableIter i;
	gpointer value;

	if (!e)
		return event->no > resume_last_no(&room->events) ? ROOM_E_GAP : 0;
	g_hash_table_iter_init(&i, room->seats);
	while (g_hash_table_iter_next(&i, NULL, &value)) {
		struct seat *s = value;

		if (s->conn)
			seat_send_text(s, resume_text(e, s->id, s->rights));
	}
	return 0;
}

static void ask_publisher(struct track *t)
{
	seat_send(t->seat, CONTROL_KEYFRAME_REQUEST, json_pack("{s:i}", "track", t->id));
}

void room_want_key(struct room *room, uint16_t track)
{
	struct track *t = room_track(room, track);

	if (t && track_want_key(t, room->now_ms))
		ask_publisher(t);
}

void room_tell_lag(struct seat *s, const struct queue_lag *lag)
{
	seat_send(s, CONTROL_LAG,
		json_pack("{s:i, s:I}", "level", lag->level, "dropped", (json_int_t)lag->dropped));
	/* The record gets the beginning and the end of an episode, not its ups and downs. */
	if (lag->begins || lag->ends)
		room_post(s->room,
			(struct room_act){.kind = ROOM_ACT_LAG,
				.seat = s,
				.lag_level = lag->level,
				.n_dropped = lag->ends ? lag->dropped_total : lag->dropped});
}

static void expire(struct seat *s)
{
	if (s->knocked_ms && s->room->now_ms - s->knocked_ms >= ROOM_KNOCK_MS) {
		s->knocked_ms = 0;
		s->room->roster_changed = true;
	}
	if (s->presence != SEAT_LOST || s->room->now_ms - s->lost_ms < s->room->grace_ms)
		return;
	s->presence = SEAT_ABSENT;
	s->room->roster_changed = true;
	publish_end_asides_to(s);
	room_post(
		s->room, (struct room_act){.kind = ROOM_ACT_LEFT, .seat = s, .text = "line_lost"});
}

void room_tick(struct room *room, int64_t now_ms)
{
	bool advise = now_ms - room->advised_ms >= ADVICE_EVERY_MS;
	GHashTableIter i;
	gpointer value;

	room->now_ms = now_ms;
	if (advise)
		room->advised_ms = now_ms;
	g_hash_table_iter_init(&i, room->seats);
	while (g_hash_table_iter_next(&i, NULL, &value))
		expire(value);
	g_hash_table_iter_init(&i, room->tracks);
	while (g_hash_table_iter_next(&i, NULL, &value)) {
		struct track *t = value;

		if (!seat_is_muted(t->seat, t->form.kind) && track_key_due(t, now_ms))
			ask_publisher(t);
		if (advise)
			advice_give(t, now_ms);
	}
	if (room->roster_changed) {
		room->roster_changed = false;
		roster_send(room);
	}
}
