/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/eval/question.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define END 1000

static const struct question_state asked = {0};
static const struct question_state returned = {.reviewed = true};
static const struct question_state passed = {.reviewed = true, .passed = true, .deadline_us = END};
static const struct question_state answered = {
	.reviewed = true, .passed = true, .answered = true, .deadline_us = END};
static const struct question_state settled = {.reviewed = true,
	.passed = true,
	.answered = true,
	.deadline_us = END,
	.outcome = QUESTION_ACCEPTED};

static void the_supervisor_decides_once(void **state)
{
	assert_int_equal(question_may_review(&asked), 0);
	assert_int_equal(question_may_review(&returned), QUESTION_E_STATE);
	assert_int_equal(question_may_review(&passed), QUESTION_E_STATE);
}

static void an_answer_comes_by_the_deadline_and_once(void **state)
{
	assert_int_equal(question_may_answer(&asked, 0), QUESTION_E_STATE);
	assert_int_equal(question_may_answer(&returned, 0), QUESTION_E_STATE);
	assert_int_equal(question_may_answer(&passed, END), 0);
	assert_int_equal(question_may_answer(&passed, END + 1), QUESTION_E_LATE);
	assert_int_equal(question_may_answer(&answered, END), QUESTION_E_STATE);
	assert_int_equal(question_may_answer(&settled, END), QUESTION_E_STATE);
}

static void silence_is_known_only_after_the_deadline(void **state)
{
	assert_int_equal(question_may_settle(&passed, QUESTION_SILENT, END), QUESTION_E_WAITS);
	assert_int_equal(question_may_settle(&passed, QUESTION_SILENT, END + 1), 0);
	assert_int_equal(
		question_may_settle(&passed, QUESTION_ACCEPTED, END + 1), QUESTION_E_OUTCOME);
	assert_int_equal(question_may_settle(&answered, QUESTION_SILENT, END), QUESTION_E_OUTCOME);
	assert_int_equal(question_may_settle(&answered, QUESTION_SUBSTANCE, 0), 0);
	assert_int_equal(question_may_settle(&answered, QUESTION_OPEN, 0), QUESTION_E_OUTCOME);
	assert_int_equal(question_may_settle(&returned, QUESTION_SILENT, END), QUESTION_E_STATE);
	assert_int_equal(question_may_settle(&settled, QUESTION_SILENT, END), QUESTION_E_STATE);
}

/* Of an explanation of a low price votes decide; only that it never came is said here. */
static void an_explanation_is_not_settled(void **state)
{
	struct question_state said = answered, silent = passed;

	said.explains = silent.explains = true;
	assert_false(question_is_open(&said));
	assert_true(question_is_open(&silent));
	assert_int_equal(question_may_settle(&said, QUESTION_ACCEPTED, 0), QUESTION_E_OUTCOME);
	assert_int_equal(question_may_settle(&said, QUESTION_SUBSTANCE, 0), QUESTION_E_OUTCOME);
	assert_int_equal(question_may_settle(&silent, QUESTION_SILENT, END), QUESTION_E_WAITS);
	assert_int_equal(question_may_settle(&silent, QUESTION_SILENT, END + 1), 0);
}

/* What was returned, or what the committee has spoken about, waits for nobody. */
static void it_is_open_while_somebody_has_to_act(void **state)
{
	assert_true(question_is_open(&asked));
	assert_true(question_is_open(&passed));
	assert_true(question_is_open(&answered));
	assert_false(question_is_open(&returned));
	assert_false(question_is_open(&settled));
	assert_false(question_is_silent(&passed, END));
	assert_true(question_is_silent(&passed, END + 1));
	assert_false(question_is_silent(&asked, END + 1));
	assert_false(question_is_silent(&answered, END + 1));
	assert_false(question_is_silent(&settled, END + 1));
}

static void outcomes_have_names(void **state)
{
	for (enum question_outcome o = QUESTION_ACCEPTED; o <= QUESTION_SILENT; o++)
		assert_int_equal(question_outcome_from_name(question_outcome_name(o)), o);
	assert_int_equal(question_outcome_from_name("leading"), QUESTION_OPEN);
	assert_string_equal(question_refusal_code(QUESTION_E_LATE), "question.late");
	assert_null(question_refusal_code(0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_supervisor_decides_once),
		cmocka_unit_test(an_answer_comes_by_the_deadline_and_once),
		cmocka_unit_test(silence_is_known_only_after_the_deadline),
		cmocka_unit_test(an_explanation_is_not_settled),
		cmocka_unit_test(it_is_open_while_somebody_has_to_act),
		cmocka_unit_test(outcomes_have_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
