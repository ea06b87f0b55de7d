/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/trade/offer_terms.h"

#include "tests/unit/server/trade/support.h"

/* Whether the term, as JSON, is read out. */
static bool is_told(const char *name, const char *value)
{
	g_autofree char *text = g_strdup_printf("{\"terms\": {\"%s\": %s}}", name, value);
	json_auto_t *offer = json_loads(text, 0, NULL), *terms = NULL;

	assert_non_null(offer);
	terms = offer_terms(offer);
	return terms != NULL;
}

static void test_form(void **state)
{
	g_autofree char *most = g_strnfill(OFFER_TERM_MAX, 'x');
	g_autofree char *fits = g_strdup_printf("\"%s\"", most);
	g_autofree char *large = g_strdup_printf("\"%sx\"", most);

	assert_true(is_told("duration", "\"90日历天\""));
	assert_true(is_told("manager", fits));
	assert_true(is_told("delivery_time", "\"2028-02-29\""));
	assert_false(is_told("manager", large));
	assert_false(is_told("duration", "\"\""));
	assert_false(is_told("duration", "90"));
	assert_false(is_told("duration", "\"a\\nb\""));
	assert_false(is_told("delivery_time", "\"2027-02-29\""));
	assert_false(is_told("delivery_time", "\"2027/02/28\""));
	assert_false(is_told("delivery_time", "\"27-02-28\""));
	assert_false(is_told("price", "\"1\""));
	assert_null(offer_terms(NULL));
}

static void test_words(void **state)
{
	json_auto_t *offer = json_pack("{s:{s:s, s:s, s:s}}", "terms", "manager", "张建",
		"duration", "90日历天", "other", "x");
	json_auto_t *all = offer_terms(offer), *ledger = offer_terms_impersonal(offer);
	g_autofree char *text = offer_terms_text(all), *none = offer_terms_text(NULL);

	assert_string_equal(text, "工期：90日历天；项目经理：张建");
	assert_string_equal(none, "");
	assert_int_equal(json_object_size(ledger), 1);
	assert_non_null(json_object_get(ledger, "duration"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_form),
		cmocka_unit_test(test_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
