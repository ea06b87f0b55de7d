/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_ROOM_MODERATE_H
#define SERVER_ROOM_MODERATE_H

/*
 * Acts among people. What tightens (mute, remove, release) holds in memory at once and is then
 * posted to be committed; what loosens is only posted, and comes back through room_apply_*() when
 * it is committed. The same functions apply what was committed elsewhere. Loop thread.
 */
#include "server/room/track.h"

struct room;
struct seat;

enum moderation {
	MODERATE_MUTE,       /* the microphone */
	MODERATE_STOP_VIDEO, /* the camera */
	MODERATE_REMOVE,
	MODERATE_RELEASE, /* the device loses the seat, so that another may take it */
	MODERATE_ADMIT,   /* the same, for the device that knocked last alone */
};

/* Each is 0 or REFUSED; `id` is the client's name for the act. */
int room_chat(struct seat *s, const char *id, const char *text, int64_t now_ms, struct refusal *r);
/* reason may be NULL: what the host is called for. */
int room_raise_hand(struct seat *s, const char *id, bool on, const char *reason, int64_t now_ms,
	struct refusal *r);
int room_mute_self(struct seat *s, const char *id, enum track_kind kind, bool on, int64_t now_ms,
	struct refusal *r);
int room_moderate(struct seat *s, const char *id, enum moderation m, const char *target, bool on,
	int64_t now_ms, struct refusal *r);

/* For those who lead. A call opens no private line; text may be NULL. */
int room_announce(
	struct seat *s, const char *id, const char *text, int64_t now_ms, struct refusal *r);
int room_call(struct seat *s, const char *id, const char *target, const char *text, int64_t now_ms,
	struct refusal *r);
int room_lock(struct seat *s, const char *id, bool on, int64_t now_ms, struct refusal *r);
int room_hand_over(
	struct seat *s, const char *id, const char *target, int64_t now_ms, struct refusal *r);
/* booth may be NULL. */
int room_move(struct seat *s, const char *id, const char *target, const char *venue,
	const char *booth, int64_t now_ms, struct refusal *r);

/* Committed. */
void room_apply_hand(struct seat *s, bool on, const char *reason);
void room_apply_knock(struct seat *s, int64_t now_ms);
void room_apply_lock(struct room *room, bool on);
void room_apply_mute(struct seat *s, enum track_kind kind, bool by_host, bool on, int64_t now_ms);
void room_apply_remove(struct seat *s, bool on, int64_t now_ms);
/* Why a device loses its seat, as its bye says: released, by somebody who leads; admitted, another
 * device was; taken_over, by the same person elsewhere; other_booth, where it moved;
 * left_panel, its member left the panel. */
void room_apply_release(struct seat *s, const char *why, int64_t now_ms);

#endif
