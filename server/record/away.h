/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * What stands beside the index of a reel that was moved to the bucket: DIR/SESSION/TRACK.away, and
 * TRACK.moving while the move is under way. The reel lies there in pieces of a fixed length, one
 * object each, so that no length is too long for an object, a step of the move is short, and a
 *range costs what it is long. The index and the key of a sealed reel stay here.
 *
 *	webm            not moved
 *	webm, moving    being moved; the bucket may have some pieces. A crash begins again
 *	webm, away      all pieces were read back; the event of the move may be missing
 *	away            moved
 */

#include <glib.h>
#include <stdint.h>

struct bucket;

#define AWAY_PIECE_LEN ((uint64_t)8 << 20)
/* The beginning of the reel is kept here, for what asks what the reel is. */
#define AWAY_HEAD_MAX 4096

struct record_away {
	uint64_t length, piece_len;
	uint8_t sha256[32]; /* of the reel as it lay on the disk */
	GBytes *head;
};
void record_away_clear(struct record_away *a);
#define RECORD_AWAY_AUTO __attribute__((cleanup(record_away_clear)))

/* ending: "away" or "moving". -ENOENT; -EBADMSG. */
int record_away_read(const char *dir, const char *session, uint16_t track, const char *ending,
	struct record_away *ret);
/* Durable when it returns 0. */
int record_away_write(const char *dir, const char *session, uint16_t track, const char *ending,
	const struct record_away *a);

/* The object that holds this piece; a new text. */
char *record_away_key(const char *session, uint16_t track, uint64_t piece);

/* Bytes from `at` on, at + len ≤ length, from the pieces they lie in. As bucket_get(). */
int record_away_fetch(const struct record_away *a, struct bucket *bucket, const char *session,
	uint16_t track, uint64_t at, size_t len, uint8_t *ret);

/* Takes a session's folder for whoever moves or removes what lies there, until the descriptor is
 * closed. -EBUSY: another has it. */
int record_away_take(const char *dir, const char *session, int *ret_fd);

/* Removes every object of this session of which something here speaks. -EHOSTUNREACH also when
 * there are objects and no bucket. */
int record_away_remove(const char *dir, const char *session, struct bucket *bucket);
