/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/trade/deposit.h"

#include "tests/unit/server/trade/support.h"

static struct decimal yuan(const char *text)
{
	struct decimal d;

	assert_int_equal(decimal_parse_text(text, &d), 0);
	return d;
}

static bool terms_of(
	const char *project, int64_t n_lots, const char *lot, struct deposit_terms *ret)
{
	json_auto_t *p = json_loads(project, 0, NULL), *l = json_loads(lot, 0, NULL);

	assert_non_null(p);
	assert_non_null(l);
	return deposit_terms_read(p, n_lots, l, ret);
}

static void test_terms(void **state)
{
	static const struct {
		const char *project, *lot;
		int64_t n_lots;
		const char *amount; /* NULL: none is asked for */
	} rows[] = {
		{"{\"bond\":\"20000\"}", "{}", 1, "20000"},
		{"{\"bond\":\"20000\"}", "{}", 2, NULL}, /* of which of them nobody says */
		{"{\"bond\":\"20000\"}", "{\"bond\":\"5000\"}", 2, "5000"},
		{"{\"bond\":\"20000\"}", "{\"bond\":\"0\"}", 1, NULL},
		{"{}", "{}", 1, NULL},
	};
	struct deposit_terms t;

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		bool asked = terms_of(rows[i].project, rows[i].n_lots, rows[i].lot, &t);
		assert_int_equal(asked, rows[i].amount != NULL);
		if (asked)
			assert_int_equal(decimal_cmp(t.amount, yuan(rows[i].amount)), 0);
	}
	/* What goes elsewhere by the word of the project alone. */
	assert_false(deposit_terms_read(NULL, 1, NULL, &t));
	assert_true(deposit_book_keeps(rulebook_current()));
	assert_false(deposit_book_keeps(rulebook_by_version("cn-2026.2")));
	assert_true(terms_of("{}", 1, "{\"bond\":\"1\",\"bond_forms\":[\"transfer\"]}", &t));
	assert_int_equal(t.forms, 1u << DEPOSIT_TRANSFER);
	assert_true(terms_of("{}", 1, "{\"bond\":\"1\"}", &t));
	assert_true(t.forms & 1u << DEPOSIT_SURETY);
}

static void test_references(void **state)
{
	char text[DEPOSIT_REFERENCE_SIZE];

	deposit_reference_make(0, text);
	assert_string_equal(text, "0000000000000000");
	/* ISO/IEC 7812-1: the check digit of 7992739871 is 3. */
	deposit_reference_make(7992739871, text);
	assert_string_equal(text, "0000079927398713");
	deposit_reference_make(UINT64_MAX, text);
	assert_int_equal(strlen(text), 16);
}

static void test_names(void **state)
{
	assert_true(deposit_same_name("甲建设（集团）有限公司", "甲建设(集团) 有限公司"));
	assert_true(deposit_same_name("ＡＢＣ公司", "ABC公司"));
	assert_false(deposit_same_name("甲建设有限公司", "乙建设有限公司"));
	assert_false(deposit_same_name("", ""));
	assert_false(deposit_same_name("\xff", "\xff"));
}

static void test_which_payment_fits(void **state)
{
	static const struct {
		const char *amount, *payer, *paid;
		bool held;
		enum deposit_flaw flaw;
	} rows[] = {
		{"20000", "甲公司", "2026-03-30 08:59:59", false, DEPOSIT_FITS},
		{"20000", "甲公司", "2026-03-30 09:00:00", false, DEPOSIT_PAST},
		{"19999.99", "甲公司", "2026-03-29 09:00:00", false, DEPOSIT_AMOUNT},
		{"20000.01", "甲公司", "2026-03-29 09:00:00", false, DEPOSIT_AMOUNT},
		{"20000", "乙公司", "2026-03-29 09:00:00", false, DEPOSIT_PAYER},
		{"20000", "甲公司", "2026-03-29 09:00:00", true, DEPOSIT_TWICE},
	};
	const struct deposit_terms terms = {yuan("20000"), 1u << DEPOSIT_TRANSFER};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct deposit_payment_facts p = {yuan(rows[i].amount), rows[i].payer, "甲公司",
			rows[i].held, at(rows[i].paid), at("2026-03-30 09:00:00")};
		assert_int_equal(deposit_fit(&terms, &p), rows[i].flaw);
		assert_non_null(deposit_flaw_name(rows[i].flaw));
		p.bidder = NULL;
		assert_int_equal(deposit_fit(&terms, &p), DEPOSIT_PAYER);
	}
}

/* Money for a lot that takes guarantees only is no bond, whatever else fits. */
static void test_transfers_may_be_no_form(void **state)
{
	const struct deposit_terms terms = {yuan("20000"), 1u << DEPOSIT_GUARANTEE};
	const struct deposit_payment_facts p = {yuan("20000"), "甲公司", "甲公司", false,
		at("2026-03-29 09:00:00"), at("2026-03-30 09:00:00")};

	assert_int_equal(deposit_fit(&terms, &p), DEPOSIT_NO_FORM);
}

static void test_which_guarantee_covers(void **state)
{
	static const struct {
		enum deposit_form form;
		const char *amount, *until, *now;
		int refusal;
	} rows[] = {
		{DEPOSIT_GUARANTEE, "20000", "2026-03-30 09:00:01", "2026-03-30 08:59:59", 0},
		{DEPOSIT_GUARANTEE, "20000", "2026-06-30 00:00:00", "2026-03-30 09:00:00",
			DEPOSIT_E_LATE},
		{DEPOSIT_GUARANTEE, "19999.99", "2026-06-30 00:00:00", "2026-03-29 09:00:00",
			DEPOSIT_E_LOW},
		{DEPOSIT_GUARANTEE, "20000", "2026-03-30 09:00:00", "2026-03-29 09:00:00",
			DEPOSIT_E_SHORT},
		{DEPOSIT_INSURANCE, "20000", "2026-06-30 00:00:00", "2026-03-29 09:00:00",
			DEPOSIT_E_FORM},
		{DEPOSIT_TRANSFER, "20000", "2026-06-30 00:00:00", "2026-03-29 09:00:00",
			DEPOSIT_E_FORM},
	};
	const struct deposit_terms terms = {
		yuan("20000"), 1u << DEPOSIT_TRANSFER | 1u << DEPOSIT_GUARANTEE};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		const struct deposit_guarantee_facts g = {rows[i].form, yuan(rows[i].amount),
			at(rows[i].until), at("2026-03-30 09:00:00")};
		assert_int_equal(
			deposit_check_guarantee(&terms, &g, at(rows[i].now)), rows[i].refusal);
	}
}

/* T15 counts calendar days from the contract; G11 working days, over the holidays of Qingming. */
static void test_when_it_is_due(void **state)
{
	static const struct {
		enum regime regime;
		bool winner;
		const char *withdrawn, *awarded, *contracted, *due, *rule;
	} rows[] = {
		{REGIME_ZTB, true, NULL, NULL, "2026-04-02 10:00:00", "2026-04-07 10:00:00", "T15"},
		{REGIME_ZTB, false, NULL, NULL, "2026-04-02 10:00:00", "2026-04-07 10:00:00",
			"T15"},
		{REGIME_ZTB, false, NULL, "2026-04-02 10:00:00", NULL, NULL, NULL},
		{REGIME_ZTB, false, "2026-04-02 10:00:00", NULL, NULL, "2026-04-07 10:00:00",
			"T19"},
		/* They may end in a holiday. */
		{REGIME_ZTB, true, NULL, NULL, "2026-09-28 10:00:00", "2026-10-03 10:00:00", "T15"},
		{REGIME_ZTB, false, "2026-09-28 10:00:00", NULL, NULL, "2026-10-03 10:00:00",
			"T19"},
		/* Saturday 4 April to Monday the 6th are off. */
		{REGIME_GP, true, NULL, "2026-03-20 10:00:00", "2026-04-02 10:00:00",
			"2026-04-10 10:00:00", "G11"},
		{REGIME_GP, false, NULL, "2026-04-02 10:00:00", NULL, "2026-04-10 10:00:00", "G11"},
		{REGIME_GP, true, NULL, "2026-04-02 10:00:00", NULL, NULL, NULL},
		{REGIME_ASSET, true, NULL, NULL, "2026-04-02 10:00:00", NULL, NULL},
	};
	struct calendar *cal = calendar_2026();

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		const char *rule = NULL;
		const struct deposit_case c = {rows[i].regime, rows[i].winner,
			rows[i].withdrawn ? at(rows[i].withdrawn) : 0,
			rows[i].awarded ? at(rows[i].awarded) : 0,
			rows[i].contracted ? at(rows[i].contracted) : 0};
		int64_t due = deposit_due(rulebook_current(), cal, &c, &rule);
		assert_int_equal(due, rows[i].due ? at(rows[i].due) : 0);
		if (rows[i].rule)
			assert_string_equal(rule, rows[i].rule);
	}
	/* A project of an older book has no clock of these. */
	const struct deposit_case old = {REGIME_GP, false, 0, at("2026-04-02 10:00:00"), 0};
	const char *rule = NULL;
	assert_int_equal(deposit_due(rulebook_by_version("cn-2026.2"), cal, &old, &rule), 0);
	calendar_free(cal);
}

static void test_words(void **state)
{
	assert_codes(deposit_refusal_code, DEPOSIT_E_CROSSED);
	for (enum deposit_form f = DEPOSIT_TRANSFER; f <= DEPOSIT_SURETY; f++)
		assert_int_equal(deposit_form_from_name(deposit_form_name(f)), f);
	assert_int_equal(deposit_form_from_name("cash"), 0);
	assert_true(deposit_bears_interest(REGIME_ZTB));
	assert_false(deposit_bears_interest(REGIME_GP));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_terms),
		cmocka_unit_test(test_references),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_which_payment_fits),
		cmocka_unit_test(test_transfers_may_be_no_form),
		cmocka_unit_test(test_which_guarantee_covers),
		cmocka_unit_test(test_when_it_is_due),
		cmocka_unit_test(test_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
