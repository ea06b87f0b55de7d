/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * One own source: a capture whose frames a publisher signs. The device is open only while it has a
 * track and is not muted.
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
	/* Main thread: the device is gone. It is tried again with the next track or unmuting. */
	void (*failed)(void *user, const char *why);
};

/* Refusals of capture_new. */
int sender_new(const struct capture_config *config, const struct sender_out *out,
	struct sender **ret_sender);
struct sender *sender_free(struct sender *s);

/* The track lasts until sender_close, which leaves nothing unsigned, or sender_drop, when there is
 * no connection any more. */
void sender_open(struct sender *s, const struct publisher_track *track);
void sender_close(struct sender *s);
void sender_drop(struct sender *s);

void sender_mute(struct sender *s, bool muted);
void sender_request_key(struct sender *s);
void sender_set_bitrate(struct sender *s, int bitrate);

void sender_stats(struct sender *s, struct publisher_stats *ret_stats);
bool sender_is_capturing(const struct sender *s);
