/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * Money and scores: exact decimal numbers in units of 0.000001, the precision of the
 * public resource trading data norm (14 integer digits, 6 decimals).
 *
 * There is one rounding rule everywhere, half-up: a half goes away from zero. Operations that
 * can produce more than six decimals take the number of places wanted and round once, from the
 * exact result; chaining two of them rounds twice, which is why decimal_mul_div() exists for the
 * price formula "lowest / bid * weight".
 *
 * Pure functions, any thread. In JSON and SQL a decimal is text; never a double.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DECIMAL_PLACES 6
#define DECIMAL_INTEGER_DIGITS 14
/* Enough for the text of any struct decimal, with sign, point and terminating zero. */
#define DECIMAL_TEXT_SIZE 48

enum {
	DECIMAL_E_SYNTAX = 1, /* not [-]digits[.digits], or a leading zero too many */
	DECIMAL_E_PRECISION,  /* more than six decimals */
	DECIMAL_E_RANGE,      /* more than fourteen integer digits, in a text or in a result */
	DECIMAL_E_ZERO,       /* divided by zero, or the mean of nothing */
};

struct decimal {
	__int128 micro; /* value in 1e-6 units */
};

/* The value of a whole number. */
struct decimal decimal_from_int(int64_t n);

/*
 * Reads [-](0|[1-9][0-9]*)[.[0-9]{1,6}] and nothing else: no blanks, no plus sign, no exponent,
 * no grouping. "-0" is zero.
 */
int decimal_parse(const char *text, size_t len, struct decimal *ret);
int decimal_parse_text(const char *text, struct decimal *ret);

/* Writes with exactly `places` (0..6) decimals, rounding if needed; returns buf. */
const char *decimal_format(struct decimal d, unsigned places, char buf[DECIMAL_TEXT_SIZE]);

/* Writes exactly, with as few decimals as that needs; returns buf. */
const char *decimal_format_exact(struct decimal d, char buf[DECIMAL_TEXT_SIZE]);

/*
 * Exact, and never overflow: a value in range is below 2^67, so 2^60 of them may be added. A sum
 * that will be stored is checked with decimal_in_range().
 */
struct decimal decimal_add(struct decimal a, struct decimal b);
struct decimal decimal_sub(struct decimal a, struct decimal b);
struct decimal decimal_neg(struct decimal a);
struct decimal decimal_abs(struct decimal a);

/* <0, 0, >0 as a is below, equal to, above b. */
int decimal_cmp(struct decimal a, struct decimal b);
int decimal_sign(struct decimal a);
bool decimal_in_range(struct decimal a);

/* Half-up to `places` (0..6) decimals. */
struct decimal decimal_round(struct decimal a, unsigned places);

/* a*b, a/b, a*b/c and the mean of n values, each rounded once to `places` (0..6) decimals. */
int decimal_mul(struct decimal a, struct decimal b, unsigned places, struct decimal *ret);
int decimal_div(struct decimal a, struct decimal b, unsigned places, struct decimal *ret);
int decimal_mul_div(
	struct decimal a, struct decimal b, struct decimal c, unsigned places, struct decimal *ret);
int decimal_mean(const struct decimal *values, size_t n, unsigned places, struct decimal *ret);

/* num/den as a value in 1e-6 units, for formulas with more steps: still rounded only once. */
int decimal_ratio(__int128 num, __int128 den, unsigned places, struct decimal *ret);
