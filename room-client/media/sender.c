/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/media/sender.h"

#include "proto/frame.h"
#include "room-client/media/rate.h"

#define RETRY_MS 1000

/* User data of one take's publisher. */
struct take {
	struct sender *sender;
	enum capture_take id;
	struct publisher *publisher;
	bool open;
	int advised; /* bits per second; 0: nothing was advised */
	int bitrate; /* as the encoder was told */
};

struct sender {
	struct sender_out out;
	struct capture *capture;
	struct take takes[CAPTURE_N_TAKES];
	struct rate rate;
	bool masked, muted, checked, capturing;
	bool gone; /* the device has failed and that was said */
	guint retry;
};

static void captured(void *user, enum capture_take take, const struct capture_frame *frame)
{
	struct sender *s = user;

	publisher_frame(s->takes[take].publisher, frame);
}

static bool has_room(void *user)
{
	struct sender *s = ((struct take *)user)->sender;

	return s->out.has_room(s->out.user);
}

static void message_made(void *user, GBytes *message)
{
	struct sender *s = ((struct take *)user)->sender;

	s->out.message(s->out.user, message);
}

static void want_key(void *user)
{
	struct take *t = user;

	capture_request_key(t->sender->capture, t->id);
}

static void pictured(void *user, const struct picture *picture)
{
	struct sender *s = user;

	s->out.picture(s->out.user, picture);
}

/* A level also says that the microphone works. */
static void sounds(void *user, double level)
{
	struct sender *s = user;

	s->out.level(s->out.user, level);
}

static void capture_if_wanted(struct sender *s);

static gboolean try_again(void *user)
{
	struct sender *s = user;

	s->retry = 0;
	capture_if_wanted(s);
	return G_SOURCE_REMOVE;
}

static void lost(struct sender *s, const char *why)
{
	s->capturing = false;
	if (!s->retry)
		s->retry = g_timeout_add(RETRY_MS, try_again, s);
	if (s->gone)
		return;
	s->gone = true;
	s->out.failed(s->out.user, why);
}

static void capture_failed(void *user, const char *why)
{
	lost(user, why);
}

static void capture_flows(void *user)
{
	struct sender *s = user;

	if (!s->gone)
		return;
	s->gone = false;
	s->out.recovered(s->out.user);
	/* Unless it has a track now, it was open only to see whether it is there. */
	capture_if_wanted(s);
}

static void publishers_make(struct sender *s, uint8_t codec)
{
	for (int i = 0; i < CAPTURE_N_TAKES; i++) {
		struct take *t = &s->takes[i];
		struct publisher_out out = {t, has_room, message_made, want_key};

		t->sender = s;
		t->id = (enum capture_take)i;
		t->bitrate = capture_bitrate(s->capture, t->id);
		t->publisher = publisher_new(codec, &out);
	}
}

int sender_new(const struct capture_config *config, const struct sender_out *out,
	struct sender **ret_sender)
{
	uint8_t codec = config->kind == MEDIA_AUDIO ? FRAME_CODEC_OPUS : FRAME_CODEC_VP8;
	struct sender *s = g_new0(struct sender, 1);
	struct capture_out capture_out = {s, captured, capture_failed, capture_flows,
		out->picture ? pictured : NULL, out->level ? sounds : NULL};
	int r;

	s->out = *out;
	rate_init(&s->rate);
	r = capture_new(config, &capture_out, &s->capture);
	if (r != 0) {
		g_free(s);
		return r;
	}
	publishers_make(s, codec);
	*ret_sender = s;
	return 0;
}

struct sender *sender_free(struct sender *s)
{
	if (!s)
		return NULL;
	if (s->retry)
		g_source_remove(s->retry);
	/* The capture first: its threads use the publishers. */
	capture_free(s->capture);
	for (int i = 0; i < CAPTURE_N_TAKES; i++)
		publisher_free(s->takes[i].publisher);
	g_free(s);
	return NULL;
}

static bool is_wanted(const struct sender *s)
{
	bool open = false;

	for (int i = 0; i < CAPTURE_N_TAKES; i++)
		open = open || s->takes[i].open;
	return s->checked || (!s->muted && (open || s->gone));
}

static void capture_if_wanted(struct sender *s)
{
	bool wanted = is_wanted(s);

	if (!wanted && s->retry) {
		g_source_remove(s->retry);
		s->retry = 0;
	}
	if (wanted && !s->capturing && !s->retry) {
		if (capture_start(s->capture, s->masked) == 0)
			s->capturing = true;
		else
			lost(s, "the device cannot be opened");
	} else if (!wanted && s->capturing) {
		capture_stop(s->capture);
		s->capturing = false;
	}
}

void sender_set_masked(struct sender *s, bool masked)
{
	if (s->masked == masked)
		return;
	s->masked = masked;
	if (s->capturing)
		capture_stop(s->capture);
	s->capturing = false;
	capture_if_wanted(s);
}

static void take_ended(struct take *t)
{
	struct sender *s = t->sender;

	t->open = false;
	t->advised = 0;
	capture_open(s->capture, t->id, false);
	capture_if_wanted(s);
}

void sender_open(struct sender *s, enum capture_take take, const struct publisher_track *track)
{
	struct take *t = &s->takes[take];

	publisher_open(t->publisher, track);
	t->open = true;
	capture_open(s->capture, take, true);
	capture_if_wanted(s);
	capture_request_key(s->capture, take);
}

void sender_close(struct sender *s, enum capture_take take)
{
	publisher_close(s->takes[take].publisher);
	take_ended(&s->takes[take]);
}

void sender_drop(struct sender *s, enum capture_take take)
{
	publisher_drop(s->takes[take].publisher);
	take_ended(&s->takes[take]);
}

void sender_give_up(struct sender *s)
{
	s->gone = false;
	capture_if_wanted(s);
}

void sender_mute(struct sender *s, bool muted)
{
	s->muted = muted;
	for (int i = 0; i < CAPTURE_N_TAKES; i++)
		publisher_mute(s->takes[i].publisher, muted);
	capture_if_wanted(s);
}

void sender_check(struct sender *s, bool on)
{
	s->checked = on;
	capture_if_wanted(s);
}

void sender_show(struct sender *s, int width, int height)
{
	capture_show(s->capture, width, height);
}

void sender_request_key(struct sender *s, enum capture_take take)
{
	capture_request_key(s->capture, take);
}

static void bitrate_follow(struct take *t)
{
	struct sender *s = t->sender;
	int bps = rate_apply(&s->rate, capture_bitrate(s->capture, t->id), t->advised);

	if (bps == t->bitrate)
		return;
	t->bitrate = bps;
	capture_set_bitrate(s->capture, t->id, bps);
}

void sender_advise(struct sender *s, enum capture_take take, int bps)
{
	s->takes[take].advised = bps;
	bitrate_follow(&s->takes[take]);
}

void sender_waits(struct sender *s, int64_t waits_us, int64_t now_us)
{
	rate_waits(&s->rate, waits_us, now_us);
	for (int i = 0; i < CAPTURE_N_TAKES; i++)
		bitrate_follow(&s->takes[i]);
}

void sender_stats(const struct sender *s, enum capture_take take, struct sender_stats *ret_stats)
{
	const struct take *t = &s->takes[take];

	publisher_stats(t->publisher, &ret_stats->published);
	ret_stats->open = t->open;
	ret_stats->bitrate = t->bitrate;
}

bool sender_is_capturing(const struct sender *s)
{
	return s->capturing;
}
