/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * Clocks of a fault (故障) of a session and who decides what when they have run out (DOMAIN 5.4):
 *
 *	before the start  over 2 hours: the tenderer decides to wait or to postpone; postponed means
 *	                  sealed, secrecy, a new committee
 *	during            repaired within 4 hours: it may go on; otherwise sealed, secrecy, a new
 *	                  committee, evaluated anew
 *
 * A clock runs from the fault's beginning in real time, whether the session was paused or suspended
 * then or not, and goes on while the server is down: it is computed from two times, nothing ticks.
 * The limits are those of one city's rules (丽江, 未核实), so they are the house's to change. Pure
 * functions, any thread.
 */

#include <stdbool.h>
#include <stdint.h>

#include "server/trade/verdict.h"

#define FAULT_BEFORE_US (INT64_C(2) * 3600 * 1000000)
#define FAULT_DURING_US (INT64_C(4) * 3600 * 1000000)

#define FAULT_REFUSALS(X)                     \
	X(FAULT_E_DECISION, "fault.decision") \
	X(FAULT_E_NOT_DUE, "fault.not_due")   \
	X(FAULT_E_DECIDED, "fault.decided")   \
	X(FAULT_E_EXPIRED, "fault.expired")   \
	X(FAULT_E_TIME, "fault.time")         \
	X(FAULT_E_UNDECIDED, "fault.undecided")

enum fault_refusal { FAULT_E_NONE = 0, FAULT_REFUSALS(REFUSAL_ENUM) };

enum fault_side {
	FAULT_PLATFORM = 1, /* 交易系统 */
	FAULT_MAIN_VENUE,   /* 主场 */
	FAULT_GUEST_VENUE,  /* 副场 */
	FAULT_NETWORK,      /* 网络 */
};

enum fault_decision {
	FAULT_UNDECIDED = 0,
	FAULT_WAIT,          /* 继续等待: before the start only */
	FAULT_POSTPONE,      /* 延期, 另组评标委员会 */
	FAULT_NEW_COMMITTEE, /* 封存, 另组评标委员会, 重新评标 */
};

struct fault_limits {
	int64_t before_us, during_us;
};

struct fault {
	enum fault_side side;
	bool started;     /* the session had been started */
	bool whole_venue; /* every seat of a venue is lost */
	int64_t opened_us;
	int64_t repaired_us; /* 0: not */
	enum fault_decision decision;
	int64_t decided_us;
};

enum fault_state {
	FAULT_RUNNING = 1, /* the clock runs */
	FAULT_REPAIRED,    /* in time: the session may go on */
	FAULT_DUE,         /* the time is up and a decision is owed */
	FAULT_WAITING,     /* decided to wait, not repaired yet */
	FAULT_RESUMABLE,   /* repaired after it was decided to wait */
	FAULT_OVER,        /* a new committee */
};

struct fault_view {
	enum fault_state state;
	int64_t deadline_us;
	int64_t left_us;   /* 0 when it is up */
	bool may_go_on;    /* fault.repair may end the hold */
	bool may_dissolve; /* session.dissolve may end the session */
};

const char *fault_refusal_code(int refusal);
const char *fault_side_name(enum fault_side side);
enum fault_side fault_side_from_name(const char *name); /* 0: none */
const char *fault_decision_name(enum fault_decision d);
enum fault_decision fault_decision_from_name(const char *name); /* FAULT_UNDECIDED: none */
const char *fault_state_name(enum fault_state s);

struct fault_limits fault_limits_default(void);

/* Where the fault stands at now_us. */
struct fault_view fault_look(
	const struct fault *f, const struct fault_limits *limits, int64_t now_us);

/* A repair after the time was up does not bring the session back by itself. FAULT_E_TIME: before
 * it began. */
int fault_repair(struct fault *f, int64_t now_us);

/* Only once the time is up, or at once where a whole venue is lost; only once; waiting only before
 * the start. */
int fault_decide(struct fault *f, const struct fault_limits *limits, enum fault_decision decision,
	int64_t now_us);
