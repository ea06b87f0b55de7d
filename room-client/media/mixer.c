/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/media/mixer.h"

#include <errno.h>
#include <gst/app/gstappsink.h>
#include <gst/app/gstappsrc.h>
#include <gst/gst.h>
#include <math.h>
#include <stdio.h>

#include "room-client/media/clock.h"
#include "room-client/media/element.h"
#include "room-client/media/loudness.h"

/*
 *	silence ────────────────────────────────────────┐
 *	voice: appsrc → opusdec → level ────────────────┤ audiomixer → echo probe → output
 *	voice: …                                        ┘
 *
 * What waits in an appsrc may wait: that is what its largest latency tells the mixing element.
 *
 * The silence keeps the mixer's clock running and the output open while nobody speaks; without it
 * the mixer would produce the whole pause at once when the next voice comes.
 */

/* So long before it is due a packet enters the pipeline: at best that is when it arrives, a frame
 * (20 ms) and the encoder's look-ahead (6.5 ms) after its sound was captured. The mixing element
 * waits for it as long as it can, its own buffer of 20 ms and 35 ms more; what comes later is not
 * heard. The silence beside the voices takes the 5 ms that are left. */
#define LATENCY_NS (60 * GST_MSECOND)
#define OUTPUT_BUFFER_NS (60 * GST_MSECOND)
#define WAITING_MAX (64 * 1024)
/* An encoder of ours looks so far ahead, and a decoder gives sound so much later. */
#define OPUS_AHEAD_US 6500
#define RETRY_MS 1000
#define VOICE_NAME "voice-%u"

#define FORMAT "audio/x-raw,format=S16LE,rate=48000,channels=1"

/* What a voice may be off from when it is due before it is put right: far less than lips need, and
 * not so little that each step of the playout delay would be heard. */
#define ALIGNMENT "alignment-threshold=10000000 discont-wait=100000000 "

#define PIPELINE                                                                                   \
	"audiotestsrc is-live=true wave=silence samplesperbuffer=240 ! " FORMAT " ! queue ! mix. " \
	"audiomixer name=mix start-time-selection=first output-buffer-duration=20000000 "          \
	"latency=35000000 " ALIGNMENT "! " FORMAT " ! %s%s"

#define PROBE "webrtcechoprobe"

#define NULL_SINK "appsink name=out sync=true processing-deadline=0 max-buffers=2"
#define DEVICE_SINK "audioconvert ! audioresample ! autoaudiosink name=out"

#define VOICE                                                                           \
	"appsrc name=in is-live=true format=time min-latency=0 max-latency=1000000000 " \
	"caps=audio/x-opus,rate=48000,channels=1,channel-mapping-family=0 ! opusdec ! " \
	"audioconvert ! " FORMAT " ! level name=" VOICE_NAME " interval=100000000"

/* Raw sound, from ourselves. */
#define CHIME                                                                                       \
	"appsrc name=in is-live=true format=time min-latency=0 max-latency=1000000000 caps=" FORMAT \
	",layout=interleaved ! identity"
#define CHIME_VOICE 0 /* no track has this number */
#define CHIME_RATE 48000
#define CHIME_HZ 523.25
#define CHIME_MS 1000

struct voice {
	struct mixer *mixer;
	GstElement *bin;
	GstAppSrc *source;
	GstPad *pad; /* of the mixing element */
	GMutex lock; /* what the streaming thread counts */
	uint64_t n_presented;
	int64_t skew_us;
};

struct mixer {
	struct mixer_out out;
	GstElement *pipeline, *mix;
	GHashTable *voices; /* id → struct voice, owned */
	guint bus_watch, retry, chime_end;
	bool device;
};

static void level_message(struct mixer *m, GstMessage *message)
{
	const char *name = GST_OBJECT_NAME(GST_MESSAGE_SRC(message));
	double loudness;
	unsigned id;

	if (loudness_read(message, &loudness) && sscanf(name, VOICE_NAME, &id) == 1)
		m->out.level(m->out.user, (uint16_t)id, loudness);
}

static gboolean retry(void *user)
{
	struct mixer *m = user;

	m->retry = 0;
	gst_element_set_state(m->pipeline, GST_STATE_PLAYING);
	return G_SOURCE_REMOVE;
}

static void output_failed(struct mixer *m, GstMessage *message)
{
	g_autoptr(GError) error = NULL;

	gst_message_parse_error(message, &error, NULL);
	gst_element_set_state(m->pipeline, GST_STATE_NULL);
	if (!m->retry)
		m->retry = g_timeout_add(RETRY_MS, retry, m);
	m->out.failed(m->out.user, error->message);
}

static gboolean bus_message(GstBus *bus, GstMessage *message, void *user)
{
	struct mixer *m = user;

	if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_ELEMENT)
		level_message(m, message);
	else if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_ERROR)
		output_failed(m, message);
	return G_SOURCE_CONTINUE;
}

/* Sinks with a ring buffer keep a fifth of a second by default, and all reckon with 20 ms more
 * than the latency that was set. */
static void sink_found(GstBin *bin, GstBin *sub, GstElement *element, void *user)
{
	GObjectClass *class = G_OBJECT_GET_CLASS(element);

	if (g_object_class_find_property(class, "processing-deadline"))
		g_object_set(element, "processing-deadline", (guint64)0, NULL);

	if (g_object_class_find_property(class, "buffer-time") &&
		g_object_class_find_property(class, "latency-time"))
		g_object_set(element, "buffer-time", OUTPUT_BUFFER_NS / 1000, "latency-time",
			(gint64)10000, NULL);
}

static void voice_free(void *p)
{
	struct voice *v = p;

	if (v->bin) {
		GstElement *pipeline = v->mixer->pipeline;

		gst_element_set_state(v->bin, GST_STATE_NULL);
		gst_bin_remove(GST_BIN(pipeline), v->bin);
		gst_element_release_request_pad(v->mixer->mix, v->pad);
		gst_object_unref(v->pad);
		gst_object_unref(v->source);
	}
	g_mutex_clear(&v->lock);
	g_free(v);
}

/* On the output's thread, when it is time. */
static GstFlowReturn sounded(GstAppSink *sink, void *user)
{
	struct mixer *m = user;
	GstSample *sample = gst_app_sink_pull_sample(sink);
	int64_t now_us = g_get_monotonic_time();
	GstMapInfo map;

	if (!sample)
		return GST_FLOW_EOS;
	if (m->out.heard && gst_buffer_map(gst_sample_get_buffer(sample), &map, GST_MAP_READ)) {
		m->out.heard(m->out.user, (const int16_t *)(const void *)map.data,
			map.size / sizeof(int16_t), now_us);
		gst_buffer_unmap(gst_sample_get_buffer(sample), &map);
	}
	gst_sample_unref(sample);
	return GST_FLOW_OK;
}

static void null_wire(struct mixer *m)
{
	static const GstAppSinkCallbacks callbacks = {.new_sample = sounded};
	GstElement *sink = gst_bin_get_by_name(GST_BIN(m->pipeline), "out");

	gst_app_sink_set_callbacks(GST_APP_SINK(sink), (GstAppSinkCallbacks *)&callbacks, m, NULL);
	gst_object_unref(sink);
}

static void pipeline_wire(struct mixer *m)
{
	GstBus *bus = gst_element_get_bus(m->pipeline);

	m->mix = gst_bin_get_by_name(GST_BIN(m->pipeline), "mix");
	g_signal_connect(m->pipeline, "deep-element-added", G_CALLBACK(sink_found), NULL);
	media_clock_share(m->pipeline);
	gst_pipeline_set_latency(
		GST_PIPELINE(m->pipeline), LATENCY_NS + (m->device ? OUTPUT_BUFFER_NS : 0));
	if (!m->device)
		null_wire(m);
	m->bus_watch = gst_bus_add_watch(bus, bus_message, m);
	gst_object_unref(bus);
}

int mixer_new(enum mixer_output output, const struct mixer_out *out, struct mixer **ret_mixer)
{
	g_autofree char *text = NULL;
	g_autoptr(GError) error = NULL;
	struct mixer *m;

	gst_init(NULL, NULL);
	m = g_new0(struct mixer, 1);
	m->out = *out;
	m->device = output == MIXER_DEVICE;
	m->voices = g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, voice_free);
	/* Without it, and what looks for it, sound is as good as it gets. */
	text = g_strdup_printf(PIPELINE,
		element_exists(PROBE) ? PROBE " name=" MIXER_PROBE " ! " : "",
		m->device ? DEVICE_SINK : NULL_SINK);
	m->pipeline = gst_parse_launch(text, &error);
	if (error) {
		mixer_free(m);
		return -EIO;
	}
	pipeline_wire(m);
	gst_element_set_state(m->pipeline, GST_STATE_PLAYING);
	*ret_mixer = m;
	return 0;
}

struct mixer *mixer_free(struct mixer *m)
{
	if (!m)
		return NULL;
	if (m->bus_watch)
		g_source_remove(m->bus_watch);
	if (m->retry)
		g_source_remove(m->retry);
	if (m->chime_end)
		g_source_remove(m->chime_end);
	if (m->pipeline)
		gst_element_set_state(m->pipeline, GST_STATE_NULL);
	g_hash_table_unref(m->voices);
	gst_clear_object(&m->mix);
	gst_clear_object(&m->pipeline);
	g_free(m);
	return NULL;
}

int64_t mixer_output_us(const struct mixer *m)
{
	return m->device ? OUTPUT_BUFFER_NS / 1000 : 0;
}

static struct voice *voice_find(struct mixer *m, uint16_t id)
{
	return g_hash_table_lookup(m->voices, GUINT_TO_POINTER(id));
}

/* On the voice's streaming thread: a packet has been decoded. */
static GstPadProbeReturn decoded(GstPad *pad, GstPadProbeInfo *info, void *user)
{
	struct voice *v = user;
	GstBuffer *buffer = GST_PAD_PROBE_INFO_BUFFER(info);
	GstClockTime due =
		gst_element_get_base_time(v->mixer->pipeline) + GST_BUFFER_PTS(buffer) + LATENCY_NS;
	int64_t late = g_get_monotonic_time() - (int64_t)(due / GST_USECOND);

	/* What comes in time is played when it is due, by the output's clock. */
	late = MAX(late, 0);
	g_mutex_lock(&v->lock);
	v->skew_us += v->n_presented ? (late - v->skew_us) / 16 : late;
	v->n_presented++;
	g_mutex_unlock(&v->lock);
	return GST_PAD_PROBE_OK;
}

/* Puts a bin with one loose end into the running mixture. */
static GstPad *bin_join(struct mixer *m, GstElement *bin)
{
	GstPad *src, *sink = gst_element_request_pad_simple(m->mix, "sink_%u");

	gst_bin_add(GST_BIN(m->pipeline), bin);
	src = gst_element_get_static_pad(bin, "src");
	gst_pad_link(src, sink);
	gst_object_unref(src);
	gst_element_sync_state_with_parent(bin);
	return sink;
}

static int voice_make(struct mixer *m, uint16_t id, const char *text)
{
	g_autoptr(GError) error = NULL;
	GstElement *bin = gst_parse_bin_from_description(text, TRUE, &error);
	struct voice *v;

	if (error) {
		gst_clear_object(&bin);
		return -EIO;
	}
	mixer_remove(m, id);
	v = g_new0(struct voice, 1);
	g_mutex_init(&v->lock);
	v->mixer = m;
	v->bin = bin;
	v->source = GST_APP_SRC(gst_bin_get_by_name(GST_BIN(bin), "in"));
	v->pad = bin_join(m, bin);
	gst_pad_add_probe(v->pad, GST_PAD_PROBE_TYPE_BUFFER, decoded, v, NULL);
	g_hash_table_insert(m->voices, GUINT_TO_POINTER(id), v);
	return 0;
}

int mixer_add(struct mixer *m, uint16_t voice)
{
	g_autofree char *text = g_strdup_printf(VOICE, (unsigned)voice);

	return voice_make(m, voice, text);
}

void mixer_remove(struct mixer *m, uint16_t voice)
{
	g_hash_table_remove(m->voices, GUINT_TO_POINTER(voice));
}

static bool push(struct mixer *m, struct voice *v, GstBuffer *buffer, int64_t due_us)
{
	GstClockTime base = gst_element_get_base_time(m->pipeline);
	GstClockTime due = (GstClockTime)MAX(due_us, 0) * GST_USECOND;

	GST_BUFFER_PTS(buffer) = due > base + LATENCY_NS ? due - base - LATENCY_NS : 0;
	return gst_app_src_push_buffer(v->source, buffer) == GST_FLOW_OK;
}

bool mixer_push(struct mixer *m, uint16_t voice, GBytes *packet, int64_t due_us)
{
	struct voice *v = voice_find(m, voice);

	if (!v || m->retry || gst_app_src_get_current_level_bytes(v->source) > WAITING_MAX)
		return false;
	return push(m, v, gst_buffer_new_wrapped_bytes(packet), due_us - OPUS_AHEAD_US);
}

static gboolean chime_over(void *user)
{
	struct mixer *m = user;

	m->chime_end = 0;
	mixer_remove(m, CHIME_VOICE);
	return G_SOURCE_REMOVE;
}

/* A bell: a tone that dies away. */
static GstBuffer *chime_buffer(void)
{
	size_t n = CHIME_RATE * CHIME_MS / 1000;
	int16_t *samples = g_new(int16_t, n);

	for (size_t i = 0; i < n; i++) {
		double t = (double)i / CHIME_RATE;

		samples[i] = (int16_t)(10000 * exp(-4 * t) * sin(2 * G_PI * CHIME_HZ * t));
	}
	return gst_buffer_new_wrapped(samples, n * sizeof(int16_t));
}

void mixer_chime(struct mixer *m)
{
	GstBuffer *buffer;

	if (m->chime_end || m->retry || voice_make(m, CHIME_VOICE, CHIME) != 0)
		return;
	buffer = chime_buffer();
	GST_BUFFER_DURATION(buffer) = CHIME_MS * GST_MSECOND;
	push(m, voice_find(m, CHIME_VOICE), buffer,
		g_get_monotonic_time() + 2 * (int64_t)(LATENCY_NS / GST_USECOND));
	m->chime_end = g_timeout_add(CHIME_MS + 500, chime_over, m);
}

bool mixer_stats(struct mixer *m, uint16_t voice, struct player_stats *ret_stats)
{
	struct voice *v = voice_find(m, voice);

	if (!v)
		return false;
	g_mutex_lock(&v->lock);
	*ret_stats = (struct player_stats){.n_presented = v->n_presented, .skew_us = v->skew_us};
	g_mutex_unlock(&v->lock);
	return true;
}
