/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * One camera or one microphone: source, encoder, encoded frames. Video is VP8, sound is Opus in
 * 20 ms packets; a frame is exactly one WebCodecs chunk.
 *
 * All functions belong to the thread that runs the default GMainContext; frames come on a
 * GStreamer thread. While a capture is stopped its device is closed, so a camera's lamp is out.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "room-client/media/source.h"

struct capture;

struct capture_frame {
	const uint8_t *data; /* valid during the call */
	size_t len;
	int64_t capture_us; /* CLOCK_MONOTONIC */
	bool key;           /* always set for sound */
};

struct capture_config {
	enum media_kind kind;
	struct media_source source;
	int width, height, fps; /* video */
	int bitrate;            /* bits per second */
	const char *label;      /* drawn into a test picture beside a running clock; may be NULL */
};

struct capture_out {
	void *user;
	void (*frame)(void *user, const struct capture_frame *frame); /* GStreamer thread */
	void (*failed)(void *user, const char *why); /* main thread; it has stopped */
};

enum capture_refusal {
	CAPTURE_E_SOURCE = 1, /* no such test pattern, or no element for this source is installed */
};

/* Calls gst_init when nobody has. Copies config and out; a new capture is stopped. */
int capture_new(const struct capture_config *config, const struct capture_out *out,
	struct capture **ret_capture);

/* Frames begin and end. After capture_stop has returned, no frame callback runs. */
int capture_start(struct capture *c);
void capture_stop(struct capture *c);

/* The next picture becomes a keyframe; any thread. No effect where frames pass through from a file,
 * or while stopped. */
void capture_request_key(struct capture *c);
void capture_set_bitrate(struct capture *c, int bitrate);

struct capture *capture_free(struct capture *c);
