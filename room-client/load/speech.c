/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/load/speech.h"

#include <glib.h>
#include <string.h>

#define SUM_LEN 8
/* Late by more than this, objects are left out: a load that cannot keep up must not send bursts. */
#define LATE_US (500 * 1000)

/* Bytes to cut payloads from. */
static const uint8_t *pool(void)
{
	static uint8_t bytes[FRAME_PAYLOAD_MAX];
	uint32_t x = 2463534242;

	for (size_t i = 0; !bytes[0] && i < sizeof(bytes); i++) {
		x ^= x << 13;
		x ^= x >> 17;
		x ^= x << 5;
		bytes[sizeof(bytes) - 1 - i] = (uint8_t)x | 1;
	}
	return bytes;
}

static uint64_t checksum(const struct frame *f)
{
	uint64_t sum = (uint64_t)f->track << 32 | f->seq, word;
	size_t i = SUM_LEN;

	for (; i + 8 <= f->payload_len; i += 8) {
		memcpy(&word, f->payload + i, 8);
		sum = (sum ^ word) * 0x9e3779b97f4a7c15u;
		sum ^= sum >> 29;
	}
	for (; i < f->payload_len; i++)
		sum = (sum ^ f->payload[i]) * 0x9e3779b97f4a7c15u;
	return sum;
}

bool speech_is_whole(const struct frame *f)
{
	uint64_t sum;

	if (f->payload_len < SUM_LEN)
		return false;
	memcpy(&sum, f->payload, SUM_LEN);
	return sum == checksum(f);
}

static void close_group(struct speech *s, const struct speech_out *out)
{
	uint8_t message[STAMP_LEN];
	struct stamp stamp;

	if (!s->group || stamp_group_is_empty(s->group) || stamp_group_finish(s->group, &stamp))
		return;
	stamp.epoch = s->epoch;
	if (stamp_sign(&stamp, &s->scope, s->seed))
		return;
	stamp_encode(&stamp, message);
	out->message(out->ctx, message, sizeof(message));
}

static void send_object(
	struct speech *s, const struct speech_out *out, uint8_t flags, size_t len, int64_t now_us)
{
	uint8_t message[FRAME_LEN_MAX];
	uint8_t *payload = message + FRAME_HEADER_LEN;
	struct frame f = {
		.track = s->track,
		.flags = flags,
		.codec = s->video ? FRAME_CODEC_VP8 : FRAME_CODEC_OPUS,
		.seq = s->seq++,
		.capture_us = (uint64_t)now_us,
		.tl0 = s->tl0,
		.payload = payload,
		.payload_len = len,
	};
	uint64_t sum;

	memcpy(payload, pool() + f.seq % 4096, len);
	sum = checksum(&f);
	memcpy(payload, &sum, SUM_LEN);
	frame_write_header(&f, message);
	if (s->group &&
		((flags & FRAME_KEY && s->video) || stamp_group_is_due(s->group, f.capture_us)))
		close_group(s, out);
	if (s->group)
		stamp_group_add(s->group, &f);
	out->message(out->ctx, message, FRAME_HEADER_LEN + len);
}

static void send_picture(struct speech *s, const struct speech_out *out, int64_t now_us)
{
	static const uint8_t layers[] = {0, 2, 1, 2};
	bool key = s->key_wanted || now_us >= s->key_due_us;
	uint8_t layer = key ? 0 : layers[s->in_pattern];
	uint8_t flags = key ? FRAME_KEY : 0;
	size_t len = key ? s->rate->key_bytes
			 : s->rate->delta_bytes / 2 + g_random_int() % (s->rate->delta_bytes + 1);

	if (key) {
		s->in_pattern = 0;
		s->key_wanted = false;
		if (now_us >= s->key_due_us)
			s->key_due_us = now_us + s->rate->key_every_ms * INT64_C(1000);
	}
	/* The first of each layer in the pattern leans on lower layers only. */
	if (s->in_pattern == 1 || s->in_pattern == 2)
		flags |= FRAME_LAYER_SYNC;
	if (layer == FRAME_LAYER_MAX)
		flags |= FRAME_DISCARDABLE;
	s->tl0 = (uint8_t)(s->tl0 + (layer == 0));
	s->in_pattern = (s->in_pattern + 1) % G_N_ELEMENTS(layers);
	send_object(s, out, frame_flags_with_layer(flags, layer), MAX(len, SUM_LEN), now_us);
}

unsigned speech_send(struct speech *s, const struct speech_out *out, int64_t now_us)
{
	unsigned fps = s->video ? s->rate->fps : s->rate->audio_fps, n = 0;

	if (!s->track || !fps)
		return 0;
	if (now_us - s->due_us > LATE_US)
		s->due_us = now_us;
	for (; s->due_us <= now_us; s->due_us += 1000000 / fps, n++) {
		if (s->video)
			send_picture(s, out, now_us);
		else
			send_object(s, out, FRAME_KEY, MAX(s->rate->audio_bytes, SUM_LEN), now_us);
	}
	return n;
}
