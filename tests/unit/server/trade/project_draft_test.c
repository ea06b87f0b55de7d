/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The way of a draft to a project: which step is whose, and in which state. */
#include "server/trade/project_draft.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define N_STATES PROJECT_APPROVED
#define N_STEPS PROJECT_STEP_RETURN

/* By state and step: where it leads; 0: nowhere. */
static const enum project_draft_state to[N_STATES + 1][N_STEPS + 1] = {
	[PROJECT_DRAFT] = {[PROJECT_STEP_EDIT] = PROJECT_DRAFT,
		[PROJECT_STEP_DISCARD] = PROJECT_DRAFT,
		[PROJECT_STEP_SUBMIT] = PROJECT_SUBMITTED},
	[PROJECT_RETURNED] = {[PROJECT_STEP_EDIT] = PROJECT_RETURNED,
		[PROJECT_STEP_DISCARD] = PROJECT_RETURNED,
		[PROJECT_STEP_SUBMIT] = PROJECT_SUBMITTED},
	[PROJECT_SUBMITTED] = {[PROJECT_STEP_APPROVE] = PROJECT_APPROVED,
		[PROJECT_STEP_RETURN] = PROJECT_RETURNED},
};

static void test_steps(void **state)
{
	(void)state;
	for (int s = PROJECT_DRAFT; s <= N_STATES; s++) {
		for (int step = PROJECT_STEP_EDIT; step <= N_STEPS; step++) {
			enum project_draft_state after = 0;
			bool authors = step <= PROJECT_STEP_SUBMIT;

			if (!to[s][step]) {
				assert_int_equal(project_draft_step(s, step, authors, &after),
					PROJECT_DRAFT_E_STATE);
				continue;
			}
			assert_int_equal(project_draft_step(s, step, authors, &after), 0);
			assert_int_equal(after, to[s][step]);
			assert_int_equal(project_draft_step(s, step, !authors, &after),
				authors ? PROJECT_DRAFT_E_NOT_AUTHOR : PROJECT_DRAFT_E_SAME_PERSON);
		}
	}
}

static void test_names(void **state)
{
	(void)state;
	for (int s = PROJECT_DRAFT; s <= N_STATES; s++)
		assert_int_equal(project_draft_state_from_name(project_draft_state_name(s)), s);
	assert_int_equal(project_draft_state_from_name("withdrawn"), 0);
	assert_int_equal(project_draft_state_from_name(NULL), 0);
	assert_null(project_draft_state_name(0));
	assert_string_equal(
		project_draft_refusal_code(PROJECT_DRAFT_E_STATE), "project.draft_state");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_steps),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
