/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The head of a reel, for proto/reel_write and proto/reel_read only. */

#include "proto/reel.h"

/* Sizes of the elements that a cluster is made of; each has one spelling. */
#define REEL_CLUSTER_HEADER_LEN 18 /* ID 4, unknown size 8, timestamp 6 */
#define REEL_BLOCK_HEADER_LEN \
	35 /* Void 2 + wire header 24, ID 1, size 4, track 1, time 2, flags 1 */
#define REEL_STAMP_ELEMENT_LEN (2 + STAMP_LEN)
#define REEL_BLOCK_TRACK 0x81
#define REEL_BLOCK_KEY 0x80
#define REEL_BLOCK_DISCARDABLE 0x01

/* REEL_E_HEAD when the head cannot be recorded. */
int reel_head_write(const struct reel_head *head, GByteArray *out);

/* The head at the beginning of data: 0, REEL_E_TORN or REEL_E_DAMAGED. */
int reel_head_read(
	const uint8_t *data, uint64_t len, struct reel_head *ret_head, uint64_t *ret_len);

/* Where in every head the rooms for a seek table and a duration lie, and what a seek table names;
 * offsets in the reel. */
struct reel_rooms {
	size_t segment; /* the Segment's content, from which seek positions count */
	size_t seek, seek_len;
	size_t info;
	size_t duration, duration_len;
	size_t tracks;
};
void reel_head_rooms(struct reel_rooms *ret);

uint8_t reel_block_flags(const struct frame *frame);
