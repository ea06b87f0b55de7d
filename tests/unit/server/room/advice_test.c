/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a publisher is told of its bitrate, as its receivers' lines and wishes change. */
#include "server/room/advice.h"

#include "tests/unit/server/room/hall.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define STEP_MS 40
#define N_RECEIVERS 3
/* 25 objects of 100 bytes and a header each second. */
#define FULL_BPS ((100 + FRAME_HEADER_LEN) * 25 * 8)

struct scene {
	struct hall *h;
	struct peer *speaker, *receivers[N_RECEIVERS];
	bool slow[N_RECEIVERS];
	uint16_t cam, mic;
	uint32_t seq;
};

static int setup(void **state)
{
	struct scene *s = g_new0(struct scene, 1);

	s->h = hall_new();
	s->speaker = hall_join(s->h, "speaker", RIGHTS_EXPERT);
	for (int i = 0; i < N_RECEIVERS; i++) {
		g_autofree char *name = g_strdup_printf("r%d", i);

		s->receivers[i] = hall_join(s->h, name, RIGHTS_EXPERT);
	}
	s->cam = hall_publish(s->h, s->speaker, TRACK_CAM);
	s->mic = hall_publish(s->h, s->speaker, TRACK_MIC);
	*state = s;
	return 0;
}

static int teardown(void **state)
{
	struct scene *s = *state;

	hall_free(s->h);
	g_free(s);
	return 0;
}

static uint8_t flags_of(uint32_t seq)
{
	static const uint8_t layers[] = {0, 2, 1, 2};

	if (seq % 48 == 0)
		return FRAME_KEY;
	return frame_flags_with_layer(layers[seq % 4] ? FRAME_LAYER_SYNC : 0, layers[seq % 4]);
}

/* Pictures and voice for so long; whose line is slow takes nothing. */
static void live(struct scene *s, int64_t ms)
{
	for (int64_t end = s->h->now + ms; s->h->now < end; s->seq++) {
		s->h->now += STEP_MS;
		assert_int_equal(hall_send(s->h, s->speaker, s->cam, flags_of(s->seq), s->seq), 0);
		assert_int_equal(hall_send(s->h, s->speaker, s->mic, FRAME_KEY, s->seq), 0);
		for (int i = 0; i < N_RECEIVERS; i++)
			if (s->receivers[i]->seat && !s->slow[i])
				hall_count(s->h, s->receivers[i], s->cam);
		room_tick(s->h->room, s->h->now);
	}
}

static json_int_t advised(const struct scene *s)
{
	const json_t *m = hall_last(s->speaker, "bitrate");

	if (!m)
		return 0;
	assert_int_equal(json_integer_value(json_object_get(m, "track")), s->cam);
	return json_integer_value(json_object_get(m, "bps"));
}

/* Within what whole windows of measuring make of it. */
static void assert_near(json_int_t bps, json_int_t wanted)
{
	assert_in_range(bps, wanted * 94 / 100, wanted * 106 / 100);
}

static void wish(struct scene *s, int i, bool on, uint8_t layer)
{
	struct track_wish w = {.on = on, .layer = layer, .priority = LANE_PRIORITY_DEFAULT};

	assert_int_equal(
		room_subscribe(s->receivers[i]->seat, s->cam, &w, s->h->now, &s->h->refusal), 0);
}

static void test_good_lines_are_no_matter(void **state)
{
	struct scene *s = *state;

	live(s, 20000);
	assert_int_equal(hall_n_texts(s->speaker, "bitrate"), 0);
}

static void test_one_slow_line_of_three_is_the_receivers_own_matter(void **state)
{
	struct scene *s = *state;

	s->slow[1] = true;
	live(s, 20000);
	assert_int_equal(hall_n_texts(s->speaker, "bitrate"), 0);
	assert_true(hall_n_texts(s->receivers[1], "lag") > 0);
}

static void test_two_slow_lines_of_three_make_it_less_step_by_step(void **state)
{
	struct scene *s = *state;

	live(s, 6000);
	s->slow[0] = s->slow[2] = true;
	live(s, 1500);
	assert_near(advised(s), FULL_BPS * 3 / 4);
	live(s, 2000);
	assert_near(advised(s), FULL_BPS * 9 / 16);
	live(s, 30000);
	assert_near(advised(s), FULL_BPS / 4);
	/* A step each two seconds, and none where there is none. */
	assert_in_range(hall_n_texts(s->speaker, "bitrate"), 4, 6);
}

static void test_lines_that_are_good_again_get_all_again(void **state)
{
	struct scene *s = *state;
	json_int_t least;

	live(s, 6000);
	s->slow[0] = s->slow[2] = true;
	live(s, 3000);
	least = advised(s);
	s->slow[0] = s->slow[2] = false;
	hall_forget(s->speaker);
	live(s, 4000);
	/* Not before they have been good for a while. */
	assert_int_equal(hall_n_texts(s->speaker, "bitrate"), 0);
	live(s, 20000);
	assert_true(advised(s) > least);
	live(s, 20000);
	assert_int_equal(advised(s), ADVICE_FREE_BPS);
	hall_forget(s->speaker);
	live(s, 10000);
	assert_int_equal(hall_n_texts(s->speaker, "bitrate"), 0);
}

/* What is recorded is evidence: it is not worse because nobody happens to look. */
static void test_what_nobody_looks_at_stays_as_it_is(void **state)
{
	struct scene *s = *state;

	live(s, 6000);
	wish(s, 0, true, 0);
	wish(s, 1, true, 1);
	wish(s, 2, false, 2);
	live(s, 10000);
	for (int i = 0; i < N_RECEIVERS; i++)
		wish(s, i, false, 2);
	live(s, 10000);
	assert_int_equal(hall_n_texts(s->speaker, "bitrate"), 0);
}

/* Whose line is slow may help himself by looking away. */
static void test_slow_lines_that_take_it_no_more_press_no_more(void **state)
{
	struct scene *s = *state;

	live(s, 6000);
	s->slow[0] = s->slow[2] = true;
	live(s, 3000);
	assert_true(advised(s) < FULL_BPS);
	wish(s, 0, false, 2);
	wish(s, 2, false, 2);
	live(s, 30000);
	assert_int_equal(advised(s), ADVICE_FREE_BPS);
}

static void test_a_muted_camera_is_left_alone(void **state)
{
	struct scene *s = *state;

	live(s, 6000);
	s->slow[0] = s->slow[2] = true;
	s->speaker->seat->muted_self |= 1u << TRACK_CAM;
	live(s, 10000);
	assert_int_equal(hall_n_texts(s->speaker, "bitrate"), 0);
}

#define ADVICE_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ADVICE_TEST(test_good_lines_are_no_matter),
		ADVICE_TEST(test_one_slow_line_of_three_is_the_receivers_own_matter),
		ADVICE_TEST(test_two_slow_lines_of_three_make_it_less_step_by_step),
		ADVICE_TEST(test_lines_that_are_good_again_get_all_again),
		ADVICE_TEST(test_what_nobody_looks_at_stays_as_it_is),
		ADVICE_TEST(test_slow_lines_that_take_it_no_more_press_no_more),
		ADVICE_TEST(test_a_muted_camera_is_left_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
