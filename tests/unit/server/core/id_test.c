/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/core/id.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void test_layout(void **state)
{
	/* The example of the ULID specification: 01ARZ3NDEKTSV4RRFFQ69G5FAV. */
	static const uint8_t random[10] = {
		0xd6, 0x76, 0x4c, 0x61, 0xef, 0xb9, 0x93, 0x02, 0xbd, 0x5b};
	static const uint8_t ones[10] = {255, 255, 255, 255, 255, 255, 255, 255, 255, 255};
	char id[ID_SIZE];

	id_make(0x01563e3ab5d3, random, id);
	assert_string_equal(id, "01arz3ndektsv4rrffq69g5fav");
	assert_int_equal(id_ms(id), 0x01563e3ab5d3);
	id_make(0xffffffffffff, ones, id);
	assert_string_equal(id, "7zzzzzzzzzzzzzzzzzzzzzzzzz");
	assert_int_equal(id_ms(id), 0xffffffffffff);
	assert_true(id_valid(id));
}

static void test_new(void **state)
{
	char a[ID_SIZE], b[ID_SIZE];

	for (int i = 0; i < 1000; i++) {
		id_new(a);
		id_new(b);
		assert_true(id_valid(a));
		assert_true(strcmp(a, b) < 0);
	}
}

static void test_invalid(void **state)
{
	static const char *const bad[] = {"", "01arz3ndektsv4rrffq69g5fa",
		"01arz3ndektsv4rrffq69g5favv", "81arz3ndektsv4rrffq69g5fav",
		"01ARZ3NDEKTSV4RRFFQ69G5FAV", "01arz3ndektsv4rrffq69g5fai",
		"01arz3ndektsv4rrffq69g5fa "};

	assert_false(id_valid(NULL));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (id_valid(bad[i]))
			fail_msg("accepted: %s", bad[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_layout),
		cmocka_unit_test(test_new),
		cmocka_unit_test(test_invalid),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
