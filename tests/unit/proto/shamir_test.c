/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/shamir.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "proto/hex.h"

static void fill(uint8_t *bytes, size_t len, unsigned seed)
{
	for (size_t i = 0; i < len; i++) {
		seed = seed * 1103515245 + 12345;
		bytes[i] = (uint8_t)(seed >> 16);
	}
}

/* Every k of n shares give the secret, for every k and n up to 6. */
static void test_every_choice(void **state)
{
	for (unsigned n = 1; n <= 6; n++) {
		for (unsigned k = 1; k <= n; k++) {
			uint8_t secret[SHAMIR_LEN], coefficients[5 * SHAMIR_LEN], got[SHAMIR_LEN];
			struct shamir_share shares[6], picked[6];

			fill(secret, sizeof secret, n * 10 + k);
			fill(coefficients, sizeof coefficients, n * 100 + k);
			shamir_split(secret, coefficients, k, n, shares);
			for (unsigned mask = 0; mask < 1u << n; mask++) {
				unsigned m = 0;

				for (unsigned i = 0; i < n; i++) {
					if (mask >> i & 1)
						picked[m++] = shares[i];
				}
				if (m == k) {
					shamir_value_at(picked, k, 0, got);
					assert_memory_equal(got, secret, SHAMIR_LEN);
					shamir_value_at(picked, k, (uint8_t)n, got);
					assert_memory_equal(got, shares[n - 1].value, SHAMIR_LEN);
				} else if (m == k - 1 && m > 0) {
					shamir_value_at(picked, m, 0, got);
					assert_memory_not_equal(got, secret, SHAMIR_LEN);
				}
			}
		}
	}
}

static void test_vector(void **state)
{
	json_auto_t *v = json_load_file(VECTORS "/sealed_slot.json", 0, NULL);
	const char *secret_hex, *coefficients_hex;
	uint8_t secret[SHAMIR_LEN], coefficients[2 * SHAMIR_LEN], want[SHAMIR_LEN];
	struct shamir_share shares[5];
	json_t *list, *item;
	size_t i;

	assert_int_equal(json_unpack(v, "{ss ss so}", "secret", &secret_hex, "coefficients",
				 &coefficients_hex, "shares", &list),
		0);
	assert_true(hex_decode_exact(secret_hex, strlen(secret_hex), secret, sizeof secret));
	assert_true(hex_decode_exact(
		coefficients_hex, strlen(coefficients_hex), coefficients, sizeof coefficients));
	shamir_split(secret, coefficients, 3, 5, shares);
	json_array_foreach (list, i, item) {
		assert_true(hex_decode_exact(
			json_string_value(item), json_string_length(item), want, sizeof want));
		assert_memory_equal(shares[i].value, want, SHAMIR_LEN);
	}
	assert_int_equal(i, 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_choice),
		cmocka_unit_test(test_vector),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
