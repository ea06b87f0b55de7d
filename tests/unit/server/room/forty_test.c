/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Forty seats, all of them on camera, each with a wish of its own: what reaches whom, in which
 * order, and that one slow line harms nobody else. Time is a number and nobody has a socket.
 */
#include "server/room/subscription.h"
#include "tests/unit/server/room/hall.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define N 40
#define STEP_MS 20
#define SECONDS 6
#define PICTURES (SECONDS * 25)
#define PACKETS (SECONDS * 50)
#define KEY_EVERY 50

#define N_TILES 9 /* what a pager shows of the forty */
#define SPEAKER 3

/* Seats by what they show. */
#define PAGER 10    /* nine tiles, the others are paused */
#define SMALL 20    /* everybody, in the base layer alone */
#define LISTENER 30 /* voices only */
#define SLOW 39     /* everybody, but its line takes nothing from the second second on */

struct forty {
	struct hall *h;
	struct peer *peers[N];
	uint16_t cam[N], mic[N];
	uint32_t pictures, packets;
	unsigned got[N][N][2]; /* receiver, sender, video */
	unsigned layers[N][FRAME_LAYER_MAX + 1];
	uint32_t next[N][N][2];
	unsigned n_gaps[N];
};

static uint8_t layer_of(uint32_t seq)
{
	static const uint8_t pattern[] = {0, 2, 1, 2};

	return seq % KEY_EVERY == 0 ? 0 : pattern[seq % KEY_EVERY % 4];
}

static void wish(
	struct forty *f, int receiver, int sender, bool on, uint8_t layer, uint8_t priority)
{
	struct track_wish w = {.on = on, .layer = layer, .priority = priority};

	if (receiver != sender)
		assert_int_equal(room_subscribe(f->peers[receiver]->seat, f->cam[sender], &w,
					 f->h->now, &f->h->refusal),
			0);
}

static int setup(void **state)
{
	struct forty *f = g_new0(struct forty, 1);

	f->h = hall_new();
	for (int i = 0; i < N; i++) {
		g_autofree char *name = g_strdup_printf("s%d", i);

		f->peers[i] = hall_join(f->h, name, RIGHTS_EXPERT);
	}
	for (int i = 0; i < N; i++) {
		f->cam[i] = hall_publish(f->h, f->peers[i], TRACK_CAM);
		f->mic[i] = hall_publish(f->h, f->peers[i], TRACK_MIC);
	}
	for (int s = 0; s < N; s++) {
		wish(f, PAGER, s, s < N_TILES, 2, s == SPEAKER ? 200 : LANE_PRIORITY_DEFAULT);
		wish(f, SMALL, s, true, 0, LANE_PRIORITY_DEFAULT);
		wish(f, LISTENER, s, false, 2, LANE_PRIORITY_DEFAULT);
	}
	for (int i = 0; i < N; i++)
		hall_forget(f->peers[i]);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct forty *f = *state;

	hall_free(f->h);
	g_free(f);
	return 0;
}

static void send_picture(struct forty *f, int i, uint32_t seq)
{
	uint8_t layer = layer_of(seq);
	uint8_t flags = seq % KEY_EVERY == 0 ? FRAME_KEY : layer ? FRAME_LAYER_SYNC : 0;

	assert_int_equal(
		hall_send(f->h, f->peers[i], f->cam[i], frame_flags_with_layer(flags, layer), seq),
		0);
}

/* Everybody speaks and is seen; pictures come every other step. */
static void step(struct forty *f)
{
	f->h->now += STEP_MS;
	for (int i = 0; i < N; i++) {
		if (f->packets % 2 == 0)
			send_picture(f, i, f->pictures);
		assert_int_equal(hall_send(f->h, f->peers[i], f->mic[i], FRAME_KEY, f->packets), 0);
	}
	f->pictures += f->packets % 2 == 0;
	f->packets++;
	room_tick(f->h->room, f->h->now);
}

static int sender_of(const struct forty *f, uint16_t track, bool *ret_video)
{
	for (int i = 0; i < N; i++)
		if (f->cam[i] == track || f->mic[i] == track) {
			*ret_video = f->cam[i] == track;
			return i;
		}
	*ret_video = false;
	fail_msg("object of a track nobody published");
	return -1;
}

static void take(struct forty *f, int receiver)
{
	g_autoptr(GArray) got = hall_collect(f->h, f->peers[receiver]);

	for (guint k = 0; k < got->len; k++) {
		uint32_t name = g_array_index(got, uint32_t, k), seq = name & 0xffff;
		bool video;
		int s = sender_of(f, (uint16_t)(name >> 16), &video);
		uint32_t *next = &f->next[receiver][s][video];

		assert_true(seq >= *next);
		f->n_gaps[receiver] += seq - *next;
		*next = seq + 1;
		f->got[receiver][s][video]++;
		if (video)
			f->layers[receiver][layer_of(seq)]++;
	}
}

static unsigned total(const struct forty *f, int receiver, bool video)
{
	unsigned n = 0;

	for (int s = 0; s < N; s++)
		n += f->got[receiver][s][video];
	return n;
}

static unsigned n_of_layer(uint8_t layer)
{
	unsigned n = 0;

	for (uint32_t seq = 0; seq < PICTURES; seq++)
		n += layer_of(seq) == layer;
	return n;
}

static void test_each_gets_what_it_shows(void **state)
{
	struct forty *f = *state;

	for (int t = 0; t < PACKETS; t++) {
		step(f);
		for (int i = 0; i < N; i++)
			if (i != SLOW || t < 50)
				take(f, i);
	}
	for (int i = 0; i < N; i++)
		assert_int_equal(total(f, i, false), i == SLOW ? (N - 1) * 50 : (N - 1) * PACKETS);
	for (int s = 0; s < N; s++)
		assert_int_equal(f->got[PAGER][s][true], s < N_TILES ? PICTURES : 0);
	assert_int_equal(total(f, LISTENER, true), 0);
	assert_int_equal(f->layers[SMALL][0], (N - 1) * n_of_layer(0));
	assert_int_equal(f->layers[SMALL][1] + f->layers[SMALL][2], 0);
	assert_int_equal(total(f, 0, true), (N - 1) * PICTURES);
	assert_int_equal(f->n_gaps[0] + f->n_gaps[PAGER] + f->n_gaps[LISTENER], 0);

	/* One line stood still for five seconds: it is told, and the record; nobody else is. */
	for (int i = 0; i < N; i++)
		assert_int_equal(hall_n_texts(f->peers[i], "lag") > 0, i == SLOW);
	assert_int_equal(hall_n_acts(f->h, ROOM_ACT_LAG), 1);
	assert_string_equal(hall_last_act(f->h, ROOM_ACT_LAG)->seat, "s39");
}

static void test_a_slow_line_keeps_little_and_begins_with_keys(void **state)
{
	struct forty *f = *state;
	const struct queue *q = &f->peers[SLOW]->seat->queue;

	for (int t = 0; t < PACKETS; t++)
		step(f);
	assert_true(q->audio.length <= (N - 1) * (QUEUE_AUDIO_MAX_MS / STEP_MS + 1));
	assert_true(q->video_bytes < (N - 1) * 25 * (100u + FRAME_HEADER_LEN));
	f->pictures = (f->pictures / KEY_EVERY + 1) * KEY_EVERY;
	step(f);
	take(f, SLOW);
	for (int s = 0; s < N; s++)
		if (s != SLOW)
			assert_int_equal(
				f->next[SLOW][s][true], f->pictures - (f->packets % 2 == 0));
}

/* One write: voices, then the speaker's picture, then the others as they came. */
static void test_voices_first_then_the_speaker(void **state)
{
	struct forty *f = *state;
	g_autoptr(GArray) got = NULL;
	guint k = 0;
	bool video;

	take(f, PAGER);
	step(f);
	got = hall_collect(f->h, f->peers[PAGER]);
	assert_int_equal(got->len, N - 1 + N_TILES);
	for (; k < N - 1; k++) {
		sender_of(f, (uint16_t)(g_array_index(got, uint32_t, k) >> 16), &video);
		assert_false(video);
	}
	assert_int_equal(
		sender_of(f, (uint16_t)(g_array_index(got, uint32_t, k) >> 16), &video), SPEAKER);
	for (int s = 0; s < N_TILES; s++)
		if (s != SPEAKER)
			assert_int_equal(
				sender_of(f, (uint16_t)(g_array_index(got, uint32_t, ++k) >> 16),
					&video),
				s);
}

/* Forty who cannot decode ask for the same picture, again and again: its publisher is asked seldom.
 */
static void test_all_ask_for_one_key(void **state)
{
	struct forty *f = *state;
	int64_t began;
	unsigned asked;

	step(f); /* keys of all, which grant what was wished so far */
	began = f->h->now += TRACK_KEY_EVERY_MS;
	while (f->h->now - began < 3 * TRACK_KEY_EVERY_MS) {
		for (int i = 0; i < N; i++)
			if (i != SPEAKER)
				assert_int_equal(room_ask_key(f->peers[i]->seat, f->cam[SPEAKER],
							 f->h->now, &f->h->refusal),
					0);
		f->h->now += STEP_MS;
		room_tick(f->h->room, f->h->now);
	}
	asked = hall_n_texts(f->peers[SPEAKER], "keyframe_request");
	assert_in_range(asked, 3, 4);
	for (int i = 0; i < N; i++)
		if (i != SPEAKER)
			assert_int_equal(hall_n_texts(f->peers[i], "keyframe_request"), 0);
}

/* A tile comes into view: its publisher is asked, and pictures begin with the key it sends. */
static void test_a_paused_tile_comes_back_with_a_key(void **state)
{
	struct forty *f = *state;
	int hidden = N_TILES + 5;

	for (int t = 0; t < 2 + TRACK_KEY_EVERY_MS / STEP_MS; t++)
		step(f);
	take(f, PAGER);
	hall_forget(f->peers[hidden]);
	wish(f, PAGER, hidden, true, 2, LANE_PRIORITY_DEFAULT);
	assert_int_equal(hall_n_texts(f->peers[hidden], "keyframe_request"), 1);
	step(f);
	take(f, PAGER);
	assert_int_equal(f->got[PAGER][hidden][true], 0);
	f->pictures = KEY_EVERY;
	step(f);
	step(f);
	take(f, PAGER);
	assert_int_equal(f->got[PAGER][hidden][true], 1);
	assert_int_equal(f->next[PAGER][hidden][true], KEY_EVERY + 1);
}

#define FORTY_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		FORTY_TEST(test_each_gets_what_it_shows),
		FORTY_TEST(test_a_slow_line_keeps_little_and_begins_with_keys),
		FORTY_TEST(test_voices_first_then_the_speaker),
		FORTY_TEST(test_all_ask_for_one_key),
		FORTY_TEST(test_a_paused_tile_comes_back_with_a_key),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
