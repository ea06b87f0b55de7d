/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * The receiving end of one track: counts what came and what is missing, checks stamps, and says
 * which objects can be decoded. The relay may drop objects under pressure, so a gap is no crime and
 * a group with a gap is merely not verifiable here; a signature that does not fit is.
 *
 * Pure; one thread.
 */

#include "proto/stamp.h"

struct receiver;

struct receiver_config {
	uint16_t track;
	uint32_t epoch;
	struct stamp_scope scope;
	bool has_key; /* the key is known; otherwise every group is unverified */
	uint8_t device_key[ED25519_KEY_LEN]; /* of the sending seat */
};

enum receiver_verdict {
	RECEIVER_DECODE = 0,
	RECEIVER_SKIP,     /* cannot be decoded, or is not wanted twice */
	RECEIVER_WANT_KEY, /* the same, and only a keyframe helps: ask for one */
};

struct receiver_stats {
	uint64_t n_objects, n_bytes, n_keys;
	uint64_t n_gaps;  /* places where objects are missing */
	uint64_t n_lost;  /* objects missing in them */
	uint64_t n_stale; /* objects with a number already seen */
	uint64_t n_skipped;
	uint64_t n_verified;   /* groups whose stamp fits */
	uint64_t n_unverified; /* groups of which something is missing here */
	uint64_t n_forged;     /* stamps that are wrong */
	uint32_t last_session_ms;
};

struct receiver *receiver_new(const struct receiver_config *config);
struct receiver *receiver_free(struct receiver *r);

enum receiver_verdict receiver_object(struct receiver *r, const struct frame *frame);
void receiver_stamp(struct receiver *r, const struct stamp *stamp);

/* The decoder has lost its state. */
void receiver_reset(struct receiver *r);

const struct receiver_stats *receiver_stats(const struct receiver *r);
