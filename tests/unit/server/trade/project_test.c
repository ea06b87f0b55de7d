/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/trade/project.h"

#include "tests/unit/server/trade/support.h"

static struct decimal dec(const char *text)
{
	struct decimal d;

	assert_int_equal(decimal_parse_text(text, &d), 0);
	return d;
}

struct fixture {
	struct lot_draft lots[2];
	struct project_draft project;
};

static void make(struct fixture *f)
{
	*f = (struct fixture){
		.lots = {{.name = "一标段",
				 .weights_sum = decimal_from_int(100),
				 .price_weight = decimal_from_int(30)},
			{.name = "二标段",
				.ceiling = decimal_from_int(1000000),
				.weights_sum = decimal_from_int(100),
				.price_weight = decimal_from_int(20)}},
		.project = {.regime = REGIME_GP,
			.category = LOT_SERVICES,
			.mode = MODE_OPEN,
			.name = "市民中心运维",
			.region = "370402",
			.buyer = "某市民中心",
			.agency = "某代理公司",
			.budget = decimal_from_int(3000000),
			.n_lots = 2},
	};
	f->project.lots = f->lots;
	f->project.book = rulebook_current();
}

static void expect(struct fixture *f, enum verdict_kind kind, int refusal, const char *field)
{
	g_autoptr(GArray) list = verdicts_new();
	const struct rule_verdict *v;

	project_check(&f->project, list);
	if (!refusal) {
		assert_int_equal(list->len, 0);
		return;
	}
	if (list->len != 1)
		fail_msg("%u findings, wanted one about %s", list->len, field);
	v = &g_array_index(list, struct rule_verdict, 0);
	assert_int_equal(v->kind, kind);
	assert_int_equal(v->refusal, refusal);
	assert_string_equal(v->field, field);
	assert_string_equal(v->code, project_refusal_code(refusal));
}

#define REFUSED_BY(change, refusal, field)                  \
	do {                                                \
		struct fixture f;                           \
		make(&f);                                   \
		change;                                     \
		expect(&f, VERDICT_REFUSE, refusal, field); \
	} while (0)

static void test_a_good_draft(void **state)
{
	struct fixture f;

	make(&f);
	expect(&f, 0, 0, NULL);
}

static void test_what_is_refused(void **state)
{
	g_autofree char *long_name = g_strnfill(PROJECT_NAME_MAX + 1, 'x');

	REFUSED_BY(f.project.regime = 9, PROJECT_E_REGIME, "regime");
	REFUSED_BY(f.project.category = 9, PROJECT_E_CATEGORY, "category");
	REFUSED_BY(f.project.mode = 9, PROJECT_E_METHOD, "method");
	REFUSED_BY(f.project.name = NULL, PROJECT_E_MISSING, "name");
	REFUSED_BY(f.project.name = "  ", PROJECT_E_MISSING, "name");
	REFUSED_BY(f.project.name = long_name, PROJECT_E_TOO_LONG, "name");
	REFUSED_BY(f.project.region = "37040", PROJECT_E_REGION, "region");
	REFUSED_BY(f.project.region = "37040x", PROJECT_E_REGION, "region");
	REFUSED_BY(f.project.code = "123", PROJECT_E_CODE, "code");
	REFUSED_BY(f.project.buyer = "", PROJECT_E_MISSING, "buyer_name");
	REFUSED_BY(f.project.buyer_code = "9135", PROJECT_E_CREDIT_CODE, "buyer_code");
	REFUSED_BY(f.project.agency = "", PROJECT_E_MISSING, "agency_name");
	REFUSED_BY(f.project.n_lots = 0, PROJECT_E_NO_LOTS, "lots");
	REFUSED_BY(f.project.n_lots = 100, PROJECT_E_TOO_MANY_LOTS, "lots");
	REFUSED_BY(f.lots[1].name = "一标段", PROJECT_E_LOT_NAME_TWICE, "lots.name");
	REFUSED_BY(f.lots[1].code = "x", PROJECT_E_CODE, "lots.code");
	REFUSED_BY(f.lots[1].ceiling = dec("3000000.01"), PROJECT_E_CEILING, "lots.ceiling");
	REFUSED_BY(f.lots[1].ceiling = dec("-1"), PROJECT_E_AMOUNT, "lots.ceiling");
	REFUSED_BY(f.lots[0].weights_sum = dec("99.99"), PROJECT_E_WEIGHTS, "lots.scheme");
	REFUSED_BY(f.lots[0].weights_sum = dec("100.01"), PROJECT_E_WEIGHTS, "lots.scheme");
}

static void test_budget(void **state)
{
	struct fixture f;
	g_autoptr(GArray) list = verdicts_new();

	make(&f);
	f.project.budget = decimal_from_int(0);
	project_check(&f.project, list);
	assert_true(verdicts_has(list, VERDICT_REFUSE, PROJECT_E_AMOUNT));
}

/* 87号令 55: services at least 10, goods at least 30, works no floor; only under GP. */
static void test_price_weight_floor(void **state)
{
	static const struct {
		enum regime regime;
		enum lot_category category;
		const char *least, *below;
	} rows[] = {
		{REGIME_GP, LOT_GOODS, "30", "29.99"},
		{REGIME_GP, LOT_SERVICES, "10", "9.99"},
		{REGIME_GP, LOT_WORKS, "0", NULL},
		{REGIME_ZTB, LOT_GOODS, "0", NULL},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct fixture f;

		make(&f);
		f.project.regime = rows[i].regime;
		f.project.category = rows[i].category;
		f.lots[0].price_weight = f.lots[1].price_weight = dec(rows[i].least);
		expect(&f, 0, 0, NULL);
		if (!rows[i].below)
			continue;
		f.lots[1].price_weight = dec(rows[i].below);
		expect(&f, VERDICT_REFUSE, PROJECT_E_PRICE_WEIGHT, "lots.scheme.price.weight");
	}
}

static void test_regimes_differ(void **state)
{
	struct fixture f;

	/* Negotiation is a way of government purchase only. */
	make(&f);
	f.project.mode = MODE_NEGOTIATION;
	expect(&f, 0, 0, NULL);
	assert_true(project_committee_facts(&f.project).is_group);
	f.project.regime = REGIME_ZTB;
	expect(&f, VERDICT_REFUSE, PROJECT_E_METHOD, "method");
	/* Under the tender law the budget is an estimate: a ceiling above it is only odd. */
	f.project.mode = MODE_OPEN;
	f.lots[1].ceiling = decimal_from_int(4000000);
	expect(&f, VERDICT_WARN, PROJECT_E_CEILING, "lots.ceiling");
}

/* Above three billion somebody looks at it: mostly the unit is wrong. */
static void test_large_amounts_warn(void **state)
{
	struct fixture f;

	make(&f);
	f.project.budget = dec("3000000000");
	expect(&f, VERDICT_WARN, 0, "budget");
	f.project.budget = dec("3000000000.01");
	expect(&f, VERDICT_WARN, PROJECT_E_AMOUNT_LARGE, "budget");
}

static void test_foreign_codes_warn(void **state)
{
	struct fixture f;

	make(&f);
	f.project.code = "A1234567890123456789";
	expect(&f, VERDICT_WARN, PROJECT_E_CODE_FOREIGN, "code");
	make(&f);
	f.project.buyer_code = "91350100M000100Y44";
	expect(&f, VERDICT_WARN, PROJECT_E_CREDIT_CODE, "buyer_code");
}

static void test_words_and_codes(void **state)
{
	assert_codes(project_refusal_code, PROJECT_E_AGENCY);
	assert_int_equal(regime_from_name("ztb"), REGIME_ZTB);
	assert_int_equal(regime_from_name("gp"), REGIME_GP);
	assert_int_equal(regime_from_name("GP"), 0);
	assert_int_equal(lot_category_from_name("services"), LOT_SERVICES);
	assert_int_equal(tender_mode_from_name("open"), MODE_OPEN);
	assert_int_equal(tender_mode_from_name("closed"), 0);
	assert_string_equal(tender_mode_name(MODE_INQUIRY), "inquiry");
	assert_null(tender_mode_name(0));
}

/* T16 and G03: 2 % of 3,000,000; T17: 10 %. One cent, or a hundredth of a percent, more is refused.
 */
static void test_bonds(void **state)
{
	static const struct {
		enum regime regime;
		const char *bond, *performance;
		int refusal;
		const char *rule, *field;
	} rows[] = {
		{REGIME_ZTB, "60000", "10", 0, NULL, NULL},
		{REGIME_ZTB, "60000.01", "0", PROJECT_E_BOND, "T16", "bond"},
		{REGIME_GP, "60000", "0", 0, NULL, NULL},
		{REGIME_GP, "60000.01", "0", PROJECT_E_BOND, "G03", "bond"},
		{REGIME_ZTB, "0", "10.01", PROJECT_E_PERFORMANCE_BOND, "T17",
			"performance_percent"},
		{REGIME_GP, "0", "10.01", 0, NULL, NULL},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GArray) list = verdicts_new();
		struct fixture f;

		make(&f);
		f.project.regime = rows[i].regime;
		assert_int_equal(decimal_parse_text(rows[i].bond, &f.project.bond), 0);
		assert_int_equal(
			decimal_parse_text(rows[i].performance, &f.project.performance_percent), 0);
		project_check(&f.project, list);
		const struct rule_verdict *v = verdicts_first_refusal(list);
		assert_int_equal(v ? v->refusal : 0, rows[i].refusal);
		if (v) {
			assert_string_equal(v->rule, rows[i].rule);
			assert_string_equal(v->field, rows[i].field);
		}
	}
}

/* Who bids for all lots puts down all their bonds: their sum is held against the same line. */
static void test_bonds_of_lots(void **state)
{
	static const struct {
		const char *first, *second;
		int refusal;
	} rows[] = {
		{"20000", "40000", 0},
		{"20000", "40000.01", PROJECT_E_BOND},
		/* Each can be stored, their sum cannot: it is too high all the same. */
		{"99999999999999", "99999999999999", PROJECT_E_BOND},
		{"-1", "0", PROJECT_E_AMOUNT},
		{"0", "0", 0},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct fixture f;

		make(&f);
		assert_int_equal(decimal_parse_text(rows[i].first, &f.lots[0].bond), 0);
		assert_int_equal(decimal_parse_text(rows[i].second, &f.lots[1].bond), 0);
		expect(&f, VERDICT_REFUSE, rows[i].refusal, "lots.bond");
	}
}

/* Assets are sold: no scheme, no budget, categories and methods of their own. */
static void test_assets(void **state)
{
	struct fixture f;

	make(&f);
	f.project.regime = REGIME_ASSET;
	f.project.category = LOT_LAND;
	f.project.mode = MODE_LISTING;
	f.project.budget = decimal_from_int(0);
	f.lots[0].weights_sum = f.lots[1].weights_sum = decimal_from_int(0);
	f.lots[1].ceiling = decimal_from_int(0);
	expect(&f, 0, 0, NULL);
	f.project.category = LOT_SERVICES;
	expect(&f, VERDICT_REFUSE, PROJECT_E_CATEGORY, "category");
	f.project.category = LOT_MINING;
	f.project.mode = MODE_INQUIRY;
	expect(&f, VERDICT_REFUSE, PROJECT_E_METHOD, "method");
	make(&f);
	f.project.mode = MODE_AUCTION;
	expect(&f, VERDICT_REFUSE, PROJECT_E_METHOD, "method");
	make(&f);
	f.project.category = LOT_LAND;
	expect(&f, VERDICT_REFUSE, PROJECT_E_CATEGORY, "category");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bonds),
		cmocka_unit_test(test_bonds_of_lots),
		cmocka_unit_test(test_assets),
		cmocka_unit_test(test_a_good_draft),
		cmocka_unit_test(test_what_is_refused),
		cmocka_unit_test(test_budget),
		cmocka_unit_test(test_price_weight_floor),
		cmocka_unit_test(test_regimes_differ),
		cmocka_unit_test(test_large_amounts_warn),
		cmocka_unit_test(test_foreign_codes_warn),
		cmocka_unit_test(test_words_and_codes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
