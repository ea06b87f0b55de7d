/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * The end of a recording: what its files were, for the destruction record, and their removal. Hours
 * of pictures are read in pieces, so that whoever does it can stop in between. Blocking; any
 * thread, one at a time.
 */

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

struct record_reel_digest {
	uint16_t track;
	uint64_t length;
	uint8_t sha256[32];       /* of TRACK.webm as it lies on the disk */
	uint8_t index_sha256[32]; /* of TRACK.idx */
};

struct bucket;
struct record_digester;

/* -EBUSY: a recorder still has one of the reels open. */
int record_digester_new(const char *const *dirs, const char *session, struct record_digester **ret);
struct record_digester *record_digester_free(struct record_digester *d);
const char *record_digester_session(const struct record_digester *d);

/* Reads about max_bytes more. 1: there is more; 0: all is read; -errno. */
int record_digester_step(struct record_digester *d, uint64_t max_bytes);
/* struct record_reel_digest in the order of the tracks, once all is read. */
const GArray *record_digester_reels(const struct record_digester *d);

/* Whether one of the directories has a folder of this session. */
bool record_session_is_here(const char *const *dirs, const char *session);

/* Removes the session's folders with everything in them, the key that opens sealed reels first,
 * then what was moved to the bucket, and forces that to disk. 0 also when there is nothing; -EBUSY:
 * a reel is just being moved. */
int record_session_remove(const char *const *dirs, struct bucket *bucket, const char *session);
