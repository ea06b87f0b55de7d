/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ROOM_CLIENT_LOAD_SPEECH_H
#define ROOM_CLIENT_LOAD_SPEECH_H

/*
 * One track as a load sends it: objects of the wanted sizes at the wanted rate, with a checksum in
 * front of each payload, and on request the stamp of each group. Video has three temporal layers in
 * the order 0 2 1 2. What is inside is no picture; nothing on the way looks into it.
 */
#include "proto/frame.h"
#include "proto/stamp.h"

#include <stdbool.h>
#include <stdint.h>

struct speech_rate {
	unsigned fps, audio_fps;
	unsigned delta_bytes, key_bytes, audio_bytes; /* payloads; deltas vary by a half */
	unsigned key_every_ms;
};

struct speech {
	const struct speech_rate *rate;
	bool video;
	uint16_t track; /* 0: nothing is sent */
	uint32_t seq;
	uint8_t tl0;
	unsigned in_pattern;
	bool key_wanted;
	int64_t due_us, key_due_us;
	struct stamp_group *group; /* NULL: no stamps */
	struct stamp_scope scope;
	uint32_t epoch;
	const uint8_t *seed;
};

/* Where messages go. */
struct speech_out {
	void (*message)(void *ctx, const uint8_t *data, size_t len);
	void *ctx;
};

/* Sends the objects that are due. Returns their number. */
unsigned speech_send(struct speech *s, const struct speech_out *out, int64_t now_us);

/* Whether a payload is as it was sent. */
bool speech_is_whole(const struct frame *f);

#endif
