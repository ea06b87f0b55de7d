/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/media/player.h"

#include <errno.h>
#include <gst/app/gstappsrc.h>
#include <gst/gst.h>

#include "proto/frame.h"

/* One latency for all pipelines, above what any decoder here reports (opusdec: 20 ms), so that
 * sound and picture of the same due time are presented together. */
#define LATENCY_NS (40 * GST_MSECOND)
#define WAITING_MAX (2 * 1024 * 1024)

struct player {
	struct player_out out;
	GstElement *pipeline;
	GstAppSrc *source;
	guint bus_watch;
	uint64_t n_restarts;
	GMutex lock; /* what the streaming thread counts */
	uint64_t n_presented;
	int64_t skew_us;
};

static const struct {
	uint8_t codec;
	const char *pipeline;
} DECODERS[] = {
	{FRAME_CODEC_OPUS, "appsrc name=in is-live=true format=time "
			   "caps=audio/x-opus,rate=48000,channels=1,channel-mapping-family=0 ! "
			   "opusdec ! fakesink name=out sync=true signal-handoffs=true"},
	{FRAME_CODEC_VP8,
		"appsrc name=in is-live=true format=time caps=video/x-vp8 ! vp8dec threads=1 ! "
		"fakesink name=out sync=true signal-handoffs=true"},
};

static int64_t mono_us(GstClockTime ns)
{
	return (int64_t)(ns / GST_USECOND);
}

/* On the pipeline's streaming thread, at the moment of presentation. */
static void presented(GstElement *sink, GstBuffer *buffer, GstPad *pad, void *user)
{
	struct player *p = user;
	GstClockTime due =
		gst_element_get_base_time(p->pipeline) + GST_BUFFER_PTS(buffer) + LATENCY_NS;
	int64_t skew = g_get_monotonic_time() - mono_us(due);

	g_mutex_lock(&p->lock);
	p->skew_us += p->n_presented ? (skew - p->skew_us) / 16 : skew;
	p->n_presented++;
	g_mutex_unlock(&p->lock);
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

static GstElement *pipeline_new(const char *text)
{
	g_autoptr(GError) error = NULL;
	GstElement *pipeline = gst_parse_launch(text, &error);

	if (error)
		gst_clear_object(&pipeline);
	return pipeline;
}

static const char *decoder_find(uint8_t codec)
{
	for (size_t i = 0; i < G_N_ELEMENTS(DECODERS); i++) {
		if (DECODERS[i].codec == codec)
			return DECODERS[i].pipeline;
	}
	return NULL;
}

static void pipeline_wire(struct player *p)
{
	GstElement *sink = gst_bin_get_by_name(GST_BIN(p->pipeline), "out");
	GstClock *clock = gst_system_clock_obtain();
	GstBus *bus = gst_element_get_bus(p->pipeline);

	g_signal_connect(sink, "handoff", G_CALLBACK(presented), p);
	p->source = GST_APP_SRC(gst_bin_get_by_name(GST_BIN(p->pipeline), "in"));
	gst_pipeline_use_clock(GST_PIPELINE(p->pipeline), clock);
	gst_pipeline_set_latency(GST_PIPELINE(p->pipeline), LATENCY_NS);
	p->bus_watch = gst_bus_add_watch(bus, bus_message, p);
	gst_object_unref(bus);
	gst_object_unref(clock);
	gst_object_unref(sink);
}

int player_new(uint8_t codec, const struct player_out *out, struct player **ret_player)
{
	const char *text = decoder_find(codec);
	GstElement *pipeline;
	struct player *p;

	if (!text)
		return -ENOTSUP;
	gst_init(NULL, NULL);
	pipeline = pipeline_new(text);
	if (!pipeline)
		return -EIO;
	p = g_new0(struct player, 1);
	g_mutex_init(&p->lock);
	p->out = *out;
	p->pipeline = pipeline;
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
	gst_object_unref(p->source);
	gst_object_unref(p->pipeline);
	g_mutex_clear(&p->lock);
	g_free(p);
	return NULL;
}

bool player_push(struct player *p, GBytes *payload, int64_t due_us)
{
	GstClockTime base = gst_element_get_base_time(p->pipeline);
	GstClockTime due = (GstClockTime)MAX(due_us, 0) * GST_USECOND;
	GstBuffer *buffer;

	if (gst_app_src_get_current_level_bytes(p->source) > WAITING_MAX)
		return false;
	buffer = gst_buffer_new_wrapped_bytes(payload);
	GST_BUFFER_PTS(buffer) = due > base + LATENCY_NS ? due - base - LATENCY_NS : 0;
	return gst_app_src_push_buffer(p->source, buffer) == GST_FLOW_OK;
}

void player_stats(struct player *p, struct player_stats *ret_stats)
{
	g_mutex_lock(&p->lock);
	ret_stats->n_presented = p->n_presented;
	ret_stats->skew_us = p->skew_us;
	g_mutex_unlock(&p->lock);
	ret_stats->n_restarts = p->n_restarts;
}
