/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * The identity codes of the trade: unified social credit code (统一社会信用代码), the 17/20/23
 * digit codes of project, tender and lot, and the unified trade code (统一交易标识码).
 *
 * The official check character of the trade code could not be confirmed; ours is ISO 7064
 * MOD 37-2, and a foreign code that does not match it is accepted with a warning.
 * Texts are NUL-terminated; a length above the code's own is a wrong shape.
 */

#include <stdint.h>

#define CODE_INVESTMENT_LEN 24 /* 投资项目代码 */
#define CODE_CREDIT_LEN 18
#define CODE_PROJECT_LEN 17
#define CODE_TENDER_LEN 20
#define CODE_LOT_LEN 23
#define CODE_TRADE_LEN 36
#define CODE_TRADE_PRINTED_LEN 40

enum {
	CODE_E_SHAPE = 1, /* wrong length or character */
	CODE_E_CHECK,     /* check character does not match */
	CODE_E_DATE,      /* the date inside is none */
	CODE_E_RANGE,     /* a serial that does not fit */
};

/* GB 32100: 18 characters without I O S V Z, the last is the check character. */
int code_check_credit(const char *code);

/* GB/T 2260 shape: six digits, first 1..9. The table of names is not ours. */
int code_check_region(const char *code);

/*
 * Ours: project = region 6 + yyyyMMdd + serial 3 (1..999), tender = project + serial 3, lot =
 * tender + serial 3. `day` is a calendar day (calendar.h).
 */
int code_make_project(
	const char *region, int32_t day, unsigned serial, char ret[CODE_PROJECT_LEN + 1]);
int code_make_tender(const char *project, unsigned serial, char ret[CODE_TENDER_LEN + 1]);
int code_make_lot(const char *tender, unsigned serial, char ret[CODE_LOT_LEN + 1]);

/* A code of that many characters 0-9 A-Z, ours or not; CODE_E_DATE when it is not built as ours. */
int code_check_lot_family(const char *code, unsigned len);

/* class 3 - credit code 18 - yyyyMMdd - serial 6 - check 1, printed with hyphens. */
int code_make_trade(const char *class3, const char *credit, int32_t day, unsigned serial,
	char ret[CODE_TRADE_PRINTED_LEN + 1]);

/* With or without hyphens. CODE_E_CHECK: right shape, another check character (warn). */
int code_check_trade(const char *code);
