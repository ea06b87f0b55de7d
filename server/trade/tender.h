/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * The tender file (招标文件) between its publication and the deadline: who may still fetch it,
 * until when it may be asked about (答疑) or objected to (异议、质疑), and by when that is
 * answered.
 *
 * Pure functions, any thread.
 */

#include <stdbool.h>
#include <stdint.h>

#include "server/trade/calendar.h"
#include "server/trade/regime.h"
#include "server/trade/rulebook.h"
#include "server/trade/verdict.h"

#define TENDER_REFUSALS(X)                                  \
	X(TENDER_E_NOT_OFFERED, "tender.not_offered")       \
	X(TENDER_E_OFFER_OVER, "tender.offer_over")         \
	X(TENDER_E_NOT_FETCHED, "tender.not_fetched")       \
	X(TENDER_E_OVER, "tender.over")                     \
	X(TENDER_E_OBJECTION_LATE, "tender.objection_late") \
	X(TENDER_E_TOO_MANY, "tender.too_many_questions")   \
	X(TENDER_E_ANSWERED, "tender.answered")             \
	X(TENDER_E_ANSWER_LATE, "tender.answer_late")       \
	X(TENDER_E_NAMES_ASKER, "tender.names_asker")       \
	X(TENDER_E_NOT_WAITING, "tender.not_waiting")

enum tender_refusal { TENDER_E_NONE = 0, TENDER_REFUSALS(REFUSAL_ENUM) };

/* Each is answered, so one bidder cannot keep the agency busy for ever. */
#define TENDER_QUESTIONS_MAX 20

enum tender_ask {
	TENDER_QUESTION = 1, /* 提问 */
	TENDER_OBJECTION,    /* 异议; under the purchase law 质疑 */
};

/* What the clocks of one tender count from. */
struct tender_times {
	enum regime regime;
	int64_t offer_start_us, offer_end_us;
	int64_t deadline_us; /* the first of the lots that take bids */
	bool over;           /* no lot takes bids any more, whatever the deadline */
};

const char *tender_refusal_code(int refusal);
const char *tender_ask_name(enum tender_ask kind);
enum tender_ask tender_ask_from_name(const char *name);

/*
 * Whether a bidder may fetch a file that is offered to those who sign in. Who fetched one of them
 * in time may have all of them until the end.
 */
int tender_may_fetch(const struct tender_times *t, bool fetched_before, int64_t now_us);

/*
 * Whether it may be asked now. since_us: when the asker had the file. T05 counts back from the
 * deadline, G06 on from there.
 */
int tender_may_ask(const struct rulebook *book, const struct calendar *cal,
	const struct tender_times *t, enum tender_ask kind, int64_t since_us, int64_t now_us,
	struct rule_verdict *ret_verdict);

/* The rule that says by when it is answered, and that time; NULL and 0 where none does. */
const char *tender_answer_rule(enum regime regime, enum tender_ask kind);
int64_t tender_answer_due(const struct rulebook *book, const struct calendar *cal,
	enum regime regime, enum tender_ask kind, int64_t asked_us);

/* Whether the tender stands still until it is answered (T06). */
bool tender_ask_pauses(enum regime regime, enum tender_ask kind);

/* An answer that can affect the bids is a clarification: in time, or the deadline moves (T03). */
int tender_may_answer(const struct rulebook *book, const struct calendar *cal,
	const struct tender_times *t, bool affects_bids, int64_t now_us,
	struct rule_verdict *ret_verdict);
