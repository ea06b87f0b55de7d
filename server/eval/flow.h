/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * The flow of an evaluation session: its steps, what must be reached before the next one, and which
 * act is possible in which step. Both are tables; roles and persons are the permission table's.
 *
 *	created -> checkin -> promise -> leader -> scoring -> summary -> signing -> closed
 *
 * A session may be paused in any step between checkin and signing; while it is, only looking and
 * speaking are possible.
 */

#include <stdbool.h>
#include <stddef.h>

#include "server/trade/verdict.h"

#define FLOW_REFUSALS(X)                                       \
	X(FLOW_E_STEP, "session.step")                         \
	X(FLOW_E_PAUSED, "session.paused")                     \
	X(FLOW_E_NO_SUCH_STEP, "session.no_such_step")         \
	X(FLOW_E_NOT_DRAWN, "session.not_drawn")               \
	X(FLOW_E_NOT_ALL_ARRIVED, "session.not_all_arrived")   \
	X(FLOW_E_NOT_ALL_PROMISED, "session.not_all_promised") \
	X(FLOW_E_NO_LEADER, "session.no_leader")               \
	X(FLOW_E_NOT_OPENED, "session.lots_not_opened")        \
	X(FLOW_E_NOT_ALL_SUBMITTED, "score.not_all_submitted") \
	X(FLOW_E_NOT_RANKED, "session.not_ranked")             \
	X(FLOW_E_NO_REPORT, "session.no_report")               \
	X(FLOW_E_NOT_ALL_SIGNED, "session.not_all_signed")

enum flow_refusal { FLOW_E_NONE = 0, FLOW_REFUSALS(REFUSAL_ENUM) };

enum flow_step {
	FLOW_CREATED = 1,
	FLOW_CHECKIN, /* 签到 */
	FLOW_PROMISE, /* 承诺, 回避 */
	FLOW_LEADER,  /* 推选组长 */
	FLOW_SCORING, /* 评审打分 */
	FLOW_SUMMARY, /* 汇总 */
	FLOW_SIGNING, /* 报告签署 */
	FLOW_CLOSED,
};
#define FLOW_BIT(step) (1u << (step))

/* What is true of the session; counted by the store. */
struct flow_counts {
	bool drawn;
	unsigned members; /* who count (panel.h) */
	unsigned arrived, promised;
	bool has_leader;
	unsigned lots;
	unsigned lots_opened;
	unsigned sheets_submitted; /* of members × lots */
	unsigned lots_ranked;
	bool has_report;
	/* Signed, dissented in writing, or refused without a word (E11). */
	unsigned signed_off;
};

const char *flow_refusal_code(int refusal);
const char *flow_step_name(enum flow_step s);
const char *flow_step_label(enum flow_step s); /* Chinese */
enum flow_step flow_step_from_name(const char *name);

/* The step after this one, or 0 after the last. */
enum flow_step flow_next(enum flow_step s);

/* Whether the session may go from one step to the other: the next one, with its condition met. */
int flow_advance(
	enum flow_step from, enum flow_step to, bool paused, const struct flow_counts *counts);

/* Whether the act (a name of permission.def) fits the step. An act without a row fits every step.
 */
int flow_may(const char *act, enum flow_step step, bool paused);

/* Whether the session may be paused now; resuming is possible whenever it is paused. */
int flow_may_pause(enum flow_step step, bool paused);
