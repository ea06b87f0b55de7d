/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/report_statement.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define SESSION "01jd0000000000000000000000"

static const uint8_t pdf[REPORT_DIGEST_LEN] = {0xab, 0xcd};

static void test_text(void **state)
{
	GString *text = report_statement(SESSION, 7, pdf, NULL);

	assert_string_equal(text->str,
		"bidroom.report.v1\n" SESSION "\n7\n"
		"abcd000000000000000000000000000000000000000000000000000000000000\n"
		"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n");
	g_string_free(text, TRUE);
}

/* A signature holds for this session, member, print and opinion, and for nothing else. */
static void test_signature(void **state)
{
	static const uint8_t seed[ED25519_KEY_LEN] = {1}, other[REPORT_DIGEST_LEN] = {0xab, 0xce};
	uint8_t key[ED25519_KEY_LEN], sig[ED25519_SIG_LEN];
	GString *text = report_statement(SESSION, 7, pdf, "不同意");

	assert_int_equal(ed25519_public(seed, key), 0);
	assert_int_equal(ed25519_sign(seed, text->str, text->len, sig), 0);
	g_string_free(text, TRUE);
	assert_int_equal(report_statement_verify(SESSION, 7, pdf, "不同意", key, sig), 0);
	assert_int_equal(
		report_statement_verify(SESSION, 7, pdf, NULL, key, sig), ED25519_E_BAD_SIGNATURE);
	assert_int_equal(report_statement_verify(SESSION, 7, other, "不同意", key, sig),
		ED25519_E_BAD_SIGNATURE);
	assert_int_equal(report_statement_verify(SESSION, 8, pdf, "不同意", key, sig),
		ED25519_E_BAD_SIGNATURE);
	assert_int_equal(
		report_statement_verify("01jd0000000000000000000001", 7, pdf, "不同意", key, sig),
		ED25519_E_BAD_SIGNATURE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_signature),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
