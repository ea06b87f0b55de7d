/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/trade/complaint.h"

#include <string.h>

#include "server/core/clock.h"
#include "server/trade/notice_check.h"
#include "server/trade/tender.h"

/*
 * T12 and G06 are one rule each with more than one number. The row's value is the first one a party
 * meets (T12: the decision, G06: the challenge); these are the others.
 */
#define ACCEPT_WORKING_DAYS 3
#define GP_COMPLAINT_WORKING_DAYS 15
#define GP_DECISION_WORKING_DAYS 30
#define GP_SUSPENSION_DAYS 30

static const char *const matters[] = {
	[COMPLAINT_FILE] = "tender_file",
	[COMPLAINT_OPENING] = "opening",
	[COMPLAINT_RESULT] = "result",
	[COMPLAINT_OTHER] = "other",
};

static const char *const states[] = {
	[COMPLAINT_RECEIVED] = "received",
	[COMPLAINT_ACCEPTED] = "accepted",
	[COMPLAINT_DECLINED] = "declined",
	[COMPLAINT_DECIDED] = "decided",
	[COMPLAINT_WITHDRAWN] = "withdrawn",
};

static const struct {
	enum complaint_step step;
	enum complaint_state from, to;
} steps[] = {
	{COMPLAINT_STEP_CORRECT, COMPLAINT_RECEIVED, COMPLAINT_RECEIVED},
	{COMPLAINT_STEP_ACCEPT, COMPLAINT_RECEIVED, COMPLAINT_ACCEPTED},
	{COMPLAINT_STEP_DECLINE, COMPLAINT_RECEIVED, COMPLAINT_DECLINED},
	{COMPLAINT_STEP_DECIDE, COMPLAINT_ACCEPTED, COMPLAINT_DECIDED},
	{COMPLAINT_STEP_WITHDRAW, COMPLAINT_RECEIVED, COMPLAINT_WITHDRAWN},
	{COMPLAINT_STEP_WITHDRAW, COMPLAINT_ACCEPTED, COMPLAINT_WITHDRAWN},
	{COMPLAINT_STEP_SUSPEND, COMPLAINT_ACCEPTED, COMPLAINT_ACCEPTED},
};

const char *complaint_refusal_code(int refusal)
{
	switch (refusal) {
		COMPLAINT_REFUSALS(REFUSAL_CASE)
	}
	return NULL;
}

static int from_name(const char *const *names, size_t n, const char *name)
{
	for (size_t i = 1; name && i < n; i++)
		if (strcmp(names[i], name) == 0)
			return (int)i;
	return 0;
}

const char *complaint_matter_name(enum complaint_matter m)
{
	return m >= COMPLAINT_FILE && m <= COMPLAINT_OTHER ? matters[m] : NULL;
}

enum complaint_matter complaint_matter_from_name(const char *name)
{
	return (enum complaint_matter)from_name(matters, G_N_ELEMENTS(matters), name);
}

const char *complaint_state_name(enum complaint_state s)
{
	return s >= COMPLAINT_RECEIVED && s <= COMPLAINT_WITHDRAWN ? states[s] : NULL;
}

enum complaint_state complaint_state_from_name(const char *name)
{
	return (enum complaint_state)from_name(states, G_N_ELEMENTS(states), name);
}

bool complaint_is_open(enum complaint_state s)
{
	return s == COMPLAINT_RECEIVED || s == COMPLAINT_ACCEPTED;
}

const char *complaint_rule(enum regime regime)
{
	return regime == REGIME_ZTB ? "T11" : regime == REGIME_GP ? "G06" : NULL;
}

static bool needs_objection(const struct complaint_times *t)
{
	return t->regime == REGIME_GP || (t->regime == REGIME_ZTB && t->matter != COMPLAINT_OTHER);
}

/* How long the objection was being answered, as far as that lies before the complaint. */
static int64_t answering_us(const struct complaint_times *t)
{
	int64_t end_us = t->answered_us ? MIN(t->answered_us, t->received_us) : t->received_us;

	return t->objected_us ? MAX(end_us - MAX(t->objected_us, t->known_us), 0) : 0;
}

int64_t complaint_due(
	const struct rulebook *book, const struct calendar *cal, const struct complaint_times *t)
{
	int64_t end_us;

	switch (t->regime) {
	case REGIME_ZTB:
		end_us = rule_period_end(book, cal, "T11", t->known_us) + answering_us(t);
		break;
	case REGIME_GP:
		if (!t->objected_us)
			return 0;
		end_us = calendar_after_working_days(cal,
			tender_answer_due(book, cal, REGIME_GP, TENDER_OBJECTION, t->objected_us),
			GP_COMPLAINT_WORKING_DAYS, book->day_count);
		break;
	default:
		return 0;
	}
	return calendar_roll_forward_us(cal, end_us);
}

static void find(GArray *list, int refusal, const char *rule, const char *field, int64_t time_us)
{
	struct rule_verdict v = {
		VERDICT_REFUSE, refusal, complaint_refusal_code(refusal), rule, field, 0, ""};
	char text[CLOCK_TEXT_SIZE];

	if (time_us)
		g_strlcpy(v.detail, clock_format_beijing(time_us, text), sizeof(v.detail));
	verdicts_add(list, &v);
}

void complaint_check(const struct rulebook *book, const struct calendar *cal,
	const struct complaint_times *t, GArray *verdicts)
{
	const char *rule = complaint_rule(t->regime);
	int64_t due_us = complaint_due(book, cal, t);

	if (needs_objection(t) && !t->objected_us)
		find(verdicts, COMPLAINT_E_NO_OBJECTION, rule, "objected_at", 0);
	if (due_us && t->received_us >= due_us)
		find(verdicts, COMPLAINT_E_LATE, rule, "received_at", due_us);
	if (due_us && calendar_missing_year(cal, t->known_us, due_us)) {
		struct rule_verdict v = {VERDICT_WARN, NOTICE_E_HOLIDAY_DATA,
			notice_refusal_code(NOTICE_E_HOLIDAY_DATA), "T18", "received_at", 0, ""};
		verdicts_add(verdicts, &v);
	}
}

int complaint_check_times(
	const struct complaint_times *t, int64_t now_us, struct rule_verdict *ret_verdict)
{
	const struct {
		const char *field;
		int64_t us, not_before_us, not_after_us;
	} rows[] = {
		{"known_at", t->known_us, 0, t->received_us},
		{"received_at", t->received_us, 0, now_us},
		{"objected_at", t->objected_us, 0, t->received_us},
		{"answered_at", t->answered_us, t->objected_us, now_us},
		{"accepted_at", t->accepted_us, t->received_us, now_us},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		if (!rows[i].us ||
			(time_is_plausible(rows[i].us) && rows[i].us >= rows[i].not_before_us &&
				rows[i].us <= rows[i].not_after_us))
			continue;
		*ret_verdict = (struct rule_verdict){VERDICT_REFUSE, COMPLAINT_E_TIME,
			complaint_refusal_code(COMPLAINT_E_TIME), NULL, rows[i].field, 0, ""};
		return COMPLAINT_E_TIME;
	}
	return 0;
}

int complaint_step(enum complaint_state state, enum complaint_step step, enum complaint_state *ret)
{
	for (size_t i = 0; i < G_N_ELEMENTS(steps); i++)
		if (steps[i].step == step && steps[i].from == state) {
			*ret = steps[i].to;
			return 0;
		}
	return COMPLAINT_E_STATE;
}

int64_t complaint_suspension_end(const struct rulebook *book, enum regime regime, int64_t start_us)
{
	return regime == REGIME_GP
		       ? calendar_after_days(start_us, GP_SUSPENSION_DAYS, book->day_count)
		       : 0;
}

static void add_clock(
	GArray *clocks, const char *rule, const char *what, int64_t start_us, int64_t end_us)
{
	struct legal_clock_row c = {rule, what, start_us, end_us, false};

	g_array_append_val(clocks, c);
}

void complaint_clocks(const struct rulebook *book, const struct calendar *cal,
	const struct complaint_times *t, GArray *clocks)
{
	if (!complaint_is_open(t->state))
		return;
	if (t->regime == REGIME_ZTB && t->state == COMPLAINT_RECEIVED)
		add_clock(clocks, "T12", "complaint_accept", t->received_us,
			calendar_after_working_days(
				cal, t->received_us, ACCEPT_WORKING_DAYS, book->day_count));
	if (t->regime == REGIME_ZTB && t->state == COMPLAINT_ACCEPTED)
		add_clock(clocks, "T12", "complaint_decide", t->accepted_us,
			rule_period_end(book, cal, "T12", t->accepted_us));
	if (t->regime == REGIME_GP)
		add_clock(clocks, "G06", "complaint_decide", t->received_us,
			calendar_after_working_days(
				cal, t->received_us, GP_DECISION_WORKING_DAYS, book->day_count));
	if (t->suspended_us && t->suspended_until_us)
		add_clock(clocks, t->regime == REGIME_GP ? "G06" : NULL, "suspension_end",
			t->suspended_us, t->suspended_until_us);
}
