/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/trade/code.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <glib.h>

#include "server/trade/calendar.h"

static const char credit_alphabet[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";
static const char iso7064_alphabet[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ*";

static int index_in(const char *alphabet, char c)
{
	const char *at = c ? strchr(alphabet, c) : NULL;

	return at ? (int)(at - alphabet) : -1;
}

static bool all_digits(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!g_ascii_isdigit(s[i]))
			return false;
	return true;
}

static bool all_codeword(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!g_ascii_isdigit(s[i]) && !g_ascii_isupper(s[i]))
			return false;
	return true;
}

/* yyyyMMdd, eight digits already checked. */
static bool is_date(const char *s)
{
	int y, m, d, back_y, back_m, back_d;

	if (sscanf(s, "%4d%2d%2d", &y, &m, &d) != 3 || y < 1990 || m < 1 || m > 12)
		return false;
	day_to_date(day_from_date(y, m, d), &back_y, &back_m, &back_d);
	return back_y == y && back_m == m && back_d == d;
}

/* Weights are 3^i mod 31; the check character makes the sum a multiple of 31. */
int code_check_credit(const char *code)
{
	int sum = 0, weight = 1;

	if (strlen(code) != CODE_CREDIT_LEN)
		return CODE_E_SHAPE;
	for (int i = 0; i < CODE_CREDIT_LEN; i++) {
		int v = index_in(credit_alphabet, code[i]);

		if (v < 0)
			return CODE_E_SHAPE;
		sum += i < CODE_CREDIT_LEN - 1 ? v * weight : v;
		weight = weight * 3 % 31;
	}
	return sum % 31 == 0 ? 0 : CODE_E_CHECK;
}

int code_check_region(const char *code)
{
	if (strlen(code) != 6 || !all_digits(code, 6) || code[0] == '0')
		return CODE_E_SHAPE;
	return 0;
}

int code_make_project(
	const char *region, int32_t day, unsigned serial, char ret[CODE_PROJECT_LEN + 1])
{
	int y, m, d;

	if (code_check_region(region))
		return CODE_E_SHAPE;
	day_to_date(day, &y, &m, &d);
	if (serial < 1 || serial > 999 || y < 1990 || y > 9999)
		return CODE_E_RANGE;
	snprintf(ret, CODE_PROJECT_LEN + 1, "%s%04u%02u%02u%03u", region, (unsigned)y % 10000,
		(unsigned)m % 100, (unsigned)d % 100, serial);
	return 0;
}

static int append_serial(const char *parent, size_t parent_len, unsigned serial, char *ret)
{
	if (strlen(parent) != parent_len || !all_codeword(parent, parent_len))
		return CODE_E_SHAPE;
	if (serial < 1 || serial > 999)
		return CODE_E_RANGE;
	memcpy(ret, parent, parent_len);
	snprintf(ret + parent_len, 4, "%03u", serial);
	return 0;
}

int code_make_tender(const char *project, unsigned serial, char ret[CODE_TENDER_LEN + 1])
{
	return append_serial(project, CODE_PROJECT_LEN, serial, ret);
}

int code_make_lot(const char *tender, unsigned serial, char ret[CODE_LOT_LEN + 1])
{
	return append_serial(tender, CODE_TENDER_LEN, serial, ret);
}

int code_check_lot_family(const char *code, unsigned len)
{
	if (strlen(code) != len || !all_codeword(code, len))
		return CODE_E_SHAPE;
	if (!all_digits(code, len) || code[0] == '0' || !is_date(code + 6))
		return CODE_E_DATE;
	return 0;
}

/* ISO 7064 pure system, modulus 37, radix 2. */
static char iso7064_mod37_2(const char *text, size_t len)
{
	int p = 0;

	for (size_t i = 0; i < len; i++)
		p = (p + index_in(iso7064_alphabet, text[i])) * 2 % 37;
	return iso7064_alphabet[(38 - p) % 37];
}

int code_make_trade(const char *class3, const char *credit, int32_t day, unsigned serial,
	char ret[CODE_TRADE_PRINTED_LEN + 1])
{
	char plain[CODE_TRADE_LEN + 1];
	int y, m, d;

	if (strlen(class3) != 3 || !all_codeword(class3, 3))
		return CODE_E_SHAPE;
	if (code_check_credit(credit))
		return code_check_credit(credit);
	day_to_date(day, &y, &m, &d);
	if (serial < 1 || serial > 999999 || y < 1990 || y > 9999)
		return CODE_E_RANGE;
	snprintf(plain, sizeof plain, "%s%s%04u%02u%02u%06u", class3, credit, (unsigned)y % 10000,
		(unsigned)m % 100, (unsigned)d % 100, serial);
	snprintf(ret, CODE_TRADE_PRINTED_LEN + 1, "%.3s-%.18s-%.8s-%.6s-%c", plain, plain + 3,
		plain + 21, plain + 29, iso7064_mod37_2(plain, CODE_TRADE_LEN - 1));
	return 0;
}

static bool take_hyphens(const char *code, char plain[CODE_TRADE_LEN + 1])
{
	size_t n = 0;

	for (size_t i = 0; code[i]; i++) {
		if (i == 3 || i == 22 || i == 31 || i == 38) {
			if (code[i] != '-')
				return false;
			continue;
		}
		plain[n++] = code[i];
	}
	plain[n] = '\0';
	return true;
}

int code_check_trade(const char *code)
{
	char plain[CODE_TRADE_LEN + 1];
	size_t len = strlen(code);
	char check;

	if (len == CODE_TRADE_LEN)
		memcpy(plain, code, len + 1);
	else if (len != CODE_TRADE_PRINTED_LEN || !take_hyphens(code, plain))
		return CODE_E_SHAPE;
	check = plain[CODE_TRADE_LEN - 1];
	if (!all_codeword(plain, CODE_TRADE_LEN - 1) || index_in(iso7064_alphabet, check) < 0 ||
		!all_digits(plain + 21, 14))
		return CODE_E_SHAPE;
	if (!is_date(plain + 21))
		return CODE_E_DATE;
	return check == iso7064_mod37_2(plain, CODE_TRADE_LEN - 1) ? 0 : CODE_E_CHECK;
}
