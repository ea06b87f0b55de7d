/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_ACT_SEAT_ACT_H
#define SERVER_ACT_SEAT_ACT_H

/* What the acts of a room have in common: who sits where, and the event of the session. */
#include "server/act/act.h"

struct seat_row;

/* Subject of everything that the seats of a session see. */
int seat_act_event(struct act *a, const char *session_id, const char *kind, json_t *body);

/* 0, or REFUSED: there is no such session, or it is closed (room.closed). */
int seat_act_check_open(struct act *a, const char *session_id);

/* 0, or REFUSED: the actor acts from a seat of another session, or from none. */
int seat_act_check_seated(struct act *a, const char *session_id);

/* A list of sources ("cam mic") with one more or less; g_free it. */
char *seat_act_muted_with(const char *list, const char *kind, bool on);

/* A seat as its room must know it. */
json_t *seat_act_to_json(const struct seat_row *s);

/* Mutes or opens one source of a seat, by itself or by the host: store and event room.mute. */
int seat_act_mute(struct act *a, const char *session_id, const struct seat_row *seat,
	const char *kind, bool by_host, bool on);

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
