/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The head of a reel: whose it is, what it is the original of, whom alone it was said to. */
#include "proto/reel.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static const struct reel_head cam = {
	.session = "s1",
	.seat = "expert_1",
	.kind = "cam",
	.epoch = 4,
	.track = 7,
	.codec = FRAME_CODEC_VP8,
	.width = 320,
	.height = 180,
	.session_start_us = 1700000000000000,
};

static struct reel_head mic(void)
{
	struct reel_head head = cam;

	g_strlcpy(head.kind, "mic", sizeof(head.kind));
	head.codec = FRAME_CODEC_OPUS;
	head.width = head.height = 0;
	return head;
}

/* Written and read again into ret_back; the writer's result. What is refused writes nothing. */
static int write_and_read(const struct reel_head *head, struct reel_head *ret_back)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	struct reel_writer *writer;
	struct reel_entry entry;
	struct reel_cursor c;
	struct reel_item item;
	int r = reel_writer_new(head, NULL, bytes, &entry, &writer);

	if (r) {
		assert_int_equal(bytes->len, 0);
		return r;
	}
	reel_writer_free(writer);
	reel_cursor_init(&c, bytes->data, bytes->len);
	assert_int_equal(reel_cursor_next(&c, &item), 0);
	*ret_back = item.head;
	return 0;
}

/* What a reel is the original of must not depend on anything but the reel. */
static void test_mask_stands_in_the_head(void **state)
{
	static const char *const masks[] = {"", "masked", "original"};

	for (size_t i = 0; i < G_N_ELEMENTS(masks); i++) {
		struct reel_head head = cam, back;

		g_strlcpy(head.mask, masks[i], sizeof(head.mask));
		assert_int_equal(write_and_read(&head, &back), 0);
		assert_string_equal(back.mask, masks[i]);
	}
}

/* Nor whom alone it was said to: a voice, and a plain one. */
static void test_whom_it_is_for_stands_in_the_head(void **state)
{
	struct reel_head head = mic(), back;

	assert_int_equal(write_and_read(&head, &back), 0);
	assert_string_equal(back.to, "");
	g_strlcpy(head.to, "expert_3", sizeof(head.to));
	assert_int_equal(write_and_read(&head, &back), 0);
	assert_string_equal(back.to, "expert_3");

	g_strlcpy(head.mask, "original", sizeof(head.mask));
	assert_int_equal(write_and_read(&head, &back), REEL_E_HEAD);
	head = mic();
	g_strlcpy(head.to, "Expert 3", sizeof(head.to));
	assert_int_equal(write_and_read(&head, &back), REEL_E_HEAD);
	head = cam;
	g_strlcpy(head.to, "expert_3", sizeof(head.to));
	assert_int_equal(write_and_read(&head, &back), REEL_E_HEAD);
}

static void test_refusals(void **state)
{
	struct reel_head head = cam, back;

	head.codec = FRAME_CODEC_H264;
	assert_int_equal(write_and_read(&head, &back), REEL_E_HEAD);
	head = cam;
	g_strlcpy(head.kind, "mic", sizeof(head.kind));
	assert_int_equal(write_and_read(&head, &back), REEL_E_HEAD);
	head = cam;
	head.width = 0;
	assert_int_equal(write_and_read(&head, &back), REEL_E_HEAD);
	head = cam;
	g_strlcpy(head.seat, "../x", sizeof(head.seat));
	assert_int_equal(write_and_read(&head, &back), REEL_E_HEAD);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_mask_stands_in_the_head),
		cmocka_unit_test(test_whom_it_is_for_stands_in_the_head),
		cmocka_unit_test(test_refusals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
