/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/media/publisher.h"

#include <openssl/crypto.h>
#include <string.h>

/* Ask for the next keyframe this long before the group is full, so that it comes in time. */
#define ASK_AHEAD_US 200000
#define ASK_AGAIN_US 300000

struct publisher {
	GMutex lock;
	struct publisher_out out;
	uint8_t codec;
	bool muted;
	struct stamp_group *group; /* NULL while no track is open */
	struct publisher_track track;
	uint32_t seq;
	uint8_t tl0;
	bool needs_key;
	int64_t asked_us; /* capture time at which a keyframe was last asked for */
	struct publisher_stats stats;
};

struct publisher *publisher_new(uint8_t codec, const struct publisher_out *out)
{
	struct publisher *p = g_new0(struct publisher, 1);

	g_mutex_init(&p->lock);
	p->codec = codec;
	p->out = *out;
	return p;
}

static void forget_track(struct publisher *p)
{
	p->group = stamp_group_free(p->group);
	OPENSSL_cleanse(&p->track, sizeof(p->track));
}

struct publisher *publisher_free(struct publisher *p)
{
	if (!p)
		return NULL;
	forget_track(p);
	g_mutex_clear(&p->lock);
	g_free(p);
	return NULL;
}

/* libcrypto failing is the end of the track: unsigned media must not go on. */
static void group_close(struct publisher *p)
{
	g_autoptr(GBytes) message = NULL;
	uint8_t *data;
	struct stamp stamp;

	if (!p->group || stamp_group_is_empty(p->group))
		return;
	if (stamp_group_finish(p->group, &stamp) < 0) {
		forget_track(p);
		return;
	}
	stamp.epoch = p->track.epoch;
	if (stamp_sign(&stamp, &p->track.scope, p->track.seed) < 0) {
		forget_track(p);
		return;
	}
	data = g_malloc(STAMP_LEN);
	stamp_encode(&stamp, data);
	message = g_bytes_new_take(data, STAMP_LEN);
	p->stats.n_stamps++;
	p->out.message(p->out.user, message);
}

void publisher_open(struct publisher *p, const struct publisher_track *track)
{
	g_mutex_lock(&p->lock);
	group_close(p);
	forget_track(p);
	p->track = *track;
	p->group = stamp_group_new(track->id);
	p->seq = 0;
	p->tl0 = 0;
	p->needs_key = true;
	p->asked_us = 0;
	g_mutex_unlock(&p->lock);
}

void publisher_close(struct publisher *p)
{
	g_mutex_lock(&p->lock);
	group_close(p);
	forget_track(p);
	g_mutex_unlock(&p->lock);
}

void publisher_drop(struct publisher *p)
{
	g_mutex_lock(&p->lock);
	forget_track(p);
	g_mutex_unlock(&p->lock);
}

void publisher_mute(struct publisher *p, bool muted)
{
	g_mutex_lock(&p->lock);
	if (muted)
		group_close(p);
	p->muted = muted;
	p->needs_key = true;
	g_mutex_unlock(&p->lock);
}

static void ask_for_key(struct publisher *p, int64_t capture_us)
{
	if (frame_codec_is_audio(p->codec) || capture_us - p->asked_us < ASK_AGAIN_US)
		return;
	p->asked_us = capture_us;
	p->out.want_key(p->out.user);
}

/* Whether the frame may leave; closes the group when the frame begins the next one. */
static bool frame_admit(struct publisher *p, const struct capture_frame *frame)
{
	uint64_t now = (uint64_t)frame->capture_us;
	bool audio = frame_codec_is_audio(p->codec);

	if (frame->len > FRAME_PAYLOAD_MAX || frame->len == 0) {
		p->stats.n_too_long += frame->len != 0;
		p->needs_key = p->needs_key || !audio;
		return false;
	}
	if (!p->out.has_room(p->out.user)) {
		p->stats.n_held_back++;
		p->needs_key = true;
		return false;
	}
	if (stamp_group_is_due(p->group, now) || (frame->key && !audio)) {
		group_close(p);
		if (!p->group)
			return false;
		p->needs_key = true;
	} else if (stamp_group_is_due(p->group, now + ASK_AHEAD_US)) {
		ask_for_key(p, frame->capture_us);
	}
	if (p->needs_key && !frame->key) {
		p->stats.n_keyless++;
		ask_for_key(p, frame->capture_us);
		return false;
	}
	return true;
}

static uint8_t flags_of(const struct capture_frame *f)
{
	uint8_t flags =
		(uint8_t)((f->key ? FRAME_KEY : 0) | (f->layer_sync ? FRAME_LAYER_SYNC : 0) |
			  (f->discardable ? FRAME_DISCARDABLE : 0) |
			  (f->silence ? FRAME_SILENCE : 0));

	return frame_flags_with_layer(flags, f->layer);
}

static void frame_send(struct publisher *p, const struct capture_frame *captured)
{
	g_autoptr(GBytes) message = NULL;
	uint8_t *data = g_malloc(FRAME_HEADER_LEN + captured->len);
	struct frame frame = {
		.track = p->track.id,
		.flags = flags_of(captured),
		.codec = p->codec,
		.seq = p->seq,
		.capture_us = (uint64_t)captured->capture_us,
		.tl0 = frame_codec_is_audio(p->codec) ? 0 : p->tl0,
		.payload = captured->data,
		.payload_len = captured->len,
	};

	if (captured->layer == 0 && !frame_codec_is_audio(p->codec))
		frame.tl0 = ++p->tl0;
	frame_write_header(&frame, data);
	memcpy(data + FRAME_HEADER_LEN, captured->data, captured->len);
	message = g_bytes_new_take(data, FRAME_HEADER_LEN + captured->len);
	if (stamp_group_add(p->group, &frame) != 0) {
		forget_track(p);
		return;
	}
	p->seq++;
	p->needs_key = false;
	p->stats.n_objects++;
	p->stats.n_bytes += captured->len;
	p->out.message(p->out.user, message);
}

void publisher_frame(struct publisher *p, const struct capture_frame *frame)
{
	g_mutex_lock(&p->lock);
	if (p->group && !p->muted && frame_admit(p, frame))
		frame_send(p, frame);
	g_mutex_unlock(&p->lock);
}

void publisher_stats(struct publisher *p, struct publisher_stats *ret_stats)
{
	g_mutex_lock(&p->lock);
	*ret_stats = p->stats;
	g_mutex_unlock(&p->lock);
}
