/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/media/capture_inner.h"

#include <gst/app/gstappsink.h>
#include <gst/video/video.h>
#include <string.h>

#include "room-client/media/capture_text.h"
#include "room-client/media/clap.h"
#include "room-client/media/layers.h"

/* A changed voice is lower, by an amount drawn anew each time the device is opened. */
#define VOICE_PITCH_MIN 0.68
#define VOICE_PITCH_MAX 0.78
/* Opus says nothing with one or two bytes. */
#define SILENCE_LEN 2

/* ---- what comes out ---- */

/* False for a buffer without a time. */
static bool buffer_time_us(struct capture *c, GstSample *sample, int64_t *ret_us)
{
	GstClockTime running = gst_segment_to_running_time(gst_sample_get_segment(sample),
		GST_FORMAT_TIME, GST_BUFFER_PTS(gst_sample_get_buffer(sample)));

	if (!GST_CLOCK_TIME_IS_VALID(running))
		return false;
	*ret_us = (int64_t)((gst_element_get_base_time(c->pipeline) + running) / GST_USECOND);
	return true;
}

static void frame_describe(struct capture *c, GstBuffer *buffer, struct capture_frame *frame)
{
	if (c->config.kind == MEDIA_AUDIO) {
		frame->key = true;
		frame->silence = frame->len <= SILENCE_LEN;
		return;
	}
	frame->key = !GST_BUFFER_FLAG_IS_SET(buffer, GST_BUFFER_FLAG_DELTA_UNIT);
	layers_read(buffer, &frame->layer, &frame->layer_sync);
	if (frame->key)
		frame->layer = 0;
	frame->layer_sync = frame->layer_sync && frame->layer > 0;
	frame->discardable = frame->layer == LAYERS_N - 1;
}

static GstFlowReturn sample_arrived(GstAppSink *sink, void *user)
{
	struct outlet *o = user;
	struct capture *c = o->capture;
	GstSample *sample = gst_app_sink_pull_sample(sink);
	GstBuffer *buffer = sample ? gst_sample_get_buffer(sample) : NULL;
	struct capture_frame frame = {0};
	GstMapInfo map;

	if (!sample)
		return GST_FLOW_EOS;
	if (buffer_time_us(c, sample, &frame.capture_us) &&
		gst_buffer_map(buffer, &map, GST_MAP_READ)) {
		frame.data = map.data;
		frame.len = map.size;
		frame_describe(c, buffer, &frame);
		c->out.frame(c->out.user, o->take, &frame);
		gst_buffer_unmap(buffer, &map);
	}
	gst_sample_unref(sample);
	return GST_FLOW_OK;
}

static GstFlowReturn preview_arrived(GstAppSink *sink, void *user)
{
	struct capture *c = user;
	GstSample *sample = gst_app_sink_pull_sample(sink);

	if (!sample)
		return GST_FLOW_EOS;
	easel_put(c->easel, sample);
	return GST_FLOW_OK;
}

/* ---- what is changed on the way ---- */

/* Runs draw() on a buffer that others may hold too. */
static GstPadProbeReturn picture_probe(GstPad *pad, GstPadProbeInfo *info,
	void (*draw)(struct capture *c, GstVideoFrame *frame), struct capture *c)
{
	GstBuffer *buffer = gst_buffer_make_writable(GST_PAD_PROBE_INFO_BUFFER(info));
	GstCaps *caps = gst_pad_get_current_caps(pad);
	GstVideoInfo video;
	GstVideoFrame frame;
	bool drawn = caps && gst_video_info_from_caps(&video, caps) &&
		     gst_video_frame_map(&frame, &video, buffer, GST_MAP_READWRITE);

	GST_PAD_PROBE_INFO_DATA(info) = buffer;
	if (drawn) {
		draw(c, &frame);
		gst_video_frame_unmap(&frame);
	}
	gst_clear_caps(&caps);
	return drawn ? GST_PAD_PROBE_OK : GST_PAD_PROBE_DROP;
}

static void draw_veil(struct capture *c, GstVideoFrame *frame)
{
	veil_draw(c->veil, frame);
}

static GstPadProbeReturn veil_probe(GstPad *pad, GstPadProbeInfo *info, void *user)
{
	return picture_probe(pad, info, draw_veil, user);
}

/* Test sources count time from their start. */
static int64_t source_time_us(struct capture *c, GstBuffer *buffer)
{
	return (int64_t)((gst_element_get_base_time(c->pipeline) + GST_BUFFER_PTS(buffer)) /
			 GST_USECOND);
}

static void draw_clap(struct capture *c, GstVideoFrame *frame)
{
	clap_draw(frame, source_time_us(c, frame->buffer));
}

static GstPadProbeReturn clap_picture_probe(GstPad *pad, GstPadProbeInfo *info, void *user)
{
	return picture_probe(pad, info, draw_clap, user);
}

static GstPadProbeReturn clap_sound_probe(GstPad *pad, GstPadProbeInfo *info, void *user)
{
	GstBuffer *buffer = gst_buffer_make_writable(GST_PAD_PROBE_INFO_BUFFER(info));
	GstMapInfo map;

	GST_PAD_PROBE_INFO_DATA(info) = buffer;
	if (!gst_buffer_map(buffer, &map, GST_MAP_WRITE))
		return GST_PAD_PROBE_DROP;
	clap_sound((int16_t *)(void *)map.data, map.size / sizeof(int16_t),
		source_time_us(user, buffer));
	gst_buffer_unmap(buffer, &map);
	return GST_PAD_PROBE_OK;
}

/* False when there is no such element; then what it should change must not leave. */
static bool probe_add(
	struct capture *c, GstBin *bin, const char *element_name, GstPadProbeCallback probe)
{
	GstElement *element = gst_bin_get_by_name(bin, element_name);
	GstPad *pad = element ? gst_element_get_static_pad(element, "src") : NULL;
	bool there = pad != NULL;

	if (pad)
		gst_pad_add_probe(pad, GST_PAD_PROBE_TYPE_BUFFER, probe, c, NULL);
	gst_clear_object(&pad);
	gst_clear_object(&element);
	return there;
}

/* ---- building ---- */

static GstElement *numbered(GstBin *bin, const char *stem, enum capture_take take)
{
	g_autofree char *name = g_strdup_printf("%s%d", stem, (int)take);

	return gst_bin_get_by_name(bin, name);
}

void capture_wire_bitrate(const struct capture *c, GstElement *encoder, int bitrate)
{
	if (capture_is_video(c))
		layers_set_bitrate(encoder, bitrate);
	else
		g_object_set(encoder, "bitrate", bitrate, NULL);
}

static void outlet_wire(struct outlet *o, GstBin *bin)
{
	static const GstAppSinkCallbacks callbacks = {.new_sample = sample_arrived};
	GstElement *sink = numbered(bin, TEXT_OUT, o->take);

	if (!sink)
		return;
	gst_app_sink_set_callbacks(GST_APP_SINK(sink), (GstAppSinkCallbacks *)&callbacks, o, NULL);
	gst_object_unref(sink);
	o->valve = numbered(bin, TEXT_VALVE, o->take);
	o->encoder = numbered(bin, TEXT_ENCODER, o->take);
	if (o->encoder && capture_is_video(o->capture))
		layers_configure(o->encoder, o->bitrate);
	else if (o->encoder)
		capture_wire_bitrate(o->capture, o->encoder, o->bitrate);
	if (o->valve)
		g_object_set(o->valve, "drop", !o->open, NULL);
}

/* A range lets the scaler keep the picture's shape. */
static GstCaps *tile_caps(int width, int height)
{
	return gst_caps_new_simple("video/x-raw", "format", G_TYPE_STRING, "BGRA", "width",
		GST_TYPE_INT_RANGE, 1, MAX(width, 2), "height", GST_TYPE_INT_RANGE, 1,
		MAX(height, 2), "pixel-aspect-ratio", GST_TYPE_FRACTION, 1, 1, NULL);
}

void capture_wire_preview(struct capture *c)
{
	bool on = c->easel && c->tile_width > 0 && c->tile_height > 0;
	GstCaps *caps = tile_caps(c->tile_width, c->tile_height);

	if (c->tile)
		g_object_set(c->tile, "caps", caps, NULL);
	if (c->show)
		g_object_set(c->show, "drop", !on, NULL);
	gst_caps_unref(caps);
}

static void preview_wire(struct capture *c, GstBin *bin)
{
	static const GstAppSinkCallbacks callbacks = {.new_sample = preview_arrived};
	GstElement *sink = gst_bin_get_by_name(bin, TEXT_PICTURES);

	if (!sink)
		return;
	if (c->easel)
		gst_app_sink_set_callbacks(
			GST_APP_SINK(sink), (GstAppSinkCallbacks *)&callbacks, c, NULL);
	gst_object_unref(sink);
	c->show = gst_bin_get_by_name(bin, TEXT_SHOW);
	c->tile = gst_bin_get_by_name(bin, TEXT_TILE);
	capture_wire_preview(c);
}

void capture_wire_property(
	GstBin *bin, const char *element_name, const char *property, const GValue *value)
{
	GstElement *element = gst_bin_get_by_name(bin, element_name);

	if (element)
		g_object_set_property(G_OBJECT(element), property, value);
	gst_clear_object(&element);
}

static bool mask_wire(struct capture *c, GstBin *bin)
{
	GValue pitch = G_VALUE_INIT;

	if (capture_is_video(c))
		return probe_add(c, bin, TEXT_VEIL, veil_probe);
	g_value_init(&pitch, G_TYPE_FLOAT);
	g_value_set_float(&pitch, (float)g_random_double_range(VOICE_PITCH_MIN, VOICE_PITCH_MAX));
	capture_wire_property(bin, TEXT_VOICE, "pitch", &pitch);
	return true;
}

/* On a GStreamer thread: tells the main one, and is not called again. */
static GstPadProbeReturn first_probe(GstPad *pad, GstPadProbeInfo *info, void *user)
{
	struct capture *c = user;

	gst_element_post_message(c->pipeline, gst_message_new_application(GST_OBJECT(c->pipeline),
						      gst_structure_new_empty("flows")));
	return GST_PAD_PROBE_REMOVE;
}

bool capture_wire(struct capture *c, GstBin *bin)
{
	if (c->masked && !mask_wire(c, bin))
		return false;
	g_mutex_lock(&c->lock);
	for (int i = 0; i < CAPTURE_N_TAKES; i++)
		outlet_wire(&c->outlets[i], bin);
	preview_wire(c, bin);
	if (c->out.flows)
		probe_add(c, bin, TEXT_FIRST, first_probe);
	g_mutex_unlock(&c->lock);
	return true;
}

void capture_unwire(struct capture *c)
{
	g_mutex_lock(&c->lock);
	for (int i = 0; i < CAPTURE_N_TAKES; i++) {
		gst_clear_object(&c->outlets[i].encoder);
		gst_clear_object(&c->outlets[i].valve);
	}
	gst_clear_object(&c->show);
	gst_clear_object(&c->tile);
	g_mutex_unlock(&c->lock);
}

void capture_wire_clap(struct capture *c, GstBin *bin)
{
	probe_add(c, bin, TEXT_CLAP, capture_is_video(c) ? clap_picture_probe : clap_sound_probe);
}
