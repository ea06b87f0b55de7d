/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * The flow of an evaluation session (DOMAIN 6, steps 11 to 21) as one state machine: its state is a
 * step and what holds the session up. Three tables say everything: what must be true to enter a
 * step, which act is possible in which state by whom, and which acts hold the session up or let it
 * go on. The permission table says which account has which role; this table which role may act now.
 *
 *	created -> checkin -> promise -> leader -> [qualification] -> [preliminary] -> scoring
 *	        -> summary -> signing -> closed            a step in [] only where the tender
 *	any of these -> dissolved (另组评标委员会)          file has items for it
 *	closed -> scoring (原评标委员会重新评审)            only by rollback.h, adjourned until all are back
 *
 *	running <-> paused       a break with a reason: all is locked but looking and speaking
 *	running <-> suspended    overnight, sealed: nobody looks, reconvened when all are back
 *	any     --> faulted      a fault's clock runs (fault.h); goes on as it was held before
 *	running <-> rolling      a step back was asked for and waits for the supervisor (rollback.h)
 */

#include <stdbool.h>
#include <stddef.h>

#include "server/eval/review.h"
#include "server/trade/verdict.h"

#define FLOW_REFUSALS(X)                                       \
	X(FLOW_E_STEP, "session.step")                         \
	X(FLOW_E_TIME_SHORT, "session.time_short")             \
	X(FLOW_E_PAUSED, "session.paused")                     \
	X(FLOW_E_SUSPENDED, "session.suspended")               \
	X(FLOW_E_FAULTED, "session.faulted")                   \
	X(FLOW_E_ROLLING, "session.rolling")                   \
	X(FLOW_E_NOT_HELD, "session.not_held")                 \
	X(FLOW_E_ROLE, "session.role")                         \
	X(FLOW_E_NO_SUCH_STEP, "session.no_such_step")         \
	X(FLOW_E_NOT_DRAWN, "session.not_drawn")               \
	X(FLOW_E_VENUES, "session.venues_open")                \
	X(FLOW_E_NOT_ALL_ARRIVED, "session.not_all_arrived")   \
	X(FLOW_E_NOT_ALL_PROMISED, "session.not_all_promised") \
	X(FLOW_E_NO_LEADER, "session.no_leader")               \
	X(FLOW_E_NOT_OPENED, "session.lots_not_opened")        \
	X(FLOW_E_NOT_REVIEWED, "session.not_reviewed")         \
	X(FLOW_E_NOT_ALL_SUBMITTED, "score.not_all_submitted") \
	X(FLOW_E_OPEN_QUESTIONS, "session.open_questions")     \
	X(FLOW_E_LOW_PRICES, "session.low_prices")             \
	X(FLOW_E_NOT_RANKED, "session.not_ranked")             \
	X(FLOW_E_NO_REPORT, "session.no_report")               \
	X(FLOW_E_NOT_ALL_SIGNED, "session.not_all_signed")

enum flow_refusal { FLOW_E_NONE = 0, FLOW_REFUSALS(REFUSAL_ENUM) };

enum flow_step {
	FLOW_CREATED = 1,
	FLOW_CHECKIN,       /* 签到 */
	FLOW_PROMISE,       /* 承诺, 回避 */
	FLOW_LEADER,        /* 推选组长 */
	FLOW_QUALIFICATION, /* 资格审查 */
	FLOW_PRELIMINARY,   /* 初步评审, 符合性审查 */
	FLOW_SCORING,       /* 评审打分 */
	FLOW_SUMMARY,       /* 汇总 */
	FLOW_SIGNING,       /* 报告签署 */
	FLOW_CLOSED,
	FLOW_DISSOLVED, /* 解散，另组评标委员会 */
};
#define FLOW_BIT(step) (1u << (step))
/* The steps a session has only where its tender files have items for them. */
#define FLOW_OPTIONAL (FLOW_BIT(FLOW_QUALIFICATION) | FLOW_BIT(FLOW_PRELIMINARY))

enum flow_hold {
	FLOW_RUNNING = 0,
	FLOW_PAUSED,    /* 暂停 */
	FLOW_SUSPENDED, /* 休会 */
	FLOW_FAULTED,   /* 故障 */
	FLOW_ROLLING,   /* 回退待批 */
};

enum flow_role {
	FLOW_MEMBER = 0, /* 评委 */
	FLOW_CHAIR,      /* 组长 */
	FLOW_HOST,       /* 主持人 */
	FLOW_WITNESS,    /* 见证 */
	FLOW_SUPERVISOR, /* 行政监督 */
	FLOW_VENUE,      /* 场地 */
	FLOW_TENDERER,   /* 招标人、采购人 */
	FLOW_BIDDER,     /* 投标人 */
	N_FLOW_ROLES,
};
#define FLOW_ROLE(role) (1u << (role))

struct flow_state {
	enum flow_step step;
	enum flow_hold hold;
	enum flow_hold under; /* while faulted: what held the session before */
	unsigned stages;      /* which of FLOW_OPTIONAL it has */
};

/* What is true of the session; counted by the store. */
struct flow_counts {
	bool drawn;
	unsigned venues_open; /* that have not confirmed, where there are guest venues (副场) */
	unsigned members; /* who count (panel.h) */
	unsigned arrived, promised;
	bool has_leader;
	unsigned lots; /* that did not fail; with none left only the report remains */
	unsigned lots_opened;
	unsigned bids_open_qualification; /* bids some item of which is undecided */
	unsigned bids_open_preliminary;
	unsigned sheets_submitted; /* of members × lots */
	unsigned questions_open;   /* question_is_open() */
	unsigned low_prices_open;  /* bids whose low price the committee has not dealt with */
	unsigned time_votes;       /* members who find the time too short (C09) */
	unsigned lots_ranked;
	bool has_report;
	/* Signed, with a dissenting opinion or without, or on record as one who does not (E11). */
	unsigned signed_off;
};

/* One act: in which steps and under which holds it is possible, and for whom. */
struct flow_act {
	const char *act; /* a name of permission.def, where it is one */
	unsigned roles;  /* of FLOW_ROLE() */
	unsigned steps;  /* of FLOW_BIT() */
	unsigned holds;  /* of FLOW_BIT() of enum flow_hold */
	int refusal;     /* another than FLOW_E_STEP where the reason can be told better; 0: none */
};

const char *flow_refusal_code(int refusal);
const char *flow_step_name(enum flow_step s);
const char *flow_step_label(enum flow_step s); /* Chinese */
enum flow_step flow_step_from_name(const char *name);
const char *flow_hold_name(enum flow_hold h);
const char *flow_hold_label(enum flow_hold h); /* Chinese */
/* FLOW_RUNNING for a name that is none. */
enum flow_hold flow_hold_from_name(const char *name);
const char *flow_role_name(enum flow_role r);

/* The step a stage of the review belongs to. */
enum flow_step flow_step_of_stage(enum review_stage stage);

/* The step after this one in a session with these stages, or 0 after the last. */
enum flow_step flow_next(enum flow_step s, unsigned stages);

/* Whether the session may go to this step: the next one, with its condition met. */
int flow_advance(
	const struct flow_state *state, enum flow_step to, const struct flow_counts *counts);

/* Whether the act fits step and hold, whoever acts. An act without a row fits everywhere. */
int flow_may(const char *act, enum flow_step step, enum flow_hold hold);

/* The same for one role: FLOW_E_ROLE where another could. An act without a row is refused. */
int flow_may_act(const char *act, enum flow_role role, const struct flow_state *state);

/*
 * What an act that holds the session up, or lets it go on, makes of the state; other acts leave it.
 * Checks as flow_may_act() first.
 */
int flow_apply(const char *act, enum flow_role role, struct flow_state *state);

/* The whole table, sorted by act. */
const struct flow_act *flow_acts(size_t *ret_n);
