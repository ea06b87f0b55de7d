/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/trade/said_value.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <glib.h>

#include "server/core/clock.h"

static void test_money(void **state)
{
	static const struct {
		const char *text, *yuan; /* NULL: none is said */
	} rows[] = {
		{"1200000元", "1200000"},
		{"1,234,567.89元", "1234567.89"},
		{"１２０万元", "1200000"},
		{"人民币 120.5 万元整", "1205000"},
		{"￥3亿元（含税）", "300000000"},
		{"120万元（大写：壹佰贰拾万元整）", "1200000"},
		{"0.000001元", "0.000001"},
		{"99999999999999元", "99999999999999"},
		{"100000000000000元", NULL},
		{"0.0000001元", NULL},
		{"1200000", NULL},
		{"95%", NULL},
		{"120元/年", NULL},
		{"每年120元", NULL},
		{"120万元（每年）", NULL},
		{"第一包：120万元；第二包：80万元", NULL},
		{"120万元至150万元", NULL},
		{"-5元", NULL},
		{"1,23元", NULL},
		{"winner_price 见招标文件", NULL},
		{"", NULL},
		{NULL, NULL},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct decimal d;
		char text[DECIMAL_TEXT_SIZE];
		bool said = said_money(rows[i].text, &d);

		if (said != (rows[i].yuan != NULL) ||
			(said && strcmp(decimal_format_exact(d, text), rows[i].yuan) != 0))
			fail_msg("%s", rows[i].text);
	}
}

static void test_day(void **state)
{
	static const struct {
		const char *text, *day;
	} rows[] = {
		{"2026年3月1日", "2026-03-01"},
		{"2026-03-01", "2026-03-01"},
		{" 2026/12/31 ", "2026-12-31"},
		{"2026.3.1", "2026-03-01"},
		{"2026年2月30日", NULL},
		{"2026年0月1日", NULL},
		{"2026年3月1日至5日", NULL},
		{"2026年3月", NULL},
		{"签订于2026年3月1日", NULL},
		{NULL, NULL},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		int64_t t_us;
		char text[CLOCK_TEXT_SIZE];
		bool said = said_day(rows[i].text, &t_us);

		if (said != (rows[i].day != NULL) ||
			(said && strcmp(clock_format_beijing_date(t_us, text), rows[i].day) != 0))
			fail_msg("%s", rows[i].text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_money),
		cmocka_unit_test(test_day),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
