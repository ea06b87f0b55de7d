/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/frame.h"

#include "proto/bytes.h"

#include <assert.h>
#include <string.h>

#include <glib.h>

enum {
	OFF_TYPE = 0,
	OFF_FLAGS = 1,
	OFF_TRACK = 2,
	OFF_SEQ = 4,
	OFF_CAPTURE = 8,
	OFF_SESSION = 16,
	OFF_CODEC = 20,
	OFF_TL0 = 21,
	OFF_RESERVED = 22,
};

#define FLAGS_UNUSED 0x80

/* What each codec may set. Opus packets stand alone and have no layers; only VP8 has temporal
 * layers here, only H.264 carries its configuration in front. */
static const struct codec_row {
	uint8_t codec;
	const char *name;
	uint8_t must;
	uint8_t may;
} codecs[] = {
	{FRAME_CODEC_OPUS, "opus", FRAME_KEY, FRAME_KEY | FRAME_SILENCE | FRAME_DISCARDABLE},
	{FRAME_CODEC_VP8, "vp8", 0,
		FRAME_KEY | FRAME_LAYER_SYNC | FRAME_LAYER_MASK | FRAME_DISCARDABLE},
	{FRAME_CODEC_H264, "h264", 0, FRAME_KEY | FRAME_CONFIG | FRAME_DISCARDABLE},
};

static const char *const refusal_codes[] = {
	[FRAME_E_SHORT] = "frame_short",
	[FRAME_E_TYPE] = "frame_type",
	[FRAME_E_TRACK] = "frame_track",
	[FRAME_E_FLAGS] = "frame_flags",
	[FRAME_E_CODEC] = "frame_codec",
	[FRAME_E_TIME] = "frame_time",
	[FRAME_E_RESERVED] = "frame_reserved",
	[FRAME_E_EMPTY] = "frame_empty",
	[FRAME_E_TOO_LONG] = "frame_too_long",
};

static const struct codec_row *codec_find(uint8_t codec)
{
	for (size_t i = 0; i < G_N_ELEMENTS(codecs); i++)
		if (codecs[i].codec == codec)
			return &codecs[i];
	return NULL;
}

uint8_t frame_type(const uint8_t *data, size_t len)
{
	return len ? data[OFF_TYPE] : 0;
}

int frame_parse_header(const uint8_t data[FRAME_HEADER_LEN], struct frame *ret_frame)
{
	struct frame f = {
		.flags = data[OFF_FLAGS],
		.track = be16_get(data + OFF_TRACK),
		.seq = be32_get(data + OFF_SEQ),
		.capture_us = be64_get(data + OFF_CAPTURE),
		.session_ms = be32_get(data + OFF_SESSION),
		.codec = data[OFF_CODEC],
		.tl0 = data[OFF_TL0],
	};
	const struct codec_row *codec = codec_find(f.codec);

	if (data[OFF_TYPE] != FRAME_TYPE_MEDIA)
		return FRAME_E_TYPE;
	if (!f.track)
		return FRAME_E_TRACK;
	if (!codec)
		return FRAME_E_CODEC;
	if ((f.flags & FLAGS_UNUSED) || (f.flags & ~codec->may) ||
		(f.flags & codec->must) != codec->must || frame_layer(f.flags) > FRAME_LAYER_MAX)
		return FRAME_E_FLAGS;
	if (f.capture_us > INT64_MAX)
		return FRAME_E_TIME;
	if (be16_get(data + OFF_RESERVED))
		return FRAME_E_RESERVED;
	*ret_frame = f;
	return 0;
}

int frame_parse(const uint8_t *data, size_t len, struct frame *ret_frame)
{
	struct frame f;
	int r;

	if (len < FRAME_HEADER_LEN)
		return FRAME_E_SHORT;
	r = frame_parse_header(data, &f);
	if (r)
		return r;
	if (len == FRAME_HEADER_LEN)
		return FRAME_E_EMPTY;
	if (len > FRAME_LEN_MAX)
		return FRAME_E_TOO_LONG;
	f.payload = data + FRAME_HEADER_LEN;
	f.payload_len = len - FRAME_HEADER_LEN;
	*ret_frame = f;
	return 0;
}

void frame_write_header(const struct frame *frame, uint8_t ret_header[FRAME_HEADER_LEN])
{
	struct frame check;

	memset(ret_header, 0, FRAME_HEADER_LEN);
	ret_header[OFF_TYPE] = FRAME_TYPE_MEDIA;
	ret_header[OFF_FLAGS] = frame->flags;
	be16_put(ret_header + OFF_TRACK, frame->track);
	be32_put(ret_header + OFF_SEQ, frame->seq);
	be64_put(ret_header + OFF_CAPTURE, frame->capture_us);
	be32_put(ret_header + OFF_SESSION, frame->session_ms);
	ret_header[OFF_CODEC] = frame->codec;
	ret_header[OFF_TL0] = frame->tl0;
	int r = frame_parse_header(ret_header, &check);
	assert(r == 0);
	(void)r;
}

void frame_set_session_ms(uint8_t *data, uint32_t session_ms)
{
	be32_put(data + OFF_SESSION, session_ms);
}

uint32_t frame_session_ms(const uint8_t *data)
{
	return be32_get(data + OFF_SESSION);
}

const char *frame_codec_name(uint8_t codec)
{
	const struct codec_row *row = codec_find(codec);

	return row ? row->name : NULL;
}

uint8_t frame_codec_from_name(const char *name)
{
	for (size_t i = 0; i < G_N_ELEMENTS(codecs); i++)
		if (g_str_equal(codecs[i].name, name))
			return codecs[i].codec;
	return 0;
}

const char *frame_refusal_code(int refusal)
{
	g_assert(refusal > 0 && refusal < (int)G_N_ELEMENTS(refusal_codes));
	return refusal_codes[refusal];
}
