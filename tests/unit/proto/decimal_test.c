/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/decimal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct decimal dec(const char *text)
{
	struct decimal d = {-1};

	assert_int_equal(decimal_parse_text(text, &d), 0);
	return d;
}

static void assert_decimal(struct decimal d, unsigned places, const char *text)
{
	char buf[DECIMAL_TEXT_SIZE];

	assert_string_equal(decimal_format(d, places, buf), text);
}

static void test_parse(void **state)
{
	static const struct {
		const char *text;
		int code;
		const char *exact;
	} cases[] = {
		{"0", 0, "0"},
		{"-0", 0, "0"},
		{"-0.000000", 0, "0"},
		{"100", 0, "100"},
		{"0.5", 0, "0.5"},
		{"-12.340", 0, "-12.34"},
		{"0.000001", 0, "0.000001"},
		{"2837.861389", 0, "2837.861389"},
		{"99999999999999.999999", 0, "99999999999999.999999"},
		{"-99999999999999.999999", 0, "-99999999999999.999999"},
		{"100000000000000", DECIMAL_E_RANGE, NULL},
		{"0.0000001", DECIMAL_E_PRECISION, NULL},
		{"", DECIMAL_E_SYNTAX, NULL},
		{"-", DECIMAL_E_SYNTAX, NULL},
		{"+1", DECIMAL_E_SYNTAX, NULL},
		{".5", DECIMAL_E_SYNTAX, NULL},
		{"5.", DECIMAL_E_SYNTAX, NULL},
		{"01", DECIMAL_E_SYNTAX, NULL},
		{"00", DECIMAL_E_SYNTAX, NULL},
		{"1e3", DECIMAL_E_SYNTAX, NULL},
		{"1,000", DECIMAL_E_SYNTAX, NULL},
		{" 1", DECIMAL_E_SYNTAX, NULL},
		{"1 ", DECIMAL_E_SYNTAX, NULL},
		{"1.2.3", DECIMAL_E_SYNTAX, NULL},
		{"--1", DECIMAL_E_SYNTAX, NULL},
		{"NaN", DECIMAL_E_SYNTAX, NULL},
	};
	char buf[DECIMAL_TEXT_SIZE];

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct decimal d = {42};

		assert_int_equal(decimal_parse_text(cases[i].text, &d), cases[i].code);
		if (cases[i].exact)
			assert_string_equal(decimal_format_exact(d, buf), cases[i].exact);
		else
			assert_true(d.micro == 42); /* written only on success */
	}
	/* a zero byte inside is a byte like any other wrong one */
	struct decimal d;
	assert_int_equal(decimal_parse("1\0002", 3, &d), DECIMAL_E_SYNTAX);
}

static void test_rounding(void **state)
{
	static const struct {
		const char *in;
		unsigned places;
		const char *out;
	} cases[] = {
		{"29.275", 2, "29.28"},
		{"2.675", 2, "2.68"},
		{"1.005", 2, "1.01"},
		{"-1.005", 2, "-1.01"},
		{"1.004999", 2, "1.00"},
		{"-0.004999", 2, "0.00"},
		{"-0.005", 2, "-0.01"},
		{"0.5", 0, "1"},
		{"-0.5", 0, "-1"},
		{"0.499999", 0, "0"},
		{"99.999999", 2, "100.00"},
		{"7", 6, "7.000000"},
		{"0.05", 1, "0.1"},
		{"99999999999999.999999", 6, "99999999999999.999999"},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_decimal(dec(cases[i].in), cases[i].places, cases[i].out);
}

static void test_mean_of_published_totals(void **state)
{
	const struct decimal totals[] = {dec("85.39"), dec("88.89"), dec("88.89"), dec("89.39"),
		dec("89.39"), dec("90.89"), dec("91.39")};
	struct decimal mean;

	assert_int_equal(decimal_mean(totals, 7, 4, &mean), 0);
	assert_decimal(mean, 4, "89.1757");
	assert_int_equal(decimal_mean(totals, 7, 2, &mean), 0);
	assert_decimal(mean, 2, "89.18");
	assert_int_equal(decimal_mean(totals + 1, 5, 4, &mean), 0); /* highest and lowest off */
	assert_decimal(mean, 4, "89.4900");
	assert_int_equal(decimal_mean(totals, 0, 4, &mean), DECIMAL_E_ZERO);
}

static void test_price_score(void **state)
{
	struct decimal lowest = dec("1267500"), weight = dec("20"), score;

	assert_int_equal(decimal_mul_div(lowest, weight, dec("1345500"), 2, &score), 0);
	assert_decimal(score, 2, "18.84");
	assert_int_equal(decimal_mul_div(lowest, weight, dec("1286800"), 2, &score), 0);
	assert_decimal(score, 2, "19.70");
	assert_int_equal(decimal_mul_div(lowest, weight, lowest, 2, &score), 0);
	assert_decimal(score, 2, "20.00");
}

static void test_base_price_row(void **state)
{
	/* mean of 95/100/105/110 lowered by 1 %, half a point per 1 % below, one above */
	struct decimal base, offset, deduction;
	const struct decimal bids[] = {dec("95"), dec("100"), dec("105"), dec("110")};

	assert_int_equal(decimal_mean(bids, 4, 6, &base), 0);
	assert_int_equal(decimal_mul(base, dec("0.99"), 6, &base), 0);
	assert_decimal(base, 3, "101.475");
	assert_int_equal(decimal_div(decimal_sub(bids[1], base), base, 4, &offset), 0);
	assert_decimal(offset, 4, "-0.0145");
	assert_int_equal(decimal_mul(decimal_abs(offset), dec("50"), 6, &deduction), 0);
	assert_decimal(decimal_sub(dec("30"), deduction), 3, "29.275");
	assert_decimal(decimal_sub(dec("30"), deduction), 2, "29.28");

	assert_int_equal(decimal_mul(dec("2227200.27"), dec("0.92"), 2, &base), 0);
	assert_decimal(base, 2, "2049024.25");
}

static void test_signs_of_division(void **state)
{
	struct decimal d;

	assert_int_equal(decimal_div(dec("-1"), dec("8"), 2, &d), 0);
	assert_decimal(d, 2, "-0.13");
	assert_int_equal(decimal_div(dec("1"), dec("-8"), 2, &d), 0);
	assert_decimal(d, 2, "-0.13");
	assert_int_equal(decimal_div(dec("-1"), dec("-8"), 2, &d), 0);
	assert_decimal(d, 2, "0.13");
	assert_int_equal(decimal_div(dec("1"), dec("0"), 2, &d), DECIMAL_E_ZERO);
}

static void test_range(void **state)
{
	struct decimal most = dec("99999999999999.999999"), d = {42};
	struct decimal sum = decimal_add(most, most);

	assert_int_equal(decimal_mul(most, most, 2, &d), DECIMAL_E_RANGE);
	assert_int_equal(decimal_mul(most, dec("-1.1"), 2, &d), DECIMAL_E_RANGE);
	assert_int_equal(decimal_div(most, dec("0.1"), 2, &d), DECIMAL_E_RANGE);
	assert_int_equal(decimal_mul(most, dec("1"), 2, &d), DECIMAL_E_RANGE); /* rounds up */
	assert_true(d.micro == 42);
	assert_false(decimal_in_range(sum));
	assert_decimal(sum, 6, "199999999999999.999998");
	assert_int_equal(decimal_mean((struct decimal[]){most, most}, 2, 6, &d), 0);
	assert_int_equal(decimal_cmp(d, most), 0);
	assert_true(decimal_cmp(decimal_neg(most), most) < 0);
	assert_int_equal(decimal_sign(decimal_neg(most)), -1);
	assert_decimal(decimal_from_int(INT64_MIN), 0, "-9223372036854775808");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_rounding),
		cmocka_unit_test(test_mean_of_published_totals),
		cmocka_unit_test(test_price_score),
		cmocka_unit_test(test_base_price_row),
		cmocka_unit_test(test_signs_of_division),
		cmocka_unit_test(test_range),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
