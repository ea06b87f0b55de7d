/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a notice must say, follow and keep to itself, and its way to publication. */
#include <string.h>

#include "tests/unit/server/trade/notice_support.h"

static void test_chain(void **state)
{
	static const struct {
		enum notice_kind kind, predecessor;
		int refusal;
	} rows[] = {
		{NOTICE_ZTB_TERMINATION, NOTICE_KIND_NONE, NOTICE_E_NO_PREDECESSOR},
		{NOTICE_ZTB_TERMINATION, NOTICE_ZTB_TENDER, 0},
		{NOTICE_ZTB_TERMINATION, NOTICE_ZTB_RESULT, NOTICE_E_PREDECESSOR},
		{NOTICE_ZTB_RESULT, NOTICE_KIND_NONE, 0},
		{NOTICE_ZTB_RESULT, NOTICE_ZTB_CANDIDATES, 0},
		{NOTICE_GP_FAILURE, NOTICE_ZTB_TENDER, NOTICE_E_PREDECESSOR},
		{NOTICE_GP_CONTRACT, NOTICE_GP_RESULT, 0},
		{NOTICE_LAND_RESULT, NOTICE_MINING_LISTING, NOTICE_E_PREDECESSOR},
		{NOTICE_ASSET_TERMINATION, NOTICE_PROPERTY_LISTING, 0},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GArray) list = verdicts_new();
		struct notice n = make(rows[i].kind);
		struct notice_case c = at_time(n.offer_start_us);

		c.predecessor = rows[i].predecessor;
		notice_check(&n, &c, list);
		const struct rule_verdict *v = verdicts_first_refusal(list);
		if ((v ? v->refusal : 0) != rows[i].refusal)
			fail_msg("%s: %s", notice_kind_name(rows[i].kind), v ? v->code : "passes");
		if (v)
			assert_string_equal(v->field, "follows");
		json_decref((json_t *)n.fields);
	}
}

static void test_withheld_and_lots(void **state)
{
	json_t *withheld = json_pack("{s:{s:s}}", "judges", "text", "张三丰");
	struct notice n = make(NOTICE_GP_RESULT);
	struct notice_case c = at_time(n.publicity_start_us);
	g_autoptr(GArray) list = verdicts_new();

	c.withheld = withheld;
	json_object_del((json_t *)n.fields, "judges");
	notice_check(&n, &c, list);
	assert_null(verdicts_first_refusal(list));
	json_object_set_new((json_t *)n.fields, "contact", json_string("组长张三丰"));
	notice_check(&n, &c, list);
	const struct rule_verdict *v = verdicts_first_refusal(list);
	assert_int_equal(v->refusal, NOTICE_E_LEAK);
	assert_string_equal(v->field, "contact");
	json_decref((json_t *)n.fields);
	json_decref(withheld);

	n = make(NOTICE_GP_RESULT);
	n.lot_nos = json_pack("[i, i]", 1, 2);
	expect(&n, n.publicity_start_us, 0, NULL, 0);
	json_decref((json_t *)n.lot_nos);
	n = make(NOTICE_GP_RESULT);
	n.lot_nos = json_pack("[i]", 3);
	expect(&n, n.publicity_start_us, NOTICE_E_LOT, NULL, 0);
	json_decref((json_t *)n.lot_nos);
}

static void expect_withholdable(enum notice_kind kind, const char *field, bool may)
{
	json_t *withheld = json_pack("{s:{s:s}}", field, "text", "藏");
	struct notice n = make(kind);
	struct notice_case c = at_time(n.publicity_start_us);
	g_autoptr(GArray) list = verdicts_new();

	c.withheld = withheld;
	json_object_del((json_t *)n.fields, field);
	notice_check(&n, &c, list);
	const struct rule_verdict *v = verdicts_first_refusal(list);
	assert_int_equal(v ? v->refusal : 0, may ? 0 : NOTICE_E_NOT_WITHHOLDABLE);
	if (!may)
		assert_string_equal(v->field, field);
	json_decref((json_t *)n.fields);
	json_decref(withheld);
}

/* What open data tell of the project, its lots and the result cannot be held back in a notice. */
static void test_what_is_public_anyway_is_not_withheld(void **state)
{
	expect_withholdable(NOTICE_GP_RESULT, "judges", true);
	expect_withholdable(NOTICE_GP_RESULT, "winner", false);
	expect_withholdable(NOTICE_GP_RESULT, "winner_price", false);
	expect_withholdable(NOTICE_GP_RESULT, "name", false);
	expect_withholdable(NOTICE_ZTB_RESULT, "winner_price", false);
	assert_true(notice_field_find(NOTICE_GP_TENDER, "bond")->withholdable);
	assert_false(notice_field_find(NOTICE_GP_TENDER, "budget")->withholdable);
	assert_false(notice_field_find(NOTICE_GP_TENDER, "criteria")->withholdable);
	assert_false(notice_field_find(NOTICE_ZTB_TENDER, "criteria")->withholdable);
}

static void test_everything_missing_is_listed(void **state)
{
	size_t n_rows;
	const struct notice_field *rows = notice_fields(&n_rows);

	for (int kind = 1; kind < N_NOTICE_KINDS; kind++) {
		g_autoptr(GArray) list = verdicts_new();
		struct notice n = make(kind);
		unsigned want = 2;

		json_decref((json_t *)n.fields);
		n.fields = NULL;
		n.title = " ";
		n.body_md = NULL;
		for (size_t i = 0; i < n_rows; i++)
			want += rows[i].kind == (enum notice_kind)kind && rows[i].required;
		struct notice_case c = at_time(n.offer_start_us);
		const struct notice_kind_row *row = notice_kind_row(kind);
		n.bid_deadline_us = row->times == TIMES_NEW_DEADLINE ? 0 : n.bid_deadline_us;
		want += row->must_follow;
		notice_check(&n, &c, list);
		assert_int_equal(list->len, want);
		assert_true(want >= 5);
	}
}

/* A purchase by talks is announced under its own name, and under no other. */
static void test_calls_of_a_purchase(void **state)
{
	static const struct {
		enum tender_mode mode;
		enum notice_kind kind;
	} rows[] = {
		{MODE_OPEN, NOTICE_GP_TENDER},
		{MODE_INVITED, NOTICE_GP_TENDER},
		{MODE_NEGOTIATION, NOTICE_GP_NEGOTIATION},
		{MODE_CONSULTATION, NOTICE_GP_CONSULTATION},
		{MODE_INQUIRY, NOTICE_GP_INQUIRY},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		for (enum notice_kind k = 1; notice_kind_row(k); k++)
			if (notice_kind_fits(k, REGIME_GP, LOT_GOODS, rows[i].mode))
				assert_int_equal(notice_kind_is_tender(k), k == rows[i].kind);
		assert_true(notice_kind_fits(rows[i].kind, REGIME_GP, LOT_GOODS, rows[i].mode));
		assert_true(notice_kind_may_follow(NOTICE_GP_RESULT, rows[i].kind));
		assert_true(notice_kind_makes_tender(rows[i].kind));
	}
	assert_false(notice_kind_is_tender(NOTICE_KIND_NONE));
	assert_false(notice_kind_fits(NOTICE_GP_INQUIRY, REGIME_ZTB, LOT_GOODS, MODE_INQUIRY));
}

static void test_one_field_blank_or_wrong(void **state)
{
	struct notice n = make(NOTICE_GP_RESULT);

	json_object_set_new((json_t *)n.fields, "judges", json_string(" 　\n"));
	expect(&n, n.publicity_start_us, NOTICE_E_MISSING, NULL, 0);
	n = make(NOTICE_GP_RESULT);
	json_object_set_new((json_t *)n.fields, "judges", json_integer(7));
	expect(&n, n.publicity_start_us, NOTICE_E_MISSING, NULL, 0);
}

static void test_two_persons(void **state)
{
	static const struct {
		enum notice_state from;
		enum notice_step step;
		bool author;
		int refusal;
		enum notice_state to;
	} rows[] = {
		{NOTICE_DRAFT, NOTICE_STEP_EDIT, true, 0, NOTICE_DRAFT},
		{NOTICE_DRAFT, NOTICE_STEP_EDIT, false, NOTICE_E_NOT_AUTHOR, 0},
		{NOTICE_DRAFT, NOTICE_STEP_SUBMIT, true, 0, NOTICE_SUBMITTED},
		{NOTICE_DRAFT, NOTICE_STEP_APPROVE, false, NOTICE_E_STATE, 0},
		{NOTICE_DRAFT, NOTICE_STEP_PUBLISH, false, NOTICE_E_STATE, 0},
		{NOTICE_SUBMITTED, NOTICE_STEP_EDIT, true, NOTICE_E_STATE, 0},
		{NOTICE_SUBMITTED, NOTICE_STEP_APPROVE, true, NOTICE_E_SAME_PERSON, 0},
		{NOTICE_SUBMITTED, NOTICE_STEP_APPROVE, false, 0, NOTICE_APPROVED},
		{NOTICE_SUBMITTED, NOTICE_STEP_RETURN, false, 0, NOTICE_RETURNED},
		{NOTICE_SUBMITTED, NOTICE_STEP_PUBLISH, false, NOTICE_E_STATE, 0},
		{NOTICE_RETURNED, NOTICE_STEP_EDIT, true, 0, NOTICE_RETURNED},
		{NOTICE_RETURNED, NOTICE_STEP_SUBMIT, true, 0, NOTICE_SUBMITTED},
		{NOTICE_APPROVED, NOTICE_STEP_PUBLISH, true, NOTICE_E_SAME_PERSON, 0},
		{NOTICE_APPROVED, NOTICE_STEP_PUBLISH, false, 0, NOTICE_PUBLISHED},
		{NOTICE_PUBLISHED, NOTICE_STEP_EDIT, true, NOTICE_E_STATE, 0},
		{NOTICE_PUBLISHED, NOTICE_STEP_RETURN, false, NOTICE_E_STATE, 0},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		enum notice_state to = 0;

		assert_int_equal(notice_step(rows[i].from, rows[i].step, rows[i].author, &to),
			rows[i].refusal);
		assert_int_equal(to, rows[i].to);
	}
}

static void test_words_and_codes(void **state)
{
	struct refusal r;
	struct rule_verdict v = {VERDICT_REFUSE, NOTICE_E_PERIOD_TOO_SHORT,
		notice_refusal_code(NOTICE_E_PERIOD_TOO_SHORT), "T02", "deadline",
		at("2026-03-23 09:00:00")};

	assert_codes(notice_refusal_code, NOTICE_E_ANNOUNCED);
	assert_int_equal(verdict_refuse(&v, &r), REFUSED);
	assert_string_equal(r.rule, "T02");
	assert_string_equal(r.field, "deadline");
	assert_non_null(strstr(r.detail, "2026-03-23T09:00:00"));
	for (int k = 1; k < N_NOTICE_KINDS; k++)
		assert_int_equal(notice_kind_from_name(notice_kind_name(k)), k);
	for (int s = NOTICE_DRAFT; s <= NOTICE_WITHDRAWN; s++)
		assert_int_equal(notice_state_from_name(notice_state_name(s)), s);
	assert_int_equal(notice_kind_from_name("x"), 0);
	assert_null(notice_kind_name(0));
	assert_null(notice_state_name(99));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_chain),
		cmocka_unit_test(test_withheld_and_lots),
		cmocka_unit_test(test_what_is_public_anyway_is_not_withheld),
		cmocka_unit_test(test_everything_missing_is_listed),
		cmocka_unit_test(test_calls_of_a_purchase),
		cmocka_unit_test(test_one_field_blank_or_wrong),
		cmocka_unit_test(test_two_persons),
		cmocka_unit_test(test_words_and_codes),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
