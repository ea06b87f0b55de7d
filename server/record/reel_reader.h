/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * A sealed reel read as it would be without its seal, from any byte on: the clusters are found
 * through the index and opened one by one, so nothing plain is kept or written anywhere. One
 * reader belongs to one thread at a time.
 */

#include "proto/reel.h"

struct bucket;
struct reel_reader;

/* The reel as far as its index reaches now. dir is the one that has it (record_dir_of); bucket: as
 * in reel_media.h. -ENOENT; -EBADMSG: it is not sealed or cannot be read. */
int reel_reader_open(const char *dir, struct bucket *bucket, const char *session, uint16_t track,
	const uint8_t *session_key, struct reel_reader **ret_reader);
struct reel_reader *reel_reader_free(struct reel_reader *r);

/* Of the reel without its seal. */
uint64_t reel_reader_size(const struct reel_reader *r);

/* Some bytes from at on, at least one and at most max; at < size. -EBADMSG: a cluster was altered
 * or the key is another one. */
int reel_reader_read(struct reel_reader *r, uint64_t at, uint64_t max, GBytes **ret_piece);
