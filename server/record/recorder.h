/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * The recorder: a thread that owns the open reels of all sessions. Room objects are handed to it
 * by queue; it writes what came every 20 ms and, each tick, ends the clusters and has a thread per
 * disk force all of them to it (record_disk.h). When that is done it hands them up as one part per
 * session (struct record_out). It does not wait for a sync: however slow one is, writing goes on,
 * so that a kill of the process costs no more than it ever does.
 *
 * Handles are given to the loop thread at once, their files come when the thread gets to it; a
 * file that cannot be made is reported as a gap. No function here blocks but recorder_new and
 * recorder_stop.
 */

#include "server/record/record.h"

#define RECORDER_TICK_MS 500

struct recorder;
struct record_session;
struct record_track;

struct recorder_options {
	const char *const *dirs; /* exist; each session gets a folder in the one with most room */
	const struct record_keys *keys; /* for sealed reels; NULL: they become gaps */
	bool seal_all;                  /* not only originals of masked tracks */
	uint64_t low_bytes;   /* less free than this is told (RECORD_SPACE_LOW); 0: never */
	uint64_t stop_bytes;  /* and than this is no room for a new session */
	unsigned tick_ms;     /* 0: RECORDER_TICK_MS */
	size_t queue_max;     /* bytes waiting for the thread; 0: 256 MiB */
	size_t unwritten_max; /* bytes of one reel that the disk does not take; 0: 8 MiB */
};

/* -errno when a folder cannot be used; what options point to is needed until recorder_free. */
int recorder_new(const struct recorder_options *options, const struct record_out *out,
	struct recorder **ret_recorder);

/* Ends all reels, hands up what is left and waits until every part is done, at most wait_ms. Then
 * no callback comes any more, and what was not done is found by recovery. */
void recorder_stop(struct recorder *r, unsigned wait_ms);
/* After recorder_stop(). */
struct recorder *recorder_free(struct recorder *r);

/* next_part_no: 1, or one more than the ledger holds when the session goes on after a restart.
 * A session that is still ending under that name is not opened again before its parts are done. */
struct record_session *recorder_session_open(
	struct recorder *r, const char *session, uint64_t next_part_no);
/* Ends its tracks as well; the handles are gone. */
void recorder_session_close(struct recorder *r, struct record_session *s);

/* head->session must be the session's. The track number must be new in the session. */
struct record_track *recorder_track_add(
	struct recorder *r, struct record_session *s, const struct reel_head *head);
void recorder_track_remove(struct recorder *r, struct record_track *t);

/* One whole binary message, media object or stamp, with its session time written; takes a
 * reference. False: the queue is full and the message will be missing (a gap is reported). */
bool recorder_put(struct recorder *r, struct record_track *t, GBytes *message);

/* The part's event is committed; or it could not be, and is handed up again a little later. From
 * any thread, also from within the callback. */
void recorder_part_done(struct recorder *r, const char *session, uint64_t no, bool committed);

/* Whether some disk has room for one more session, as of a second ago. Any thread. */
bool recorder_has_room(struct recorder *r);

/* For metrics and alarms, from any thread. */
struct recorder_figures {
	uint64_t n_messages, n_dropped, n_refused, n_parts, n_parts_waiting;
	uint64_t queue_bytes;
	uint64_t sync_us_max; /* longest sync since the last call */
};
void recorder_figures(struct recorder *r, struct recorder_figures *ret_figures);
