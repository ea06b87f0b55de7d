/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * Reels and their indexes for those who read them, in whichever of the directories they lie, while
 * they grow or later; also of reels that were moved (away.h), as far as that needs no more than
 * what stayed here. dirs ends with NULL, and may be NULL where there are no reels. Blocking; any
 * thread.
 */

#include "proto/reel.h"

/* The directory that has this track, as it stands in dirs; NULL: none. */
const char *record_dir_of(const char *const *dirs, const char *session, uint16_t track);

/* Whether the reel was moved to the bucket (away.h); its index is still here. */
bool record_is_away(const char *const *dirs, const char *session, uint16_t track);

/* Appends the numbers of the session's tracks that have a reel (uint16_t), in order. */
void record_tracks_list(const char *const *dirs, const char *session, GArray *tracks);

/* "17.webm" is track 17; false for any other name. */
bool record_track_of_name(const char *name, uint16_t *ret_track);

/* What the beginning of a reel says. -ENOENT: no such track; -EBADMSG: it cannot be read. */
int record_head_read(
	const char *const *dirs, const char *session, uint16_t track, struct reel_head *ret_head);

/* Appends the index entries (struct reel_entry) as they are on disk. Entries that are not valid
 * end the reading, as does a torn one. -ENOENT: no such track. */
int record_index_read(
	const char *const *dirs, const char *session, uint16_t track, GArray *entries);

/* Appends the entries (struct reel_entry) from the from_entry-th on (0: the head), at most max, and
 * tells where things stand for a player: in a sealed reel, where they would be without the seal.
 * Costs what is new, not what is old, so it is also for asking every second. -ENOENT: no such
 * track. */
int record_index_tail(const char *const *dirs, const char *session, uint16_t track,
	uint64_t from_entry, guint max, GArray *entries);

/* How much of a reel there is by now for a player; all 0 while the files are just being made. */
struct record_extent {
	uint64_t init_length, length;
	uint32_t last_ms;
};

void record_extent_read(const char *const *dirs, const char *session, uint16_t track,
	struct record_extent *ret_extent);

enum record_growth {
	RECORD_ABSENT,   /* no such file (yet) */
	RECORD_GROWING,  /* a recorder, of whatever process, has it open, or nobody can tell */
	RECORD_COMPLETE, /* nobody has: nothing will be added, unless it waits for recovery */
};

enum record_growth record_growth(const char *const *dirs, const char *session, uint16_t track);
