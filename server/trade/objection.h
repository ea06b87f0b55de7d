/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * Objections (异议) to published candidates, challenges (质疑) of a published result: until when
 * they may be raised, by when they are answered, and whether the trading stands still until then.
 *
 * ZTB: while the candidates are published (T10, 实施条例 54); answered within three days, and until
 * then no result is published and no contract made (T06). GP: seven working days, which here begin
 * when the result's period is over; answered within seven working days (G06), and nothing stands
 * still: only a complaint suspends there.
 *
 * Pure functions, any thread.
 */

#include <stdbool.h>
#include <stdint.h>

#include "server/trade/calendar.h"
#include "server/trade/notice.h"
#include "server/trade/rulebook.h"
#include "server/trade/verdict.h"

#define OBJECTION_REFUSALS(X)                             \
	X(OBJECTION_E_NOTICE, "objection.notice")         \
	X(OBJECTION_E_LATE, "objection.late")             \
	X(OBJECTION_E_TIME, "objection.time")             \
	X(OBJECTION_E_NOT_BIDDER, "objection.not_bidder") \
	X(OBJECTION_E_TOO_MANY, "objection.too_many")     \
	X(OBJECTION_E_ANSWERED, "objection.answered")     \
	X(OBJECTION_E_OPEN, "objection.open")             \
	X(OBJECTION_E_PUBLICITY, "objection.publicity_running")

enum objection_refusal { OBJECTION_E_NONE = 0, OBJECTION_REFUSALS(REFUSAL_ENUM) };

/* Each is answered, and each keeps the trading: one bidder cannot do so for ever. */
#define OBJECTIONS_MAX 5

enum objection_outcome {
	OBJECTION_UPHELD = 1, /* 成立 */
	OBJECTION_DISMISSED,  /* 不成立 */
	OBJECTION_WITHDRAWN,  /* by who raised it */
};

const char *objection_refusal_code(int refusal);
const char *objection_outcome_name(enum objection_outcome o);
enum objection_outcome objection_outcome_from_name(const char *name);

/* Whether such a notice is one that is objected to. */
bool objection_takes(enum notice_kind kind);

/* The first moment that is too late, and the rule that says so; 0 and NULL of other notices. */
int64_t objection_until(const struct rulebook *book, const struct calendar *cal,
	const struct notice *notice, int64_t published_us, const char **ret_rule);

/* Whether one that is received at that time is in time. */
int objection_may_raise(const struct rulebook *book, const struct calendar *cal,
	const struct notice *notice, int64_t published_us, int64_t received_us, int64_t now_us,
	struct rule_verdict *ret_verdict);

/* Whether the result waits for its answer (T06). */
bool objection_pauses(enum regime regime);

/* By when it is answered and the rule that says so; 0 and NULL where none does. */
int64_t objection_answer_due(const struct rulebook *book, const struct calendar *cal,
	enum regime regime, int64_t received_us, const char **ret_rule);
