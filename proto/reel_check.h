/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * Checks a reel against what is known of it from elsewhere: the entries that the ledger holds
 * (media.part events) and the device key that the seat certificate names. It names every place
 * that does not hold, and goes on after it.
 */

#include "proto/reel.h"

enum reel_finding_kind {
	REEL_FINDING_HASH = 1,  /* an entry's bytes are not those that were hashed */
	REEL_FINDING_MISSING,   /* the reel ends before an entry does */
	REEL_FINDING_ENTRIES,   /* the entries overlap, leave a hole or go back */
	REEL_FINDING_DAMAGED,   /* cannot be read from here to the next entry */
	REEL_FINDING_COUNT,     /* an entry counts other blocks or stamps than there are */
	REEL_FINDING_EXTRA,     /* bytes that no entry covers: not recorded in the ledger */
	REEL_FINDING_DIGEST,    /* a stamp was signed over other objects */
	REEL_FINDING_SIGNATURE, /* a stamp was not signed by the seat's key */
	/* Notes: who sent some objects is not proven, but nothing was altered. */
	REEL_FINDING_GAP,       /* objects of a group did not reach the recorder: the seat was muted
				   or the server overloaded */
	REEL_FINDING_UNSTAMPED, /* no stamp closes the last objects: the line dropped or the server
				   was killed */
};

struct reel_finding {
	enum reel_finding_kind kind;
	uint64_t offset; /* in the reel */
	uint32_t time_ms;
	uint32_t group;     /* of the stamp, where one is at fault */
	uint32_t n_objects; /* gap: missing; unstamped: recorded */
};

struct reel_check {
	struct reel_head head; /* as read; session empty when it could not be */
	uint64_t n_entries, n_blocks, n_stamps;
	uint64_t n_proven; /* blocks under a stamp that holds */
	uint64_t n_sealed; /* blocks nobody looks at without a key: their bytes are as recorded */
	uint32_t first_ms, last_ms;
	GArray *findings; /* of struct reel_finding, by place within each kind of check */
};

/* entries are all of the track in order, the head first. device_key NULL: stamps are compared but
 * their signatures not checked. -EIO: libcrypto. Free with reel_check_done. */
int reel_check(const uint8_t *data, uint64_t len, const struct reel_entry *entries,
	size_t n_entries, const uint8_t *device_key, struct reel_check *ret_check);
void reel_check_done(struct reel_check *check);

/* Whether it is one of the notes. */
bool reel_finding_is_note(const struct reel_finding *finding);

/* "hash", "missing", …: stable words for reports. */
const char *reel_finding_code(enum reel_finding_kind kind);
