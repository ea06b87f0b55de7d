/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/media/player.h"

#include <errno.h>
#include <gst/app/gstappsink.h>
#include <gst/app/gstappsrc.h>
#include <stdlib.h>
#include <string.h>

#include "proto/frame.h"

/* What a decoder may take; pictures enter their pipeline so much before they are due. */
#define LATENCY_NS (40 * GST_MSECOND)
#define N_PUSHED 64
#define N_DECODED 256
#define WAITING_MAX (2 * 1024 * 1024)

/* Scaled before it is converted: a tile is smaller than the picture. The queue lets the next
 * pictures be decoded while one waits until it is due; they are small by then. */
#define PIPELINE                                                                              \
	"appsrc name=in is-live=true format=time min-latency=0 max-latency=1000000000 "       \
	"caps=video/x-vp8 ! "                                                                 \
	"vp8dec name=decoder threads=1 ! videoscale ! videoconvert ! capsfilter name=tile ! " \
	"queue max-size-buffers=3 max-size-bytes=0 max-size-time=0 ! "                        \
	"appsink name=out sync=true processing-deadline=0 max-buffers=2 drop=true"

struct player {
	struct player_out out;
	GstElement *pipeline;
	GstAppSrc *source;
	GstElement *tile;
	struct easel *easel;
	guint bus_watch;
	uint64_t n_restarts;
	GMutex lock; /* what the streaming thread counts */
	uint64_t n_presented;
	int64_t skew_us;
	bool shows;
	/* Pictures on their way through the decoder, which keeps their times, and how late the last
	 * ones came out of it. */
	struct {
		GstClockTime pts;
		int64_t earliest_us;
	} pushed[N_PUSHED];
	uint32_t n_pushed;
	int32_t decoded_us[N_DECODED];
	uint32_t n_decoded;
};

static int64_t mono_us(GstClockTime ns)
{
	return (int64_t)(ns / GST_USECOND);
}

/* On the pipeline's streaming thread, at the moment of presentation. */
static GstFlowReturn presented(GstAppSink *sink, void *user)
{
	struct player *p = user;
	GstSample *sample = gst_app_sink_pull_sample(sink);
	GstClockTime due;
	int64_t skew;
	bool shows;

	if (!sample)
		return GST_FLOW_EOS;
	due = gst_element_get_base_time(p->pipeline) +
	      GST_BUFFER_PTS(gst_sample_get_buffer(sample)) + LATENCY_NS;
	skew = g_get_monotonic_time() - mono_us(due);
	g_mutex_lock(&p->lock);
	p->skew_us += p->n_presented ? (skew - p->skew_us) / 16 : skew;
	p->n_presented++;
	shows = p->shows;
	g_mutex_unlock(&p->lock);
	if (shows)
		easel_put(p->easel, sample);
	else
		gst_sample_unref(sample);
	return GST_FLOW_OK;
}

/* On the decoder's thread. */
static GstPadProbeReturn decoded(GstPad *pad, GstPadProbeInfo *info, void *user)
{
	struct player *p = user;
	GstClockTime pts = GST_BUFFER_PTS(GST_PAD_PROBE_INFO_BUFFER(info));
	int64_t now_us = g_get_monotonic_time();

	g_mutex_lock(&p->lock);
	for (uint32_t i = 0; i < N_PUSHED; i++) {
		if (p->pushed[i].earliest_us && p->pushed[i].pts == pts) {
			p->decoded_us[p->n_decoded++ % N_DECODED] =
				(int32_t)(now_us - p->pushed[i].earliest_us);
			p->pushed[i].earliest_us = 0;
			break;
		}
	}
	g_mutex_unlock(&p->lock);
	return GST_PAD_PROBE_OK;
}

static gboolean bus_message(GstBus *bus, GstMessage *message, void *user)
{
	struct player *p = user;

	if (GST_MESSAGE_TYPE(message) != GST_MESSAGE_ERROR)
		return G_SOURCE_CONTINUE;
	gst_element_set_state(p->pipeline, GST_STATE_READY);
	gst_element_set_state(p->pipeline, GST_STATE_PLAYING);
	p->n_restarts++;
	p->out.restarted(p->out.user);
	return G_SOURCE_CONTINUE;
}

static GstElement *pipeline_new(void)
{
	g_autoptr(GError) error = NULL;
	GstElement *pipeline = gst_parse_launch(PIPELINE, &error);

	if (error)
		gst_clear_object(&pipeline);
	return pipeline;
}

static void pipeline_wire(struct player *p)
{
	GstAppSinkCallbacks callbacks = {.new_sample = presented};
	GstElement *sink = gst_bin_get_by_name(GST_BIN(p->pipeline), "out");
	GstElement *decoder = gst_bin_get_by_name(GST_BIN(p->pipeline), "decoder");
	GstPad *pad = gst_element_get_static_pad(decoder, "src");
	GstClock *clock = gst_system_clock_obtain();
	GstBus *bus = gst_element_get_bus(p->pipeline);

	gst_app_sink_set_callbacks(GST_APP_SINK(sink), &callbacks, p, NULL);
	gst_pad_add_probe(pad, GST_PAD_PROBE_TYPE_BUFFER, decoded, p, NULL);
	gst_object_unref(pad);
	gst_object_unref(decoder);
	p->source = GST_APP_SRC(gst_bin_get_by_name(GST_BIN(p->pipeline), "in"));
	p->tile = gst_bin_get_by_name(GST_BIN(p->pipeline), "tile");
	gst_pipeline_use_clock(GST_PIPELINE(p->pipeline), clock);
	gst_pipeline_set_latency(GST_PIPELINE(p->pipeline), LATENCY_NS);
	p->bus_watch = gst_bus_add_watch(bus, bus_message, p);
	gst_object_unref(bus);
	gst_object_unref(clock);
	gst_object_unref(sink);
}

int player_new(uint8_t codec, const struct player_out *out, struct player **ret_player)
{
	struct easel_out easel = {out->user, out->picture};
	GstElement *pipeline;
	struct player *p;

	if (codec != FRAME_CODEC_VP8)
		return -ENOTSUP;
	gst_init(NULL, NULL);
	pipeline = pipeline_new();
	if (!pipeline)
		return -EIO;
	p = g_new0(struct player, 1);
	g_mutex_init(&p->lock);
	p->out = *out;
	p->pipeline = pipeline;
	p->easel = easel_new(&easel);
	pipeline_wire(p);
	gst_element_set_state(pipeline, GST_STATE_PLAYING);
	*ret_player = p;
	return 0;
}

struct player *player_free(struct player *p)
{
	if (!p)
		return NULL;
	g_source_remove(p->bus_watch);
	gst_element_set_state(p->pipeline, GST_STATE_NULL);
	easel_free(p->easel);
	gst_object_unref(p->tile);
	gst_object_unref(p->source);
	gst_object_unref(p->pipeline);
	g_mutex_clear(&p->lock);
	g_free(p);
	return NULL;
}

void player_set_tile(struct player *p, int width, int height)
{
	bool shows = width > 0 && height > 0;
	GstCaps *caps = gst_caps_new_any();

	if (shows) {
		/* A range lets the scaler keep the picture's shape. */
		gst_caps_take(&caps, gst_caps_new_simple("video/x-raw", "format", G_TYPE_STRING,
					     "BGRA", "width", GST_TYPE_INT_RANGE, 1, MAX(width, 2),
					     "height", GST_TYPE_INT_RANGE, 1, MAX(height, 2),
					     "pixel-aspect-ratio", GST_TYPE_FRACTION, 1, 1, NULL));
	}
	g_mutex_lock(&p->lock);
	p->shows = shows;
	g_mutex_unlock(&p->lock);
	g_object_set(p->tile, "caps", caps, NULL);
	gst_caps_unref(caps);
}

bool player_push(struct player *p, GBytes *payload, int64_t due_us, int64_t earliest_us)
{
	GstClockTime base = gst_element_get_base_time(p->pipeline);
	GstClockTime due = (GstClockTime)MAX(due_us, 0) * GST_USECOND;
	GstBuffer *buffer;

	if (gst_app_src_get_current_level_bytes(p->source) > WAITING_MAX)
		return false;
	buffer = gst_buffer_new_wrapped_bytes(payload);
	GST_BUFFER_PTS(buffer) = due > base + LATENCY_NS ? due - base - LATENCY_NS : 0;
	g_mutex_lock(&p->lock);
	p->pushed[p->n_pushed % N_PUSHED].pts = GST_BUFFER_PTS(buffer);
	p->pushed[p->n_pushed++ % N_PUSHED].earliest_us = earliest_us;
	g_mutex_unlock(&p->lock);
	return gst_app_src_push_buffer(p->source, buffer) == GST_FLOW_OK;
}

static int by_size(const void *a, const void *b)
{
	const int32_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* Locked by the caller. */
static void decoded_describe(const struct player *p, struct player_stats *stats)
{
	size_t n = MIN(p->n_decoded, N_DECODED);
	int32_t sorted[N_DECODED];

	stats->decoded_p50_us = stats->decoded_p95_us = 0;
	if (n == 0)
		return;
	memcpy(sorted, p->decoded_us, n * sizeof(sorted[0]));
	qsort(sorted, n, sizeof(sorted[0]), by_size);
	stats->decoded_p50_us = sorted[n / 2];
	stats->decoded_p95_us = sorted[n * 95 / 100];
}

void player_stats(struct player *p, struct player_stats *ret_stats)
{
	g_mutex_lock(&p->lock);
	ret_stats->n_presented = p->n_presented;
	ret_stats->skew_us = p->skew_us;
	decoded_describe(p, ret_stats);
	g_mutex_unlock(&p->lock);
	ret_stats->n_restarts = p->n_restarts;
}
