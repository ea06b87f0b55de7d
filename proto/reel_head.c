/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/reel_head.h"

#include "proto/bytes.h"
#include "proto/canon.h"
#include "proto/ebml.h"
#include "proto/hex.h"

#include <string.h>

/* Rooms that a finalised copy of the reel fills with its seek table and duration, so that every
 * cluster keeps its place and hash there. */
#define SEEK_ROOM 60
#define DURATION_ROOM 11
#define HEAD_LEN_MAX 4096
#define APP_NAME "bidroom reel 1"
#define SEAL "hkdf-sha256 aes-256-gcm"
#define TIME_MAX ((INT64_C(1) << 53) - 1)

/* RFC 7845: 312 samples of 48 kHz to be skipped at the beginning, 80 ms to converge. */
#define OPUS_PRE_SKIP 312
#define OPUS_DELAY_NS 6500000
#define OPUS_PRE_ROLL_NS 80000000

static const uint8_t opus_head[] = {'O', 'p', 'u', 's', 'H', 'e', 'a', 'd', 1, 1,
	OPUS_PRE_SKIP & 255, OPUS_PRE_SKIP >> 8, 0x80, 0xbb, 0, 0, 0, 0, 0};

static bool head_is_valid(const struct reel_head *h)
{
	static const char *const video[] = {"cam", "screen", NULL};
	static const char *const masks[] = {"", "masked", "original", NULL};
	bool audio = h->codec == FRAME_CODEC_OPUS;

	if (!g_strv_contains(masks, h->mask))
		return false;
	if (h->to[0] &&
		(!audio || h->mask[0] || !ident_is_valid(h->to, strnlen(h->to, IDENT_SIZE))))
		return false;
	if (!ident_is_valid(h->session, strnlen(h->session, IDENT_SIZE)) ||
		!ident_is_valid(h->seat, strnlen(h->seat, IDENT_SIZE)) || !h->track ||
		h->session_start_us < 0 || h->session_start_us > TIME_MAX)
		return false;
	if (audio)
		return strcmp(h->kind, "mic") == 0 && !h->width && !h->height;
	return h->codec == FRAME_CODEC_VP8 && g_strv_contains(video, h->kind) && h->width &&
	       h->height;
}

static void put_ebml_head(GByteArray *out)
{
	g_autoptr(GByteArray) in = g_byte_array_new();

	ebml_put_uint(in, EBML_VERSION, 1);
	ebml_put_uint(in, EBML_READ_VERSION, 1);
	ebml_put_uint(in, EBML_MAX_ID_LENGTH, 4);
	ebml_put_uint(in, EBML_MAX_SIZE_LENGTH, 8);
	ebml_put_text(in, EBML_DOC_TYPE, "webm");
	ebml_put_uint(in, EBML_DOC_TYPE_VERSION, 4);
	ebml_put_uint(in, EBML_DOC_TYPE_READ_VERSION, 2);
	ebml_put_master(out, EBML_HEAD, in);
}

static void put_info(GByteArray *out)
{
	g_autoptr(GByteArray) in = g_byte_array_new();

	ebml_put_uint(in, MKV_TIMESTAMP_SCALE, 1000000);
	ebml_put_text(in, MKV_MUXING_APP, APP_NAME);
	ebml_put_text(in, MKV_WRITING_APP, APP_NAME);
	ebml_put_void_room(in, DURATION_ROOM);
	ebml_put_master(out, MKV_INFO, in);
}

static void put_codec(const struct reel_head *h, GByteArray *out)
{
	g_autoptr(GByteArray) in = g_byte_array_new();

	if (h->codec == FRAME_CODEC_OPUS) {
		ebml_put_text(out, MKV_CODEC_ID, "A_OPUS");
		ebml_put_bytes(out, MKV_CODEC_PRIVATE, opus_head, sizeof(opus_head));
		ebml_put_uint(out, MKV_CODEC_DELAY, OPUS_DELAY_NS);
		ebml_put_uint(out, MKV_SEEK_PRE_ROLL, OPUS_PRE_ROLL_NS);
		ebml_put_double(in, MKV_SAMPLING_FREQUENCY, 48000);
		ebml_put_uint(in, MKV_CHANNELS, 1);
		ebml_put_master(out, MKV_AUDIO, in);
	} else {
		ebml_put_text(out, MKV_CODEC_ID, "V_VP8");
		ebml_put_uint(in, MKV_PIXEL_WIDTH, h->width);
		ebml_put_uint(in, MKV_PIXEL_HEIGHT, h->height);
		ebml_put_master(out, MKV_VIDEO, in);
	}
}

static void put_tracks(const struct reel_head *h, GByteArray *out)
{
	g_autoptr(GByteArray) in = g_byte_array_new(), tracks = g_byte_array_new();
	g_autofree char *name = g_strdup_printf("%s %s", h->seat, h->kind);

	ebml_put_uint(in, MKV_TRACK_NUMBER, 1);
	ebml_put_uint(in, MKV_TRACK_UID, h->track);
	ebml_put_uint(in, MKV_TRACK_TYPE, h->codec == FRAME_CODEC_OPUS ? 2 : 1);
	ebml_put_uint(in, MKV_FLAG_LACING, 0);
	ebml_put_text(in, MKV_LANGUAGE, "und");
	ebml_put_text(in, MKV_NAME, name);
	put_codec(h, in);
	ebml_put_master(tracks, MKV_TRACK_ENTRY, in);
	ebml_put_master(out, MKV_TRACKS, tracks);
}

static void put_identity(const struct reel_head *h, GByteArray *out)
{
	g_autofree char *salt = h->is_sealed ? hex_encode(h->salt, sizeof(h->salt)) : NULL;
	json_auto_t *json = json_pack(
		"{s:s, s:s, s:I, s:i, s:s, s:s, s:s, s:I, s:i, s:i, s:i, s:s*, s:s*, s:s*, "
		"s:s*}",
		"format", "bidroom.reel.v1", "codec", frame_codec_name(h->codec), "epoch",
		(json_int_t)h->epoch, "height", h->height, "kind", h->kind, "seat", h->seat,
		"session", h->session, "session_start_us", (json_int_t)h->session_start_us, "track",
		h->track, "width", h->width, "channels", h->codec == FRAME_CODEC_OPUS, "mask",
		h->mask[0] ? h->mask : NULL, "seal", h->is_sealed ? SEAL : NULL, "salt", salt, "to",
		h->to[0] ? h->to : NULL);
	g_autoptr(GString) text = NULL;
	int r;

	g_assert(json);
	r = canon_dump(json, &text);
	g_assert(r == 0);
	ebml_put_bytes(out, EBML_VOID, text->str, text->len);
}

int reel_head_write(const struct reel_head *head, GByteArray *out)
{
	if (!head_is_valid(head))
		return REEL_E_HEAD;
	put_ebml_head(out);
	ebml_put_id(out, MKV_SEGMENT);
	ebml_put_size_unknown(out);
	ebml_put_void_room(out, SEEK_ROOM);
	put_info(out);
	put_tracks(head, out);
	put_identity(head, out);
	return 0;
}

void reel_head_rooms(struct reel_rooms *ret)
{
	g_autoptr(GByteArray) out = g_byte_array_new(), last = g_byte_array_new();

	put_ebml_head(out);
	ebml_put_id(out, MKV_SEGMENT);
	ebml_put_size_unknown(out);
	ret->segment = ret->seek = out->len;
	ret->seek_len = SEEK_ROOM;
	ret->info = ret->seek + SEEK_ROOM;
	put_info(last);
	ret->tracks = ret->info + last->len;
	/* The room for the duration ends the Info. */
	ret->duration = ret->tracks - DURATION_ROOM;
	ret->duration_len = DURATION_ROOM;
}

static bool take_text(const json_t *json, const char *name, char *ret_text, size_t size)
{
	const char *text = json_string_value(json_object_get(json, name));

	return text && g_strlcpy(ret_text, text, size) < size;
}

static bool take_int(const json_t *json, const char *name, int64_t max, int64_t *ret_value)
{
	const json_t *value = json_object_get(json, name);

	*ret_value = json_integer_value(value);
	return json_is_integer(value) && *ret_value >= 0 && *ret_value <= max;
}

/* Both members or none. */
static bool take_seal(const json_t *json, struct reel_head *h)
{
	char seal[sizeof(SEAL)], salt[2 * REEL_SALT_LEN + 1];

	h->is_sealed = json_object_get(json, "seal");
	return !h->is_sealed ||
	       (take_text(json, "seal", seal, sizeof(seal)) && strcmp(seal, SEAL) == 0 &&
		       take_text(json, "salt", salt, sizeof(salt)) &&
		       hex_decode_exact(salt, strlen(salt), h->salt, REEL_SALT_LEN));
}

static bool identity_read(const uint8_t *data, size_t len, struct reel_head *ret_head)
{
	json_auto_t *json = NULL;
	struct reel_head h = {0};
	char codec[8];
	int64_t epoch, track, width, height;

	if (canon_load_exact(data, len, HEAD_LEN_MAX, &json))
		return false;
	if (!take_text(json, "session", h.session, sizeof(h.session)) ||
		!take_text(json, "seat", h.seat, sizeof(h.seat)) ||
		!take_text(json, "kind", h.kind, sizeof(h.kind)) ||
		!take_text(json, "codec", codec, sizeof(codec)) ||
		!take_int(json, "epoch", UINT32_MAX, &epoch) ||
		!take_int(json, "track", UINT16_MAX, &track) ||
		!take_int(json, "width", UINT16_MAX, &width) ||
		!take_int(json, "height", UINT16_MAX, &height) ||
		!take_int(json, "session_start_us", TIME_MAX, &h.session_start_us))
		return false;
	if (json_object_get(json, "mask") && !take_text(json, "mask", h.mask, sizeof(h.mask)))
		return false;
	if (json_object_get(json, "to") && !take_text(json, "to", h.to, sizeof(h.to)))
		return false;
	if (!take_seal(json, &h))
		return false;
	h.epoch = (uint32_t)epoch;
	h.track = (uint16_t)track;
	h.width = (uint16_t)width;
	h.height = (uint16_t)height;
	h.codec = frame_codec_from_name(codec);
	*ret_head = h;
	return true;
}

/* Finds the identity, writes the head that belongs to it and compares: one spelling only. */
int reel_head_read(const uint8_t *data, uint64_t len, struct reel_head *ret_head, uint64_t *ret_len)
{
	g_autoptr(GByteArray) ours = g_byte_array_new();
	size_t limit = (size_t)MIN(len, HEAD_LEN_MAX), pos = 0, header_len;
	struct reel_head head;
	uint64_t size;
	uint32_t id;

	if (!limit) /* data may be NULL, which nothing may be added to */
		return REEL_E_TORN;
	for (;;) {
		if (!ebml_get_header(data + pos, limit - pos, &id, &size, &header_len))
			return limit - pos < 12 && limit < HEAD_LEN_MAX ? REEL_E_TORN
									: REEL_E_DAMAGED;
		pos += header_len;
		if (id == MKV_SEGMENT)
			continue;
		if (size > HEAD_LEN_MAX)
			return REEL_E_DAMAGED;
		if (size > limit - pos)
			return limit < HEAD_LEN_MAX ? REEL_E_TORN : REEL_E_DAMAGED;
		if (id == EBML_VOID && size && data[pos] == '{')
			break;
		pos += (size_t)size;
	}
	if (!identity_read(data + pos, (size_t)size, &head) || reel_head_write(&head, ours))
		return REEL_E_DAMAGED;
	pos += (size_t)size;
	if (pos != ours->len || memcmp(ours->data, data, pos) != 0)
		return REEL_E_DAMAGED;
	*ret_head = head;
	*ret_len = pos;
	return 0;
}

uint8_t reel_block_flags(const struct frame *frame)
{
	return (frame->flags & FRAME_KEY ? REEL_BLOCK_KEY : 0) |
	       (frame->flags & FRAME_DISCARDABLE ? REEL_BLOCK_DISCARDABLE : 0);
}
