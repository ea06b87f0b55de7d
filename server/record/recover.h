/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * What a killed server left behind is made whole before the recorder starts: bytes behind the last
 * whole block are cut, missing index entries are made. Reels whose index reaches their end cost
 * one look at it. Also the reading of an index, for replay and for parts that never reached the
 * ledger. Blocking; any thread, but not while a recorder writes in the folder.
 */

#include "proto/reel.h"

enum record_state {
	RECORD_WHOLE,     /* nothing to do */
	RECORD_RECOVERED, /* index completed; n_cut bytes were cut */
	RECORD_DAMAGED,   /* unreadable before its end: left as it is, up to end it is whole */
};

struct record_found {
	enum record_state state;
	char session[IDENT_SIZE];
	uint16_t track;
	uint64_t end;      /* bytes covered by the index now */
	uint64_t n_cut;    /* bytes cut off */
	uint32_t last_ms;  /* session time of the last block: a gap begins here */
	guint n_entries;   /* in the index now */
	guint n_recovered; /* of these, added by this recovery */
};

/* Recovers every session below dir and tells of every reel. -errno: the first file that could not
 * be read or changed; the others are recovered all the same. */
int record_recover(
	const char *dir, void (*found)(void *user, const struct record_found *found), void *user);

/* Appends the numbers of the session's tracks that have a reel (uint16_t), in order. */
void record_tracks_list(const char *dir, const char *session, GArray *tracks);

/* What the beginning of a reel says. -EBADMSG: it cannot be read. */
int record_head_read(
	const char *dir, const char *session, uint16_t track, struct reel_head *ret_head);

/* Appends the index entries (struct reel_entry) from byte from_offset of the reel on. Entries that
 * are not valid end the reading, as does a torn one. -ENOENT: no such track. */
int record_index_read(const char *dir, const char *session, uint16_t track, uint64_t from_offset,
	GArray *entries);

/* Appends whole entries as they stand in the index file, from the from_entry-th on (0: the head),
 * at most max of them, and tells how many those were. Costs what is new, not what is old, so it is
 * also for asking every second. -ENOENT: no such track. */
int record_index_tail(const char *dir, const char *session, uint16_t track, uint64_t from_entry,
	guint max, GByteArray *entries, guint *ret_n);

enum record_growth {
	RECORD_ABSENT,   /* no such file (yet) */
	RECORD_GROWING,  /* a recorder, of whatever process, has it open */
	RECORD_COMPLETE, /* nobody has: nothing will be added, unless it waits for recovery */
};

enum record_growth record_growth(const char *dir, const char *session, uint16_t track);
