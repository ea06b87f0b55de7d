/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * A step back (环节回退): asked for with a reason, approved by the supervisor. What was done after
 * the step it goes back to is void but stays on record. Once totals are known, government purchase
 * allows a change of scores only for the reasons of E13, and after everybody has signed there is
 * only re-evaluation by the original committee (原评标委员会重新评审): of a closed session, back to the
 * scoring, for one of those reasons, the supervisor (finance) approving. Its report supersedes the
 * one before.
 *
 * Reason codes are those of the supervision data set (DOMAIN 6): results are modified for 01 to 05,
 * an evaluation is done again for 01 to 04. Pure functions, any thread.
 */

#include <stdbool.h>

#include "server/eval/flow.h"
#include "server/trade/regime.h"
#include "server/trade/verdict.h"

#define ROLLBACK_REFUSALS(X)                    \
	X(ROLLBACK_E_STEP, "rollback.step")     \
	X(ROLLBACK_E_REASON, "rollback.reason") \
	X(ROLLBACK_E_SIGNED, "rollback.signed")

enum rollback_refusal { ROLLBACK_E_NONE = 0, ROLLBACK_REFUSALS(REFUSAL_ENUM) };

enum rollback_reason {
	ROLLBACK_OTHER = 0,      /* in words only */
	ROLLBACK_QUALIFICATION,  /* 01 资格性审查认定错误 */
	ROLLBACK_RESPONSIVENESS, /* 02 符合性审查认定错误 */
	ROLLBACK_SUM,            /* 03 分值汇总计算错误 */
	ROLLBACK_RANGE,          /* 04 分项评分超出评分标准范围 */
	ROLLBACK_OBJECTIVE,      /* 05 客观评审因素评分不一致 */
	ROLLBACK_OUTLIER,        /* 评分畸高、畸低, E13; the data set has no number for it */
};

/* What becomes void. */
enum rollback_void {
	ROLLBACK_LEADER = 1 << 0,
	ROLLBACK_QUALIFICATION_VOTES = 1 << 1,
	ROLLBACK_PRELIMINARY_VOTES = 1 << 2,
	ROLLBACK_SHEETS = 1 << 3,
	ROLLBACK_RANKING = 1 << 4,
	ROLLBACK_REPORT = 1 << 5, /* with its signatures */
	/* Rejections by votes, and what was decided about low prices. */
	ROLLBACK_DECISIONS = 1 << 6,
};

struct rollback_request {
	enum regime regime;
	struct flow_state state; /* as it is */
	enum flow_step to;
	enum rollback_reason reason;
	bool all_signed;
	bool reevaluating; /* it was closed once, and the original committee evaluates again */
};

const char *rollback_refusal_code(int refusal);
/* "01" to "05", or "other", "outlier". */
const char *rollback_reason_name(enum rollback_reason reason);
/* In Chinese, as the report prints it. */
const char *rollback_reason_label(enum rollback_reason reason);
enum rollback_reason rollback_reason_from_name(const char *name);

/* ROLLBACK_E_REASON with *ret_rule (may be NULL) "E13". */
int rollback_check(const struct rollback_request *request, const char **ret_rule);

/*
 * What going back to this step makes void: what was done in it and after it. A re-evaluation is
 * about scores: who was rejected stays so, and what was decided about low prices stands.
 */
unsigned rollback_voids(enum flow_step to, bool reevaluating);
