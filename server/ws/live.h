/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_WS_LIVE_H
#define SERVER_WS_LIVE_H

/*
 * One live room and what ties it to the database.
 *
 *	OPENING   the lease is being taken; who knocks waits
 *	OPEN      seats come and go
 *	ENDED     session closed, or the lease lost: only the last acts are still performed
 *
 * Counted, since jobs under way hold it. Loop thread.
 */
#include "server/core/id.h"
#include "server/room/room.h"
#include "server/ws/outbox.h"

struct record_session;
struct room_door;
struct visitor;

enum live_state {
	LIVE_OPENING,
	LIVE_OPEN,
	LIVE_ENDED,
};

struct live {
	unsigned refs;
	struct room_door *door;
	char session_id[ID_SIZE];
	enum live_state state;
	struct room *room; /* while OPEN */
	int64_t opened_us; /* real time of session time 0 */
	struct outbox outbox;
	bool reading; /* a job looks for events */
	bool want_read;
	bool renewing;
	int64_t read_ms, renewed_ms; /* loop time of the last look, of the last renewal */
	int64_t busy_ms;             /* last time somebody was here */
	int64_t history_no;          /* events up to this one were over when the room opened */
	char host[ID_SIZE];          /* the account that leads; "": every host may */
	bool masked;                 /* experts are seen and heard masked */
	uint32_t withheld;           /* rights that step and hold leave to nobody now */
	GHashTable *seat_of;         /* account id -> seat id */
	GHashTable *granted;         /* seat id -> rights its role has, of those who sat down */
	GHashTable *actors;          /* seat id -> struct actor, of those who sat down */
	GPtrArray *knocking;         /* struct visitor *, waiting for OPEN */
	struct record_session *record;
	GHashTable *recording; /* track number -> struct record_track */
};

/* The live room of a session: found, or begun. NULL when there are too many. */
struct live *live_get(struct room_door *d, const char *session_id);
struct live *live_ref(struct live *l);
void live_unref(struct live *l);

/* Every 50 ms. */
void live_tick(struct live *l, int64_t now_ms);

/* Ends the room; its connections are told `code`. What is still to be recorded goes on. */
void live_end(struct live *l, const char *code);

/* For the end of the program: whether nothing more can be recorded now, and then giving the lease
 * back, which blocks. */
bool live_is_settled(struct live *l);
void live_release(struct live *l);

/* Performs what waits, one act at a time (performing.c). */
void live_perform(struct live *l, int64_t now_ms);

/* Posts an act; takes item. */
void live_post(struct live *l, struct outgoing *item);

/* What was posted by the room itself, or on behalf of nobody connected. */
void live_post_system(struct live *l, const struct act_kind *kind, const char *seat_id, json_t *in);

/* Looks for new events soon. */
void live_read_events(struct live *l);

/* The room's struct room_out; ctx is the door. */
extern const struct room_out live_room_out;

/* Recording (recording.c). */
void recording_open(struct live *l, uint64_t next_part);
/* Whether a session that was never recorded may begin; any thread. */
bool recording_has_room(const struct room_door *d);
void recording_close(struct live *l);
void recording_track_added(struct live *l, const struct track *track);
void recording_track_ended(struct live *l, const struct track *track);
void recording_object(struct live *l, const struct track *track, struct object *o);

#endif
