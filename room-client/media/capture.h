/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * One camera, microphone or screen, captured once, and what is made of it: encoded frames of one or
 * several takes, a preview, a level. Video is VP8 in three temporal layers, sound is Opus in 20 ms
 * packets; a frame is exactly one WebCodecs chunk.
 *
 * All functions belong to the thread that runs the default GMainContext but where it is said;
 * frames come on a GStreamer thread. While a capture is stopped its device is closed, so a camera's
 * lamp is out.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "room-client/media/easel.h"
#include "room-client/media/source.h"
#include "room-client/media/veil.h"

struct capture;

/* Tracks that one source gives. The small ones are there when a size for them was configured. */
enum capture_take {
	CAPTURE_MAIN, /* as it is */
	CAPTURE_SMALL,
	CAPTURE_MASKED, /* face or voice made unrecognisable */
	CAPTURE_MASKED_SMALL,
	CAPTURE_N_TAKES,
};

struct capture_frame {
	const uint8_t *data; /* valid during the call */
	size_t len;
	int64_t capture_us; /* CLOCK_MONOTONIC */
	bool key;           /* always set for sound */
	uint8_t layer;      /* temporal, of video: 0 to 2 */
	bool layer_sync;    /* the layer may be joined here */
	bool discardable;   /* no later frame refers to it */
	bool silence;       /* sound: nobody speaks */
};

struct capture_config {
	enum media_kind kind;
	struct media_source source;
	int width, height, fps;                       /* video */
	int bitrate;                                  /* bits per second */
	int small_width, small_height, small_bitrate; /* 0: no small takes */
	enum veil veil;                               /* how a masked take of video is made */
	bool plain_sound;  /* a device's sound: neither echo nor noise is removed, no gain */
	bool plays;        /* this client has a mixer, and its sound is taken out of a device's */
	const char *label; /* drawn into a test picture beside a running clock; may be NULL */
};

struct capture_out {
	void *user;
	/* GStreamer thread. */
	void (*frame)(void *user, enum capture_take take, const struct capture_frame *frame);
	void (*failed)(void *user, const char *why); /* main thread; it has stopped */
	/* The first picture or sound since capture_start has come. Main thread. */
	void (*flows)(void *user);
	/* May be NULL: the preview while it has a tile, masked if the takes are; loudness, 0 to 1,
	 * about ten times a second. Main thread. */
	void (*picture)(void *user, const struct picture *picture);
	void (*level)(void *user, double level);
};

enum capture_refusal {
	CAPTURE_E_SOURCE = 1, /* no such test pattern, or no element for this source is installed */
};

/* Whether echo and noise of this source ought to be removed and cannot, for the element is not
 * installed: it is sent as it is. After gst_init. */
bool capture_lacks_processing(const struct capture_config *config);

/* Calls gst_init when nobody has. Copies config and out; a new capture is stopped. */
int capture_new(const struct capture_config *config, const struct capture_out *out,
	struct capture **ret_capture);

/* Opens the device, for the takes MAIN, MASKED and MASKED_SMALL if masked, otherwise for MAIN and
 * SMALL. After capture_stop has returned, no frame callback runs. -EIO: it cannot be opened. */
int capture_start(struct capture *c, bool masked);
void capture_stop(struct capture *c);

/* Whether a take is encoded at all; kept while stopped. At first none is. */
void capture_open(struct capture *c, enum capture_take take, bool on);
/* Size of the preview's tile; 0 × 0: none is made. Kept while stopped. */
void capture_show(struct capture *c, int width, int height);

/* The next picture becomes a keyframe; any thread. No effect where frames pass through from a file,
 * or while stopped. */
void capture_request_key(struct capture *c, enum capture_take take);
void capture_set_bitrate(struct capture *c, enum capture_take take, int bitrate);
/* As configured. */
int capture_bitrate(const struct capture *c, enum capture_take take);

struct capture *capture_free(struct capture *c);
