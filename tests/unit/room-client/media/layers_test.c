/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a receiver may leave out: the pictures it keeps are, to the bit, those of who gets all. */

#include "room-client/media/layers.h"

#include <gst/app/gstappsink.h>
#include <gst/app/gstappsrc.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define N_PICTURES 60

struct picture {
	GstBuffer *encoded;
	uint8_t layer;
	bool sync, key;
};

/* Owned elements. */
static GPtrArray *drain(GstElement *pipeline, const char *sink_name)
{
	GPtrArray *buffers = g_ptr_array_new_with_free_func((GDestroyNotify)gst_buffer_unref);
	GstElement *sink = gst_bin_get_by_name(GST_BIN(pipeline), sink_name);
	GstSample *sample;

	while ((sample = gst_app_sink_pull_sample(GST_APP_SINK(sink)))) {
		g_ptr_array_add(buffers, gst_buffer_ref(gst_sample_get_buffer(sample)));
		gst_sample_unref(sample);
	}
	gst_object_unref(sink);
	return buffers;
}

static GPtrArray *encode(struct picture *pictures)
{
	GstElement *pipeline = gst_parse_launch(
		"videotestsrc num-buffers=60 pattern=ball ! "
		"video/x-raw,format=I420,width=320,height=180,framerate=15/1 ! "
		"vp8enc name=encoder deadline=1 cpu-used=8 threads=1 end-usage=cbr "
		"lag-in-frames=0 error-resilient=default keyframe-max-dist=30 ! appsink name=out sync=false",
		NULL);
	GstElement *encoder = gst_bin_get_by_name(GST_BIN(pipeline), "encoder");
	GPtrArray *buffers;

	layers_configure(encoder, 150000);
	gst_element_set_state(pipeline, GST_STATE_PLAYING);
	buffers = drain(pipeline, "out");
	assert_int_equal(buffers->len, N_PICTURES);
	for (guint i = 0; i < buffers->len; i++) {
		struct picture *p = &pictures[i];

		p->encoded = buffers->pdata[i];
		p->key = !GST_BUFFER_FLAG_IS_SET(p->encoded, GST_BUFFER_FLAG_DELTA_UNIT);
		assert_true(layers_read(p->encoded, &p->layer, &p->sync));
	}
	gst_element_set_state(pipeline, GST_STATE_NULL);
	gst_object_unref(encoder);
	gst_object_unref(pipeline);
	return buffers;
}

/* The pictures that keep() keeps, decoded; NULL stands for those it does not. */
static void decode(const struct picture *pictures, bool (*keep)(const struct picture *p, int i),
	char **ret_digests)
{
	GstElement *pipeline = gst_parse_launch(
		"appsrc name=in format=time caps=video/x-vp8 max-bytes=0 ! vp8dec threads=1 ! "
		"appsink name=out sync=false",
		NULL);
	GstElement *source = gst_bin_get_by_name(GST_BIN(pipeline), "in");
	GPtrArray *decoded;
	guint n = 0;

	gst_element_set_state(pipeline, GST_STATE_PLAYING);
	for (int i = 0; i < N_PICTURES; i++) {
		if (keep(&pictures[i], i))
			gst_app_src_push_buffer(
				GST_APP_SRC(source), gst_buffer_ref(pictures[i].encoded));
	}
	gst_app_src_end_of_stream(GST_APP_SRC(source));
	decoded = drain(pipeline, "out");
	for (int i = 0; i < N_PICTURES; i++) {
		GstMapInfo map;

		ret_digests[i] = NULL;
		if (!keep(&pictures[i], i))
			continue;
		assert_true(n < decoded->len);
		gst_buffer_map(decoded->pdata[n], &map, GST_MAP_READ);
		ret_digests[i] = g_compute_checksum_for_data(G_CHECKSUM_SHA256, map.data, map.size);
		gst_buffer_unmap(decoded->pdata[n++], &map);
	}
	g_ptr_array_unref(decoded);
	gst_element_set_state(pipeline, GST_STATE_NULL);
	gst_object_unref(source);
	gst_object_unref(pipeline);
}

static bool keep_all(const struct picture *p, int i)
{
	return true;
}

static bool keep_base(const struct picture *p, int i)
{
	return p->layer == 0;
}

static bool keep_half(const struct picture *p, int i)
{
	return p->layer <= 1;
}

/* The base only for a while, then up at the first picture of a layer that says it may be. */
static bool keep_step_up(const struct picture *p, int i)
{
	return p->layer == 0 || i >= 41;
}

static void kept_pictures_are_whole(void **state)
{
	static bool (*const keeps[])(const struct picture *p, int i) = {
		keep_base, keep_half, keep_step_up};
	struct picture pictures[N_PICTURES];
	char *all[N_PICTURES], *some[N_PICTURES];
	GPtrArray *encoded = encode(pictures);

	assert_true(pictures[41].sync && pictures[41].layer == 2);
	decode(pictures, keep_all, all);
	for (size_t k = 0; k < G_N_ELEMENTS(keeps); k++) {
		decode(pictures, keeps[k], some);
		for (int i = 0; i < N_PICTURES; i++) {
			if (some[i])
				assert_string_equal(some[i], all[i]);
			g_free(some[i]);
		}
	}
	for (int i = 0; i < N_PICTURES; i++)
		g_free(all[i]);
	g_ptr_array_unref(encoded);
}

static void the_pattern_is_0212(void **state)
{
	static const struct {
		uint8_t layer;
		bool sync;
	} pattern[] = {{0, false}, {2, true}, {1, true}, {2, false}};
	struct picture pictures[N_PICTURES];
	GPtrArray *encoded = encode(pictures);

	/* A keyframe takes whichever place it comes at, and the pattern goes on; what stands on a
	 * keyframe alone may always be joined. */
	for (int i = 0; i < N_PICTURES; i++) {
		bool after_key = i > 0 && pictures[i - 1].key;

		assert_int_equal(pictures[i].layer, pictures[i].key ? 0 : pattern[i % 4].layer);
		if (!pictures[i].key && !after_key)
			assert_int_equal(pictures[i].sync, pattern[i % 4].sync);
	}
	assert_true(pictures[30].key);
	g_ptr_array_unref(encoded);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kept_pictures_are_whole),
		cmocka_unit_test(the_pattern_is_0212),
	};

	gst_init(NULL, NULL);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
