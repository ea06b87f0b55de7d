/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * One media object: one encoded frame behind a 24-byte header, one binary WebSocket message
 * (proto/README.md, "Media objects"). All functions are pure and may be called from any thread.
 *
 * The first byte of every binary message is its type; FRAME_TYPE_STAMP messages are read by
 * proto/stamp. Both kinds carry the session time at the same place, so that a relay can write it
 * without knowing which one it holds.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FRAME_HEADER_LEN 24
#define FRAME_PAYLOAD_MAX (256 * 1024)
#define FRAME_LEN_MAX (FRAME_HEADER_LEN + FRAME_PAYLOAD_MAX)
#define FRAME_LAYER_MAX 2 /* temporal layers are 0, 1, 2 */

enum frame_type {
	FRAME_TYPE_MEDIA = 1,
	FRAME_TYPE_STAMP = 2,
};

enum frame_codec {
	FRAME_CODEC_OPUS = 1,
	FRAME_CODEC_VP8 = 2,
	FRAME_CODEC_H264 = 3,
};

enum frame_flag {
	FRAME_KEY = 0x01,         /* can be decoded alone; always set for Opus */
	FRAME_LAYER_SYNC = 0x02,  /* a receiver may step up to this temporal layer here */
	FRAME_LAYER_MASK = 0x0c,  /* temporal layer, see frame_layer() */
	FRAME_DISCARDABLE = 0x10, /* no later frame refers to it */
	FRAME_CONFIG = 0x20,      /* the codec configuration stands in front of the frame */
	FRAME_SILENCE = 0x40,     /* comfort noise, discontinuous transmission */
};

enum frame_refusal {
	FRAME_E_SHORT = 1, /* no whole header */
	FRAME_E_TYPE,      /* first byte is not FRAME_TYPE_MEDIA */
	FRAME_E_TRACK,     /* track 0 is never given out */
	FRAME_E_FLAGS,     /* reserved flag, layer 3, or flags that the codec does not have */
	FRAME_E_CODEC,
	FRAME_E_TIME,     /* capture time above 2^63 - 1 */
	FRAME_E_RESERVED, /* bytes 22-23 are not 0 */
	FRAME_E_EMPTY,    /* no payload */
	FRAME_E_TOO_LONG, /* payload above FRAME_PAYLOAD_MAX */
};

struct frame {
	uint16_t track; /* given by the server, unique in the session, never 0 */
	uint8_t flags;
	uint8_t codec;
	uint32_t seq;           /* per track, from 0, by one */
	uint64_t capture_us;    /* the sender's monotonic clock */
	uint32_t session_ms;    /* written by the server; senders put 0 */
	uint8_t tl0;            /* VP8: counts base-layer pictures, modulo 256; otherwise 0 */
	const uint8_t *payload; /* points into the message; exactly one WebCodecs chunk */
	size_t payload_len;
};

/* The type byte of a binary message; 0 when it is empty. */
uint8_t frame_type(const uint8_t *data, size_t len);

/* Reads the header and points ret_frame->payload into data. Positive: enum frame_refusal. */
int frame_parse(const uint8_t *data, size_t len, struct frame *ret_frame);

/* The same for a header whose payload stands elsewhere (a reel); payload is left NULL. */
int frame_parse_header(const uint8_t data[FRAME_HEADER_LEN], struct frame *ret_frame);

/* Writes the header. The frame comes from ourselves: a field that frame_parse would refuse is
 * an assertion. */
void frame_write_header(const struct frame *frame, uint8_t ret_header[FRAME_HEADER_LEN]);

/* Session time of a media object or stamp, in place. len was checked by the parser. */
void frame_set_session_ms(uint8_t *data, uint32_t session_ms);
uint32_t frame_session_ms(const uint8_t *data);

static inline uint8_t frame_layer(uint8_t flags)
{
	return (flags & FRAME_LAYER_MASK) >> 2;
}

static inline uint8_t frame_flags_with_layer(uint8_t flags, uint8_t layer)
{
	return (uint8_t)((flags & ~FRAME_LAYER_MASK) | layer << 2);
}

/* "opus", "vp8", "h264", as control messages name them; NULL and 0 when unknown. */
const char *frame_codec_name(uint8_t codec);
uint8_t frame_codec_from_name(const char *name);
static inline bool frame_codec_is_audio(uint8_t codec)
{
	return codec == FRAME_CODEC_OPUS;
}

/* Stable code of a refusal for error messages and logs, such as "frame_too_long". */
const char *frame_refusal_code(int refusal);
