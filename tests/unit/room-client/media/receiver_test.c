/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/media/receiver.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

static const uint8_t SEED[ED25519_KEY_LEN] = {9};
static const struct stamp_scope SCOPE = {.session = "s1", .seat = "expert_2"};

enum step_kind {
	KEY = 1, /* an object with seq */
	DELTA,
	STAMP,        /* closes what the sender sent */
	STAMP_FORGED, /* by another key */
	LOSE,         /* sent, but dropped by the relay */
};

struct step {
	enum step_kind kind;
	uint32_t seq;
	enum receiver_verdict verdict;
};

struct tape {
	const char *name;
	struct step steps[12];
	uint64_t n_gaps, n_lost, n_verified, n_unverified, n_forged;
};

static const struct tape TAPES[] = {
	{"whole groups verify",
		{{KEY, 0}, {DELTA, 1}, {DELTA, 2}, {STAMP}, {KEY, 3}, {DELTA, 4}, {STAMP}}, 0, 0, 2,
		0, 0},
	{"a lost picture makes the rest undecodable and the group unverifiable",
		{{KEY, 0}, {DELTA, 1}, {LOSE, 2}, {DELTA, 3, RECEIVER_WANT_KEY},
			{DELTA, 4, RECEIVER_WANT_KEY}, {STAMP}, {KEY, 5}, {DELTA, 6}, {STAMP}},
		1, 1, 1, 1, 0},
	{"a loss across the border leaves two groups unverifiable",
		{{KEY, 0}, {LOSE, 1}, {STAMP}, {LOSE, 2}, {DELTA, 3, RECEIVER_WANT_KEY}, {STAMP},
			{KEY, 4}, {STAMP}},
		1, 2, 1, 2, 0},
	{"a forged stamp is told from a gap", {{KEY, 0}, {DELTA, 1}, {STAMP_FORGED}, {STAMP}}, 0, 0,
		1, 0, 1},
	{"an object seen before is skipped",
		{{KEY, 0}, {DELTA, 1}, {DELTA, 1, RECEIVER_SKIP}, {KEY, 2}}, 0, 0, 0, 0, 0},
	{"joining before a keyframe", {{DELTA, 0, RECEIVER_WANT_KEY}}, 0, 0, 0, 0, 0},
};

static struct stamp make_stamp(struct stamp_group *group, const uint8_t *seed)
{
	struct stamp stamp;

	assert_int_equal(stamp_group_finish(group, &stamp), 0);
	stamp.epoch = 2;
	assert_int_equal(stamp_sign(&stamp, &SCOPE, seed), 0);
	return stamp;
}

static struct stamp forge_stamp(void)
{
	static const uint8_t other[ED25519_KEY_LEN] = {8};
	struct stamp stamp = {.track = 4, .epoch = 2, .last_seq = 1};

	assert_int_equal(stamp_sign(&stamp, &SCOPE, other), 0);
	return stamp;
}

static struct receiver *make_receiver(void)
{
	struct receiver_config config = {.track = 4, .epoch = 2, .scope = SCOPE, .has_key = true};

	assert_int_equal(ed25519_public(SEED, config.device_key), 0);
	return receiver_new(&config);
}

static struct frame make_frame(bool key, uint32_t seq)
{
	return (struct frame){
		.track = 4,
		.flags = key ? FRAME_KEY : 0,
		.codec = FRAME_CODEC_VP8,
		.seq = seq,
		.tl0 = (uint8_t)seq,
		.session_ms = seq * 40,
		.payload = (const uint8_t *)"x",
		.payload_len = 1,
	};
}

/* stamp_group refuses deltas at a group's start, so a tape's sender restarts at what it sends. */
static void sent(struct stamp_group *group, const struct step *step)
{
	struct frame frame =
		make_frame(step->kind == KEY || stamp_group_is_empty(group), step->seq);

	stamp_group_add(group, &frame);
}

static void play(const struct tape *tape)
{
	struct stamp_group *sender = stamp_group_new(4);
	struct receiver *r = make_receiver();
	const struct receiver_stats *stats = receiver_stats(r);

	print_message("%s\n", tape->name);
	for (const struct step *s = tape->steps; s->kind; s++) {
		struct frame frame = make_frame(s->kind == KEY, s->seq);
		struct stamp stamp;

		if (s->kind == STAMP || s->kind == STAMP_FORGED) {
			stamp = s->kind == STAMP ? make_stamp(sender, SEED) : forge_stamp();
			receiver_stamp(r, &stamp);
			continue;
		}
		sent(sender, s);
		if (s->kind != LOSE)
			assert_int_equal(receiver_object(r, &frame), s->verdict);
	}
	assert_int_equal(stats->n_gaps, tape->n_gaps);
	assert_int_equal(stats->n_lost, tape->n_lost);
	assert_int_equal(stats->n_verified, tape->n_verified);
	assert_int_equal(stats->n_unverified, tape->n_unverified);
	assert_int_equal(stats->n_forged, tape->n_forged);
	receiver_free(r);
	stamp_group_free(sender);
}

static void plays_tapes(void **state)
{
	for (size_t i = 0; i < sizeof(TAPES) / sizeof(TAPES[0]); i++)
		play(&TAPES[i]);
}

/* The relay dropped the upper layers: the base goes on, and an upper one is joined at its sync. */
static void dropped_layers_do_no_harm(void **state)
{
	static const struct {
		uint32_t seq;
		uint8_t flags, layer, tl0;
		enum receiver_verdict verdict;
	} STEPS[] = {
		{0, FRAME_KEY, 0, 0, RECEIVER_DECODE},
		{1, FRAME_DISCARDABLE, 2, 0, RECEIVER_DECODE},
		{4, 0, 0, 1, RECEIVER_DECODE}, /* 2 and 3 were not of the base */
		{5, FRAME_DISCARDABLE, 2, 1, RECEIVER_SKIP},
		{6, FRAME_LAYER_SYNC, 1, 1, RECEIVER_DECODE},
		{7, FRAME_DISCARDABLE, 2, 1, RECEIVER_SKIP},
		{8, 0, 0, 2, RECEIVER_DECODE},
		{10, 0, 0, 4, RECEIVER_WANT_KEY}, /* 9 was base picture 3 */
		{11, FRAME_KEY, 0, 5, RECEIVER_DECODE},
	};
	struct receiver *r = make_receiver();

	for (size_t i = 0; i < sizeof(STEPS) / sizeof(STEPS[0]); i++) {
		struct frame frame = make_frame(false, STEPS[i].seq);

		frame.flags = frame_flags_with_layer(STEPS[i].flags, STEPS[i].layer);
		frame.tl0 = STEPS[i].tl0;
		assert_int_equal(receiver_object(r, &frame), STEPS[i].verdict);
	}
	receiver_free(r);
}

/* The same key in an earlier epoch of the seat: signed, but not for this track. */
static void stamp_of_another_epoch_is_forged(void **state)
{
	struct stamp_group *sender = stamp_group_new(4);
	struct receiver *r = make_receiver();
	struct frame frame = make_frame(true, 0);
	struct stamp stamp;

	stamp_group_add(sender, &frame);
	receiver_object(r, &frame);
	assert_int_equal(stamp_group_finish(sender, &stamp), 0);
	stamp.epoch = 1;
	assert_int_equal(stamp_sign(&stamp, &SCOPE, SEED), 0);
	receiver_stamp(r, &stamp);
	assert_int_equal(receiver_stats(r)->n_forged, 1);
	stamp_group_free(sender);
	receiver_free(r);
}

static void altered_payload_is_forged(void **state)
{
	struct stamp_group *sender = stamp_group_new(4);
	struct receiver *r = make_receiver();
	struct frame frame = make_frame(true, 0);
	struct stamp stamp;

	stamp_group_add(sender, &frame);
	stamp = make_stamp(sender, SEED);
	frame.payload = (const uint8_t *)"y";
	receiver_object(r, &frame);
	receiver_stamp(r, &stamp);
	assert_int_equal(receiver_stats(r)->n_forged, 1);
	assert_int_equal(receiver_stats(r)->n_verified, 0);
	stamp_group_free(sender);
	receiver_free(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plays_tapes),
		cmocka_unit_test(dropped_layers_do_no_harm),
		cmocka_unit_test(stamp_of_another_epoch_is_forged),
		cmocka_unit_test(altered_payload_is_forged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
