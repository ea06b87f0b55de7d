/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/trade/code.h"

#include <string.h>

#include "tests/unit/server/trade/support.h"

static void test_credit_code(void **state)
{
	static const struct {
		const char *code;
		int refusal;
	} rows[] = {
		{"91350100M000100Y43", 0}, /* the example of GB 32100-2015 */
		{"91350100M000100Y44", CODE_E_CHECK},
		{"91350100M000100Y34", CODE_E_CHECK},
		{"91350010M000100Y43", CODE_E_CHECK},
		{"91350100M000100Y4", CODE_E_SHAPE},
		{"91350100M000100Y433", CODE_E_SHAPE},
		{"91350100I000100Y43", CODE_E_SHAPE},
		{"91350100m000100y43", CODE_E_SHAPE},
		{"", CODE_E_SHAPE},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
		if (code_check_credit(rows[i].code) != rows[i].refusal)
			fail_msg("%s", rows[i].code);
}

static void test_lot_codes(void **state)
{
	char project[CODE_PROJECT_LEN + 1], tender[CODE_TENDER_LEN + 1], lot[CODE_LOT_LEN + 1];
	int32_t day = day_from_date(2026, 3, 2);

	assert_int_equal(code_make_project("370402", day, 7, project), 0);
	assert_string_equal(project, "37040220260302007");
	assert_int_equal(code_make_tender(project, 1, tender), 0);
	assert_string_equal(tender, "37040220260302007001");
	assert_int_equal(code_make_lot(tender, 12, lot), 0);
	assert_string_equal(lot, "37040220260302007001012");
	assert_int_equal(code_check_lot_family(lot, CODE_LOT_LEN), 0);
	assert_int_equal(code_check_lot_family(tender, CODE_LOT_LEN), CODE_E_SHAPE);

	assert_int_equal(code_make_project("37040", day, 7, project), CODE_E_SHAPE);
	assert_int_equal(code_make_project("070402", day, 7, project), CODE_E_SHAPE);
	assert_int_equal(code_make_project("370402", day, 0, project), CODE_E_RANGE);
	assert_int_equal(code_make_project("370402", day, 1000, project), CODE_E_RANGE);
	assert_int_equal(code_make_lot("3704", 1, lot), CODE_E_SHAPE);
	assert_int_equal(code_make_lot(tender, 1000, lot), CODE_E_RANGE);

	/* Not built as ours, but possible. */
	assert_int_equal(
		code_check_lot_family("A3704022026ABCDEFG00101", CODE_LOT_LEN), CODE_E_DATE);
	assert_int_equal(
		code_check_lot_family("37040220261302007001012", CODE_LOT_LEN), CODE_E_DATE);
	assert_int_equal(
		code_check_lot_family("3704022026-302007001012", CODE_LOT_LEN), CODE_E_SHAPE);
}

static void test_trade_code(void **state)
{
	char code[CODE_TRADE_PRINTED_LEN + 1], plain[CODE_TRADE_LEN + 1];
	size_t n = 0;

	assert_int_equal(
		code_make_trade("D01", "91350100M000100Y43", day_from_date(2026, 3, 2), 5, code),
		0);
	assert_int_equal(strlen(code), CODE_TRADE_PRINTED_LEN);
	assert_memory_equal(code, "D01-91350100M000100Y43-20260302-000005-", 39);
	assert_int_equal(code_check_trade(code), 0);
	for (size_t i = 0; code[i]; i++)
		if (code[i] != '-')
			plain[n++] = code[i];
	plain[n] = '\0';
	assert_int_equal(code_check_trade(plain), 0);

	/* Every single wrong digit of the serial is found. */
	for (char c = '0'; c <= '9'; c++) {
		code[37] = c;
		assert_int_equal(code_check_trade(code), c == '5' ? 0 : CODE_E_CHECK);
	}
	assert_int_equal(code_make_trade("D01", "91350100M000100Y43", 0, 5, code), CODE_E_RANGE);
	assert_int_equal(
		code_make_trade("D01", "91350100M000100Y44", 20000, 5, code), CODE_E_CHECK);
}

/* Codes from another system: the shape is good, the check character is another's. */
static void test_foreign_trade_codes(void **state)
{
	static const char *const samples[] = {
		"A99-91359128593462349A-20170601-002267-T",
		"D01-12350100MB02709751-20190627-527731-5",
		"D03-12350100MB02709751-20200319-102642-5",
		"B01-12350100MB02709751-20161231-211018-2",
	};

	for (size_t i = 0; i < G_N_ELEMENTS(samples); i++)
		assert_int_equal(code_check_trade(samples[i]), CODE_E_CHECK);
	assert_int_equal(code_check_trade("A99-91359128593462349A-20171301-002267-T"), CODE_E_DATE);
	assert_int_equal(
		code_check_trade("A99-91359128593462349A-2017060-1002267-T"), CODE_E_SHAPE);
	assert_int_equal(code_check_trade("A99-91359128593462349A-20170601-002267"), CODE_E_SHAPE);
	assert_int_equal(code_check_trade(""), CODE_E_SHAPE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_credit_code),
		cmocka_unit_test(test_lot_codes),
		cmocka_unit_test(test_trade_code),
		cmocka_unit_test(test_foreign_trade_codes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
