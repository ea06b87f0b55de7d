/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <glib.h>
#include <string.h>

#include "server/sign/field_cipher.h"

static const uint8_t key[KEYSTORE_KEY_LEN] = {1, 2, 3};

static void opens_only_in_its_place(void **state)
{
	struct field_cipher *c = field_cipher_new(key);
	g_autoptr(GBytes) wrapped = NULL, again = NULL, plain = NULL;

	assert_int_equal(field_cipher_seal(c, "name", "row1", "张三", 6, &wrapped), 0);
	assert_int_equal(field_cipher_seal(c, "name", "row1", "张三", 6, &again), 0);
	assert_false(g_bytes_equal(wrapped, again));
	assert_int_equal(g_bytes_get_size(wrapped), 6 + FIELD_CIPHER_OVERHEAD);
	assert_int_equal(field_cipher_open(c, "name", "row1", wrapped, &plain), 0);
	assert_memory_equal(g_bytes_get_data(plain, NULL), "张三", 6);
	g_clear_pointer(&plain, g_bytes_unref);
	assert_int_equal(
		field_cipher_open(c, "name", "row2", wrapped, &plain), FIELD_CIPHER_E_DAMAGED);
	assert_int_equal(
		field_cipher_open(c, "unit", "row1", wrapped, &plain), FIELD_CIPHER_E_DAMAGED);
	assert_int_equal(
		field_cipher_open(c, "namer", "ow1", wrapped, &plain), FIELD_CIPHER_E_DAMAGED);
	assert_null(plain);
	field_cipher_free(c);
}

static void every_flipped_bit_is_found(void **state)
{
	struct field_cipher *c = field_cipher_new(key);
	g_autoptr(GBytes) wrapped = NULL;

	assert_int_equal(field_cipher_seal(c, "p", "r", "", 0, &wrapped), 0);
	for (size_t bit = 0; bit < g_bytes_get_size(wrapped) * 8; bit++) {
		g_autoptr(GBytes) plain = NULL, bad = NULL;
		uint8_t *copy =
			g_memdup2(g_bytes_get_data(wrapped, NULL), g_bytes_get_size(wrapped));
		copy[bit / 8] ^= (uint8_t)(1 << bit % 8);
		bad = g_bytes_new_take(copy, g_bytes_get_size(wrapped));
		assert_int_equal(
			field_cipher_open(c, "p", "r", bad, &plain), FIELD_CIPHER_E_DAMAGED);
	}
	g_autoptr(GBytes) shorter = g_bytes_new_from_bytes(wrapped, 0, 10), plain = NULL;
	assert_int_equal(field_cipher_open(c, "p", "r", shorter, &plain), FIELD_CIPHER_E_DAMAGED);
	field_cipher_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(opens_only_in_its_place),
		cmocka_unit_test(every_flipped_bit_is_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
