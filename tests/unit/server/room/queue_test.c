/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/room/queue.h"

#include "tests/unit/server/room/fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define CAM 1
#define SCREEN 2
#define MIC 3

struct receiver {
	struct queue q;
	struct lane cam, screen;
	uint32_t seq;
	unsigned n_key_asked;
	GArray *lags;  /* struct queue_lag */
	GArray *got;   /* uint32_t seq */
	unsigned take; /* objects put() accepts per write */
};

static void on_need_key(void *ctx, uint16_t track)
{
	struct receiver *r = ctx;

	r->n_key_asked++;
}

static void on_lag(void *ctx, const struct queue_lag *lag)
{
	struct receiver *r = ctx;

	g_array_append_val(r->lags, *lag);
}

static int receiver_setup(void **state)
{
	struct receiver *r = g_new0(struct receiver, 1);
	struct queue_out out = {on_need_key, on_lag, r};

	queue_init(&r->q, &out, 0);
	lane_init(&r->cam, CAM);
	lane_init(&r->screen, SCREEN);
	queue_add_lane(&r->q, &r->cam);
	queue_add_lane(&r->q, &r->screen);
	r->lags = g_array_new(FALSE, FALSE, sizeof(struct queue_lag));
	r->got = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	r->take = 1000;
	*state = r;
	return 0;
}

static int receiver_teardown(void **state)
{
	struct receiver *r = *state;

	queue_done(&r->q);
	g_array_unref(r->lags);
	g_array_unref(r->got);
	g_free(r);
	return 0;
}

static uint32_t push_video(
	struct receiver *r, struct lane *l, uint8_t flags, uint8_t layer, size_t len, int64_t now)
{
	uint32_t seq = ++r->seq;
	uint8_t *m = frame_message(
		l->track, FRAME_CODEC_VP8, frame_flags_with_layer(flags, layer), seq, len);
	struct object *o = object_new(m, FRAME_HEADER_LEN + len, (uint32_t)now, now);

	queue_push_video(&r->q, l, o, now);
	object_unref(o);
	return seq;
}

static uint32_t push_audio_of(struct receiver *r, size_t len, int64_t now)
{
	uint32_t seq = ++r->seq;
	struct object *o = object_new(frame_message(MIC, FRAME_CODEC_OPUS, FRAME_KEY, seq, len),
		FRAME_HEADER_LEN + len, (uint32_t)now, now);

	queue_push_audio(&r->q, o, now);
	object_unref(o);
	return seq;
}

static uint32_t push_audio(struct receiver *r, int64_t now)
{
	return push_audio_of(r, 80, now);
}

static bool take(void *ctx, const struct object *o)
{
	struct receiver *r = ctx;
	struct frame f;

	if (!r->take)
		return false;
	r->take--;
	assert_int_equal(frame_parse(o->data, o->len, &f), 0);
	g_array_append_val(r->got, f.seq);
	return true;
}

static bool collect(struct receiver *r, int64_t now)
{
	g_array_set_size(r->got, 0);
	return queue_collect(&r->q, now, take, r);
}

static void assert_got(struct receiver *r, unsigned n, const uint32_t *seqs)
{
	assert_int_equal(r->got->len, n);
	assert_memory_equal(r->got->data, seqs, n * sizeof(*seqs));
}

static void test_audio_overtakes_video(void **state)
{
	struct receiver *r = *state;
	uint32_t key = push_video(r, &r->cam, FRAME_KEY, 0, 500, 0);
	uint32_t delta = push_video(r, &r->cam, 0, 0, 100, 0);
	uint32_t voice = push_audio(r, 0);

	assert_false(collect(r, 10));
	assert_got(r, 3, (uint32_t[]){voice, key, delta});
	assert_true(queue_is_empty(&r->q));
}

static void test_nothing_before_the_first_key(void **state)
{
	struct receiver *r = *state;

	push_video(r, &r->cam, 0, 0, 100, 0);
	assert_true(queue_is_empty(&r->q));
}

static void test_important_track_first(void **state)
{
	struct receiver *r = *state;
	uint32_t cam, screen, cam2;

	r->screen.priority = 200;
	cam = push_video(r, &r->cam, FRAME_KEY, 0, 100, 0);
	cam2 = push_video(r, &r->cam, 0, 0, 100, 0);
	screen = push_video(r, &r->screen, FRAME_KEY, 0, 100, 0);
	collect(r, 10);
	assert_got(r, 3, (uint32_t[]){screen, cam, cam2});
}

static void test_what_did_not_fit_stays(void **state)
{
	struct receiver *r = *state;
	uint32_t a = push_audio(r, 0), b = push_audio(r, 0);

	r->take = 1;
	assert_true(collect(r, 10));
	assert_got(r, 1, &a);
	r->take = 1;
	assert_false(collect(r, 20));
	assert_got(r, 1, &b);
}

static void test_write_is_bounded(void **state)
{
	struct receiver *r = *state;

	push_video(r, &r->cam, FRAME_KEY, 0, 200 * 1024, 0);
	push_video(r, &r->cam, 0, 0, 100, 0);
	assert_true(collect(r, 10));
	assert_int_equal(r->got->len, 1); /* longer than a write, so alone */
	for (int i = 0; i < 100; i++)
		push_video(r, &r->cam, 0, 0, 1000, 10);
	assert_true(collect(r, 20));
	assert_in_range(r->got->len, 50, 60);
}

static void test_old_audio_goes(void **state)
{
	struct receiver *r = *state;
	uint32_t young;
	struct queue_lag *lag;

	push_audio(r, 0);
	push_audio(r, 99);
	young = push_audio(r, 100);
	collect(r, 500);
	assert_got(r, 1, &young);
	assert_int_equal(r->lags->len, 1);
	lag = &g_array_index(r->lags, struct queue_lag, 0);
	assert_true(lag->begins);
	assert_int_equal(lag->level, QUEUE_LAG_AUDIO);
	assert_int_equal(lag->dropped, 2);
}

/* One step of three-layer VP8: 0 2 1 2. */
static void push_pattern(struct receiver *r, int64_t now)
{
	push_video(r, &r->cam, 0, 0, 100, now);
	push_video(r, &r->cam, FRAME_LAYER_SYNC, 2, 100, now);
	push_video(r, &r->cam, FRAME_LAYER_SYNC, 1, 100, now);
	push_video(r, &r->cam, 0, 2, 100, now);
}

static void test_layers_go_one_by_one(void **state)
{
	struct receiver *r = *state;

	push_video(r, &r->cam, FRAME_KEY, 0, 100, 0);
	collect(r, 0);
	push_pattern(r, 0);
	push_audio(r, 201); /* the layer that was queued goes too */
	collect(r, 201);
	assert_int_equal(r->got->len, 3);
	assert_int_equal(r->q.level, 1);

	push_pattern(r, 210);
	push_pattern(r, 420);
	push_audio(r, 430); /* old again, but within 300 ms of the last step */
	assert_int_equal(r->q.level, 1);
	push_audio(r, 510);
	assert_int_equal(r->q.level, 0);
	collect(r, 510);
	assert_int_equal(r->got->len, 4);
}

static void test_layer_returns_at_a_sync_frame(void **state)
{
	struct receiver *r = *state;
	uint32_t base, sync1, last2;

	push_video(r, &r->cam, FRAME_KEY, 0, 100, 0);
	push_audio(r, 201);
	push_audio(r, 501);
	assert_int_equal(r->q.level, 0);
	collect(r, 510);
	collect(r, 5510);
	assert_int_equal(r->q.level, 1);
	collect(r, 10510);
	assert_int_equal(r->q.level, 2);
	assert_true(g_array_index(r->lags, struct queue_lag, r->lags->len - 1).ends);

	push_video(r, &r->cam, 0, 1, 100, 10510); /* no sync: leans on what was not sent */
	base = push_video(r, &r->cam, 0, 0, 100, 10510);
	push_video(r, &r->cam, FRAME_LAYER_SYNC, 2, 100, 10510); /* two steps at once */
	sync1 = push_video(r, &r->cam, FRAME_LAYER_SYNC, 1, 100, 10510);
	push_video(r, &r->cam, 0, 2, 100, 10510);
	last2 = push_video(r, &r->cam, FRAME_LAYER_SYNC, 2, 100, 10510);
	collect(r, 10520);
	assert_got(r, 3, (uint32_t[]){base, sync1, last2});
}

static void test_flush_to_key(void **state)
{
	struct receiver *r = *state;
	uint32_t key;

	push_video(r, &r->cam, FRAME_KEY, 0, 100, 0);
	push_video(r, &r->screen, FRAME_KEY, 0, 100, 500);
	assert_false(collect(r, 801));
	assert_int_equal(r->got->len, 0);
	assert_int_equal(r->n_key_asked, 2);
	push_video(r, &r->cam, 0, 0, 100, 810);
	key = push_video(r, &r->cam, FRAME_KEY, 0, 100, 820);
	collect(r, 830);
	assert_got(r, 1, &key);
}

static void test_flush_spares_the_important(void **state)
{
	struct receiver *r = *state;
	uint32_t screen;

	r->screen.priority = 200;
	push_video(r, &r->cam, FRAME_KEY, 0, 100, 0);
	screen = push_video(r, &r->screen, FRAME_KEY, 0, 100, 500);
	collect(r, 801);
	assert_got(r, 1, &screen);
	assert_int_equal(r->n_key_asked, 1);
}

static void test_bytes_are_bounded(void **state)
{
	struct receiver *r = *state;

	push_video(r, &r->cam, FRAME_KEY, 0, 100, 0);
	for (int i = 1; i <= 60; i++)
		push_video(r, &r->cam, 0, 0, 200 * 1024, i);
	assert_true(r->q.video_bytes <= QUEUE_VIDEO_MAX_BYTES + 11 * 200 * 1024);
	assert_true(r->n_key_asked > 0);
}

static void test_audio_bytes_are_bounded(void **state)
{
	struct receiver *r = *state;
	uint32_t oldest;
	struct queue_lag *lag;

	/* All young, and 44 KB too much. */
	for (int i = 0; i < 44; i++)
		push_audio_of(r, 1024 - FRAME_HEADER_LEN, 0);
	oldest = push_audio_of(r, 1024 - FRAME_HEADER_LEN, 0);
	for (int i = 1; i < 256; i++)
		push_audio_of(r, 1024 - FRAME_HEADER_LEN, 0);
	r->take = 1;
	assert_true(collect(r, 1));
	assert_got(r, 1, &oldest);
	assert_int_equal(r->q.audio_bytes, QUEUE_AUDIO_MAX_BYTES - 1024);
	assert_int_equal(r->q.audio.length, 255);
	lag = &g_array_index(r->lags, struct queue_lag, 0);
	assert_int_equal(lag->level, QUEUE_LAG_AUDIO);
	assert_int_equal(lag->dropped, 44);
}

static void test_wanted_layer(void **state)
{
	struct receiver *r = *state;

	r->cam.max_layer = 0;
	push_video(r, &r->cam, FRAME_KEY, 0, 100, 0);
	push_pattern(r, 0);
	collect(r, 0);
	assert_int_equal(r->got->len, 2);
}

static void test_drop_audio_of_one_track(void **state)
{
	struct receiver *r = *state;

	push_audio(r, 0);
	queue_drop_audio(&r->q, MIC + 1);
	assert_false(queue_is_empty(&r->q));
	queue_drop_audio(&r->q, MIC);
	assert_true(queue_is_empty(&r->q));
	assert_int_equal(r->q.audio_bytes, 0);
}

/*
 * A line of 350 kbit/s under a stream of 0.58 Mbit/s: what is handed over goes to a socket that
 * asks for more when at most 4 KB are unsent (TCP_NOTSENT_LOWAT). The figures to beat are those of
 * the prototype: audio p95 0.65 s, 98.5 % delivered.
 */
#define LINE_BYTES_PER_MS 43.75
#define LINE_LOWAT 4096
#define RUN_MS 60000

struct line {
	struct receiver *r;
	double unsent;
	int64_t now;
	GArray *audio_ms; /* time from arrival to the last byte sent */
	unsigned n_video;
};

static bool line_put(void *ctx, const struct object *o)
{
	struct line *line = ctx;
	int64_t ms;

	line->unsent += o->len + 4;
	ms = line->now + (int64_t)(line->unsent / LINE_BYTES_PER_MS) - o->arrived_ms;
	if (o->track == MIC)
		g_array_append_val(line->audio_ms, ms);
	else
		line->n_video++;
	return true;
}

static int compare_ms(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static void send_picture(
	struct receiver *r, unsigned *n_pictures, unsigned *n_keys_given, int64_t now)
{
	static const uint8_t layers[] = {0, 2, 1, 2};
	static const uint8_t flags[] = {0, FRAME_LAYER_SYNC, FRAME_LAYER_SYNC, 0};
	unsigned n = (*n_pictures)++ % 4;

	if (now % 2000 == 0 || *n_keys_given < r->n_key_asked) {
		*n_keys_given = r->n_key_asked;
		*n_pictures = 1;
		push_video(r, &r->cam, FRAME_KEY, 0, 20000, now);
		return;
	}
	push_video(r, &r->cam, flags[n], layers[n], layers[n] ? 1600 : 2400, now);
}

static void test_slow_line_keeps_its_audio(void **state)
{
	struct receiver *r = *state;
	g_autoptr(GArray) audio_ms = g_array_new(FALSE, FALSE, sizeof(int64_t));
	struct line line = {.r = r, .audio_ms = audio_ms};
	unsigned n_audio = 0, n_pictures = 0, n_keys_given = 0;
	int64_t p95;

	for (int64_t now = 0; now < RUN_MS; now++) {
		line.now = now;
		line.unsent = MAX(line.unsent - LINE_BYTES_PER_MS, 0);
		if (now % 20 == 7) {
			push_audio(r, now);
			n_audio++;
		}
		if (now % 40 == 0)
			send_picture(r, &n_pictures, &n_keys_given, now);
		if (now % 10 == 0 && line.unsent <= LINE_LOWAT)
			queue_collect(&r->q, now, line_put, &line);
	}
	qsort(audio_ms->data, audio_ms->len, sizeof(int64_t), compare_ms);
	p95 = g_array_index(audio_ms, int64_t, audio_ms->len * 95 / 100);
	print_message("audio p95 %d ms, %u of %u delivered, %u pictures\n", (int)p95, audio_ms->len,
		n_audio, line.n_video);
	assert_true(p95 <= 650);
	assert_true(audio_ms->len * 1000 >= n_audio * 985);
	assert_true(line.n_video > RUN_MS / 40 / 4);
}

#define QUEUE_TEST(name) cmocka_unit_test_setup_teardown(name, receiver_setup, receiver_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		QUEUE_TEST(test_audio_overtakes_video),
		QUEUE_TEST(test_nothing_before_the_first_key),
		QUEUE_TEST(test_important_track_first),
		QUEUE_TEST(test_what_did_not_fit_stays),
		QUEUE_TEST(test_write_is_bounded),
		QUEUE_TEST(test_old_audio_goes),
		QUEUE_TEST(test_layers_go_one_by_one),
		QUEUE_TEST(test_layer_returns_at_a_sync_frame),
		QUEUE_TEST(test_flush_to_key),
		QUEUE_TEST(test_flush_spares_the_important),
		QUEUE_TEST(test_bytes_are_bounded),
		QUEUE_TEST(test_audio_bytes_are_bounded),
		QUEUE_TEST(test_wanted_layer),
		QUEUE_TEST(test_drop_audio_of_one_track),
		QUEUE_TEST(test_slow_line_keeps_its_audio),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
