/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/media/capture.h"

#include <errno.h>
#include <gst/app/gstappsink.h>
#include <gst/gst.h>
#include <gst/video/video.h>
#include <string.h>

/*
 *	source            encoder side                        end
 *	─────────────     ────────────────────────────────    ───────
 *	test, device   →  convert, scale, rate, encode     →  appsink
 *	file, raw      →  the same                         →  appsink in real time
 *	file, VP8/Opus →  (passes)                         →  appsink in real time
 *
 * Every pipeline runs on CLOCK_MONOTONIC, so the base time plus a buffer's running time is the
 * capture time, and a camera and a microphone in two pipelines share one axis.
 */
struct capture {
	struct capture_config config;
	struct capture_out out;
	GstElement *pipeline;
	GstElement *tail; /* file sources: made when the first pad shows what is in the file */
	guint bus_watch;
	bool running;
};

/* vp8enc with threads=1: libvpx's own threading collapses when the cores are busy. */
#define VP8ENC                                                                                     \
	"vp8enc name=encoder deadline=1 cpu-used=8 threads=1 end-usage=cbr lag-in-frames=0 "       \
	"error-resilient=default buffer-initial-size=100 buffer-optimal-size=120 buffer-size=200 " \
	"min-force-key-unit-interval=300000000 target-bitrate=%d keyframe-max-dist=%d"

#define LABEL                                                                                      \
	"textoverlay name=label valignment=bottom shaded-background=true font-desc=\"Sans 28\" ! " \
	"clockoverlay valignment=top halignment=right ! "

/* A little under the 2 s that a group may last. */
static int keyframe_distance(int fps)
{
	return MAX(1, fps * 2 - (fps + 3) / 4);
}

static bool element_exists(const char *name)
{
	g_autoptr(GstElementFactory) factory = gst_element_factory_find(name);

	return factory != NULL;
}

static char *video_tail(const struct capture_config *config)
{
	bool labelled = config->source.kind == MEDIA_SOURCE_TEST && config->label &&
			element_exists("textoverlay") && element_exists("clockoverlay");
	bool file = config->source.kind == MEDIA_SOURCE_FILE;

	/* videorate only drops: to repeat pictures it would hold each back for the next one. */
	return g_strdup_printf("queue max-size-buffers=3 leaky=%s ! videoconvert ! videoscale ! "
			       "videorate drop-only=true max-rate=%d ! "
			       "video/x-raw,format=I420,width=%d,height=%d ! %s" VP8ENC
			       " ! appsink name=out sync=%s max-buffers=4",
		file ? "no" : "downstream", config->fps, config->width, config->height,
		labelled ? LABEL : "", config->bitrate, keyframe_distance(config->fps),
		file ? "true" : "false");
}

static char *audio_tail(const struct capture_config *config)
{
	bool file = config->source.kind == MEDIA_SOURCE_FILE;

	return g_strdup_printf("queue max-size-time=200000000 leaky=%s ! audioconvert ! "
			       "audioresample ! audio/x-raw,format=S16LE,rate=48000,channels=1 ! "
			       "opusenc name=encoder frame-size=20 audio-type=voice bitrate=%d ! "
			       "appsink name=out sync=%s max-buffers=16",
		file ? "no" : "downstream", config->bitrate, file ? "true" : "false");
}

static char *tail_text(const struct capture_config *config)
{
	return config->kind == MEDIA_VIDEO ? video_tail(config) : audio_tail(config);
}

static GstFlowReturn sample_arrived(GstAppSink *sink, void *user)
{
	struct capture *c = user;
	GstSample *sample = gst_app_sink_pull_sample(sink);
	GstBuffer *buffer = sample ? gst_sample_get_buffer(sample) : NULL;
	GstClockTime running;
	GstMapInfo map;

	if (!sample)
		return GST_FLOW_EOS;
	running = gst_segment_to_running_time(
		gst_sample_get_segment(sample), GST_FORMAT_TIME, GST_BUFFER_PTS(buffer));
	if (GST_CLOCK_TIME_IS_VALID(running) && gst_buffer_map(buffer, &map, GST_MAP_READ)) {
		struct capture_frame frame = {
			.data = map.data,
			.len = map.size,
			.capture_us = (int64_t)((gst_element_get_base_time(c->pipeline) + running) /
						GST_USECOND),
			.key = c->config.kind == MEDIA_AUDIO ||
			       !GST_BUFFER_FLAG_IS_SET(buffer, GST_BUFFER_FLAG_DELTA_UNIT),
		};

		c->out.frame(c->out.user, &frame);
		gst_buffer_unmap(buffer, &map);
	}
	gst_sample_unref(sample);
	return GST_FLOW_OK;
}

static void watch_appsink(struct capture *c, GstBin *bin)
{
	static const GstAppSinkCallbacks callbacks = {.new_sample = sample_arrived};
	GstElement *sink = gst_bin_get_by_name(bin, "out");

	gst_app_sink_set_callbacks(GST_APP_SINK(sink), (GstAppSinkCallbacks *)&callbacks, c, NULL);
	gst_object_unref(sink);
}

/* gst_parse_* gives an element even when it also reports an error. */
static GstElement *bin_parse(const char *text, bool with_ghost_pads)
{
	g_autoptr(GError) error = NULL;
	GstElement *bin = with_ghost_pads ? gst_parse_bin_from_description(text, TRUE, &error)
					  : gst_parse_launch(text, &error);

	if (error)
		gst_clear_object(&bin);
	return bin;
}

static void start_over(struct capture *c)
{
	gst_element_set_state(c->pipeline, GST_STATE_READY);
	gst_element_set_state(c->pipeline, GST_STATE_PLAYING);
}

static void fail(struct capture *c, const char *why)
{
	capture_stop(c);
	c->out.failed(c->out.user, why);
}

static gboolean bus_message(GstBus *bus, GstMessage *message, void *user)
{
	struct capture *c = user;

	if (!c->running)
		return G_SOURCE_CONTINUE;
	if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_EOS) {
		if (c->config.source.kind == MEDIA_SOURCE_FILE)
			start_over(c);
		else
			fail(c, "the device has ended its stream");
	} else if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_ERROR) {
		g_autoptr(GError) error = NULL;

		gst_message_parse_error(message, &error, NULL);
		fail(c, error->message);
	}
	return G_SOURCE_CONTINUE;
}

/* The end of a file's pipeline: nothing to do for what is encoded our way already. */
static GstElement *file_tail_new(struct capture *c, const char *caps_name)
{
	const char *pass = c->config.kind == MEDIA_VIDEO ? "video/x-vp8" : "audio/x-opus";
	g_autofree char *text =
		g_str_equal(caps_name, pass)
			? g_strdup("queue ! appsink name=out sync=true max-buffers=4")
			: tail_text(&c->config);
	GstElement *tail = bin_parse(text, true);

	if (!tail)
		return NULL;
	watch_appsink(c, GST_BIN(tail));
	gst_bin_add(GST_BIN(c->pipeline), tail);
	gst_element_sync_state_with_parent(tail);
	return tail;
}

/* On a GStreamer thread, while the pipeline starts; capture_stop waits for it. */
static void file_pad_added(GstElement *decode, GstPad *pad, void *user)
{
	struct capture *c = user;
	GstCaps *caps = gst_pad_get_current_caps(pad);
	const char *name = caps ? gst_structure_get_name(gst_caps_get_structure(caps, 0)) : "";
	GstPad *sink = NULL;

	if (g_str_has_prefix(name, c->config.kind == MEDIA_VIDEO ? "video/" : "audio/")) {
		if (!c->tail)
			c->tail = file_tail_new(c, name);
		sink = c->tail ? gst_element_get_static_pad(c->tail, "sink") : NULL;
		if (sink && !gst_pad_is_linked(sink))
			gst_pad_link(pad, sink);
	}
	gst_clear_object(&sink);
	gst_clear_caps(&caps);
}

static int file_build(struct capture *c)
{
	g_autofree char *uri = gst_filename_to_uri(c->config.source.detail, NULL);
	GstElement *decode = gst_element_factory_make("uridecodebin", NULL);
	GstCaps *stop = gst_caps_from_string("video/x-vp8; audio/x-opus; video/x-raw; audio/x-raw");

	if (!uri || !decode) {
		gst_clear_object(&decode);
		gst_caps_unref(stop);
		return CAPTURE_E_SOURCE;
	}
	/* Decode what we want only; the other kind's pad stays unlinked and costs nothing. */
	g_object_set(decode, "uri", uri, "caps", stop, "expose-all-streams", FALSE, NULL);
	gst_caps_unref(stop);
	g_signal_connect(decode, "pad-added", G_CALLBACK(file_pad_added), c);
	c->pipeline = gst_pipeline_new(NULL);
	gst_bin_add(GST_BIN(c->pipeline), decode);
	return 0;
}

static char *head_text(const struct capture_config *config)
{
	const char *detail = config->source.detail ? config->source.detail : "";
	bool video = config->kind == MEDIA_VIDEO;

	if (config->source.kind == MEDIA_SOURCE_TEST && video)
		return g_strdup_printf("videotestsrc name=source is-live=true pattern=ball ! "
				       "video/x-raw,framerate=%d/1",
			config->fps);
	if (config->source.kind == MEDIA_SOURCE_TEST)
		return g_strdup(
			"audiotestsrc name=source is-live=true samplesperbuffer=960 wave=ticks");
	if (video)
		return g_strdup("v4l2src name=source ! decodebin");
	if (g_str_has_prefix(detail, "hw:") || g_str_has_prefix(detail, "plughw:"))
		return g_strdup("alsasrc name=source");
	return g_strdup("pulsesrc name=source");
}

static int pattern_set(GObject *source, const char *property, const char *nick)
{
	GParamSpec *spec = g_object_class_find_property(G_OBJECT_GET_CLASS(source), property);
	GEnumValue *value = g_enum_get_value_by_nick(G_PARAM_SPEC_ENUM(spec)->enum_class, nick);

	if (!value)
		return CAPTURE_E_SOURCE;
	g_object_set(source, property, value->value, NULL);
	return 0;
}

static int head_configure(struct capture *c)
{
	GstElement *source = gst_bin_get_by_name(GST_BIN(c->pipeline), "source");
	GstElement *label = gst_bin_get_by_name(GST_BIN(c->pipeline), "label");
	const char *detail = c->config.source.detail;
	int r = 0;

	if (detail && c->config.source.kind == MEDIA_SOURCE_TEST)
		r = pattern_set(G_OBJECT(source),
			c->config.kind == MEDIA_VIDEO ? "pattern" : "wave", detail);
	else if (detail)
		g_object_set(source, "device", detail, NULL);
	if (label)
		g_object_set(label, "text", c->config.label, NULL);
	gst_clear_object(&label);
	gst_clear_object(&source);
	return r;
}

static int live_build(struct capture *c)
{
	g_autofree char *tail = tail_text(&c->config);
	g_autofree char *head = head_text(&c->config);
	g_autofree char *text = g_strdup_printf("%s ! %s", head, tail);

	c->pipeline = bin_parse(text, false);
	if (!c->pipeline)
		return CAPTURE_E_SOURCE;
	watch_appsink(c, GST_BIN(c->pipeline));
	return head_configure(c);
}

int capture_new(const struct capture_config *config, const struct capture_out *out,
	struct capture **ret_capture)
{
	struct capture *c;
	GstClock *clock;
	GstBus *bus;
	int r;

	if (config->source.kind == MEDIA_SOURCE_NONE)
		return CAPTURE_E_SOURCE;
	gst_init(NULL, NULL);
	c = g_new0(struct capture, 1);
	c->config = *config;
	c->config.source.detail = g_strdup(config->source.detail);
	c->config.label = g_strdup(config->label);
	c->out = *out;
	r = config->source.kind == MEDIA_SOURCE_FILE ? file_build(c) : live_build(c);
	if (r != 0) {
		capture_free(c);
		return r;
	}
	clock = gst_system_clock_obtain();
	gst_pipeline_use_clock(GST_PIPELINE(c->pipeline), clock);
	gst_object_unref(clock);
	bus = gst_element_get_bus(c->pipeline);
	c->bus_watch = gst_bus_add_watch(bus, bus_message, c);
	gst_object_unref(bus);
	*ret_capture = c;
	return 0;
}

int capture_start(struct capture *c)
{
	if (gst_element_set_state(c->pipeline, GST_STATE_PLAYING) == GST_STATE_CHANGE_FAILURE) {
		gst_element_set_state(c->pipeline, GST_STATE_NULL);
		return -EIO;
	}
	c->running = true;
	return 0;
}

void capture_stop(struct capture *c)
{
	c->running = false;
	gst_element_set_state(c->pipeline, GST_STATE_NULL);
}

static GstElement *encoder_get(struct capture *c)
{
	return gst_bin_get_by_name(GST_BIN(c->pipeline), "encoder");
}

void capture_request_key(struct capture *c)
{
	GstElement *encoder = encoder_get(c);

	if (encoder && c->config.kind == MEDIA_VIDEO)
		gst_element_send_event(encoder,
			gst_video_event_new_upstream_force_key_unit(GST_CLOCK_TIME_NONE, TRUE, 0));
	gst_clear_object(&encoder);
}

void capture_set_bitrate(struct capture *c, int bitrate)
{
	const char *property = c->config.kind == MEDIA_VIDEO ? "target-bitrate" : "bitrate";
	GstElement *encoder = encoder_get(c);

	if (encoder)
		g_object_set(encoder, property, bitrate, NULL);
	c->config.bitrate = bitrate;
	gst_clear_object(&encoder);
}

struct capture *capture_free(struct capture *c)
{
	if (!c)
		return NULL;
	if (c->bus_watch)
		g_source_remove(c->bus_watch);
	if (c->pipeline) {
		gst_element_set_state(c->pipeline, GST_STATE_NULL);
		gst_object_unref(c->pipeline);
	}
	media_source_done(&c->config.source);
	g_free((char *)c->config.label);
	g_free(c);
	return NULL;
}
