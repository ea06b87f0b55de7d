/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A source whose device comes and goes: another pipeline's pictures in shared memory. */

#include "room-client/media/sender.h"

#include <glib/gstdio.h>
#include <gst/gst.h>
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_device_comes_and_goes),
		cmocka_unit_test(it_is_waited_for_without_a_track),
		cmocka_unit_test(who_gives_up_waits_no_more),
		cmocka_unit_test(the_preview_needs_no_track),
	};

	gst_init(NULL, NULL);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
