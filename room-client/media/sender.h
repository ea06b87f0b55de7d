/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * One own source: a capture whose frames publishers sign, one for each take that has a track. The
 * device is open only while a take has a track and the source is not muted, or while it is being
 * checked. When it is pulled out, it is tried again every second until it is back, with a track or
 * without.
 *
 * All functions belong to the thread that runs the default GMainContext.
 */

#include "room-client/media/capture.h"
#include "room-client/media/publisher.h"

struct sender;

struct sender_out {
	void *user;
	/* From GStreamer threads, as in struct publisher_out. */
	bool (*has_room)(void *user);
	void (*message)(void *user, GBytes *message);
	/* Main thread: the device is gone, said once until recovered says that it is back. */
	void (*failed)(void *user, const char *why);
	void (*recovered)(void *user);
	/* May be NULL, as in struct capture_out. */
	void (*picture)(void *user, const struct picture *picture);
	void (*level)(void *user, double level);
};

struct sender_stats {
	struct publisher_stats published;
	bool open;   /* has a track */
	int bitrate; /* aimed at, bits per second */
};

/* Refusals of capture_new. */
int sender_new(const struct capture_config *config, const struct sender_out *out,
	struct sender **ret_sender);
struct sender *sender_free(struct sender *s);

/* Whether the takes are the masked ones; restarts a device that is open. */
void sender_set_masked(struct sender *s, bool masked);

/* The track lasts until sender_close, which leaves nothing unsigned, or sender_drop, when there is
 * no connection any more. */
void sender_open(struct sender *s, enum capture_take take, const struct publisher_track *track);
void sender_close(struct sender *s, enum capture_take take);
void sender_drop(struct sender *s, enum capture_take take);

/* Waits no longer for a device that is gone. */
void sender_give_up(struct sender *s);

void sender_mute(struct sender *s, bool muted);
/* Opens the device for preview and level, whatever else is wanted of it. */
void sender_check(struct sender *s, bool on);
/* The preview's tile; 0 × 0: none. */
void sender_show(struct sender *s, int width, int height);

void sender_request_key(struct sender *s, enum capture_take take);
/* bps: bits per second that the server advises at most. */
void sender_advise(struct sender *s, enum capture_take take, int bps);
/* To be told a few times a second how long the oldest message of this source waits for the line. */
void sender_waits(struct sender *s, int64_t waits_us, int64_t now_us);

void sender_stats(const struct sender *s, enum capture_take take, struct sender_stats *ret_stats);
bool sender_is_capturing(const struct sender *s);
