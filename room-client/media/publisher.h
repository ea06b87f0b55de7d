/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * Makes media objects and stamps of one track out of encoded frames. What is not to be sent (muted,
 * no right, connection full) is dropped here, before it gets a sequence number, because whatever
 * has one is signed and must arrive.
 *
 * Any thread may call any function; messages leave in order, under the publisher's lock, so
 * struct publisher_out must not call back into it.
 */

#include <glib.h>
#include <stdbool.h>

#include "proto/stamp.h"
#include "room-client/media/capture.h"

struct publisher;

struct publisher_out {
	void *user;
	/* Whether the connection can take more of this track now. */
	bool (*has_room)(void *user);
	/* One binary message; the callee takes its own reference. */
	void (*message)(void *user, GBytes *message);
	/* A group must begin: ask the encoder for a keyframe. Never for sound. */
	void (*want_key)(void *user);
};

/* What a track is signed for. A new connection has a new epoch and track. */
struct publisher_track {
	uint16_t id;
	uint32_t epoch;
	struct stamp_scope scope;
	uint8_t seed[ED25519_KEY_LEN]; /* of the seat's device key */
};

struct publisher_stats {
	uint64_t n_objects, n_bytes, n_stamps;
	uint64_t n_held_back; /* dropped because the connection was full */
	uint64_t n_keyless;   /* dropped while waiting for a keyframe */
	uint64_t n_too_long;  /* frames above FRAME_PAYLOAD_MAX */
};

/* codec: enum frame_codec. */
struct publisher *publisher_new(uint8_t codec, const struct publisher_out *out);
struct publisher *publisher_free(struct publisher *p);

/* Sequence and groups begin at 0. A track that is open is closed first. */
void publisher_open(struct publisher *p, const struct publisher_track *track);
/* Sends the stamp of what was sent and forgets the track. */
void publisher_close(struct publisher *p);
/* Forgets the track without a word: its connection is gone. */
void publisher_drop(struct publisher *p);

/* Silence, literally: nothing leaves while muted but the stamp of what was sent. */
void publisher_mute(struct publisher *p, bool muted);

void publisher_frame(struct publisher *p, const struct capture_frame *frame);

void publisher_stats(struct publisher *p, struct publisher_stats *ret_stats);
