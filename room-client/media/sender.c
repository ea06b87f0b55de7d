/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/media/sender.h"

#include "proto/frame.h"

struct sender {
	struct sender_out out;
	struct capture *capture;
	struct publisher *publisher;
	bool open, muted, capturing;
};

static void captured(void *user, const struct capture_frame *frame)
{
	struct sender *s = user;

	publisher_frame(s->publisher, frame);
}

static void capture_failed(void *user, const char *why)
{
	struct sender *s = user;

	s->capturing = false;
	s->out.failed(s->out.user, why);
}

static bool has_room(void *user)
{
	struct sender *s = user;

	return s->out.has_room(s->out.user);
}

static void message_made(void *user, GBytes *message)
{
	struct sender *s = user;

	s->out.message(s->out.user, message);
}

static void want_key(void *user)
{
	struct sender *s = user;

	capture_request_key(s->capture);
}

int sender_new(const struct capture_config *config, const struct sender_out *out,
	struct sender **ret_sender)
{
	uint8_t codec = config->kind == MEDIA_VIDEO ? FRAME_CODEC_VP8 : FRAME_CODEC_OPUS;
	struct sender *s = g_new0(struct sender, 1);
	struct publisher_out publisher_out = {s, has_room, message_made, want_key};
	struct capture_out capture_out = {s, captured, capture_failed};
	int r;

	s->out = *out;
	r = capture_new(config, &capture_out, &s->capture);
	if (r != 0) {
		g_free(s);
		return r;
	}
	s->publisher = publisher_new(codec, &publisher_out);
	*ret_sender = s;
	return 0;
}

struct sender *sender_free(struct sender *s)
{
	if (!s)
		return NULL;
	/* The capture first: its threads use the publisher. */
	capture_free(s->capture);
	publisher_free(s->publisher);
	g_free(s);
	return NULL;
}

static void capture_if_wanted(struct sender *s)
{
	bool wanted = s->open && !s->muted;

	if (wanted && !s->capturing) {
		s->capturing = capture_start(s->capture) == 0;
		if (!s->capturing)
			s->out.failed(s->out.user, "the device cannot be opened");
	} else if (!wanted && s->capturing) {
		capture_stop(s->capture);
		s->capturing = false;
	}
}

void sender_open(struct sender *s, const struct publisher_track *track)
{
	publisher_open(s->publisher, track);
	s->open = true;
	capture_if_wanted(s);
	capture_request_key(s->capture);
}

void sender_close(struct sender *s)
{
	publisher_close(s->publisher);
	s->open = false;
	capture_if_wanted(s);
}

void sender_drop(struct sender *s)
{
	publisher_drop(s->publisher);
	s->open = false;
	capture_if_wanted(s);
}

void sender_mute(struct sender *s, bool muted)
{
	s->muted = muted;
	publisher_mute(s->publisher, muted);
	capture_if_wanted(s);
}

void sender_request_key(struct sender *s)
{
	capture_request_key(s->capture);
}

void sender_set_bitrate(struct sender *s, int bitrate)
{
	capture_set_bitrate(s->capture, bitrate);
}

void sender_stats(struct sender *s, struct publisher_stats *ret_stats)
{
	publisher_stats(s->publisher, ret_stats);
}

bool sender_is_capturing(const struct sender *s)
{
	return s->capturing;
}
