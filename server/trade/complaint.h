/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * Complaints (投诉) to the regulator: by when a party may complain and what must come before, by
 * when the regulator accepts and decides, how long it may suspend.
 *
 * ZTB (T11, T12): ten days from knowing, without the days in which an objection was being answered
 * (实施条例 60); about the tender file, the opening or the result the objection comes first. The
 * regulator says within three working days whether it accepts, and decides within thirty from then.
 * GP (G06): a challenge first, whatever it is about; fifteen working days from the end of the
 *period in which that is answered (政府采购法 55); decided thirty working days from receipt (56);
 *suspended for thirty days at most (57).
 *
 *	received ---accept---> accepted ---decide---> decided
 *	    |                     |
 *	    +---decline---> declined (不予受理)
 *	    +---withdraw---> withdrawn <---+
 *
 * Pure functions, any thread.
 */

#include <stdbool.h>
#include <stdint.h>

#include <glib.h>

#include "server/trade/calendar.h"
#include "server/trade/notice_clocks.h"
#include "server/trade/regime.h"
#include "server/trade/rulebook.h"
#include "server/trade/verdict.h"

#define COMPLAINT_REFUSALS(X)                                    \
	X(COMPLAINT_E_LATE, "complaint.late")                    \
	X(COMPLAINT_E_NO_OBJECTION, "complaint.objection_first") \
	X(COMPLAINT_E_STATE, "complaint.state")                  \
	X(COMPLAINT_E_TIME, "complaint.time")                    \
	X(COMPLAINT_E_SUSPENSION, "complaint.suspension_too_long")

enum complaint_refusal { COMPLAINT_E_NONE = 0, COMPLAINT_REFUSALS(REFUSAL_ENUM) };

/* What it is about: the first three want an objection (异议) before, T11. */
enum complaint_matter {
	COMPLAINT_FILE = 1, /* 招标文件、资格预审文件 (T05) */
	COMPLAINT_OPENING,  /* 开标 (T08) */
	COMPLAINT_RESULT,   /* 评标结果 (T09) */
	COMPLAINT_OTHER,
};

enum complaint_state {
	COMPLAINT_RECEIVED = 1,
	COMPLAINT_ACCEPTED, /* 受理 */
	COMPLAINT_DECLINED, /* 不予受理 */
	COMPLAINT_DECIDED,
	COMPLAINT_WITHDRAWN, /* by who complained */
};

enum complaint_step {
	COMPLAINT_STEP_CORRECT = 1, /* what was typed in wrong, before anything follows from it */
	COMPLAINT_STEP_ACCEPT,
	COMPLAINT_STEP_DECLINE,
	COMPLAINT_STEP_DECIDE,
	COMPLAINT_STEP_WITHDRAW,
	COMPLAINT_STEP_SUSPEND, /* the trading stands still, or goes on again */
};

/* The times of one, microseconds; 0: it has not happened. */
struct complaint_times {
	enum regime regime;
	enum complaint_matter matter;
	enum complaint_state state;
	int64_t known_us;    /* when the party knew or should have known */
	int64_t objected_us; /* the objection or challenge, and its answer */
	int64_t answered_us;
	int64_t received_us, accepted_us;
	int64_t suspended_us, suspended_until_us;
};

const char *complaint_refusal_code(int refusal);
const char *complaint_matter_name(enum complaint_matter m);
enum complaint_matter complaint_matter_from_name(const char *name);
const char *complaint_state_name(enum complaint_state s);
enum complaint_state complaint_state_from_name(const char *name);

/* Whether it is still open: something of it waits for the regulator. */
bool complaint_is_open(enum complaint_state s);

/* The rule that says by when one may complain: T11, G06; NULL where none does (assets). */
const char *complaint_rule(enum regime regime);

/*
 * The first moment that is too late, on a working day (T18); 0: unknown, as the objection that it
 * counts from is missing.
 */
int64_t complaint_due(
	const struct rulebook *book, const struct calendar *cal, const struct complaint_times *t);

/* Appends what keeps it from being accepted: it came too late, no objection came first. */
void complaint_check(const struct rulebook *book, const struct calendar *cal,
	const struct complaint_times *t, GArray *verdicts);

/* Whether the times follow one another and none is in the future. */
int complaint_check_times(
	const struct complaint_times *t, int64_t now_us, struct rule_verdict *ret_verdict);

/* Whether the step may be done in this state, and the state after it. */
int complaint_step(enum complaint_state state, enum complaint_step step, enum complaint_state *ret);

/* The longest suspension that begins at start_us; 0: the rules name no length. */
int64_t complaint_suspension_end(const struct rulebook *book, enum regime regime, int64_t start_us);

/* Appends the clocks that run (struct legal_clock_row): accept, decide, suspension. */
void complaint_clocks(const struct rulebook *book, const struct calendar *cal,
	const struct complaint_times *t, GArray *clocks);
