/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/report_statement.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define SESSION "01jd0000000000000000000000"

static const uint8_t pdf[REPORT_DIGEST_LEN] = {0xab, 0xcd};

static void check_text(const struct report_statement *statement, const char *wanted)
{
	GString *text = report_statement(statement);

	assert_string_equal(text->str, wanted);
	g_string_free(text, TRUE);
}

#define BODY                                                                         \
	SESSION "\n7\n"                                                              \
		"abcd000000000000000000000000000000000000000000000000000000000000\n" \
		"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n"

static void test_text(void **state)
{
	static const struct p256_public zero_key;
	struct report_statement statement = {SESSION, 7, pdf, NULL, NULL};

	check_text(&statement, "bidroom.report.v1\n" BODY);
	statement.document_key = &zero_key;
	check_text(&statement,
		"bidroom.report.v2\n" BODY
		"5327ba7868f21717758176668ce71fcf81257411605ce990b669c7249b8fb97c\n");
}

/* A signature holds for this session, member, print, opinion and key, and for nothing else. */
static void test_signature(void **state)
{
	static const uint8_t seed[ED25519_KEY_LEN] = {1}, other[REPORT_DIGEST_LEN] = {0xab, 0xce};
	static const struct p256_public mine = {{4, 1}}, another = {{4, 2}};
	const struct report_statement good = {SESSION, 7, pdf, "不同意", &mine};
	const struct report_statement bad[] = {{SESSION, 7, pdf, NULL, &mine},
		{SESSION, 7, other, "不同意", &mine}, {SESSION, 8, pdf, "不同意", &mine},
		{SESSION, 7, pdf, "不同意", &another}, {SESSION, 7, pdf, "不同意", NULL},
		{"01jd0000000000000000000001", 7, pdf, "不同意", &mine}};
	uint8_t key[ED25519_KEY_LEN], sig[ED25519_SIG_LEN];
	GString *text = report_statement(&good);

	assert_int_equal(ed25519_public(seed, key), 0);
	assert_int_equal(ed25519_sign(seed, text->str, text->len, sig), 0);
	g_string_free(text, TRUE);
	assert_int_equal(report_statement_verify(&good, key, sig), 0);
	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++)
		assert_int_equal(
			report_statement_verify(&bad[i], key, sig), ED25519_E_BAD_SIGNATURE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_signature),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
