/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/ws/outbox.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "server/act/acts.h"

static int setup(void **state)
{
	struct outbox *o = g_new0(struct outbox, 1);

	outbox_init(o);
	*state = o;
	return 0;
}

static int teardown(void **state)
{
	outbox_done(*state);
	g_free(*state);
	return 0;
}

static struct outgoing *make(
	const struct act_kind *kind, const char *seat, const char *id, json_t *in)
{
	struct actor actor = {0};
	struct outgoing *item;

	g_strlcpy(actor.seat_id, seat, sizeof(actor.seat_id));
	item = outgoing_new(kind, &actor, in);
	g_strlcpy(item->seat, seat, sizeof(item->seat));
	g_strlcpy(item->id, id, sizeof(item->id));
	return item;
}

static int push_chat(struct outbox *o, const char *seat, const char *id)
{
	return outbox_push(o, make(&room_chat_act, seat, id, json_pack("{s:s}", "text", id)), NULL);
}

static void assert_settled(struct outbox *o, int result, int64_t now, enum outbox_verdict verdict)
{
	struct outgoing *item;

	assert_int_equal(outbox_settle(o, result, now, &item), verdict);
	if (verdict != OUTBOX_WAITS)
		outgoing_free(item);
}

static void test_one_by_one_in_order(void **state)
{
	struct outbox *o = *state;

	push_chat(o, "a", "1");
	push_chat(o, "b", "2");
	assert_string_equal(outbox_begin(o, 0)->id, "1");
	assert_null(outbox_begin(o, 0));
	assert_settled(o, 0, 0, OUTBOX_DONE);
	assert_string_equal(outbox_begin(o, 0)->id, "2");
	assert_settled(o, REFUSED, 0, OUTBOX_DONE);
	assert_null(outbox_begin(o, 0));
}

static void test_waits_while_the_database_is_away(void **state)
{
	struct outbox *o = *state;

	push_chat(o, "a", "1");
	for (int64_t now = 0; now < 100 * OUTBOX_RETRY_MS; now += OUTBOX_RETRY_MS) {
		assert_string_equal(outbox_begin(o, now)->id, "1");
		assert_settled(o, -EAGAIN, now, OUTBOX_WAITS);
		assert_null(outbox_begin(o, now + OUTBOX_RETRY_MS - 1));
	}
	assert_non_null(outbox_begin(o, 200 * OUTBOX_RETRY_MS));
	assert_settled(o, 0, 0, OUTBOX_DONE);
}

static void test_other_faults_are_given_up(void **state)
{
	struct outbox *o = *state;

	push_chat(o, "a", "1");
	push_chat(o, "a", "2");
	for (int i = 1; i < OUTBOX_MAX_FAULTS; i++) {
		outbox_begin(o, i * OUTBOX_RETRY_MS);
		assert_settled(o, -EIO, i * OUTBOX_RETRY_MS, OUTBOX_WAITS);
	}
	outbox_begin(o, 10 * OUTBOX_RETRY_MS);
	assert_settled(o, -EIO, 10 * OUTBOX_RETRY_MS, OUTBOX_GIVEN_UP);
	assert_string_equal(outbox_begin(o, 10 * OUTBOX_RETRY_MS)->id, "2");
	assert_settled(o, 0, 0, OUTBOX_DONE);
}

static void test_repeated_id_is_the_same_act(void **state)
{
	struct outbox *o = *state;

	push_chat(o, "a", "1");
	push_chat(o, "b", "1"); /* somebody else's */
	assert_int_equal(push_chat(o, "a", "1"), 0);
	assert_int_equal(o->acts.length, 2);
}

static void test_full(void **state)
{
	struct outbox *o = *state;
	struct refusal r;
	char id[16];

	for (int i = 0; i < OUTBOX_MAX; i++) {
		g_snprintf(id, sizeof(id), "%d", i);
		g_queue_push_tail(&o->acts, make(&room_chat_act, "a", id, json_object()));
	}
	assert_int_equal(
		outbox_push(o, make(&room_chat_act, "a", "more", json_object()), &r), REFUSED);
	assert_string_equal(r.code, "server.unavailable");
	/* What happened is recorded nevertheless. */
	assert_int_equal(outbox_push(o, make(&seat_lost_act, "a", "", json_object()), &r), 0);
}

static void test_finds_waiting_mutes(void **state)
{
	struct outbox *o = *state;

	outbox_push(o,
		make(&seat_mute_self_act, "a", "1",
			json_pack("{s:s, s:b}", "kind", "mic", "on", true)),
		NULL);
	outbox_push(o,
		make(&seat_moderate_act, "h", "2",
			json_pack("{s:s, s:s}", "seat_id", "b", "act", "stop_video")),
		NULL);
	outbox_push(o,
		make(&seat_moderate_act, "h", "3",
			json_pack("{s:s, s:s}", "seat_id", "c", "act", "unmute")),
		NULL);
	assert_true(outbox_has_mute(o, "a", "mic"));
	assert_false(outbox_has_mute(o, "a", "cam"));
	assert_true(outbox_has_mute(o, "b", "cam"));
	assert_false(outbox_has_mute(o, "b", "mic"));
	assert_false(outbox_has_mute(o, "c", "mic"));
}

static void test_finds_a_waiting_lock(void **state)
{
	struct outbox *o = *state;

	outbox_push(o, make(&room_lock_act, "h", "1", json_pack("{s:b}", "on", false)), NULL);
	assert_false(outbox_has_lock(o));
	outbox_push(o, make(&room_lock_act, "h", "2", json_pack("{s:b}", "on", true)), NULL);
	assert_true(outbox_has_lock(o));
}

#define OUTBOX_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		OUTBOX_TEST(test_one_by_one_in_order),
		OUTBOX_TEST(test_waits_while_the_database_is_away),
		OUTBOX_TEST(test_other_faults_are_given_up),
		OUTBOX_TEST(test_repeated_id_is_the_same_act),
		OUTBOX_TEST(test_full),
		OUTBOX_TEST(test_finds_waiting_mutes),
		OUTBOX_TEST(test_finds_a_waiting_lock),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
