/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/eval/panel.h"

#include "server/eval/avoidance.h"
#include "tests/unit/server/eval/support.h"

static void test_who_counts(void **state)
{
	struct panel_member members[] = {
		{1, false, MEMBER_PROMISED},
		{2, false, MEMBER_ARRIVED},
		{3, false, MEMBER_DRAWN},
		{4, false, MEMBER_RECUSED},
		{5, false, MEMBER_REPLACED},
		{6, true, MEMBER_PROMISED},
		{7, false, MEMBER_PROMISED},
	};
	struct panel_counts c = panel_count(members, G_N_ELEMENTS(members));
	struct committee_facts facts = {.regime = REGIME_ZTB};
	struct rule_verdict v;

	assert_int_equal(c.members, 5);
	assert_int_equal(c.experts, 4);
	assert_int_equal(c.buyers, 1);
	assert_int_equal(c.arrived, 4);
	assert_int_equal(c.promised, 3);
	assert_int_equal(
		panel_check(rulebook_current(), &facts, members, G_N_ELEMENTS(members), &v), 0);
	/* One more goes: four are even and too few. */
	members[6].state = MEMBER_RECUSED;
	assert_int_equal(
		panel_check(rulebook_current(), &facts, members, G_N_ELEMENTS(members), &v),
		COMMITTEE_E_TOO_SMALL);
	assert_string_equal(v.rule, "C01");
}

static void test_steps(void **state)
{
	enum member_state s = MEMBER_DRAWN;

	assert_int_equal(member_step(s, MEMBER_STEP_PROMISE, &s), PANEL_E_STATE);
	assert_int_equal(member_step(s, MEMBER_STEP_RECUSE, &s), PANEL_E_STATE);
	assert_int_equal(member_step(s, MEMBER_STEP_ARRIVE, &s), 0);
	assert_int_equal(member_step(s, MEMBER_STEP_PROMISE, &s), 0);
	assert_int_equal(s, MEMBER_PROMISED);
	assert_int_equal(member_step(s, MEMBER_STEP_RECUSE, &s), 0);
	assert_int_equal(s, MEMBER_RECUSED);
	assert_int_equal(member_step(s, MEMBER_STEP_ARRIVE, &s), PANEL_E_STATE);
	for (int m = MEMBER_DRAWN; m <= MEMBER_REPLACED; m++)
		assert_int_equal(member_state_from_name(member_state_name(m)), m);
	assert_codes(panel_refusal_code, PANEL_E_STATE);
}

/* C09: 5 members: 2; 7: 3; 9: 4; 11: 4. */
static void test_more_time(void **state)
{
	static const unsigned rows[][2] = {{5, 2}, {7, 3}, {9, 4}, {11, 4}};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
		assert_int_equal(panel_more_time_votes(rows[i][0]), rows[i][1]);
}

/* What is one unit however it is typed, and what is another. */
static void test_unit_key(void **state)
{
	static const struct {
		const char *a, *b;
		bool same;
	} rows[] = {
		{"济南四建（集团）有限责任公司", " 济南四建 (集团) 有限责任公司", true},
		{"ＡＢＣ Design Co., Ltd.", "abc design co ltd", true},
		{"济南四建（集团）有限责任公司", "济南五建（集团）有限责任公司", false},
		{" （） ", "", true},
		{"\xff\xfe", "济南", false},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *a = avoidance_unit_key(rows[i].a);
		g_autofree char *b = avoidance_unit_key(rows[i].b);

		assert_int_equal(strcmp(a, b) == 0, rows[i].same);
	}
}

static void test_grounds(void **state)
{
	size_t n;
	const struct recusal_ground *grounds = recusal_grounds(&n);

	assert_int_equal(n, 7);
	for (size_t i = 0; i < n; i++)
		assert_true(recusal_ground_is_known(grounds[i].name));
	assert_false(recusal_ground_is_known("bored"));
	assert_false(recusal_ground_is_known(NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_who_counts),
		cmocka_unit_test(test_steps),
		cmocka_unit_test(test_more_time),
		cmocka_unit_test(test_unit_key),
		cmocka_unit_test(test_grounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
