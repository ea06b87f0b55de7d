/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * What a killed server or a power cut left behind is made whole before the recorder starts. After
 * a kill everything that was written is there: bytes behind the last whole block are cut, missing
 * index entries are made. After a power cut (the session's mark is of another boot) only what an
 * index entry's hash proves is kept. Reels without a mark whose index reaches their end cost one
 * look at it. Blocking; any thread, but not while a recorder writes in the folders.
 */

#include "proto/reel.h"

enum record_state {
	RECORD_WHOLE,     /* nothing to do */
	RECORD_RECOVERED, /* index completed; n_cut bytes were cut */
	RECORD_DAMAGED,   /* unreadable before its end: left as it is, up to end it is whole */
	/* Its files cannot be read or changed at all; left as they are, and so is the session's
	   mark. */
	RECORD_UNREADABLE,
};

struct record_found {
	enum record_state state;
	char session[IDENT_SIZE];
	uint16_t track;    /* 0: no reel, the session's folder cannot be read */
	int error;         /* of an unreadable one: -errno */
	uint64_t end;      /* bytes covered by the index now */
	uint64_t n_cut;    /* bytes cut off */
	uint32_t last_ms;  /* session time of the last block: a gap begins here */
	guint n_entries;   /* in the index now */
	guint n_recovered; /* of these, added by this recovery */
};

/* Recovers every session below the directories and tells of every reel; what is kept is durable
 * then. A reel that cannot be read holds up nothing. -errno: the first directory that could not be
 * read or synced. */
int record_recover(const char *const *dirs,
	void (*found)(void *user, const struct record_found *found), void *user);
