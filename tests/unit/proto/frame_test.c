/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/frame.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>
#include <glib.h>

/* A VP8 base-layer picture, as a sender puts it on the wire. */
static const uint8_t vp8[] = {
	0x01, 0x12, 0x01, 0x02, 0x00, 0x00, 0x00, 0x2a, /* type, flags, track, seq */
	0x00, 0x00, 0x00, 0x02, 0x54, 0x0b, 0xe4, 0x00, /* capture time */
	0x00, 0x01, 0xe2, 0x40, 0x02, 0x07, 0x00, 0x00, /* session, codec, tl0, reserved */
	0xde, 0xad, 0xbe, 0xef,                         /* payload */
};

static void test_reads_and_writes(void **state)
{
	struct frame f;
	uint8_t header[FRAME_HEADER_LEN];

	assert_int_equal(frame_parse(vp8, sizeof(vp8), &f), 0);
	assert_int_equal(f.track, 258);
	assert_int_equal(f.flags, FRAME_LAYER_SYNC | FRAME_DISCARDABLE);
	assert_int_equal(f.seq, 42);
	assert_int_equal(f.capture_us, 10000000000);
	assert_int_equal(f.session_ms, 123456);
	assert_int_equal(f.codec, FRAME_CODEC_VP8);
	assert_int_equal(f.tl0, 7);
	assert_ptr_equal(f.payload, vp8 + FRAME_HEADER_LEN);
	assert_int_equal(f.payload_len, 4);
	frame_write_header(&f, header);
	assert_memory_equal(header, vp8, FRAME_HEADER_LEN);
}

static void test_session_time_in_place(void **state)
{
	uint8_t copy[sizeof(vp8)];
	struct frame f;

	memcpy(copy, vp8, sizeof(vp8));
	frame_set_session_ms(copy, 0xfedcba98);
	assert_int_equal(frame_session_ms(copy), 0xfedcba98);
	assert_int_equal(frame_parse(copy, sizeof(copy), &f), 0);
	assert_int_equal(f.session_ms, 0xfedcba98);
	assert_int_equal(f.capture_us, 10000000000);
	assert_int_equal(f.codec, FRAME_CODEC_VP8);
}

static void test_refusals(void **state)
{
	static const struct {
		size_t at;
		uint8_t value;
		int refusal;
	} rows[] = {
		{0, 0, FRAME_E_TYPE},
		{0, FRAME_TYPE_STAMP, FRAME_E_TYPE},
		{1, 0x80, FRAME_E_FLAGS},          /* unused bit */
		{1, 0x0c, FRAME_E_FLAGS},          /* layer 3 */
		{1, FRAME_CONFIG, FRAME_E_FLAGS},  /* not of VP8 */
		{1, FRAME_SILENCE, FRAME_E_FLAGS}, /* not of VP8 */
		{8, 0x80, FRAME_E_TIME},
		{20, 0, FRAME_E_CODEC},
		{20, 4, FRAME_E_CODEC},
		{20, FRAME_CODEC_OPUS, FRAME_E_FLAGS}, /* has layer flags, lacks key */
		{22, 1, FRAME_E_RESERVED},
		{23, 1, FRAME_E_RESERVED},
	};
	struct frame f;

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		uint8_t copy[sizeof(vp8)];

		memcpy(copy, vp8, sizeof(vp8));
		copy[rows[i].at] = rows[i].value;
		assert_int_equal(frame_parse(copy, sizeof(copy), &f), rows[i].refusal);
		assert_memory_equal(frame_refusal_code(rows[i].refusal), "frame_", 6);
	}
	for (size_t len = 0; len < FRAME_HEADER_LEN; len++)
		assert_int_equal(frame_parse(vp8, len, &f), FRAME_E_SHORT);
	assert_int_equal(frame_parse(vp8, FRAME_HEADER_LEN, &f), FRAME_E_EMPTY);
}

static void test_track_zero(void **state)
{
	uint8_t copy[sizeof(vp8)];
	struct frame f;

	memcpy(copy, vp8, sizeof(vp8));
	copy[2] = copy[3] = 0;
	assert_int_equal(frame_parse(copy, sizeof(copy), &f), FRAME_E_TRACK);
}

static void test_length_cap(void **state)
{
	g_autofree uint8_t *big = g_malloc0(FRAME_LEN_MAX + 1);
	struct frame f;

	memcpy(big, vp8, sizeof(vp8));
	assert_int_equal(frame_parse(big, FRAME_LEN_MAX, &f), 0);
	assert_int_equal(f.payload_len, FRAME_PAYLOAD_MAX);
	assert_int_equal(frame_parse(big, FRAME_LEN_MAX + 1, &f), FRAME_E_TOO_LONG);
}

static void test_opus_is_always_key(void **state)
{
	uint8_t header[FRAME_HEADER_LEN];
	struct frame f = {.track = 1, .codec = FRAME_CODEC_OPUS, .flags = FRAME_KEY};

	frame_write_header(&f, header);
	assert_int_equal(frame_parse_header(header, &f), 0);
	header[1] = FRAME_KEY | FRAME_SILENCE;
	assert_int_equal(frame_parse_header(header, &f), 0);
	header[1] = 0;
	assert_int_equal(frame_parse_header(header, &f), FRAME_E_FLAGS);
}

static void test_layers_and_names(void **state)
{
	for (uint8_t layer = 0; layer <= FRAME_LAYER_MAX; layer++)
		assert_int_equal(frame_layer(frame_flags_with_layer(0xff, layer)), layer);
	assert_int_equal(frame_type(vp8, sizeof(vp8)), FRAME_TYPE_MEDIA);
	assert_int_equal(frame_type(vp8, 0), 0);
	assert_string_equal(frame_codec_name(FRAME_CODEC_VP8), "vp8");
	assert_null(frame_codec_name(9));
	assert_int_equal(frame_codec_from_name("opus"), FRAME_CODEC_OPUS);
	assert_int_equal(frame_codec_from_name("vp9"), 0);
	assert_true(frame_codec_is_audio(FRAME_CODEC_OPUS));
	assert_false(frame_codec_is_audio(FRAME_CODEC_VP8));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reads_and_writes),
		cmocka_unit_test(test_session_time_in_place),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_track_zero),
		cmocka_unit_test(test_length_cap),
		cmocka_unit_test(test_opus_is_always_key),
		cmocka_unit_test(test_layers_and_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
