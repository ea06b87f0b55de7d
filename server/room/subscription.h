/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_ROOM_SUBSCRIPTION_H
#define SERVER_ROOM_SUBSCRIPTION_H

/*
 * One track as one receiver gets it. Exists for every track a connected seat may see, switched on
 * until the receiver says otherwise. Loop thread.
 */
#include "server/room/queue.h"

struct seat;
struct track;

struct subscription {
	struct seat *receiver;
	struct track *track;
	bool on;
	struct lane lane; /* in the receiver's queue, for video */
};

/* Whether a seat may receive a track at all. */
bool subscription_allowed(const struct seat *receiver, const struct track *track);

/* Makes one and enters it on both sides. The receiver owns it. */
struct subscription *subscription_add(struct seat *receiver, struct track *track);
/* Takes it out of both sides; what waits of the track is dropped. */
void subscription_remove(struct subscription *s);

struct subscription *subscription_find(const struct seat *receiver, uint16_t track);

/* Drops what waits of the track; video goes on at its next key frame. */
void subscription_purge(struct subscription *s);
void subscription_switch(struct subscription *s, bool on);

/* Queues an object for the receiver. */
void subscription_push(struct subscription *s, struct object *o, int64_t now_ms);

#endif
