/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_ROOM_PUBLISH_H
#define SERVER_ROOM_PUBLISH_H

/* Tracks: who offers them, who wants them. Loop thread. `r` gets the refusal. */
#include "server/room/track.h"

struct seat;

/* What a receiver wants of a track. */
struct track_wish {
	bool on;
	uint8_t layer;    /* highest temporal layer */
	uint8_t priority; /* larger goes first */
};

/*
 * Starts a track and tells everybody who may receive it. A track of the same kind, mask and
 * simulcast place ends. 0 or REFUSED.
 */
int room_publish(struct seat *s, const struct track_form *form, const char *ref, int64_t now_ms,
	struct refusal *r);

/* 0, or REFUSED when it is not the seat's. */
int room_unpublish(struct seat *s, uint16_t track, int64_t now_ms, struct refusal *r);

/* 0, or REFUSED when there is no such track for this seat. */
int room_subscribe(struct seat *s, uint16_t track, const struct track_wish *wish, int64_t now_ms,
	struct refusal *r);

/* The receiver cannot decode and needs a key frame. */
int room_ask_key(struct seat *s, uint16_t track, int64_t now_ms, struct refusal *r);

/* For the files of this folder: ends a track and tells everybody; subscribes a connected seat to
 * what it may receive, or to no more than that. */
void track_end(struct track *t, const char *reason);
/* Ends tracks that the seat's rights do not, or no longer, allow. */
void publish_end_unlawful(struct seat *s);
/* Ends what is said to this seat alone: whoever sits there next was not meant. */
void publish_end_asides_to(struct seat *s);
void seat_resubscribe(struct seat *s);

#endif
