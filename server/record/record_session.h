/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* One session and its tracks as the recorder thread sees them; for server/record/recorder.c only.
 * Everything here belongs to that thread but what is set before it is handed over. */

#include "server/record/record.h"

struct record_disk;
struct reel_file;

struct record_track {
	struct record_session *session;
	struct reel_head head;
	struct reel_file *file; /* NULL: not begun, could not be made, or over */
	uint32_t n_dropped;     /* under the recorder's lock: messages there was no room for */
	bool given_up;          /* takes nothing more; what is written is still made durable */
	bool ending;
};

struct record_session {
	char name[IDENT_SIZE];
	struct record_disk *disk; /* from record_session_begin on */
	const struct record_out *out;
	const struct record_keys *keys;
	bool seal_all;
	size_t unwritten_max;
	GPtrArray *tracks;
	GQueue parts; /* struct record_part: not done, oldest first */
	uint64_t next_part_no;
	int64_t retry_at_us;
	bool handed; /* the oldest part is with the callee */
	bool ending;
	bool has_key;
	uint8_t key[RECORD_KEY_LEN]; /* seals its reels */
};

struct record_session *record_session_new(const char *name, uint64_t next_part_no);
void record_session_free(void *session); /* a GDestroyNotify; NULL does nothing */

/* Makes its folder on that disk; a failure shows when the first reel is made. */
void record_session_begin(struct record_session *s, struct record_disk *disk);
/* No track will be added any more; those that are end with the next tick. */
void record_session_end(struct record_session *s);

void record_track_begin(struct record_track *t);
/* Refusals are those of reel_writer_put(); faults end the track. n_dropped: how many messages are
 * missing before this one. */
int record_track_put(struct record_track *t, GBytes *message, uint32_t n_dropped);
/* Its reel ends with the next tick. n_dropped: how many messages are missing at the end. */
void record_track_end(struct record_track *t, uint32_t n_dropped);

/* Writes what is buffered to the files. */
void record_session_write(struct record_session *s);
/* Ends the open clusters and writes them. */
void record_session_tick(struct record_session *s);

/* A sync of its disk begins. False: it has nothing for it. */
bool record_session_sync_begin(struct record_session *s);
/* It is over: 0 or -errno. Queues the part for what is durable now, frees tracks that ended.
 * Returns how many parts were queued. */
guint record_session_sync_end(struct record_session *s, int result);

/* Hands the oldest part up if it is time. */
void record_session_hand_up(struct record_session *s, int64_t now_us);
/* False: no such part waits here. */
bool record_session_part_done(
	struct record_session *s, uint64_t no, bool committed, int64_t now_us);

bool record_session_is_over(const struct record_session *s);
