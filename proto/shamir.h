/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * Shamir's secret sharing of 32 bytes: each byte is the value at 0 of its own polynomial of degree
 * k − 1 over GF(2^8) modulo x^8 + x^4 + x^3 + x + 1 (the field of AES); share no. x holds the
 * values at x. Any k shares give the secret, k − 1 say nothing about it. Shares carry no check:
 * whoever combines them compares the secret with its digest (proto/sealed_slot.h).
 *
 * No branch and no memory access depends on a secret.
 */

#include <stddef.h>
#include <stdint.h>

#define SHAMIR_LEN 32
#define SHAMIR_SHARES_MAX 16

struct shamir_share {
	uint8_t no; /* 1..255 */
	uint8_t value[SHAMIR_LEN];
};

/* Shares no. 1..n; coefficients are (k − 1) * SHAMIR_LEN random bytes, wiped by the caller.
 * Asserts 1 <= k <= n <= SHAMIR_SHARES_MAX. */
void shamir_split(const uint8_t secret[SHAMIR_LEN], const uint8_t *coefficients, unsigned k,
	unsigned n, struct shamir_share ret_shares[]);

/* The value at `no` of the polynomial through the k shares, whose numbers differ; 0: the secret. */
void shamir_value_at(
	const struct shamir_share shares[], unsigned k, uint8_t no, uint8_t ret_value[SHAMIR_LEN]);
