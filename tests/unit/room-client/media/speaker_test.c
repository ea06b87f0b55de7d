/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/media/speaker.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#define TICK_US 100000

/* Everybody's level for some tenths of a second. Who speaks then; NULL nobody. */
static const char *say(struct speaker *s, int64_t *now_us, int tenths, double anna, double bert)
{
	for (int i = 0; i < tenths; i++) {
		*now_us += TICK_US;
		speaker_heard(s, "anna", anna, *now_us);
		speaker_heard(s, "bert", bert, *now_us);
		speaker_tick(s, *now_us);
	}
	return s->speaking;
}

static void cough_does_not_take_the_stage(void **state)
{
	int64_t now_us = 0;
	struct speaker s;

	speaker_init(&s);
	assert_null(say(&s, &now_us, 20, 0.1, 0.1));
	assert_null(say(&s, &now_us, 2, 0.1, 0.9));
	assert_null(say(&s, &now_us, 20, 0.1, 0.1));
	assert_string_equal(say(&s, &now_us, 6, 0.7, 0.1), "anna");
	assert_string_equal(say(&s, &now_us, 1, 0.7, 0.9), "anna");
	assert_string_equal(say(&s, &now_us, 10, 0.7, 0.1), "anna");
	speaker_done(&s);
}

static void pause_for_breath_does_not_lose_it(void **state)
{
	int64_t now_us = 0;
	struct speaker s;

	speaker_init(&s);
	assert_string_equal(say(&s, &now_us, 10, 0.7, 0.1), "anna");
	assert_string_equal(say(&s, &now_us, 15, 0.0, 0.1), "anna");
	assert_string_equal(say(&s, &now_us, 10, 0.7, 0.1), "anna");
	assert_null(say(&s, &now_us, 30, 0.0, 0.1));
	speaker_done(&s);
}

static void answer_takes_over(void **state)
{
	int64_t now_us = 0;
	struct speaker s;

	speaker_init(&s);
	say(&s, &now_us, 10, 0.7, 0.1);
	assert_string_equal(say(&s, &now_us, 20, 0.0, 0.6), "bert");
	/* Both speak: whoever has the word keeps it, unless drowned. */
	assert_string_equal(say(&s, &now_us, 30, 0.65, 0.6), "bert");
	assert_string_equal(say(&s, &now_us, 10, 0.9, 0.6), "anna");
	assert_false(speaker_forget(&s, "bert"));
	assert_true(speaker_forget(&s, "anna"));
	assert_null(s.speaking);
	speaker_done(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cough_does_not_take_the_stage),
		cmocka_unit_test(pause_for_breath_does_not_lose_it),
		cmocka_unit_test(answer_takes_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
