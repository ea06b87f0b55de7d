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
};

/* Each is 0 or REFUSED; `id` is the client's name for the act. */
int room_chat(struct seat *s, const char *id, const char *text, int64_t now_ms, struct refusal *r);
int room_raise_hand(struct seat *s, const char *id, bool on, int64_t now_ms, struct refusal *r);
int room_mute_self(struct seat *s, const char *id, enum track_kind kind, bool on, int64_t now_ms,
	struct refusal *r);
int room_moderate(struct seat *s, const char *id, enum moderation m, const char *target, bool on,
	int64_t now_ms, struct refusal *r);

/* Committed. */
void room_apply_hand(struct seat *s, bool on);
void room_apply_mute(struct seat *s, enum track_kind kind, bool by_host, bool on, int64_t now_ms);
void room_apply_remove(struct seat *s, bool on, int64_t now_ms);
void room_apply_release(struct seat *s, int64_t now_ms);

#endif
