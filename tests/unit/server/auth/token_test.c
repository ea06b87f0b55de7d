/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <glib.h>
#include <string.h>

#include "server/auth/token.h"

static void tokens_are_fresh_and_url_safe(void **state)
{
	char a[TOKEN_SIZE], b[TOKEN_SIZE];

	for (int i = 0; i < 100; i++) {
		token_new(a);
		token_new(b);
		assert_string_not_equal(a, b);
		assert_int_equal(strlen(a), TOKEN_SIZE - 1);
		assert_int_equal(strspn(a, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
					   "0123456789-_"),
			TOKEN_SIZE - 1);
	}
}

static void hash_and_comparison(void **state)
{
	uint8_t hash[32];
	static const uint8_t abc[] = {0xba, 0x78, 0x16, 0xbf};

	token_hash("abc", hash);
	assert_memory_equal(hash, abc, sizeof(abc));
	assert_true(token_equal("abc", "abc"));
	assert_false(token_equal("abc", "abd"));
	assert_false(token_equal("abc", "abcd"));
	assert_false(token_equal("", "a"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tokens_are_fresh_and_url_safe),
		cmocka_unit_test(hash_and_comparison),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
