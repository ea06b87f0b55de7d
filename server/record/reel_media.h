/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * The bytes of a reel, whether it lies here or was moved to the bucket (away.h). One belongs to one
 * thread at a time. Blocking.
 */

#include <stddef.h>
#include <stdint.h>

struct bucket;
struct reel_media;

/* bucket may be NULL: what was moved cannot be read then (-EHOSTUNREACH). -ENOENT: no such reel. */
int reel_media_open(const char *const *dirs, struct bucket *bucket, const char *session,
	uint16_t track, struct reel_media **ret);
struct reel_media *reel_media_free(struct reel_media *m);

/* Its length now. */
uint64_t reel_media_size(const struct reel_media *m);

/* The file here, for those who can do more with it; -1: it was moved. The media keeps it. */
int reel_media_fd(const struct reel_media *m);

/* At most len bytes from `at` on, less only at the end; their number or negative errno. */
int64_t reel_media_read(struct reel_media *m, uint64_t at, uint8_t *ret, size_t len);

/*
 * Where whole reels come from, for those who copy them: an open file, which is the reel itself or,
 * of one that was moved, a nameless copy in tmp_dir that has the SHA-256 it had here (-EBADMSG if
 * not).
 */
struct reel_shelf {
	const char *const *dirs;
	struct bucket *bucket;
	const char *tmp_dir;
};
int reel_shelf_open(void *shelf, const char *session, uint16_t track);
