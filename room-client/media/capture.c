/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/media/capture_inner.h"

#include <errno.h>
#include <gst/video/video.h>
#include <string.h>

#include "room-client/media/capture_text.h"
#include "room-client/media/clap.h"
#include "room-client/media/clock.h"
#include "room-client/media/loudness.h"

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

/* ---- files ---- */

static bool is_passed(const struct capture *c, const char *caps_name)
{
	return !c->masked && !capture_text_has(&c->config, false, CAPTURE_SMALL) &&
	       strcmp(caps_name, capture_is_video(c) ? "video/x-vp8" : "audio/x-opus") == 0;
}

/* The end of a file's pipeline: nothing to do for what is encoded our way already. */
static GstElement *file_tail_new(struct capture *c, const char *caps_name)
{
	g_autofree char *text = is_passed(c, caps_name) ? capture_text_pass(&c->config)
							: capture_text_tail(&c->config, c->masked);
	GstElement *tail = bin_parse(text, true);

	if (tail && !capture_wire(c, GST_BIN(tail)))
		gst_clear_object(&tail);
	if (!tail)
		return NULL;
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

	if (g_str_has_prefix(name, capture_is_video(c) ? "video/" : "audio/")) {
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
	bool pass = is_passed(c, capture_is_video(c) ? "video/x-vp8" : "audio/x-opus");
	g_autofree char *uri = gst_filename_to_uri(c->config.source.detail, NULL);
	GstElement *decode = gst_element_factory_make("uridecodebin", NULL);
	GstCaps *stop = gst_caps_from_string(pass ? "video/x-vp8; audio/x-opus; video/x-raw; "
						    "audio/x-raw"
						  : "video/x-raw; audio/x-raw");

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

/* ---- devices and test sources ---- */

static int pattern_set(GObject *source, const char *property, const char *nick)
{
	GParamSpec *spec = g_object_class_find_property(G_OBJECT_GET_CLASS(source), property);
	GEnumValue *value = g_enum_get_value_by_nick(G_PARAM_SPEC_ENUM(spec)->enum_class, nick);

	if (!value)
		return CAPTURE_E_SOURCE;
	g_object_set(source, property, value->value, NULL);
	return 0;
}

static int source_configure(struct capture *c, GObject *source)
{
	const char *detail = c->config.source.detail;

	if (!detail)
		return 0;
	switch (c->config.source.kind) {
	case MEDIA_SOURCE_TEST:
		if (strcmp(detail, CLAP_PATTERN) == 0)
			return 0;
		return pattern_set(source, capture_is_video(c) ? "pattern" : "wave", detail);
	case MEDIA_SOURCE_SHM:
		g_object_set(source, "socket-path", detail, NULL);
		return 0;
	default:
		g_object_set(source, c->config.kind == MEDIA_SCREEN ? "display-name" : "device",
			detail, NULL);
		return 0;
	}
}

static int live_configure(struct capture *c)
{
	GstBin *bin = GST_BIN(c->pipeline);
	GstElement *source = gst_bin_get_by_name(bin, TEXT_SOURCE);
	GValue label = G_VALUE_INIT;
	int r = source_configure(c, G_OBJECT(source));

	gst_object_unref(source);
	g_value_init(&label, G_TYPE_STRING);
	g_value_set_string(&label, c->config.label);
	capture_wire_property(bin, TEXT_LABEL, "text", &label);
	g_value_unset(&label);
	capture_wire_clap(c, bin);
	return r;
}

static int live_build(struct capture *c)
{
	g_autofree char *tail = capture_text_tail(&c->config, c->masked);
	g_autofree char *head = capture_text_head(&c->config);
	g_autofree char *text = g_strdup_printf("%s ! %s", head, tail);

	c->pipeline = bin_parse(text, false);
	if (!c->pipeline)
		return CAPTURE_E_SOURCE;
	if (!capture_wire(c, GST_BIN(c->pipeline)))
		return CAPTURE_E_SOURCE;
	return live_configure(c);
}

/* ---- life ---- */

static void pipeline_drop(struct capture *c)
{
	if (!c->pipeline)
		return;
	gst_element_set_state(c->pipeline, GST_STATE_NULL);
	if (c->bus_watch)
		g_source_remove(c->bus_watch);
	c->bus_watch = 0;
	capture_unwire(c);
	c->tail = NULL;
	gst_clear_object(&c->pipeline);
}

static void fail(struct capture *c, const char *why)
{
	capture_stop(c);
	c->out.failed(c->out.user, why);
}

static void start_over(struct capture *c)
{
	gst_element_set_state(c->pipeline, GST_STATE_READY);
	media_clock_from_now(c->pipeline);
	gst_element_set_state(c->pipeline, GST_STATE_PLAYING);
}

static gboolean bus_message(GstBus *bus, GstMessage *message, void *user)
{
	struct capture *c = user;
	double loudness;

	if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_EOS &&
		c->config.source.kind == MEDIA_SOURCE_FILE) {
		start_over(c);
	} else if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_EOS) {
		fail(c, "the device has ended its stream");
		return G_SOURCE_REMOVE;
	} else if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_ERROR) {
		g_autoptr(GError) error = NULL;

		gst_message_parse_error(message, &error, NULL);
		fail(c, error->message);
		return G_SOURCE_REMOVE;
	} else if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_APPLICATION) {
		c->out.flows(c->out.user);
	} else if (c->out.level && loudness_read(message, &loudness)) {
		c->out.level(c->out.user, loudness);
	}
	return G_SOURCE_CONTINUE;
}

static int pipeline_build(struct capture *c)
{
	int r = c->config.source.kind == MEDIA_SOURCE_FILE ? file_build(c) : live_build(c);
	GstBus *bus;

	if (r != 0) {
		pipeline_drop(c);
		return r;
	}
	if (c->config.kind == MEDIA_AUDIO && c->config.source.kind != MEDIA_SOURCE_FILE)
		media_clock_share(c->pipeline);
	else
		media_clock_use(c->pipeline);
	bus = gst_element_get_bus(c->pipeline);
	/* While it was put together ximagesrc may have asked for a display it was not told yet. */
	gst_bus_set_flushing(bus, TRUE);
	gst_bus_set_flushing(bus, FALSE);
	c->bus_watch = gst_bus_add_watch(bus, bus_message, c);
	gst_object_unref(bus);
	return 0;
}

static void config_copy(struct capture *c, const struct capture_config *config)
{
	c->config = *config;
	c->config.source.detail = g_strdup(config->source.detail);
	c->config.label = g_strdup(config->label);
	for (int i = 0; i < CAPTURE_N_TAKES; i++) {
		bool small = i == CAPTURE_SMALL || i == CAPTURE_MASKED_SMALL;

		c->outlets[i] = (struct outlet){.capture = c,
			.take = (enum capture_take)i,
			.bitrate = small ? config->small_bitrate : config->bitrate};
	}
}

int capture_new(const struct capture_config *config, const struct capture_out *out,
	struct capture **ret_capture)
{
	struct easel_out pictures = {out->user, out->picture};
	struct capture *c;
	int r;

	if (config->source.kind == MEDIA_SOURCE_NONE)
		return CAPTURE_E_SOURCE;
	gst_init(NULL, NULL);
	c = g_new0(struct capture, 1);
	g_mutex_init(&c->lock);
	config_copy(c, config);
	c->out = *out;
	c->veil = veil_new(config->veil);
	if (out->picture)
		c->easel = easel_new(&pictures);
	/* Shows whether it can be built at all; the first start may use it. */
	r = pipeline_build(c);
	if (r != 0) {
		capture_free(c);
		return r;
	}
	c->fresh = true;
	*ret_capture = c;
	return 0;
}

int capture_start(struct capture *c, bool masked)
{
	bool built = c->fresh && !masked;

	if (!built)
		capture_stop(c);
	c->fresh = false;
	c->masked = masked;
	/* shmsrc stumbles over a socket that is not there. */
	if (c->config.source.kind == MEDIA_SOURCE_SHM &&
		!g_file_test(c->config.source.detail, G_FILE_TEST_EXISTS)) {
		capture_stop(c);
		return -EIO;
	}
	if (!built && pipeline_build(c) != 0)
		return -EIO;
	if (c->config.source.kind == MEDIA_SOURCE_FILE)
		media_clock_from_now(c->pipeline);
	if (gst_element_set_state(c->pipeline, GST_STATE_PLAYING) == GST_STATE_CHANGE_FAILURE) {
		pipeline_drop(c);
		return -EIO;
	}
	return 0;
}

void capture_stop(struct capture *c)
{
	c->fresh = false;
	pipeline_drop(c);
}

struct capture *capture_free(struct capture *c)
{
	if (!c)
		return NULL;
	pipeline_drop(c);
	easel_free(c->easel);
	veil_free(c->veil);
	media_source_done(&c->config.source);
	g_free((char *)c->config.label);
	g_mutex_clear(&c->lock);
	g_free(c);
	return NULL;
}

/* ---- while it runs ---- */

void capture_open(struct capture *c, enum capture_take take, bool on)
{
	struct outlet *o = &c->outlets[take];

	g_mutex_lock(&c->lock);
	o->open = on;
	if (o->valve)
		g_object_set(o->valve, "drop", !on, NULL);
	g_mutex_unlock(&c->lock);
}

void capture_show(struct capture *c, int width, int height)
{
	g_mutex_lock(&c->lock);
	c->tile_width = width;
	c->tile_height = height;
	capture_wire_preview(c);
	g_mutex_unlock(&c->lock);
}

static GstElement *encoder_get(struct capture *c, enum capture_take take)
{
	GstElement *encoder;

	g_mutex_lock(&c->lock);
	encoder = c->outlets[take].encoder;
	if (encoder)
		gst_object_ref(encoder);
	g_mutex_unlock(&c->lock);
	return encoder;
}

void capture_request_key(struct capture *c, enum capture_take take)
{
	GstElement *encoder = capture_is_video(c) ? encoder_get(c, take) : NULL;

	if (encoder)
		gst_element_send_event(encoder,
			gst_video_event_new_upstream_force_key_unit(GST_CLOCK_TIME_NONE, TRUE, 0));
	gst_clear_object(&encoder);
}

void capture_set_bitrate(struct capture *c, enum capture_take take, int bitrate)
{
	GstElement *encoder = encoder_get(c, take);

	if (encoder)
		capture_wire_bitrate(c, encoder, bitrate);
	gst_clear_object(&encoder);
	c->outlets[take].bitrate = bitrate;
}

int capture_bitrate(const struct capture *c, enum capture_take take)
{
	bool small = take == CAPTURE_SMALL || take == CAPTURE_MASKED_SMALL;

	return small ? c->config.small_bitrate : c->config.bitrate;
}
