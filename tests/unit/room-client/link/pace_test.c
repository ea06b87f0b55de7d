/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A line that carries so many bytes a second, in simulated time. */

#include "room-client/link/pace.h"

#include <glib.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define SECOND INT64_C(1000000)
#define READ 16384

struct line {
	struct pace *pace;
	int64_t now_us;
	int64_t per_s;
};

static int setup(void **state)
{
	struct line *l = g_new0(struct line, 1);

	l->pace = pace_new(0);
	*state = l;
	return 0;
}

static int teardown(void **state)
{
	struct line *l = *state;

	pace_free(l->pace);
	g_free(l);
	return 0;
}

/* Bytes a second that come through in this time. */
static int64_t fetch(struct line *l, int64_t span_us)
{
	int64_t end_us = l->now_us + span_us, n = 0;

	while (l->now_us < end_us) {
		int64_t wait_us, taken = pace_take(l->pace, READ, l->now_us, &wait_us);

		assert_in_range(taken, 0, READ);
		n += taken;
		if (taken == 0)
			assert_true(wait_us > 0);
		l->now_us += taken ? MAX(taken * SECOND / l->per_s, 1) : MIN(wait_us, 250000);
	}
	return n * SECOND / span_us;
}

static void test_begins_carefully_and_grows(void **state)
{
	struct line *l = *state;
	int64_t first;

	l->per_s = 100 * 1024 * 1024;
	first = fetch(l, SECOND);
	assert_in_range(first, PACE_START / 2, PACE_START * 5 / 4);
	fetch(l, 30 * SECOND);
	assert_true(fetch(l, SECOND) > 4 * PACE_START);
	fetch(l, 60 * SECOND);
	assert_int_equal(pace_rate(l->pace), PACE_MAX);
}

static void test_stays_below_the_line(void **state)
{
	struct line *l = *state;

	l->per_s = 250 * 1000;
	fetch(l, 20 * SECOND);
	assert_in_range(fetch(l, 60 * SECOND), l->per_s / 2, l->per_s * 95 / 100);
}

static void test_gives_way_in_trouble(void **state)
{
	struct line *l = *state;
	int64_t before;

	l->per_s = 100 * 1024 * 1024;
	fetch(l, 20 * SECOND);
	before = pace_rate(l->pace);
	for (int i = 0; i < 10; i++) /* of one second: halved once */
		pace_trouble(l->pace, l->now_us + i * SECOND / 20);
	assert_int_equal(pace_rate(l->pace), before / 2);
	for (int i = 0; i < 60; i++) {
		pace_trouble(l->pace, l->now_us);
		fetch(l, SECOND);
	}
	assert_int_equal(pace_rate(l->pace), PACE_MIN);
	assert_true(fetch(l, SECOND) <= 2 * PACE_MIN);
}

static void test_holds_while_the_sender_is_behind(void **state)
{
	struct line *l = *state;
	int64_t n = 0, wait_us;

	l->per_s = 100 * 1024 * 1024;
	fetch(l, 5 * SECOND);
	for (int i = 0; i < 100; i++, l->now_us += SECOND / 10) {
		pace_hold(l->pace, l->now_us);
		n += pace_take(l->pace, READ, l->now_us, &wait_us);
	}
	assert_int_equal(n, 0);
	assert_true(wait_us > 0);
	/* What was not carried meanwhile is not taken for a weak line. */
	assert_true(fetch(l, 2 * SECOND) > PACE_START);
}

static void test_late_voices_are_trouble(void **state)
{
	struct line *l = *state;
	int64_t before = pace_rate(l->pace), zero = -12345678;

	for (int i = 0; i < 200; i++, l->now_us += 20000)
		pace_heard(l->pace, zero + i % 5 * 8000, l->now_us);
	assert_int_equal(pace_rate(l->pace), before);
	/* One of two speakers is late: that is his line. */
	for (int i = 0; i < 200; i++, l->now_us += 20000)
		pace_heard(l->pace, zero + i % 2 * 400000, l->now_us);
	assert_int_equal(pace_rate(l->pace), before);
	for (int i = 0; i < 40; i++, l->now_us += 20000)
		pace_heard(l->pace, zero + 400000, l->now_us);
	assert_true(pace_rate(l->pace) < before);
}

/* ---- voices and a download in one queue ---- */

#define STEP_US 1000
#define WINDOW (64 * 1024) /* what the kernel takes of a download before it is asked for */
#define SEGMENT 1400
#define VOICE_US 20000
#define VOICE_BYTES 180 /* with what carries it */
#define N_VOICES 3
#define QUEUE_MAX 4096

struct packet {
	int bytes;
	int64_t sent_us; /* of a voice; -1: of the download */
};

/* What lies before the narrowest place of the way, first come first served. */
struct shared {
	struct pace *pace;
	int64_t now_us, per_s, credit;
	struct packet queue[QUEUE_MAX];
	unsigned head, tail;
	int64_t unread, under_way; /* of the download */
	int64_t fetched, wake_us;  /* by whom it is for */
	int64_t worst_us;          /* since last looked at */
};

static void enqueue(struct shared *s, int bytes, int64_t sent_us)
{
	s->queue[s->tail++ % QUEUE_MAX] = (struct packet){bytes, sent_us};
	assert_true(s->tail - s->head < QUEUE_MAX);
}

static void arrive(struct shared *s, const struct packet *p)
{
	if (p->sent_us < 0) {
		s->under_way -= p->bytes;
		s->unread += p->bytes;
		return;
	}
	s->worst_us = MAX(s->worst_us, s->now_us - p->sent_us);
	pace_heard(s->pace, s->now_us - p->sent_us, s->now_us);
}

static void carry(struct shared *s)
{
	s->credit += s->per_s * STEP_US / SECOND;
	while (s->head != s->tail && s->credit >= s->queue[s->head % QUEUE_MAX].bytes) {
		const struct packet *p = &s->queue[s->head++ % QUEUE_MAX];

		s->credit -= p->bytes;
		arrive(s, p);
	}
	if (s->head == s->tail)
		s->credit = 0;
}

static void step(struct shared *s, bool download)
{
	int64_t wait_us, n;

	for (int i = 0; i < N_VOICES && s->now_us % VOICE_US == 0; i++)
		enqueue(s, VOICE_BYTES, s->now_us);
	while (download && s->unread + s->under_way + SEGMENT <= WINDOW) {
		enqueue(s, SEGMENT, -1);
		s->under_way += SEGMENT;
	}
	carry(s);
	if (s->unread > 0 && s->now_us >= s->wake_us) {
		n = pace_take(s->pace, MIN(s->unread, READ), s->now_us, &wait_us);
		s->unread -= n;
		s->fetched += n;
		s->wake_us = n ? s->now_us : s->now_us + CLAMP(wait_us, STEP_US, 250000);
	}
	s->now_us += STEP_US;
}

static void pass(struct shared *s, int64_t span_us, bool download)
{
	s->worst_us = s->fetched = 0;
	for (int64_t end_us = s->now_us + span_us; s->now_us < end_us;)
		step(s, download);
}

/* On lines of half a megabit to ten, each filled to the brim by the download at first: the voices
 * are late for a moment and not again, and the document comes none the less. */
static void test_voices_come_in_time_beside_a_download(void **state)
{
	static const int64_t LINES[] = {64000, 125000, 250000, 1250000};

	for (size_t i = 0; i < G_N_ELEMENTS(LINES); i++) {
		struct shared s = {.pace = pace_new(0), .per_s = LINES[i]};
		int64_t spare = LINES[i] - N_VOICES * VOICE_BYTES * (SECOND / VOICE_US);

		pass(&s, 5 * SECOND, false);
		assert_in_range(s.worst_us, 0, 20000);
		/* What was under way before anybody was asked cannot be called back. */
		pass(&s, 5 * SECOND, true);
		assert_in_range(s.worst_us, 0, (WINDOW + WINDOW / 2) * SECOND / s.per_s + 100000);
		pass(&s, 60 * SECOND, true);
		print_message("%ld B/s: voices at most %ld ms late, %ld of %ld B/s fetched\n",
			(long)s.per_s, (long)s.worst_us / 1000, (long)s.fetched / 60, (long)spare);
		assert_in_range(s.worst_us, 0, 250000);
		assert_in_range(s.fetched, 60 * spare / 2, INT64_MAX);
		pace_free(s.pace);
	}
}

/* Where it was too much once is not where it is for ever. */
static void test_a_line_that_got_better_is_used(void **state)
{
	struct shared s = {.pace = pace_new(0), .per_s = 125000};

	pass(&s, 60 * SECOND, true);
	assert_in_range(pace_rate(s.pace), 0, 150000);
	s.per_s *= 10;
	pass(&s, 60 * SECOND, true);
	assert_true(pace_rate(s.pace) > 600000);
	pace_free(s.pace);
}

#define PACE_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		PACE_TEST(test_begins_carefully_and_grows),
		PACE_TEST(test_stays_below_the_line),
		PACE_TEST(test_gives_way_in_trouble),
		PACE_TEST(test_holds_while_the_sender_is_behind),
		PACE_TEST(test_late_voices_are_trouble),
		cmocka_unit_test(test_voices_come_in_time_beside_a_download),
		cmocka_unit_test(test_a_line_that_got_better_is_used),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
