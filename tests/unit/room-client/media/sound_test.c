/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A microphone whose echo and noise are removed: another pipeline's sound in shared memory, which
 * is treated like a device's. */

#include "room-client/media/capture.h"

#include <glib/gstdio.h>
#include <gst/gst.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "room-client/media/capture_text.h"
#include "room-client/media/mixer.h"

#define TIMEOUT_S 60
#define DSP "webrtcdsp"

struct bench {
	GstElement *device;
	char *dir, *socket;
	struct capture *capture;
	struct capture_config config;
	gint n_frames;
	int n_failed, n_levels;
};

static void framed(void *user, enum capture_take take, const struct capture_frame *frame)
{
	g_atomic_int_inc(&((struct bench *)user)->n_frames);
}

static void failed(void *user, const char *why)
{
	print_error("%s\n", why);
	((struct bench *)user)->n_failed++;
}

static void flows(void *user)
{
}

static void levelled(void *user, double level)
{
	((struct bench *)user)->n_levels++;
}

static void run_until(const gint *count, int at_least)
{
	int64_t end_us = g_get_monotonic_time() + TIMEOUT_S * G_USEC_PER_SEC;

	while (g_atomic_int_get(count) < at_least) {
		g_main_context_iteration(NULL, FALSE);
		g_usleep(2000);
		if (g_get_monotonic_time() > end_us)
			fail_msg("%d, not %d", g_atomic_int_get(count), at_least);
	}
}

static int set_up(void **state)
{
	struct bench *b = g_new0(struct bench, 1);
	g_autofree char *source = NULL;
	GstElement *sink;

	gst_init(NULL, NULL);
	b->dir = g_dir_make_tmp("bidroom_sound_XXXXXX", NULL);
	b->socket = g_build_filename(b->dir, "microphone", NULL);
	b->device = gst_parse_launch("audiotestsrc is-live=true wave=ticks tick-interval=200000000 "
				     "sine-periods-per-tick=40 samplesperbuffer=480 ! "
				     "audio/x-raw,format=S16LE,rate=48000,channels=1 ! "
				     "shmsink name=sink wait-for-connection=false sync=false "
				     "shm-size=1000000",
		NULL);
	sink = gst_bin_get_by_name(GST_BIN(b->device), "sink");
	g_object_set(sink, "socket-path", b->socket, NULL);
	gst_object_unref(sink);
	gst_element_set_state(b->device, GST_STATE_PLAYING);
	assert_true(g_file_test(b->socket, G_FILE_TEST_EXISTS));
	source = g_strconcat("shm:", b->socket, NULL);
	b->config = (struct capture_config){.kind = MEDIA_AUDIO, .bitrate = 24000};
	assert_int_equal(media_source_parse(source, &b->config.source), 0);
	*state = b;
	return 0;
}

static int tear_down(void **state)
{
	struct bench *b = *state;

	capture_free(b->capture);
	gst_element_set_state(b->device, GST_STATE_NULL);
	gst_object_unref(b->device);
	media_source_done(&b->config.source);
	g_unlink(b->socket);
	g_rmdir(b->dir);
	g_free(b->dir);
	g_free(b->socket);
	g_free(b);
	return 0;
}

/* Twice: what it held is given back. */
static void sounds(struct bench *b)
{
	struct capture_out out = {b, framed, failed, flows, NULL, levelled};

	assert_int_equal(capture_new(&b->config, &out, &b->capture), 0);
	capture_open(b->capture, CAPTURE_MAIN, true);
	for (int i = 0; i < 2; i++) {
		b->n_frames = b->n_levels = 0;
		assert_int_equal(capture_start(b->capture, false), 0);
		run_until(&b->n_frames, 25);
		run_until(&b->n_levels, 3);
		capture_stop(b->capture);
	}
	assert_int_equal(b->n_failed, 0);
}

static bool tail_says(const struct bench *b, const char *what)
{
	g_autofree char *text = capture_text_tail(&b->config, false);

	return strstr(text, what) != NULL;
}

static void voice_level(void *user, uint16_t voice, double level)
{
}

static void output_failed(void *user, const char *why)
{
	fail_msg("%s", why);
}

static void what_is_played_is_taken_out_again(void **state)
{
	struct mixer_out out = {NULL, voice_level, output_failed, NULL};
	struct bench *b = *state;
	struct mixer *mixer;

	assert_int_equal(mixer_new(MIXER_NULL, &out, &mixer), 0);
	b->config.plays = true;
	assert_false(capture_lacks_processing(&b->config));
	assert_true(tail_says(b, DSP " "));
	assert_true(tail_says(b, MIXER_PROBE));
	sounds(b);
	mixer_free(mixer);
}

static void where_nothing_is_played_there_is_no_echo(void **state)
{
	struct bench *b = *state;

	assert_true(tail_says(b, DSP " "));
	assert_false(tail_says(b, MIXER_PROBE));
	sounds(b);
}

static void what_is_meant_as_it_is_is_left_so(void **state)
{
	struct bench *b = *state;

	b->config.plain_sound = true;
	assert_false(tail_says(b, DSP));
	assert_false(capture_lacks_processing(&b->config));
}

/* The last one: it takes the elements away from this program. */
static void goes_on_without_the_elements(void **state)
{
	static const char *const names[] = {DSP, "webrtcechoprobe"};
	struct mixer_out out = {NULL, voice_level, output_failed, NULL};
	struct bench *b = *state;
	struct mixer *mixer;

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		GstPluginFeature *feature =
			gst_registry_lookup_feature(gst_registry_get(), names[i]);

		assert_non_null(feature);
		gst_registry_remove_feature(gst_registry_get(), feature);
		gst_object_unref(feature);
	}
	assert_int_equal(mixer_new(MIXER_NULL, &out, &mixer), 0);
	b->config.plays = true;
	assert_true(capture_lacks_processing(&b->config));
	assert_false(tail_says(b, DSP));
	sounds(b);
	mixer_free(mixer);
}

#define SOUND_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		SOUND_TEST(what_is_played_is_taken_out_again),
		SOUND_TEST(where_nothing_is_played_there_is_no_echo),
		SOUND_TEST(what_is_meant_as_it_is_is_left_so),
		SOUND_TEST(goes_on_without_the_elements),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
