/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_ACT_SEAT_ACT_H
#define SERVER_ACT_SEAT_ACT_H

/* What the acts of a room have in common: who sits where, and the event of the session. */
#include "server/act/act.h"
#include "server/core/clock.h"

/* How long a ticket is good for. */
#define SEAT_TICKET_US (60 * CLOCK_SECOND_US)

struct member_row;
struct room_track;
struct seat_row;

/* Subject of everything that the seats of a session see. */
int seat_act_event(struct act *a, const char *session_id, const char *kind, json_t *body);

/* 0, or REFUSED: there is no such session, or it is closed (room.closed). */
int seat_act_check_open(struct act *a, const char *session_id);

/* 0, or REFUSED: the actor acts from a seat of another session, or from none. */
int seat_act_check_seated(struct act *a, const char *session_id);

/* 0, or REFUSED: as check_open, or neither step nor hold of the session leaves the act open. */
int seat_act_check_flow(struct act *a, const char *session_id, const char *name);

/* 0, or REFUSED: as check_seated, or neither step nor hold of the session leaves the act open. */
int seat_act_check_may(struct act *a, const char *session_id, const char *name);

/* 0, or REFUSED: as check_seated, or another host leads the session (room.not_host). */
int seat_act_check_leads(struct act *a, const char *session_id);
/* The same, of a session that may have been closed. */
int seat_act_check_led(struct act *a, const char *session_id);

/* A list of sources ("cam mic") with one more or less; g_free it. */
char *seat_act_muted_with(const char *list, const char *kind, bool on);

/* What the session says to its room: host, locked, masked, documents, seats. */
int seat_act_out_room(struct act *a, const char *session_id, json_t *out);
/* A seat in it, and how its member is called. */
json_t *seat_act_to_json(const struct seat_row *s);
int seat_act_name_member(
	struct act *a, const char *session_id, const struct member_row *m, json_t *seat);

/* Mutes or opens one source of a seat, by itself or by the host: store and event room.mute. */
int seat_act_mute(struct act *a, const char *session_id, const struct seat_row *seat,
	const char *kind, bool by_host, bool on);

/* The event room.publish. */
int seat_act_track_event(struct act *a, const char *session_id, const struct room_track *t);

/* Whatever gave the seat's device access is worth nothing any more: tickets, tokens, sign-ins. The
 * room lets it go when the event about it comes. */
int seat_act_lose_device(struct act *a, const char *session_id, const struct seat_row *seat);

/* The epoch a seat gets when this device takes it: it counts the devices. */
int64_t seat_act_next_epoch(const struct seat_row *seat, const void *device_key);

/*
 * A device takes its seat: checks that it may be given, and the seat certificate if there is one
 * (else the seat cannot publish), writes the event room.joined and fills out with what the room
 * must know. `epoch` is the seat's from now on.
 */
int seat_act_take(struct act *a, const json_t *in, const struct seat_row *seat,
	const char *account_id, int64_t epoch, bool resumed, json_t *out);

#endif
