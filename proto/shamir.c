/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/shamir.h"

#include <assert.h>

static uint8_t multiply(uint8_t a, uint8_t b)
{
	uint8_t product = 0;

	for (int i = 0; i < 8; i++) {
		uint8_t has_bit = (uint8_t)(0 - (b & 1)), overflows = (uint8_t)(0 - (a >> 7));

		product ^= a & has_bit;
		a = (uint8_t)(a << 1) ^ (0x1b & overflows);
		b >>= 1;
	}
	return product;
}

/* a^254 = a^−1, for a ≠ 0. */
static uint8_t invert(uint8_t a)
{
	uint8_t power = a, result = 1;

	for (int i = 1; i < 8; i++) {
		power = multiply(power, power);
		result = multiply(result, power);
	}
	return result;
}

void shamir_split(const uint8_t secret[SHAMIR_LEN], const uint8_t *coefficients, unsigned k,
	unsigned n, struct shamir_share ret_shares[])
{
	assert(k >= 1 && k <= n && n <= SHAMIR_SHARES_MAX);
	for (unsigned s = 0; s < n; s++) {
		uint8_t x = (uint8_t)(s + 1);

		ret_shares[s].no = x;
		for (unsigned i = 0; i < SHAMIR_LEN; i++) {
			uint8_t y = 0;

			for (unsigned c = k - 1; c > 0; c--)
				y = multiply(y ^ coefficients[(c - 1) * SHAMIR_LEN + i], x);
			ret_shares[s].value[i] = y ^ secret[i];
		}
	}
}

void shamir_value_at(
	const struct shamir_share shares[], unsigned k, uint8_t no, uint8_t ret_value[SHAMIR_LEN])
{
	uint8_t value[SHAMIR_LEN] = {0};

	for (unsigned j = 0; j < k; j++) {
		uint8_t num = 1, den = 1;

		for (unsigned m = 0; m < k; m++) {
			if (m == j)
				continue;
			assert(shares[m].no != shares[j].no);
			num = multiply(num, no ^ shares[m].no);
			den = multiply(den, shares[j].no ^ shares[m].no);
		}
		num = multiply(num, invert(den));
		for (unsigned i = 0; i < SHAMIR_LEN; i++)
			value[i] ^= multiply(num, shares[j].value[i]);
	}
	for (unsigned i = 0; i < SHAMIR_LEN; i++)
		ret_value[i] = value[i];
}
