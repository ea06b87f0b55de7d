/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <glib.h>
#include <string.h>

#include "server/auth/totp.h"

/* RFC 6238 appendix B, SHA-1, cut to six digits. */
static const uint8_t secret[] = "12345678901234567890";
#define AT(seconds) ((seconds)*INT64_C(1000000))

static void rfc_6238_vectors(void **state)
{
	static const struct {
		int64_t seconds;
		const char *code;
	} cases[] = {{59, "287082"}, {1111111109, "081804"}, {1111111111, "050471"},
		{1234567890, "005924"}, {2000000000, "279037"}, {20000000000, "353130"}};
	char code[TOTP_CODE_SIZE];

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		totp_code(secret, 20, cases[i].seconds / TOTP_STEP_S, code);
		assert_string_equal(code, cases[i].code);
	}
}

static void a_step_beside_now_passes_once(void **state)
{
	int64_t step = 0, now = 59;

	assert_int_equal(totp_verify(secret, 20, "287082", AT(now), 0, &step), 0);
	assert_int_equal(step, 1);
	assert_int_equal(totp_verify(secret, 20, "287082", AT(now + 30), 0, &step), 0);
	assert_int_equal(totp_verify(secret, 20, "287082", AT(now - 30), 0, &step), 0);
	assert_int_equal(totp_verify(secret, 20, "287082", AT(now + 61), 0, &step), TOTP_E_WRONG);
	assert_int_equal(totp_verify(secret, 20, "287082", AT(now), 1, &step), TOTP_E_USED);
	assert_int_equal(totp_verify(secret, 20, "287083", AT(now), 0, &step), TOTP_E_WRONG);
	assert_int_equal(totp_verify(secret, 20, "", AT(now), 0, &step), TOTP_E_WRONG);
}

static void texts_for_authenticators(void **state)
{
	g_autofree char *text = totp_secret_text(secret, 20);
	g_autofree char *uri = totp_uri(secret, 20, "评标云室", "zhang san");

	assert_string_equal(text, "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
	assert_non_null(strstr(uri, "secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"));
	assert_non_null(strstr(uri, ":zhang%20san?"));
	assert_true(g_str_has_prefix(uri, "otpauth://totp/%E8%AF%84"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rfc_6238_vectors),
		cmocka_unit_test(a_step_beside_now_passes_once),
		cmocka_unit_test(texts_for_authenticators),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
