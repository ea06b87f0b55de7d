/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/eval/flow.h"

#include <string.h>

#include "server/eval/fault.h"
#include "server/eval/rollback.h"
#include "tests/unit/server/eval/support.h"

static const struct flow_counts everything = {.drawn = true,
	.members = 7,
	.arrived = 7,
	.promised = 7,
	.has_leader = true,
	.lots = 2,
	.lots_opened = 2,
	.sheets_submitted = 14,
	.lots_ranked = 2,
	.has_report = true,
	.signed_off = 7};

static struct flow_state at(enum flow_step step)
{
	return (struct flow_state){.step = step, .stages = FLOW_OPTIONAL};
}

static void test_forward_only(void **state)
{
	for (int from = FLOW_CREATED; from <= FLOW_DISSOLVED; from++) {
		struct flow_state now = at((enum flow_step)from);

		for (int to = FLOW_CREATED; to <= FLOW_CLOSED; to++)
			assert_int_equal(flow_advance(&now, (enum flow_step)to, &everything),
				to == from + 1 ? 0 : FLOW_E_STEP);
		assert_int_equal(
			flow_advance(&now, FLOW_DISSOLVED, &everything), FLOW_E_NO_SUCH_STEP);
		assert_int_equal(flow_advance(&now, 0, &everything), FLOW_E_NO_SUCH_STEP);
	}
	assert_int_equal(flow_next(FLOW_CLOSED, 0), 0);
	assert_int_equal(flow_next(FLOW_DISSOLVED, 0), 0);
	assert_int_equal(flow_next(FLOW_CREATED, 0), FLOW_CHECKIN);
}

/* Steps the tender file has no items for are passed over. */
static void test_optional_steps(void **state)
{
	struct flow_state none = {.step = FLOW_LEADER};
	struct flow_state one = {.step = FLOW_LEADER, .stages = FLOW_BIT(FLOW_PRELIMINARY)};

	assert_int_equal(flow_next(FLOW_LEADER, 0), FLOW_SCORING);
	assert_int_equal(flow_advance(&none, FLOW_SCORING, &everything), 0);
	assert_int_equal(flow_advance(&none, FLOW_QUALIFICATION, &everything), FLOW_E_STEP);
	assert_int_equal(flow_advance(&one, FLOW_PRELIMINARY, &everything), 0);
	assert_int_equal(flow_advance(&one, FLOW_SCORING, &everything), FLOW_E_STEP);
	assert_int_equal(flow_next(FLOW_LEADER, FLOW_OPTIONAL), FLOW_QUALIFICATION);
}

/* One less of anything, and the step that needs it is refused, with its own reason. */
static void test_conditions(void **state)
{
#define LESS(member, value, to, refusal)                               \
	do {                                                           \
		struct flow_counts c = everything;                     \
		struct flow_state now = at((enum flow_step)((to)-1));  \
		c.member = value;                                      \
		assert_int_equal(flow_advance(&now, to, &c), refusal); \
	} while (0)
	LESS(drawn, false, FLOW_CHECKIN, FLOW_E_NOT_DRAWN);
	LESS(venues_open, 1, FLOW_PROMISE, FLOW_E_VENUES);
	LESS(arrived, 6, FLOW_PROMISE, FLOW_E_NOT_ALL_ARRIVED);
	LESS(members, 0, FLOW_PROMISE, FLOW_E_NOT_ALL_ARRIVED);
	LESS(promised, 6, FLOW_LEADER, FLOW_E_NOT_ALL_PROMISED);
	LESS(has_leader, false, FLOW_QUALIFICATION, FLOW_E_NO_LEADER);
	LESS(lots_opened, 1, FLOW_QUALIFICATION, FLOW_E_NOT_OPENED);
	LESS(bids_open_qualification, 1, FLOW_PRELIMINARY, FLOW_E_NOT_REVIEWED);
	LESS(bids_open_preliminary, 1, FLOW_SCORING, FLOW_E_NOT_REVIEWED);
	LESS(has_leader, false, FLOW_SCORING, FLOW_E_NO_LEADER);
	LESS(lots_opened, 1, FLOW_SCORING, FLOW_E_NOT_OPENED);
	LESS(promised, 6, FLOW_SCORING, FLOW_E_NOT_ALL_PROMISED);
	LESS(sheets_submitted, 13, FLOW_SUMMARY, FLOW_E_NOT_ALL_SUBMITTED);
	LESS(has_leader, false, FLOW_SUMMARY, FLOW_E_NO_LEADER);
	LESS(questions_open, 1, FLOW_SUMMARY, FLOW_E_OPEN_QUESTIONS);
	LESS(low_prices_open, 1, FLOW_SUMMARY, FLOW_E_LOW_PRICES);
	LESS(lots, 0, FLOW_SUMMARY, 0); /* all failed in the review: the report remains */
	LESS(lots_ranked, 1, FLOW_SIGNING, FLOW_E_NOT_RANKED);
	LESS(has_report, false, FLOW_SIGNING, FLOW_E_NO_REPORT);
	LESS(signed_off, 6, FLOW_CLOSED, FLOW_E_NOT_ALL_SIGNED);
#undef LESS
}

static int hold_refusal(enum flow_hold hold)
{
	static const int refusals[] = {
		FLOW_E_NOT_HELD, FLOW_E_PAUSED, FLOW_E_SUSPENDED, FLOW_E_FAULTED, FLOW_E_ROLLING};

	return refusals[hold];
}

/* What the table says about one act, role and state, worked out here once more. */
static int wanted(const struct flow_act *row, enum flow_role role, const struct flow_state *s)
{
	if (!(row->roles >> role & 1))
		return FLOW_E_ROLE;
	if (!(row->steps >> s->step & 1))
		return row->refusal ? row->refusal : FLOW_E_STEP;
	return row->holds >> s->hold & 1 ? 0 : hold_refusal(s->hold);
}

static void assert_hold_after(
	const char *act, const struct flow_state *before, const struct flow_state *after)
{
	static const struct {
		const char *act;
		int hold; /* -1: as before the fault */
	} rows[] = {{"fault.open", FLOW_FAULTED}, {"fault.repair", -1},
		{"rollback.approve", FLOW_RUNNING}, {"rollback.deny", FLOW_RUNNING},
		{"rollback.request", FLOW_ROLLING}, {"rollback.withdraw", FLOW_RUNNING},
		{"session.dissolve", FLOW_RUNNING}, {"session.pause", FLOW_PAUSED},
		{"session.reconvene", FLOW_RUNNING}, {"session.resume", FLOW_RUNNING},
		{"session.suspend", FLOW_SUSPENDED}};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		if (strcmp(rows[i].act, act) != 0)
			continue;
		assert_int_equal(after->hold, rows[i].hold < 0 ? (int)before->under : rows[i].hold);
		assert_int_equal(after->step,
			strcmp(act, "session.dissolve") == 0 ? FLOW_DISSOLVED : before->step);
		if (strcmp(act, "fault.open") == 0)
			assert_int_equal(after->under, before->hold);
		return;
	}
	assert_memory_equal(before, after, sizeof *before);
}

/* Every (state, act, role): it does what the table says or is refused with its code, and a refused
 * act changes nothing. */
static void test_every_state_act_and_role(void **state)
{
	size_t n, tried = 0, allowed = 0;
	const struct flow_act *acts = flow_acts(&n);

	for (size_t i = 0; i < n; i++) {
		if (i && strcmp(acts[i - 1].act, acts[i].act) >= 0)
			fail_msg("%s is not in its place", acts[i].act);
		for (int step = FLOW_CREATED; step <= FLOW_DISSOLVED; step++)
			for (int hold = FLOW_RUNNING; hold <= FLOW_ROLLING; hold++)
				for (int role = 0; role < N_FLOW_ROLES; role++) {
					struct flow_state s = {(enum flow_step)step,
						(enum flow_hold)hold,
						hold == FLOW_FAULTED ? FLOW_PAUSED : FLOW_RUNNING,
						FLOW_OPTIONAL};
					struct flow_state before = s;
					int want = wanted(&acts[i], (enum flow_role)role, &s);
					int r = flow_apply(acts[i].act, (enum flow_role)role, &s);

					if (r != want)
						fail_msg("%s by %s at %s %s: %d, not %d",
							acts[i].act,
							flow_role_name((enum flow_role)role),
							flow_step_name((enum flow_step)step),
							flow_hold_name((enum flow_hold)hold), r,
							want);
					if (r)
						assert_memory_equal(&s, &before, sizeof s);
					else
						assert_hold_after(acts[i].act, &before, &s);
					tried++;
					allowed += !r;
				}
	}
	print_message("%zu states, acts and roles tried, %zu allowed\n", tried, allowed);
	assert_int_equal(flow_may_act("session.dance", FLOW_HOST,
				 &(struct flow_state){.step = FLOW_SCORING}),
		FLOW_E_ROLE);
	assert_int_equal(flow_may("notice.publish", FLOW_CREATED, FLOW_RUNNING), 0);
}

static bool may_somewhere(const char *act, enum flow_role role)
{
	for (int step = FLOW_CREATED; step <= FLOW_DISSOLVED; step++)
		for (int hold = FLOW_RUNNING; hold <= FLOW_ROLLING; hold++) {
			struct flow_state s = {(enum flow_step)step, (enum flow_hold)hold, 0, 0};

			if (flow_may_act(act, role, &s) == 0)
				return true;
		}
	return false;
}

/* What must be true of the table whatever its rows say. */
static void test_duties(void **state)
{
	static const char *const judging[] = {"review.save", "review.submit", "sheet.save",
		"sheet.submit", "sheet.get", "leader.vote", "report.sign"};
	size_t n;
	const struct flow_act *acts = flow_acts(&n);

	for (size_t i = 0; i < G_N_ELEMENTS(judging); i++)
		for (int role = 0; role < N_FLOW_ROLES; role++)
			assert_int_equal(may_somewhere(judging[i], (enum flow_role)role),
				role == FLOW_MEMBER || role == FLOW_CHAIR);
	/* A question reaches nobody but through the supervisor, a step back likewise. */
	for (int role = 0; role < N_FLOW_ROLES; role++) {
		assert_int_equal(may_somewhere("question.pass", (enum flow_role)role),
			role == FLOW_SUPERVISOR);
		assert_int_equal(may_somewhere("rollback.approve", (enum flow_role)role),
			role == FLOW_SUPERVISOR);
	}
	for (size_t i = 0; i < n; i++) {
		bool reads = strstr(acts[i].act, ".get") || strstr(acts[i].act, "bid.file") ||
			     strstr(acts[i].act, "session.bids") ||
			     strstr(acts[i].act, "session.result");

		bool again = strncmp(acts[i].act, "rollback.", 9) == 0;

		/* Nothing is possible after the end but reading, and a re-evaluation that the
		 * supervisor approves; nothing at all when dissolved. */
		assert_false(acts[i].steps & FLOW_BIT(FLOW_DISSOLVED));
		if (acts[i].steps & FLOW_BIT(FLOW_CLOSED) && !reads && !again)
			fail_msg("%s after the end", acts[i].act);
		/* While it is sealed nobody reads a bid or a sheet. */
		if (reads)
			assert_false(acts[i].holds &
				     (FLOW_BIT(FLOW_SUSPENDED) | FLOW_BIT(FLOW_FAULTED)));
	}
	/* Every hold has a way out at every step it may be entered. */
	for (int step = FLOW_CHECKIN; step <= FLOW_SIGNING; step++)
		for (int hold = FLOW_PAUSED; hold <= FLOW_ROLLING; hold++) {
			bool out = false;

			for (size_t i = 0; i < n; i++)
				for (int role = 0; role < N_FLOW_ROLES; role++) {
					struct flow_state s = {(enum flow_step)step,
						(enum flow_hold)hold, FLOW_RUNNING, FLOW_OPTIONAL};

					out |= flow_apply(acts[i].act, (enum flow_role)role, &s) ==
						       0 &&
					       s.hold == FLOW_RUNNING;
				}
			if (!out && !(hold == FLOW_ROLLING && step < FLOW_QUALIFICATION))
				fail_msg("no way out of %s at %s",
					flow_hold_name((enum flow_hold)hold),
					flow_step_name((enum flow_step)step));
		}
}

/* No step is taken while anything holds the session up. */
static void test_held(void **state)
{
	for (int hold = FLOW_PAUSED; hold <= FLOW_ROLLING; hold++) {
		struct flow_state s = {FLOW_SCORING, (enum flow_hold)hold, 0, 0};

		assert_int_equal(flow_advance(&s, FLOW_SUMMARY, &everything),
			hold_refusal((enum flow_hold)hold));
	}
}

/* A fault inside a break: repaired, the session is paused again, not running. */
static void test_fault_inside_a_pause(void **state)
{
	struct flow_state s = at(FLOW_SCORING);

	assert_int_equal(flow_apply("session.pause", FLOW_HOST, &s), 0);
	assert_int_equal(flow_apply("fault.open", FLOW_VENUE, &s), 0);
	assert_int_equal(flow_apply("session.resume", FLOW_HOST, &s), FLOW_E_FAULTED);
	assert_int_equal(flow_apply("fault.repair", FLOW_HOST, &s), 0);
	assert_int_equal(s.hold, FLOW_PAUSED);
	assert_int_equal(flow_apply("session.resume", FLOW_SUPERVISOR, &s), 0);
	assert_int_equal(s.hold, FLOW_RUNNING);
}

#define HOUR (INT64_C(3600) * 1000000)

/* 2 hours before the start and 4 during, on both sides. */
static void test_fault_clocks(void **state)
{
	static const struct {
		bool started;
		int64_t after_us;
		enum fault_state state;
	} rows[] = {
		{false, 0, FAULT_RUNNING},
		{false, 2 * HOUR, FAULT_RUNNING},
		{false, 2 * HOUR + 1, FAULT_DUE},
		{true, 2 * HOUR + 1, FAULT_RUNNING},
		{true, 4 * HOUR, FAULT_RUNNING},
		{true, 4 * HOUR + 1, FAULT_DUE},
		{true, 1000 * HOUR, FAULT_DUE},
	};
	struct fault_limits limits = fault_limits_default();

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct fault f = {
			.side = FAULT_PLATFORM, .started = rows[i].started, .opened_us = 7 * HOUR};
		struct fault_view v = fault_look(&f, &limits, f.opened_us + rows[i].after_us);

		assert_int_equal(v.state, rows[i].state);
		assert_false(v.may_go_on);
		/* Repaired at that time: in time it goes on, afterwards somebody must decide. */
		assert_int_equal(fault_repair(&f, f.opened_us + rows[i].after_us), 0);
		v = fault_look(&f, &limits, f.opened_us + 2000 * HOUR);
		if (rows[i].after_us)
			assert_int_equal(v.may_go_on, rows[i].state == FAULT_RUNNING);
		assert_false(v.may_dissolve);
	}
}

static void test_fault_decisions(void **state)
{
	struct fault_limits limits = fault_limits_default();
	struct fault before = {.side = FAULT_NETWORK, .opened_us = HOUR};
	struct fault during = {.side = FAULT_PLATFORM, .started = true, .opened_us = HOUR};
	struct fault venue = {
		.side = FAULT_GUEST_VENUE, .started = true, .whole_venue = true, .opened_us = HOUR};

	assert_int_equal(fault_decide(&before, &limits, FAULT_WAIT, 3 * HOUR), FAULT_E_NOT_DUE);
	assert_int_equal(
		fault_decide(&before, &limits, FAULT_NEW_COMMITTEE, 4 * HOUR), FAULT_E_DECISION);
	assert_int_equal(fault_decide(&before, &limits, FAULT_WAIT, 4 * HOUR), 0);
	assert_int_equal(fault_look(&before, &limits, 9 * HOUR).state, FAULT_WAITING);
	assert_int_equal(fault_decide(&before, &limits, FAULT_WAIT, 5 * HOUR), FAULT_E_DECIDED);
	/* Waiting ends by repair or by giving up. */
	struct fault patient = before;
	assert_int_equal(fault_repair(&patient, 10 * HOUR), 0);
	assert_true(fault_look(&patient, &limits, 10 * HOUR).may_go_on);
	assert_int_equal(fault_decide(&before, &limits, FAULT_POSTPONE, 10 * HOUR), 0);
	assert_true(fault_look(&before, &limits, 10 * HOUR).may_dissolve);
	assert_int_equal(fault_repair(&before, 11 * HOUR), FAULT_E_EXPIRED);

	assert_int_equal(fault_decide(&during, &limits, FAULT_WAIT, 6 * HOUR), FAULT_E_DECISION);
	assert_int_equal(
		fault_decide(&during, &limits, FAULT_NEW_COMMITTEE, 5 * HOUR), FAULT_E_NOT_DUE);
	assert_int_equal(fault_decide(&during, &limits, FAULT_NEW_COMMITTEE, 5 * HOUR + 1), 0);
	assert_int_equal(fault_look(&during, &limits, 6 * HOUR).state, FAULT_OVER);
	/* A venue that is lost as a whole need not be waited for. */
	assert_int_equal(fault_decide(&venue, &limits, FAULT_NEW_COMMITTEE, HOUR + 1), 0);
	assert_int_equal(fault_repair(&during, 0), FAULT_E_TIME);
	for (int d = FAULT_WAIT; d <= FAULT_NEW_COMMITTEE; d++)
		assert_int_equal(fault_decision_from_name(
					 fault_decision_name((enum fault_decision)d)),
			d);
	for (int s = FAULT_PLATFORM; s <= FAULT_NETWORK; s++)
		assert_int_equal(fault_side_from_name(fault_side_name((enum fault_side)s)), s);
	assert_int_equal(fault_decision_from_name("undecided"), FAULT_UNDECIDED);
	assert_int_equal(fault_side_from_name("moon"), 0);
	assert_codes(fault_refusal_code, FAULT_E_UNDECIDED);
}

static void test_rollback(void **state)
{
	struct rollback_request q = {
		REGIME_GP, at(FLOW_SUMMARY), FLOW_SCORING, ROLLBACK_OTHER, false, false};
	const char *rule = NULL;

	/* E13 on both sides: totals are known, so there must be one of its reasons. */
	assert_int_equal(rollback_check(&q, &rule), ROLLBACK_E_REASON);
	assert_string_equal(rule, "E13");
	for (int reason = ROLLBACK_QUALIFICATION; reason <= ROLLBACK_OUTLIER; reason++) {
		q.reason = (enum rollback_reason)reason;
		assert_int_equal(rollback_check(&q, &rule), 0);
		assert_int_equal(rollback_reason_from_name(rollback_reason_name(q.reason)), reason);
	}
	q.reason = ROLLBACK_OTHER;
	q.state = at(FLOW_SCORING);
	q.to = FLOW_PRELIMINARY;
	assert_int_equal(rollback_check(&q, NULL), 0); /* nobody has seen a total */
	q.state = at(FLOW_SUMMARY);
	q.regime = REGIME_ZTB;
	assert_int_equal(rollback_check(&q, NULL), 0);
	q.state = at(FLOW_SIGNING);
	q.all_signed = true;
	assert_int_equal(rollback_check(&q, NULL), ROLLBACK_E_SIGNED);
	/* Closed: by the original committee, under the purchase law, for E13's reasons only. */
	q.state = at(FLOW_CLOSED);
	q.to = FLOW_SCORING;
	q.reason = ROLLBACK_SUM;
	assert_int_equal(rollback_check(&q, NULL), ROLLBACK_E_SIGNED);
	q.regime = REGIME_GP;
	for (int reason = ROLLBACK_OTHER; reason <= ROLLBACK_OUTLIER; reason++) {
		q.reason = (enum rollback_reason)reason;
		assert_int_equal(rollback_check(&q, &rule),
			reason >= ROLLBACK_SUM ? 0 : ROLLBACK_E_REASON);
		if (reason < ROLLBACK_SUM)
			assert_string_equal(rule, "E13");
	}
	for (int to = FLOW_CREATED; to <= FLOW_DISSOLVED; to++) {
		q.to = (enum flow_step)to;
		assert_int_equal(rollback_check(&q, NULL), to == FLOW_SCORING ? 0 : ROLLBACK_E_STEP);
	}
	/* Open again: the scores, for the same reasons, and the report whatever the reason. */
	q.reevaluating = true;
	q.all_signed = false;
	q.state = at(FLOW_SIGNING);
	for (int to = FLOW_LEADER; to < FLOW_SIGNING; to++) {
		q.to = (enum flow_step)to;
		q.reason = ROLLBACK_OUTLIER;
		assert_int_equal(rollback_check(&q, NULL), to >= FLOW_SCORING ? 0 : ROLLBACK_E_STEP);
		q.reason = ROLLBACK_QUALIFICATION;
		assert_int_equal(rollback_check(&q, NULL),
			to > FLOW_SCORING	? 0
			: to == FLOW_SCORING	? ROLLBACK_E_REASON
						: ROLLBACK_E_STEP);
	}
	q.reevaluating = false;
	q.regime = REGIME_ZTB;
	q.reason = ROLLBACK_OTHER;
	q.state = at(FLOW_SIGNING);
	q.all_signed = false;
	for (int to = FLOW_CREATED; to <= FLOW_DISSOLVED; to++) {
		q.to = (enum flow_step)to;
		assert_int_equal(rollback_check(&q, NULL),
			to >= FLOW_LEADER && to < FLOW_SIGNING ? 0 : ROLLBACK_E_STEP);
	}
	q.to = FLOW_QUALIFICATION;
	q.state.stages = 0; /* the session has no such step */
	assert_int_equal(rollback_check(&q, NULL), ROLLBACK_E_STEP);
	assert_codes(rollback_refusal_code, ROLLBACK_E_SIGNED);

	assert_int_equal(rollback_voids(FLOW_SUMMARY, false), ROLLBACK_REPORT);
	assert_int_equal(
		rollback_voids(FLOW_SCORING, true), ROLLBACK_SHEETS | ROLLBACK_RANKING | ROLLBACK_REPORT);
	assert_int_equal(rollback_voids(FLOW_SCORING, false),
		rollback_voids(FLOW_SCORING, true) | ROLLBACK_DECISIONS);
	assert_false(rollback_voids(FLOW_QUALIFICATION, false) & ROLLBACK_LEADER);
	assert_true(rollback_voids(FLOW_LEADER, false) & ROLLBACK_LEADER);
}

static void test_words(void **state)
{
	for (int s = FLOW_CREATED; s <= FLOW_DISSOLVED; s++) {
		assert_int_equal(flow_step_from_name(flow_step_name((enum flow_step)s)), s);
		assert_non_null(flow_step_label((enum flow_step)s));
	}
	for (int h = FLOW_RUNNING; h <= FLOW_ROLLING; h++)
		assert_non_null(flow_hold_label((enum flow_hold)h));
	assert_int_equal(flow_step_from_name("coffee"), 0);
	assert_codes(flow_refusal_code, FLOW_E_NOT_ALL_SIGNED);
}

/* C09: as many as more than a third of the members, and nothing goes on before it is extended. */
static void test_time_short(void **state)
{
	const struct flow_state scoring = {.step = FLOW_SCORING};
	struct flow_counts c = {.members = 5, .has_leader = true, .time_votes = 1};

	assert_int_equal(flow_advance(&scoring, FLOW_SUMMARY, &c), 0);
	c.time_votes = 2;
	assert_int_equal(flow_advance(&scoring, FLOW_SUMMARY, &c), FLOW_E_TIME_SHORT);
	c.members = 7;
	assert_int_equal(flow_advance(&scoring, FLOW_SUMMARY, &c), 0);
	c.time_votes = 3;
	assert_int_equal(flow_advance(&scoring, FLOW_SUMMARY, &c), FLOW_E_TIME_SHORT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_forward_only),
		cmocka_unit_test(test_optional_steps),
		cmocka_unit_test(test_conditions),
		cmocka_unit_test(test_every_state_act_and_role),
		cmocka_unit_test(test_duties),
		cmocka_unit_test(test_held),
		cmocka_unit_test(test_fault_inside_a_pause),
		cmocka_unit_test(test_fault_clocks),
		cmocka_unit_test(test_fault_decisions),
		cmocka_unit_test(test_rollback),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_time_short),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
