/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * Arithmetic correction (算术性修正) of a priced list: where quantity × unit price is not the
 * amount written, the amount follows the unit price, unless the unit price has an obvious slip of
 * the point, which the committee marks; then the unit price follows the amount. Where the sum is
 * not the sum of the amounts, it follows them. Where figures and words differ, the words hold. A
 * bidder who does not accept the correction is rejected (DOMAIN 6, step 19).
 *
 * Amounts have two decimals, half-up. Pure functions, any thread.
 */

#include <stdbool.h>
#include <stddef.h>

#include "proto/decimal.h"
#include "server/trade/verdict.h"

#define CORRECTION_PLACES 2

#define CORRECTION_REFUSALS(X)                      \
	X(CORRECTION_E_NUMBER, "correction.number") \
	X(CORRECTION_E_ANSWER, "correction.answer")

enum correction_refusal { CORRECTION_E_NONE = 0, CORRECTION_REFUSALS(REFUSAL_ENUM) };

struct correction_line {
	struct decimal quantity, unit_price, amount;
	bool unit_slipped; /* the committee found the point of the unit price misplaced */
};

struct correction_list {
	const struct correction_line *lines;
	size_t n;
	struct decimal total; /* in figures */
	bool has_words;
	struct decimal total_words; /* 大写 */
};

enum correction_reason {
	CORRECTION_AMOUNT = 1, /* the amount follows the unit price */
	CORRECTION_UNIT_PRICE, /* the unit price follows the amount */
	CORRECTION_WORDS,      /* figures follow the words */
	CORRECTION_SUM,        /* the total follows the amounts */
};

struct correction_row {
	enum correction_reason reason;
	size_t line; /* n of the list: the total */
	struct decimal before, after;
};

struct correction_result {
	struct decimal total;
	size_t n_rows;
	struct correction_row *rows; /* owned by the caller, at most n + 2 */
};

enum correction_answer {
	CORRECTION_PENDING = 1,
	CORRECTION_ACCEPTED,
	CORRECTION_REFUSED,
};

const char *correction_refusal_code(int refusal);
const char *correction_reason_name(enum correction_reason reason);

/* CORRECTION_E_NUMBER: a number is below zero, or a product too large. */
int correction_make(const struct correction_list *list, struct correction_result *ret);

/*
 * What the bid is judged by after the answer. CORRECTION_E_ANSWER while it is pending;
 * *ret_rejected when the bidder refused.
 */
int correction_settle(const struct correction_result *c, struct decimal quoted,
	enum correction_answer answer, struct decimal *ret_price, bool *ret_rejected);
