/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/decimal.h"

#include <assert.h>
#include <string.h>

#define MICRO ((__int128)1000000)
#define LIMIT (MICRO * 100000000000000) /* first value with fifteen integer digits */

/* How many micro one unit of the last kept decimal is. */
static __int128 unit_of(unsigned places)
{
	static const int32_t units[DECIMAL_PLACES + 1] = {1000000, 100000, 10000, 1000, 100, 10, 1};

	assert(places <= DECIMAL_PLACES);
	return units[places];
}

/*
 * The one rounding function: num/den to the nearest whole number, a half away from zero.
 * The remainder is compared with what is missing to den, so nothing is doubled and nothing
 * can overflow.
 */
static __int128 divide_half_up(__int128 num, __int128 den)
{
	__int128 quotient = num / den, rest = num % den;
	bool negative = (num < 0) != (den < 0); /* quotient may be 0 and has then lost the sign */

	if (rest < 0)
		rest = -rest;
	if (den < 0)
		den = -den;
	if (rest < den - rest)
		return quotient;
	return negative ? quotient - 1 : quotient + 1;
}

static int ranged(__int128 micro, struct decimal *ret)
{
	struct decimal d = {micro};

	if (!decimal_in_range(d))
		return DECIMAL_E_RANGE;
	*ret = d;
	return 0;
}

struct decimal decimal_from_int(int64_t n)
{
	return (struct decimal){n * MICRO};
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

int decimal_parse(const char *text, size_t len, struct decimal *ret)
{
	bool negative = len > 0 && text[0] == '-';
	size_t at = negative, start = at;
	__int128 micro = 0;

	for (; at < len && is_digit(text[at]); at++) {
		if (at - start >= DECIMAL_INTEGER_DIGITS)
			return DECIMAL_E_RANGE;
		micro = micro * 10 + (text[at] - '0');
	}
	if (at == start || (text[start] == '0' && at - start > 1))
		return DECIMAL_E_SYNTAX;
	micro *= MICRO;

	if (at < len) {
		if (text[at++] != '.' || at == len)
			return DECIMAL_E_SYNTAX;
		for (unsigned places = 1; at < len; at++, places++) {
			if (!is_digit(text[at]))
				return DECIMAL_E_SYNTAX;
			if (places > DECIMAL_PLACES)
				return DECIMAL_E_PRECISION;
			micro += (text[at] - '0') * unit_of(places);
		}
	}
	ret->micro = negative ? -micro : micro;
	return 0;
}

int decimal_parse_text(const char *text, struct decimal *ret)
{
	return decimal_parse(text, strlen(text), ret);
}

const char *decimal_format(struct decimal d, unsigned places, char buf[DECIMAL_TEXT_SIZE])
{
	struct decimal rounded = decimal_round(d, places);
	unsigned __int128 rest = rounded.micro < 0 ? -(unsigned __int128)rounded.micro
						   : (unsigned __int128)rounded.micro;
	char *p = buf + DECIMAL_TEXT_SIZE;
	unsigned digits = 0;

	*--p = '\0';
	rest /= (unsigned __int128)unit_of(places);
	do {
		if (places > 0 && digits == places)
			*--p = '.';
		*--p = (char)('0' + (int)(rest % 10));
		rest /= 10;
		digits++;
	} while (rest > 0 || digits <= places);
	if (rounded.micro < 0)
		*--p = '-';
	memmove(buf, p, (size_t)(buf + DECIMAL_TEXT_SIZE - p));
	return buf;
}

const char *decimal_format_exact(struct decimal d, char buf[DECIMAL_TEXT_SIZE])
{
	unsigned places = 0;

	while (d.micro % unit_of(places) != 0)
		places++;
	return decimal_format(d, places, buf);
}

struct decimal decimal_add(struct decimal a, struct decimal b)
{
	return (struct decimal){a.micro + b.micro};
}

struct decimal decimal_sub(struct decimal a, struct decimal b)
{
	return (struct decimal){a.micro - b.micro};
}

struct decimal decimal_neg(struct decimal a)
{
	return (struct decimal){-a.micro};
}

struct decimal decimal_abs(struct decimal a)
{
	return a.micro < 0 ? decimal_neg(a) : a;
}

int decimal_cmp(struct decimal a, struct decimal b)
{
	return (a.micro > b.micro) - (a.micro < b.micro);
}

int decimal_sign(struct decimal a)
{
	return (a.micro > 0) - (a.micro < 0);
}

bool decimal_in_range(struct decimal a)
{
	return a.micro < LIMIT && a.micro > -LIMIT;
}

struct decimal decimal_round(struct decimal a, unsigned places)
{
	__int128 unit = unit_of(places);

	return (struct decimal){divide_half_up(a.micro, unit) * unit};
}

int decimal_mul(struct decimal a, struct decimal b, unsigned places, struct decimal *ret)
{
	return decimal_mul_div(a, b, decimal_from_int(1), places, ret);
}

int decimal_div(struct decimal a, struct decimal b, unsigned places, struct decimal *ret)
{
	return decimal_mul_div(a, decimal_from_int(1), b, places, ret);
}

int decimal_mul_div(
	struct decimal a, struct decimal b, struct decimal c, unsigned places, struct decimal *ret)
{
	__int128 unit = unit_of(places), product, divisor, quotient, micro;

	if (c.micro == 0)
		return DECIMAL_E_ZERO;
	if (__builtin_mul_overflow(a.micro, b.micro, &product) ||
		__builtin_mul_overflow(c.micro, unit, &divisor))
		return DECIMAL_E_RANGE;
	quotient = divide_half_up(product, divisor);
	if (__builtin_mul_overflow(quotient, unit, &micro))
		return DECIMAL_E_RANGE;
	return ranged(micro, ret);
}

int decimal_mean(const struct decimal *values, size_t n, unsigned places, struct decimal *ret)
{
	__int128 unit = unit_of(places), sum = 0;

	if (n == 0)
		return DECIMAL_E_ZERO;
	for (size_t i = 0; i < n; i++)
		sum += values[i].micro;
	return ranged(divide_half_up(sum, (__int128)n * unit) * unit, ret);
}

int decimal_ratio(__int128 num, __int128 den, unsigned places, struct decimal *ret)
{
	__int128 unit = unit_of(places), divisor, micro;

	if (den == 0)
		return DECIMAL_E_ZERO;
	if (__builtin_mul_overflow(den, unit, &divisor) ||
		__builtin_mul_overflow(divide_half_up(num, divisor), unit, &micro))
		return DECIMAL_E_RANGE;
	return ranged(micro, ret);
}
