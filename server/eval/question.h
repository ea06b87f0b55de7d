/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * A question of the committee to a bidder (澄清), rule E09: in writing, only when the committee
 * asks, not leading; it passes the supervisor, the answer has a deadline and may not change the
 * substance of the bid. What the committee makes of it is its outcome. Pure.
 */

#include <stdbool.h>
#include <stdint.h>

#include "server/trade/verdict.h"

#define QUESTION_REFUSALS(X)                                                                  \
	X(QUESTION_E_STATE, "question.state")       /* not what can be done with it now */    \
	X(QUESTION_E_LATE, "question.late")         /* the deadline of the answer is over */  \
	X(QUESTION_E_WAITS, "question.waits")       /* the bidder still has time to answer */ \
	X(QUESTION_E_OUTCOME, "question.outcome")   /* not one of the outcomes, or not now */ \
	X(QUESTION_E_TOO_MANY, "question.too_many") /* QUESTIONS_MAX of the session */

enum question_refusal { QUESTION_E_NONE = 0, QUESTION_REFUSALS(REFUSAL_ENUM) };

#define QUESTIONS_MAX 200 /* of one session */

enum question_outcome {
	QUESTION_OPEN = 0,
	QUESTION_ACCEPTED,  /* it explains the bid */
	QUESTION_SUBSTANCE, /* it would change the bid's substance: ignored, on record */
	QUESTION_SILENT,    /* no answer by the deadline */
};

/* Where a question stands. Times are 0 for what has not happened. */
struct question_state {
	bool reviewed, passed, answered;
	/* It asks for an explanation of a low price (low_price.h): votes, not a settlement, say what
	 * the committee makes of the answer. */
	bool explains;
	int64_t deadline_us;
	enum question_outcome outcome;
};

const char *question_refusal_code(int refusal);
const char *question_outcome_name(enum question_outcome outcome);
/* QUESTION_OPEN when it is none. */
enum question_outcome question_outcome_from_name(const char *name);
const char *question_outcome_label(enum question_outcome outcome);

/* Somebody still has to do something about it: the committee does not come to a result before. */
bool question_is_open(const struct question_state *q);
/* The deadline passed without an answer, and nobody has said so. */
bool question_is_silent(const struct question_state *q, int64_t now_us);

int question_may_review(const struct question_state *q);
int question_may_answer(const struct question_state *q, int64_t now_us);
int question_may_settle(
	const struct question_state *q, enum question_outcome outcome, int64_t now_us);
