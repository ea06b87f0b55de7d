/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/media/publisher.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#define FRAME_US 66667 /* 15 pictures per second */

static const struct publisher_track TRACK = {
	.id = 5,
	.epoch = 3,
	.scope = {.session = "s1", .seat = "expert_1"},
	.seed = {1, 2, 3},
};

struct wire {
	bool full;
	int n_keys_wanted;
	GPtrArray *messages;
	struct publisher *publisher;
	int64_t now_us;
};

static bool has_room(void *user)
{
	return !((struct wire *)user)->full;
}

static void message(void *user, GBytes *bytes)
{
	g_ptr_array_add(((struct wire *)user)->messages, g_bytes_ref(bytes));
}

static void want_key(void *user)
{
	((struct wire *)user)->n_keys_wanted++;
}

static void wire_init(struct wire *w, uint8_t codec)
{
	struct publisher_out out = {w, has_room, message, want_key};

	memset(w, 0, sizeof(*w));
	w->now_us = 1000000;
	w->messages = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
	w->publisher = publisher_new(codec, &out);
	publisher_open(w->publisher, &TRACK);
}

static void wire_done(struct wire *w)
{
	publisher_free(w->publisher);
	g_ptr_array_unref(w->messages);
}

static void feed(struct wire *w, bool key)
{
	struct capture_frame frame = {
		.data = (const uint8_t *)"picture",
		.len = 7,
		.capture_us = w->now_us,
		.key = key,
	};

	publisher_frame(w->publisher, &frame);
	w->now_us += FRAME_US;
}

/* Walks what was sent as the recorder would: every object in a group whose stamp verifies. */
static int count_verified_groups(struct wire *w, int *ret_objects)
{
	struct stamp_group *group = stamp_group_new(TRACK.id);
	uint8_t key[ED25519_KEY_LEN];
	int n_groups = 0;

	assert_int_equal(ed25519_public(TRACK.seed, key), 0);
	*ret_objects = 0;
	for (guint i = 0; i < w->messages->len; i++) {
		size_t len;
		const uint8_t *data = g_bytes_get_data(w->messages->pdata[i], &len);
		struct stamp stamp, ours;
		struct frame frame;

		if (frame_type(data, len) == FRAME_TYPE_MEDIA) {
			assert_int_equal(frame_parse(data, len, &frame), 0);
			assert_int_equal(frame.seq, *ret_objects);
			assert_int_equal(stamp_group_add(group, &frame), 0);
			(*ret_objects)++;
			continue;
		}
		assert_int_equal(stamp_decode(data, len, &stamp), 0);
		assert_int_equal(stamp.epoch, TRACK.epoch);
		assert_int_equal(stamp_verify(&stamp, &TRACK.scope, key), 0);
		assert_int_equal(stamp_group_finish(group, &ours), 0);
		assert_int_equal(stamp_compare(&stamp, &ours), 0);
		n_groups++;
	}
	stamp_group_free(group);
	return n_groups;
}

static void groups_begin_at_keyframes(void **state)
{
	struct wire w;
	int n;

	wire_init(&w, FRAME_CODEC_VP8);
	feed(&w, false); /* nothing can be decoded before a keyframe */
	for (int i = 0; i < 60; i++)
		feed(&w, i % 20 == 0);
	publisher_close(w.publisher);
	assert_int_equal(count_verified_groups(&w, &n), 3);
	assert_int_equal(n, 60);
	wire_done(&w);
}

/* A file may have keyframes far apart: no group may last longer than 2 s all the same. */
static void long_groups_are_cut(void **state)
{
	struct publisher_stats stats;
	struct wire w;
	int n;

	wire_init(&w, FRAME_CODEC_VP8);
	for (int i = 0; i < 90; i++)
		feed(&w, i % 45 == 0);
	publisher_close(w.publisher);
	assert_int_equal(count_verified_groups(&w, &n), 2);
	assert_in_range(n, 58, 62);
	assert_true(w.n_keys_wanted >= 2);
	publisher_stats(w.publisher, &stats);
	assert_int_equal(stats.n_keyless, 90 - n);
	wire_done(&w);
}

/* The encoder that obeys gives a keyframe before the group is full, and nothing is lost. */
static void keyframe_is_asked_for_in_time(void **state)
{
	struct wire w;
	int n, answered = 0;

	wire_init(&w, FRAME_CODEC_VP8);
	for (int i = 0; i < 150; i++) {
		bool key = i == 0 || w.n_keys_wanted > answered;

		answered = w.n_keys_wanted;
		feed(&w, key);
	}
	publisher_close(w.publisher);
	assert_in_range(count_verified_groups(&w, &n), 5, 7);
	assert_int_equal(n, 150);
	wire_done(&w);
}

static void sound_is_grouped_by_time(void **state)
{
	struct wire w;
	int n;

	wire_init(&w, FRAME_CODEC_OPUS);
	for (int i = 0; i < 100; i++)
		feed(&w, true);
	publisher_close(w.publisher);
	assert_in_range(count_verified_groups(&w, &n), 3, 4);
	assert_int_equal(n, 100);
	assert_int_equal(w.n_keys_wanted, 0);
	wire_done(&w);
}

/* Muting closes the group, so all that left is signed; afterwards not a byte leaves. */
static void mute_is_silence(void **state)
{
	struct wire w;
	guint sent;
	int n;

	wire_init(&w, FRAME_CODEC_OPUS);
	for (int i = 0; i < 10; i++)
		feed(&w, true);
	publisher_mute(w.publisher, true);
	sent = w.messages->len;
	assert_int_equal(count_verified_groups(&w, &n), 1);
	assert_int_equal(n, 10);
	for (int i = 0; i < 10; i++)
		feed(&w, true);
	assert_int_equal(w.messages->len, sent);
	publisher_mute(w.publisher, false);
	feed(&w, true);
	publisher_close(w.publisher);
	assert_int_equal(count_verified_groups(&w, &n), 2);
	assert_int_equal(n, 11);
	wire_done(&w);
}

/* What the connection cannot take is dropped unnumbered, to the next keyframe. */
static void full_connection_holds_back(void **state)
{
	struct publisher_stats stats;
	struct wire w;
	int n;

	wire_init(&w, FRAME_CODEC_VP8);
	feed(&w, true);
	feed(&w, false);
	w.full = true;
	feed(&w, false);
	w.full = false;
	feed(&w, false);
	assert_int_equal(w.n_keys_wanted, 1);
	feed(&w, true);
	publisher_close(w.publisher);
	assert_int_equal(count_verified_groups(&w, &n), 2);
	assert_int_equal(n, 3);
	publisher_stats(w.publisher, &stats);
	assert_int_equal(stats.n_held_back, 1);
	assert_int_equal(stats.n_keyless, 1);
	wire_done(&w);
}

/* Base-layer pictures are counted, and those above carry the number of the one they stand on. */
static void layers_stand_in_the_header(void **state)
{
	static const struct {
		struct capture_frame frame;
		uint8_t flags, tl0;
	} sent[] = {
		{{.key = true}, FRAME_KEY, 1},
		{{.layer = 2, .layer_sync = true, .discardable = true},
			FRAME_LAYER_SYNC | FRAME_DISCARDABLE | 2 << 2, 1},
		{{.layer = 1, .layer_sync = true}, FRAME_LAYER_SYNC | 1 << 2, 1},
		{{.layer = 2, .discardable = true}, FRAME_DISCARDABLE | 2 << 2, 1},
		{{.layer = 0}, 0, 2},
	};
	struct wire w;

	wire_init(&w, FRAME_CODEC_VP8);
	for (size_t i = 0; i < G_N_ELEMENTS(sent); i++) {
		struct capture_frame captured = sent[i].frame;
		struct frame f;
		size_t len;
		const uint8_t *data;

		captured.data = (const uint8_t *)"picture";
		captured.len = 7;
		captured.capture_us = w.now_us += FRAME_US;
		publisher_frame(w.publisher, &captured);
		data = g_bytes_get_data(w.messages->pdata[i], &len);
		assert_int_equal(frame_parse(data, len, &f), 0);
		assert_int_equal(f.flags, sent[i].flags);
		assert_int_equal(frame_layer(f.flags), captured.layer);
		assert_int_equal(f.tl0, sent[i].tl0);
	}
	wire_done(&w);
}

static void nothing_leaves_without_a_track(void **state)
{
	struct wire w;

	wire_init(&w, FRAME_CODEC_VP8);
	feed(&w, true);
	publisher_drop(w.publisher);
	feed(&w, true);
	publisher_close(w.publisher);
	assert_int_equal(w.messages->len, 1);
	wire_done(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(groups_begin_at_keyframes),
		cmocka_unit_test(long_groups_are_cut),
		cmocka_unit_test(keyframe_is_asked_for_in_time),
		cmocka_unit_test(sound_is_grouped_by_time),
		cmocka_unit_test(mute_is_silence),
		cmocka_unit_test(full_connection_holds_back),
		cmocka_unit_test(layers_stand_in_the_header),
		cmocka_unit_test(nothing_leaves_without_a_track),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
