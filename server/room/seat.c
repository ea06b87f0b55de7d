/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/room/seat.h"

#include "proto/frame.h"
#include "server/core/error.h"
#include "server/room/message.h"
#include "server/room/rights.h"
#include "server/room/room.h"

#include <errno.h>
#include <string.h>

static const char *const presence_names[] = {
	[SEAT_ABSENT] = "absent",
	[SEAT_PRESENT] = "present",
	[SEAT_LOST] = "lost",
	[SEAT_REMOVED] = "removed",
};

static void ask_key(void *ctx, uint16_t track)
{
	struct seat *s = ctx;

	room_want_key(s->room, track);
}

static void tell_lag(void *ctx, const struct queue_lag *lag)
{
	room_tell_lag(ctx, lag);
}

struct seat *seat_new(struct room *room, const char *id)
{
	struct seat *s = g_new0(struct seat, 1);
	struct queue_out out = {ask_key, tell_lag, s};

	s->room = room;
	g_strlcpy(s->id, id, sizeof(s->id));
	s->tracks = g_ptr_array_new();
	s->subscriptions = g_hash_table_new(NULL, NULL);
	queue_init(&s->queue, &out, 0);
	s->mics = allowance_make(1, SEAT_MICS * SEAT_MIC_S, room->now_ms);
	return s;
}

struct seat *seat_free(struct seat *s)
{
	if (!s)
		return NULL;
	g_assert(!s->conn && !s->tracks->len && !g_hash_table_size(s->subscriptions));
	queue_done(&s->queue);
	g_hash_table_unref(s->subscriptions);
	g_ptr_array_unref(s->tracks);
	g_free(s->name);
	g_free(s->venue);
	g_free(s->person);
	g_free(s->hand_reason);
	g_free(s);
	return NULL;
}

int seat_set_identity(struct seat *s, const struct seat_identity *identity)
{
	if (!*identity->name || !message_can_show(identity->name, SEAT_NAME_MAX) ||
		!ident_is_valid(identity->role, strlen(identity->role)) ||
		(identity->venue && !message_can_show(identity->venue, SEAT_NAME_MAX)) ||
		(identity->person && !message_can_show(identity->person, SEAT_PERSON_MAX)))
		return -EINVAL;
	g_free(s->name);
	s->name = g_strdup(identity->name);
	g_free(s->venue);
	s->venue = g_strdup(identity->venue);
	g_strlcpy(s->role, identity->role, sizeof(s->role));
	g_free(s->person);
	s->person = g_strdup(identity->person);
	s->anonymous = identity->anonymous;
	s->immune = identity->immune;
	s->leader = identity->leader;
	return 0;
}

void seat_attach(struct seat *s, void *conn, int64_t now_ms)
{
	s->conn = conn;
	s->presence = SEAT_PRESENT;
	queue_reset(&s->queue, now_ms);
	s->clock = (struct session_clock){0};
	s->objects = allowance_make(SEAT_OBJECTS_PER_S, SEAT_OBJECTS_PER_S * SEAT_BURST_S, now_ms);
	s->bytes = allowance_make(SEAT_BYTES_PER_S, SEAT_BYTES_PER_S * SEAT_BURST_S, now_ms);
	s->messages =
		allowance_make(SEAT_MESSAGES_PER_S, SEAT_MESSAGES_PER_S * SEAT_BURST_S, now_ms);
	s->chats = allowance_make(SEAT_CHATS_PER_S, SEAT_CHATS, now_ms);
	s->pages = allowance_make(SEAT_PAGES_PER_S, SEAT_PAGES, now_ms);
	s->faults = allowance_make(1, SEAT_FAULTS, now_ms);
}

void seat_set_mic_dead(struct seat *s, bool dead)
{
	/* What cannot be told now is told with one of the next reports. */
	if (s->mic_dead == dead || !allowance_take(&s->mics, SEAT_MIC_S, s->room->now_ms))
		return;
	s->mic_dead = dead;
	s->room->roster_changed = true;
	room_post(s->room, (struct room_act){.kind = ROOM_ACT_MIC, .seat = s, .on = dead});
}

void seat_send_text(struct seat *s, const char *text)
{
	const struct room_out *out = s->room->out;

	if (s->conn)
		out->text(out->ctx, s->conn, text, strlen(text));
}

void seat_send(struct seat *s, enum control_kind kind, json_t *fields)
{
	g_autofree char *text = message_print(kind, fields);

	seat_send_text(s, text);
}

void seat_send_error(struct seat *s, const struct refusal *r, const char *ref)
{
	seat_send(s, CONTROL_ERROR, message_error_fields(r, ref, false));
}

void seat_hang_up(struct seat *s, enum room_close code, const char *reason_code)
{
	const struct room_out *out = s->room->out;
	void *conn = s->conn;

	if (!conn)
		return;
	seat_send(s, CONTROL_BYE, json_pack("{s:s}", "code", reason_code));
	s->conn = NULL;
	out->close(out->ctx, conn, code, reason_code);
}

bool seat_is_known_to(const struct seat *s, const struct seat *viewer)
{
	return viewer == s || !s->anonymous || seat_has(viewer, RIGHT_NAMES);
}

void seat_note_ended(struct seat *s, uint16_t track)
{
	s->ended[s->n_ended++ % SEAT_N_ENDED] = track;
}

bool seat_ended_lately(const struct seat *s, uint16_t track)
{
	for (unsigned i = 0; i < MIN(s->n_ended, SEAT_N_ENDED); i++)
		if (s->ended[i] == track)
			return true;
	return false;
}

const char *seat_presence_name(enum seat_presence presence)
{
	return presence_names[presence];
}
