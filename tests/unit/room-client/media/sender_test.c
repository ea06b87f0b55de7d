/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A source whose device comes and goes: another pipeline's pictures in shared memory. And one whose
 * line gets narrow. */

#include "proto/frame.h"
#include "room-client/media/sender.h"

#include <glib/gstdio.h>
#include <gst/gst.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define TIMEOUT_S 60

struct bench {
	struct sender *sender;
	GstElement *camera;
	char *dir, *socket;
	int n_failed, n_recovered, n_pictures;
	gint n_messages;
};

static bool has_room(void *user)
{
	return true;
}

static void message(void *user, GBytes *bytes)
{
	g_atomic_int_inc(&((struct bench *)user)->n_messages);
}

static void failed(void *user, const char *why)
{
	((struct bench *)user)->n_failed++;
}

static void recovered(void *user)
{
	((struct bench *)user)->n_recovered++;
}

static void pictured(void *user, const struct picture *picture)
{
	((struct bench *)user)->n_pictures++;
}

static void plug(struct bench *b)
{
	GstElement *sink;

	b->camera = gst_parse_launch("videotestsrc is-live=true ! "
				     "video/x-raw,format=I420,width=320,height=180,framerate=15/1 "
				     "! shmsink name=sink wait-for-connection=false sync=false "
				     "shm-size=4000000",
		NULL);
	sink = gst_bin_get_by_name(GST_BIN(b->camera), "sink");
	g_object_set(sink, "socket-path", b->socket, NULL);
	gst_object_unref(sink);
	gst_element_set_state(b->camera, GST_STATE_PLAYING);
}

static void pull(struct bench *b)
{
	gst_element_set_state(b->camera, GST_STATE_NULL);
	gst_clear_object(&b->camera);
	g_unlink(b->socket);
}

static void bench_start(struct bench *b)
{
	struct sender_out out = {b, has_room, message, failed, recovered, pictured, NULL};
	struct capture_config config = {
		.kind = MEDIA_VIDEO, .width = 320, .height = 180, .fps = 15, .bitrate = 150000};
	g_autofree char *source = NULL;

	memset(b, 0, sizeof(*b));
	b->dir = g_dir_make_tmp("bidroom_camera_XXXXXX", NULL);
	b->socket = g_build_filename(b->dir, "camera", NULL);
	source = g_strconcat("shm:", b->socket, NULL);
	assert_int_equal(media_source_parse(source, &config.source), 0);
	assert_int_equal(sender_new(&config, &out, &b->sender), 0);
	media_source_done(&config.source);
}

static void bench_stop(struct bench *b)
{
	sender_free(b->sender);
	if (b->camera)
		pull(b);
	g_rmdir(b->dir);
	g_free(b->dir);
	g_free(b->socket);
}

static void open_track(struct bench *b)
{
	struct publisher_track track = {
		.id = 1, .epoch = 1, .scope = {.session = "s1", .seat = "expert_1"}, .seed = {7}};

	sender_open(b->sender, CAPTURE_MAIN, &track);
}

static void run_until(const int *count, int at_least)
{
	int64_t end_us = g_get_monotonic_time() + TIMEOUT_S * G_USEC_PER_SEC;

	while (*count < at_least) {
		g_main_context_iteration(NULL, FALSE);
		g_usleep(2000);
		if (g_get_monotonic_time() > end_us)
			fail_msg("%d, not %d", *count, at_least);
	}
}

/* Told once, tried again every second, told when it is back, and pictures flow. */
static void a_device_comes_and_goes(void **state)
{
	struct bench b;

	bench_start(&b);
	open_track(&b);
	run_until(&b.n_failed, 1);
	for (int round = 1; round <= 3; round++) {
		int sent;

		plug(&b);
		run_until(&b.n_recovered, round);
		sent = g_atomic_int_get(&b.n_messages);
		run_until((const int *)&b.n_messages, sent + 10);
		pull(&b);
		run_until(&b.n_failed, round + 1);
	}
	assert_int_equal(b.n_recovered, 3);
	bench_stop(&b);
}

/* A track that ends because its device has gone comes back as one that begins when it is there. */
static void it_is_waited_for_without_a_track(void **state)
{
	struct bench b;

	bench_start(&b);
	open_track(&b);
	run_until(&b.n_failed, 1);
	sender_close(b.sender, CAPTURE_MAIN);
	plug(&b);
	run_until(&b.n_recovered, 1);
	assert_false(sender_is_capturing(b.sender));
	open_track(&b);
	run_until((const int *)&b.n_messages, 10);
	bench_stop(&b);
}

static void who_gives_up_waits_no_more(void **state)
{
	struct bench b;

	bench_start(&b);
	open_track(&b);
	run_until(&b.n_failed, 1);
	sender_close(b.sender, CAPTURE_MAIN);
	sender_give_up(b.sender);
	plug(&b);
	for (int i = 0; i < 1000; i++) {
		g_main_context_iteration(NULL, FALSE);
		g_usleep(2000);
	}
	assert_int_equal(b.n_recovered, 0);
	bench_stop(&b);
}

/* Before joining: pictures for the person alone. */
static void the_preview_needs_no_track(void **state)
{
	struct bench b;

	bench_start(&b);
	plug(&b);
	sender_show(b.sender, 160, 90);
	sender_check(b.sender, true);
	run_until(&b.n_pictures, 10);
	assert_int_equal(b.n_messages, 0);
	sender_check(b.sender, false);
	assert_false(sender_is_capturing(b.sender));
	bench_stop(&b);
}

/* ---- bitrates ---- */

#define CAM 1
#define SMALL 2
#define CAM_BPS 400000
#define SMALL_BPS 120000
#define RATE_FPS 20
#define N_MEASURED 24
#define N_PASSED 12
#define MS 1000

/* What the encoders make, by track: pictures that are no keyframes. */
struct meter {
	GMutex lock;
	int n[3];
	size_t bytes[3];
};

static void meter_message(void *user, GBytes *bytes)
{
	struct meter *m = user;
	struct frame frame;
	size_t len;
	const uint8_t *data = g_bytes_get_data(bytes, &len);

	/* Anything else is a stamp. */
	if (frame_parse(data, len, &frame) != 0 || frame.flags & FRAME_KEY)
		return;
	g_mutex_lock(&m->lock);
	m->n[frame.track]++;
	m->bytes[frame.track] += frame.payload_len;
	g_mutex_unlock(&m->lock);
}

static void meter_failed(void *user, const char *why)
{
	fail_msg("%s", why);
}

static void meter_recovered(void *user)
{
}

static void meter_wait(struct meter *m, int n)
{
	int64_t end_us = g_get_monotonic_time() + TIMEOUT_S * G_USEC_PER_SEC;
	bool enough = false;

	g_mutex_lock(&m->lock);
	memset(m->n, 0, sizeof(m->n));
	memset(m->bytes, 0, sizeof(m->bytes));
	g_mutex_unlock(&m->lock);
	while (!enough) {
		g_main_context_iteration(NULL, FALSE);
		g_usleep(5000);
		g_mutex_lock(&m->lock);
		enough = m->n[CAM] >= n && m->n[SMALL] >= n;
		g_mutex_unlock(&m->lock);
		assert_true(g_get_monotonic_time() < end_us);
	}
}

/* Bits a second of both tracks as they come out now, after what is on its way. */
static void measure(struct meter *m, int *ret_cam, int *ret_small)
{
	int *rets[] = {[CAM] = ret_cam, [SMALL] = ret_small};

	meter_wait(m, N_PASSED);
	meter_wait(m, N_MEASURED);
	g_mutex_lock(&m->lock);
	for (int i = CAM; i <= SMALL; i++)
		*rets[i] = (int)(m->bytes[i] * 8 * RATE_FPS / (size_t)m->n[i]);
	g_mutex_unlock(&m->lock);
	print_message("camera %d bit/s, small %d\n", *ret_cam, *ret_small);
}

static struct sender *meter_start(struct meter *m)
{
	struct sender_out out = {
		m, has_room, meter_message, meter_failed, meter_recovered, NULL, NULL};
	/* A part of the picture is noise, which takes all that it is given. */
	struct capture_config config = {.kind = MEDIA_VIDEO,
		.source = {MEDIA_SOURCE_TEST, (char *)"smpte"},
		.width = 320,
		.height = 180,
		.fps = RATE_FPS,
		.bitrate = CAM_BPS,
		.small_width = 160,
		.small_height = 90,
		.small_bitrate = SMALL_BPS};
	struct publisher_track track = {
		.id = CAM, .epoch = 1, .scope = {.session = "s1", .seat = "expert_1"}, .seed = {7}};
	struct sender *s;

	g_mutex_init(&m->lock);
	assert_int_equal(sender_new(&config, &out, &s), 0);
	sender_open(s, CAPTURE_MAIN, &track);
	track.id = SMALL;
	sender_open(s, CAPTURE_SMALL, &track);
	return s;
}

static int aims_at(const struct sender *s, enum capture_take take)
{
	struct sender_stats stats;

	sender_stats(s, take, &stats);
	return stats.bitrate;
}

/* Not only what it aims at: what leaves the encoders, of both sizes, down and up again. */
static void encoders_follow_advice_and_line(void **state)
{
	struct meter m = {0};
	struct sender *s = meter_start(&m);
	int cam, small, full_cam, full_small;
	int64_t at_us = 0;

	measure(&m, &full_cam, &full_small);

	/* Advice is for one size. */
	sender_advise(s, CAPTURE_MAIN, CAM_BPS / 4);
	measure(&m, &cam, &small);
	assert_in_range(cam, 0, full_cam / 2);
	assert_in_range(small, full_small * 2 / 3, INT_MAX);

	/* The line is for both, and the lower of the two is the measure. */
	for (; at_us < 2000 * MS; at_us += 200 * MS)
		sender_waits(s, 300 * MS, at_us);
	assert_int_equal(aims_at(s, CAPTURE_MAIN), MIN(CAM_BPS / 4, CAM_BPS * 197 / 1000));
	measure(&m, &cam, &small);
	assert_in_range(cam, 0, full_cam / 2);
	assert_in_range(small, 0, full_small / 2);

	sender_advise(s, CAPTURE_MAIN, 100000000);
	for (int64_t end_us = at_us + 60000 * MS; at_us < end_us; at_us += 200 * MS)
		sender_waits(s, 10 * MS, at_us);
	assert_int_equal(aims_at(s, CAPTURE_MAIN), CAM_BPS);
	assert_int_equal(aims_at(s, CAPTURE_SMALL), SMALL_BPS);
	measure(&m, &cam, &small);
	assert_in_range(cam, full_cam * 2 / 3, INT_MAX);
	assert_in_range(small, full_small * 2 / 3, INT_MAX);
	sender_free(s);
	g_mutex_clear(&m.lock);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_device_comes_and_goes),
		cmocka_unit_test(it_is_waited_for_without_a_track),
		cmocka_unit_test(who_gives_up_waits_no_more),
		cmocka_unit_test(the_preview_needs_no_track),
		cmocka_unit_test(encoders_follow_advice_and_line),
	};

	gst_init(NULL, NULL);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
