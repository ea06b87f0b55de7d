/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/trade/committee.h"

#include "tests/unit/server/trade/support.h"

static struct committee_facts ztb(void)
{
	return (struct committee_facts){.regime = REGIME_ZTB, .budget = decimal_from_int(50000000)};
}

static struct committee_facts gp(int64_t budget)
{
	return (struct committee_facts){.regime = REGIME_GP, .budget = decimal_from_int(budget)};
}

/* C04: 5 needs four experts, 7 five, 9 six, 11 eight. */
static void test_mixes(void **state)
{
	static const struct {
		unsigned experts, buyer;
		int refusal;
		const char *rule;
	} rows[] = {
		{5, 0, 0, NULL},
		{4, 1, 0, NULL},
		{3, 2, COMMITTEE_E_TOO_FEW_EXPERTS, "C01"},
		{5, 2, 0, NULL},
		{4, 3, COMMITTEE_E_TOO_FEW_EXPERTS, "C01"},
		{6, 3, 0, NULL},
		{5, 4, COMMITTEE_E_TOO_FEW_EXPERTS, "C01"},
		{8, 3, 0, NULL},
		{7, 4, COMMITTEE_E_TOO_FEW_EXPERTS, "C01"},
		{6, 0, COMMITTEE_E_EVEN, "C01"},
		{3, 0, COMMITTEE_E_TOO_SMALL, "C01"},
		{0, 0, COMMITTEE_E_TOO_SMALL, "C01"},
		{99, 2, COMMITTEE_E_TOO_LARGE, NULL},
		{4294967295u, 6, COMMITTEE_E_TOO_LARGE, NULL},
	};
	const struct rulebook *book = rulebook_current();
	struct committee_facts facts = ztb();

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct rule_verdict v = {0};
		int r = committee_check(book, &facts, rows[i].experts, rows[i].buyer, &v);

		if (r != rows[i].refusal || v.refusal != r || g_strcmp0(v.rule, rows[i].rule))
			fail_msg("%u+%u: %d %s", rows[i].experts, rows[i].buyer, r, v.rule);
	}
}

static void test_purchase_minimum(void **state)
{
	const struct rulebook *book = rulebook_current();
	struct committee_facts facts = gp(9999999);

	assert_int_equal(committee_minimum(book, &facts), 5);
	facts = gp(10000000);
	assert_int_equal(committee_minimum(book, &facts), 7);
	assert_int_equal(committee_check(book, &facts, 5, 0, NULL), COMMITTEE_E_TOO_SMALL);
	assert_int_equal(committee_check(book, &facts, 5, 2, NULL), 0);
	facts = gp(1);
	facts.complex = true;
	assert_int_equal(committee_minimum(book, &facts), 7);
	facts.complex = false;
	facts.high_impact = true;
	assert_int_equal(committee_minimum(book, &facts), 7);
	facts.is_group = true;
	assert_int_equal(committee_minimum(book, &facts), 3);
	assert_int_equal(committee_check(book, &facts, 2, 1, NULL), 0);
	assert_int_equal(committee_check(book, &facts, 1, 2, NULL), COMMITTEE_E_TOO_FEW_EXPERTS);
	/* The threshold is a rule of government purchase. */
	facts = ztb();
	assert_int_equal(committee_minimum(book, &facts), 5);
}

static void test_codes(void **state)
{
	assert_codes(committee_refusal_code, COMMITTEE_E_TOO_FEW_EXPERTS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_mixes),
		cmocka_unit_test(test_purchase_minimum),
		cmocka_unit_test(test_codes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
