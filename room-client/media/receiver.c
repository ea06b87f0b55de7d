/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/media/receiver.h"

struct receiver {
	struct receiver_config config;
	struct receiver_stats stats;
	bool begun;
	uint32_t next_seq;

	/* What the decoder knows. */
	bool needs_key;
	uint8_t tl0;     /* newest base-layer picture seen */
	uint8_t n_layer; /* temporal layers up to this one are whole */

	struct stamp_group *group;
	bool group_whole; /* all objects since the last stamp came, and its number is known */
};

struct receiver *receiver_new(const struct receiver_config *config)
{
	struct receiver *r = g_new0(struct receiver, 1);

	r->config = *config;
	r->needs_key = true;
	r->group = stamp_group_new(config->track);
	return r;
}

struct receiver *receiver_free(struct receiver *r)
{
	if (!r)
		return NULL;
	stamp_group_free(r->group);
	g_free(r);
	return NULL;
}

/* False for an object that came before. Numbers wrap, so the distance is signed. */
static bool seq_advance(struct receiver *r, const struct frame *frame)
{
	int32_t missing = (int32_t)(frame->seq - r->next_seq);

	if (!r->begun) {
		r->begun = true;
		r->group_whole = frame->seq == 0;
	} else if (missing < 0) {
		r->stats.n_stale++;
		return false;
	} else if (missing > 0) {
		r->stats.n_gaps++;
		r->stats.n_lost += (uint32_t)missing;
		r->n_layer = 0;
	}
	r->next_seq = frame->seq + 1;
	return true;
}

/* A picture of the base layer needs the one before it; a higher one its own layer whole since the
 * last place where it may be joined. */
static enum receiver_verdict vp8_verdict(struct receiver *r, const struct frame *frame)
{
	uint8_t layer = frame_layer(frame->flags);
	uint8_t follows = layer == 0 ? (uint8_t)(r->tl0 + 1) : r->tl0;

	if (frame->flags & FRAME_KEY) {
		r->needs_key = false;
		r->tl0 = frame->tl0;
		r->n_layer = FRAME_LAYER_MAX;
		return RECEIVER_DECODE;
	}
	if (r->needs_key || frame->tl0 != follows) {
		r->needs_key = true;
		return RECEIVER_WANT_KEY;
	}
	r->tl0 = frame->tl0;
	if (layer > r->n_layer && !(frame->flags & FRAME_LAYER_SYNC))
		return RECEIVER_SKIP;
	if (layer > r->n_layer)
		r->n_layer = layer;
	return RECEIVER_DECODE;
}

enum receiver_verdict receiver_object(struct receiver *r, const struct frame *frame)
{
	enum receiver_verdict verdict = RECEIVER_DECODE;

	if (!seq_advance(r, frame)) {
		r->stats.n_skipped++;
		return RECEIVER_SKIP;
	}
	r->stats.n_objects++;
	r->stats.n_bytes += frame->payload_len;
	r->stats.n_keys += (frame->flags & FRAME_KEY) != 0;
	r->stats.last_session_ms = frame->session_ms;
	if (r->group_whole && stamp_group_add(r->group, frame) != 0)
		r->group_whole = false;
	if (frame->codec == FRAME_CODEC_VP8)
		verdict = vp8_verdict(r, frame);
	r->stats.n_skipped += verdict != RECEIVER_DECODE;
	return verdict;
}

/* Whether the stamp speaks of exactly the objects gathered here. */
static bool same_range(const struct stamp *a, const struct stamp *b)
{
	return a->group == b->group && a->first_seq == b->first_seq && a->last_seq == b->last_seq;
}

void receiver_stamp(struct receiver *r, const struct stamp *stamp)
{
	const struct receiver_config *c = &r->config;
	struct stamp ours;

	if (!c->has_key) {
		r->stats.n_unverified++;
		return;
	}
	if (stamp->epoch != c->epoch || stamp_verify(stamp, &c->scope, c->device_key) != 0) {
		r->stats.n_forged++;
		return;
	}
	if (!r->group_whole || stamp_group_is_empty(r->group) ||
		stamp_group_finish(r->group, &ours) != 0 || !same_range(stamp, &ours)) {
		r->stats.n_unverified++;
		stamp_group_skip(r->group, stamp->last_seq + 1, stamp->group + 1);
		r->group_whole = r->next_seq == stamp->last_seq + 1;
		return;
	}
	if (stamp_compare(stamp, &ours) == 0)
		r->stats.n_verified++;
	else
		r->stats.n_forged++;
}

void receiver_reset(struct receiver *r)
{
	r->needs_key = true;
}

const struct receiver_stats *receiver_stats(const struct receiver *r)
{
	return &r->stats;
}
