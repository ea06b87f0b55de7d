/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/stamp.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "proto/base64.h"

static const struct stamp_scope scope = {"s1", "expert_1"};
static const uint8_t seed[ED25519_KEY_LEN] = {1, 2, 3};

static struct frame object(uint32_t seq, const char *payload)
{
	return (struct frame){
		.track = 7,
		.codec = FRAME_CODEC_VP8,
		.flags = seq % 3 ? 0 : FRAME_KEY,
		.seq = seq,
		.capture_us = 1000 + seq * 40000,
		.payload = (const uint8_t *)payload,
		.payload_len = strlen(payload),
	};
}

static void add(struct stamp_group *g, uint32_t seq, const char *payload)
{
	struct frame f = object(seq, payload);

	assert_int_equal(stamp_group_add(g, &f), 0);
}

static struct stamp stamp_of(const char *a, const char *b, const char *c)
{
	struct stamp_group *g = stamp_group_new(7);
	struct stamp s;

	add(g, 0, a);
	add(g, 1, b);
	add(g, 2, c);
	assert_int_equal(stamp_group_finish(g, &s), 0);
	stamp_group_free(g);
	return s;
}

static void test_sign_travel_verify(void **state)
{
	struct stamp s = stamp_of("one", "two", "three"), back, ours;
	struct stamp_scope other = scope;
	uint8_t public_key[ED25519_KEY_LEN], message[STAMP_LEN];

	s.epoch = 3;
	assert_int_equal(ed25519_public(seed, public_key), 0);
	assert_int_equal(stamp_sign(&s, &scope, seed), 0);
	stamp_encode(&s, message);
	frame_set_session_ms(message, 4711); /* the server's, not signed */
	assert_int_equal(stamp_decode(message, sizeof(message), &back), 0);
	assert_int_equal(back.session_ms, 4711);
	assert_int_equal(stamp_verify(&back, &scope, public_key), 0);
	ours = stamp_of("one", "two", "three");
	assert_int_equal(stamp_compare(&back, &ours), 0);

	strcpy(other.seat, "expert_2");
	assert_int_equal(stamp_verify(&back, &other, public_key), STAMP_E_BAD_SIGNATURE);
	other = scope;
	strcpy(other.session, "s2");
	assert_int_equal(stamp_verify(&back, &other, public_key), STAMP_E_BAD_SIGNATURE);
	public_key[0] ^= 1;
	assert_int_not_equal(stamp_verify(&back, &scope, public_key), 0);
}

/* Every byte but the server's time is either refused on reading or breaks the signature. */
static void test_any_flipped_byte(void **state)
{
	struct stamp s = stamp_of("one", "two", "three"), back;
	uint8_t public_key[ED25519_KEY_LEN], message[STAMP_LEN];

	assert_int_equal(ed25519_public(seed, public_key), 0);
	assert_int_equal(stamp_sign(&s, &scope, seed), 0);
	stamp_encode(&s, message);
	for (size_t i = 0; i < STAMP_LEN; i++) {
		if (i >= 16 && i < 20)
			continue;
		message[i] ^= 0x40;
		if (stamp_decode(message, sizeof(message), &back) == 0)
			assert_int_equal(
				stamp_verify(&back, &scope, public_key), STAMP_E_BAD_SIGNATURE);
		message[i] ^= 0x40;
	}
}

static void test_digest_covers_each_field(void **state)
{
	struct stamp plain = stamp_of("one", "two", "three"), changed;

	changed = stamp_of("one", "twO", "three");
	assert_int_equal(stamp_compare(&plain, &changed), STAMP_E_MISMATCH);
	/* The same bytes divided otherwise are not the same objects. */
	changed = stamp_of("onet", "wo", "three");
	assert_int_equal(stamp_compare(&plain, &changed), STAMP_E_MISMATCH);
	for (int field = 0; field < 3; field++) {
		struct stamp_group *g = stamp_group_new(7);
		struct frame f = object(0, "one");

		f.flags ^= field == 0 ? FRAME_DISCARDABLE : 0;
		f.codec = field == 1 ? FRAME_CODEC_H264 : f.codec;
		f.capture_us += field == 2;
		assert_int_equal(stamp_group_add(g, &f), 0);
		add(g, 1, "two");
		add(g, 2, "three");
		assert_int_equal(stamp_group_finish(g, &changed), 0);
		assert_int_equal(stamp_compare(&plain, &changed), STAMP_E_MISMATCH);
		stamp_group_free(g);
	}
}

static void test_groups_follow(void **state)
{
	struct stamp_group *g = stamp_group_new(7);
	struct stamp s;
	struct frame f = object(1, "x");

	assert_true(stamp_group_is_empty(g));
	assert_int_equal(stamp_group_add(g, &f), STAMP_E_NOT_KEY);
	add(g, 0, "a");
	f = object(2, "x");
	assert_int_equal(stamp_group_add(g, &f), STAMP_E_GAP);
	f = object(1, "x");
	f.track = 8;
	assert_int_equal(stamp_group_add(g, &f), STAMP_E_FOREIGN);
	assert_false(stamp_group_is_due(g, 1000 + STAMP_GROUP_US - 1));
	assert_true(stamp_group_is_due(g, 1000 + STAMP_GROUP_US));
	add(g, 1, "b");
	add(g, 2, "c");
	assert_int_equal(stamp_group_finish(g, &s), 0);
	assert_int_equal(s.group, 0);
	assert_int_equal(s.last_seq, 2);
	assert_true(stamp_group_is_empty(g));
	f = object(6, "x");
	assert_int_equal(stamp_group_add(g, &f), STAMP_E_GAP);
	add(g, 3, "d");
	assert_int_equal(stamp_group_finish(g, &s), 0);
	assert_int_equal(s.group, 1);
	assert_int_equal(s.first_seq, 3);
	assert_int_equal(s.last_seq, 3);
	stamp_group_skip(g, 9, 5);
	add(g, 9, "e");
	assert_int_equal(stamp_group_finish(g, &s), 0);
	assert_int_equal(s.group, 5);
	stamp_group_free(g);
}

static void test_decode_refusals(void **state)
{
	static const struct {
		size_t at;
		uint8_t value;
		int refusal;
	} rows[] = {
		{0, FRAME_TYPE_MEDIA, STAMP_E_TYPE},
		{1, 2, STAMP_E_ALGORITHM},
		{3, 0, STAMP_E_TRACK},
		{11, 3, STAMP_E_RANGE},
	};
	struct stamp s = stamp_of("one", "two", "three");
	uint8_t message[STAMP_LEN + 1];

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		stamp_encode(&s, message);
		message[rows[i].at] = rows[i].value;
		assert_int_equal(stamp_decode(message, STAMP_LEN, &s), rows[i].refusal);
		assert_memory_equal(stamp_refusal_code(rows[i].refusal), "stamp_", 6);
	}
	stamp_encode(&s, message);
	assert_int_equal(stamp_decode(message, STAMP_LEN - 1, &s), STAMP_E_LENGTH);
	assert_int_equal(stamp_decode(message, STAMP_LEN + 1, &s), STAMP_E_LENGTH);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sign_travel_verify),
		cmocka_unit_test(test_any_flipped_byte),
		cmocka_unit_test(test_digest_covers_each_field),
		cmocka_unit_test(test_groups_follow),
		cmocka_unit_test(test_decode_refusals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
