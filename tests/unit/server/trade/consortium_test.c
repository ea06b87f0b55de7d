/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/trade/consortium.h"

#include "tests/unit/server/trade/support.h"

/* Codes by GB 32100 of firms that do not exist. */
static void codes(char ret[3][19])
{
	static const char digits[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";

	for (int n = 0; n < 3; n++) {
		unsigned sum = 0, weight = 1;
		g_snprintf(ret[n], 19, "91370000MADEM%04d", n);
		for (int i = 0; i < 17; i++, weight = weight * 3 % 31)
			sum += (unsigned)(strchr(digits, ret[n][i]) - digits) * weight;
		ret[n][17] = digits[(31 - sum % 31) % 31];
		ret[n][18] = '\0';
	}
}

static json_t *of(const char *first, const char *second, const char *agreement)
{
	json_t *c = json_pack("{s:[], s:s}", "members", "agreement", agreement);

	for (int i = 0; i < 2; i++)
		if (i ? second : first)
			json_array_append_new(json_object_get(c, "members"),
				json_pack("{s:s, s:s}", "name", "乙公司", "credit_code",
					i ? second : first));
	return c;
}

static void test_form(void **state)
{
	char c[3][19];
	codes(c);
	const struct {
		const char *first, *second, *agreement;
		bool good;
	} rows[] = {
		{c[1], NULL, "协议.pdf", true},
		{c[1], c[2], "协议.pdf", true},
		{NULL, NULL, "协议.pdf", false},
		{c[1], c[1], "协议.pdf", false},
		{c[0], NULL, "协议.pdf", false}, /* the leader is no member besides */
		{"91370000MADEM0001!", NULL, "协议.pdf", false},
		{c[1], NULL, "", false},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		json_auto_t *one = of(rows[i].first, rows[i].second, rows[i].agreement);
		assert_int_equal(consortium_is_good(one, c[0]), rows[i].good);
	}
	json_auto_t *more = of(c[1], NULL, "协议.pdf");
	json_object_set_new(more, "leader", json_string("x"));
	assert_false(consortium_is_good(more, c[0]));
	assert_false(consortium_is_good(NULL, c[0]));
}

static void test_who_is_in_it(void **state)
{
	char c[3][19];
	codes(c);
	json_auto_t *one = of(c[1], NULL, "协议.pdf");

	assert_true(consortium_has(one, c[0], c[0]));
	assert_true(consortium_has(one, c[0], c[1]));
	assert_false(consortium_has(one, c[0], c[2]));
	assert_true(consortium_has(NULL, c[0], c[0]));
	assert_false(consortium_has(NULL, c[0], c[1]));
}

static void test_what_the_tender_takes(void **state)
{
	char c[3][19];
	codes(c);
	json_auto_t *one = of(c[1], NULL, "协议.pdf"), *two = of(c[1], c[2], "协议.pdf");
	json_auto_t *silent = json_object(), *none = json_pack("{s:b}", "joint", 0),
		    *any = json_pack("{s:b}", "joint", 1),
		    *small = json_pack("{s:b, s:i}", "joint", 1, "joint_members", 2);
	const struct {
		const json_t *consortium, *facts;
		enum consortium_verdict verdict;
	} rows[] = {
		{NULL, none, CONSORTIUM_FITS},
		{one, none, CONSORTIUM_BARRED},
		{two, silent, CONSORTIUM_FITS},
		{two, any, CONSORTIUM_FITS},
		{one, small, CONSORTIUM_FITS}, /* with its leader two */
		{two, small, CONSORTIUM_LARGE},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
		assert_int_equal(
			consortium_fits(rows[i].consortium, rows[i].facts), rows[i].verdict);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_form),
		cmocka_unit_test(test_who_is_in_it),
		cmocka_unit_test(test_what_the_tender_takes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
