/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/base64.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

/* RFC 4648 §10. */
static const struct {
	const char *plain;
	const char *text;
} rfc[] = {
	{"", ""},
	{"f", "Zg=="},
	{"fo", "Zm8="},
	{"foo", "Zm9v"},
	{"foob", "Zm9vYg=="},
	{"fooba", "Zm9vYmE="},
	{"foobar", "Zm9vYmFy"},
};

static void test_rfc(void **state)
{
	for (size_t i = 0; i < sizeof(rfc) / sizeof(rfc[0]); i++) {
		size_t len = strlen(rfc[i].plain);
		char text[16];
		uint8_t back[8];

		base64_encode((const uint8_t *)rfc[i].plain, len, text);
		assert_string_equal(text, rfc[i].text);
		assert_true(base64_decode_exact(text, strlen(text), back, len));
		assert_memory_equal(back, rfc[i].plain, len);
	}
}

static void test_refused(void **state)
{
	/* Each would be two bytes to a lenient reader. */
	static const char *const bad[] = {
		"Zm8", "Zm8==", "Zm9=", "Zm8\n", "Zm-=", "Z===", "Zm9v", "Zm8A", "=m8="};
	uint8_t back[3];

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(base64_decode_exact(bad[i], strlen(bad[i]), back, 2));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rfc),
		cmocka_unit_test(test_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
