/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/media/capture_text.h"

#include <glib.h>
#include <string.h>

#include "room-client/media/clap.h"
#include "room-client/media/element.h"
#include "room-client/media/mixer.h"

/* vp8enc with threads=1: libvpx's own threading collapses when the cores are busy. A screen stands
 * still most of the time, and its letters must be sharp. */
#define VP8ENC                                                                                     \
	"vp8enc name=" TEXT_ENCODER "%d deadline=1 cpu-used=8 threads=1 end-usage=cbr "            \
	"lag-in-frames=0 error-resilient=default buffer-initial-size=100 buffer-optimal-size=120 " \
	"buffer-size=200 min-force-key-unit-interval=300000000 static-threshold=%d "               \
	"target-bitrate=%d keyframe-max-dist=%d"
#define STILL_SCREEN 100
#define STILL_CAMERA 1

#define OPUSENC "opusenc name=" TEXT_ENCODER "%d frame-size=20 audio-type=voice dtx=true bitrate=%d"

#define VALVE "valve name=" TEXT_VALVE "%d drop=true drop-mode=forward-sticky-events"
#define OUT "appsink name=" TEXT_OUT "%d sync=false async=false max-buffers=%d"

#define SOUND "audio/x-raw,format=S16LE,rate=48000,channels=1,layout=interleaved"

#define LABEL                                                                       \
	"textoverlay name=" TEXT_LABEL " valignment=bottom shaded-background=true " \
	"font-desc=\"Sans 28\" ! clockoverlay valignment=top halignment=right ! "

#define PREVIEW                                                                       \
	" %s. ! queue max-size-buffers=1 leaky=downstream ! valve name=" TEXT_SHOW    \
	" drop=true drop-mode=forward-sticky-events ! %svideoscale ! videoconvert ! " \
	"capsfilter name=" TEXT_TILE " ! appsink name=" TEXT_PICTURES                 \
	" sync=false async=false max-buffers=2 drop=true"

#define ORIGINAL "t"
#define CHANGED "m"

bool capture_text_has(const struct capture_config *config, bool masked, enum capture_take take)
{
	bool small = config->kind == MEDIA_VIDEO && config->small_width > 0;

	switch (take) {
	case CAPTURE_MAIN:
		return true;
	case CAPTURE_SMALL:
		return small && !masked;
	case CAPTURE_MASKED:
		return masked;
	case CAPTURE_MASKED_SMALL:
		return small && masked;
	default:
		return false;
	}
}

/* A little under the 2 s that a group may last. */
static int keyframe_distance(int fps)
{
	return MAX(1, fps * 2 - (fps + 3) / 4);
}

/* Where a file is read there is all the time it takes; a device does not wait. */
static const char *leak(const struct capture_config *config)
{
	return config->source.kind == MEDIA_SOURCE_FILE ? "no" : "downstream";
}

static void picture_take(GString *text, const struct capture_config *c, enum capture_take take)
{
	bool small = take == CAPTURE_SMALL || take == CAPTURE_MASKED_SMALL,
	     masked = take == CAPTURE_MASKED || take == CAPTURE_MASKED_SMALL;

	g_string_append_printf(text, " %s. ! queue max-size-buffers=2 leaky=%s ! " VALVE " ! ",
		masked ? CHANGED : ORIGINAL, leak(c), take);
	if (small)
		g_string_append_printf(text, "videoscale ! video/x-raw,width=%d,height=%d ! ",
			c->small_width, c->small_height);
	g_string_append_printf(text, VP8ENC " ! " OUT, take,
		c->kind == MEDIA_SCREEN ? STILL_SCREEN : STILL_CAMERA,
		small ? c->small_bitrate : c->bitrate, keyframe_distance(c->fps), take, 4);
}

static char *picture_tail(const struct capture_config *c, bool masked)
{
	bool labelled = c->source.kind == MEDIA_SOURCE_TEST && c->label &&
			g_strcmp0(c->source.detail, CLAP_PATTERN) != 0 &&
			element_exists("textoverlay") && element_exists("clockoverlay");
	GString *text = g_string_new(NULL);

	/* videorate only drops: to repeat pictures it would hold each back for the next one. */
	g_string_append_printf(text,
		"queue name=" TEXT_FIRST
		" max-size-buffers=3 leaky=%s ! videoconvert ! videoscale ! "
		"videorate drop-only=true max-rate=%d ! "
		"video/x-raw,format=I420,width=%d,height=%d,pixel-aspect-ratio=1/1 ! %s%s"
		"tee name=" ORIGINAL " allow-not-linked=true",
		leak(c), c->fps, c->width, c->height, labelled ? LABEL : "",
		c->source.kind == MEDIA_SOURCE_FILE ? "identity sync=true ! " : "");
	if (masked)
		g_string_append_printf(text,
			" " ORIGINAL ". ! queue max-size-buffers=2 leaky=%s ! "
			"identity name=" TEXT_VEIL " ! tee name=" CHANGED " allow-not-linked=true",
			leak(c));
	for (int take = 0; take < CAPTURE_N_TAKES; take++) {
		if (capture_text_has(c, masked, (enum capture_take)take))
			picture_take(text, c, (enum capture_take)take);
	}
	g_string_append_printf(text, PREVIEW, masked ? CHANGED : ORIGINAL, "");
	return g_string_free(text, FALSE);
}

#define PROCESS "webrtcdsp"

/* Echo, noise and gain are for rooms; what a file or a generator gives is meant as it is. */
static bool wants_processing(const struct capture_config *c)
{
	return c->kind == MEDIA_AUDIO && !c->plain_sound &&
	       (c->source.kind == MEDIA_SOURCE_DEVICE || c->source.kind == MEDIA_SOURCE_SHM);
}

bool capture_lacks_processing(const struct capture_config *c)
{
	return wants_processing(c) && !element_exists(PROCESS);
}

/* It refuses to start without the probe it was told of, and there is none where nothing is played.
 */
static const char *process(const struct capture_config *c)
{
	if (!wants_processing(c) || !element_exists(PROCESS))
		return "";
	return c->plays ? PROCESS " name=" TEXT_PROCESS " probe=" MIXER_PROBE " ! "
			: PROCESS " name=" TEXT_PROCESS " echo-cancel=false ! ";
}

static char *sound_tail(const struct capture_config *c, bool masked)
{
	GString *text = g_string_new(NULL);

	g_string_append_printf(text,
		"queue name=" TEXT_FIRST
		" max-size-time=200000000 leaky=%s ! audioconvert ! audioresample ! " SOUND
		/* What the device gives: processed silence is nothing at all, as if it were muted.
		 */
		" ! level interval=100000000 ! %s%stee name=" ORIGINAL " allow-not-linked=true",
		leak(c), process(c),
		c->source.kind == MEDIA_SOURCE_FILE ? "identity sync=true ! " : "");
	g_string_append_printf(text, " " ORIGINAL ". ! queue ! " VALVE " ! " OPUSENC " ! " OUT,
		CAPTURE_MAIN, CAPTURE_MAIN, c->bitrate, CAPTURE_MAIN, 16);
	if (masked)
		g_string_append_printf(text,
			" " ORIGINAL ". ! queue ! " VALVE " ! audioconvert ! "
			"pitch name=" TEXT_VOICE " ! audioconvert ! " SOUND " ! " OPUSENC " ! " OUT,
			CAPTURE_MASKED, CAPTURE_MASKED, c->bitrate, CAPTURE_MASKED, 16);
	return g_string_free(text, FALSE);
}

char *capture_text_tail(const struct capture_config *config, bool masked)
{
	return config->kind == MEDIA_AUDIO ? sound_tail(config, masked)
					   : picture_tail(config, masked);
}

char *capture_text_pass(const struct capture_config *config)
{
	GString *text = g_string_new("queue name=" TEXT_FIRST " ! tee name=" ORIGINAL);

	g_string_append_printf(text,
		" " ORIGINAL ". ! queue ! appsink name=" TEXT_OUT
		"%d sync=true async=false max-buffers=4",
		CAPTURE_MAIN);
	if (config->kind != MEDIA_AUDIO)
		g_string_append_printf(text, PREVIEW, ORIGINAL, "vp8dec threads=1 ! ");
	return g_string_free(text, FALSE);
}

static char *picture_head(const struct capture_config *c)
{
	bool clap = g_strcmp0(c->source.detail, CLAP_PATTERN) == 0;

	switch (c->source.kind) {
	case MEDIA_SOURCE_TEST:
		return g_strdup_printf("videotestsrc name=" TEXT_SOURCE
				       " is-live=true pattern=ball ! "
				       "video/x-raw,framerate=%d/1%s",
			c->fps, clap ? ",format=I420 ! identity name=" TEXT_CLAP : "");
	case MEDIA_SOURCE_SHM:
		return g_strdup_printf("shmsrc name=" TEXT_SOURCE
				       " is-live=true do-timestamp=true ! "
				       "video/x-raw,format=I420,width=%d,height=%d,framerate=%d/1,"
				       "pixel-aspect-ratio=1/1,interlace-mode=progressive",
			c->width, c->height, c->fps);
	default:
		if (c->kind == MEDIA_SCREEN)
			return g_strdup_printf("ximagesrc name=" TEXT_SOURCE " use-damage=false ! "
					       "video/x-raw,framerate=%d/1",
				c->fps);
		return g_strdup("v4l2src name=" TEXT_SOURCE " ! decodebin");
	}
}

static char *sound_head(const struct capture_config *c)
{
	const char *detail = c->source.detail ? c->source.detail : "";

	if (c->source.kind == MEDIA_SOURCE_TEST)
		return g_strdup_printf("audiotestsrc name=" TEXT_SOURCE
				       " is-live=true samplesperbuffer=960 wave=ticks%s",
			strcmp(detail, CLAP_PATTERN) == 0 ? " ! " SOUND
							    " ! identity name=" TEXT_CLAP
							  : "");
	if (c->source.kind == MEDIA_SOURCE_SHM)
		return g_strdup(
			"shmsrc name=" TEXT_SOURCE " is-live=true do-timestamp=true ! " SOUND);
	if (g_str_has_prefix(detail, "hw:") || g_str_has_prefix(detail, "plughw:"))
		return g_strdup("alsasrc name=" TEXT_SOURCE);
	return g_strdup("pulsesrc name=" TEXT_SOURCE);
}

char *capture_text_head(const struct capture_config *config)
{
	return config->kind == MEDIA_AUDIO ? sound_head(config) : picture_head(config);
}
