/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/eval/eligible.h"

#include <string.h>

#include "server/eval/draw.h"

#define HOUR_US (INT64_C(3600) * 1000000)
/* C12 has two numbers; the rulebook keeps the first. */
#define OTHER_PROVINCE_HOURS 72

static const char *const reasons[] = {"eligible", "speciality", "standing", "leave", "region",
	"regulator", "unit", "interval", "frequency", "replaced",
	"busy"};

const char *eligible_refusal_code(int refusal)
{
	switch (refusal) {
		ELIGIBLE_REFUSALS(REFUSAL_CASE)
	}
	return NULL;
}

const char *eligible_reason_name(enum eligible_reason reason)
{
	return reason < ELIGIBLE_REASONS ? reasons[reason] : NULL;
}

static bool has_speciality(const struct eligible_expert *e, const struct eligible_rule *rule)
{
	for (size_t i = 0; i < e->n_specialities; i++)
		for (size_t j = 0; j < rule->n_specialities; j++)
			if (strcmp(e->specialities[i], rule->specialities[j]) == 0)
				return true;
	return false;
}

static bool is_wanted_region(const struct eligible_expert *e, const struct eligible_rule *rule)
{
	return !rule->region ||
	       g_str_has_prefix(e->region ? e->region : "", rule->region) != rule->outside;
}

enum eligible_reason eligible_check(
	const struct eligible_expert *e, const struct eligible_rule *rule)
{
	if (!has_speciality(e, rule))
		return ELIGIBLE_SPECIALITY;
	if (!e->in_standing)
		return ELIGIBLE_NOT_IN_STANDING;
	if (rule->session_us >= e->leave_from_us && rule->session_us < e->leave_until_us)
		return ELIGIBLE_ON_LEAVE;
	if (!is_wanted_region(e, rule))
		return ELIGIBLE_REGION;
	if (e->is_regulator)
		return ELIGIBLE_REGULATOR;
	if (e->of_party)
		return ELIGIBLE_UNIT;
	if (e->was_member)
		return ELIGIBLE_REPLACED;
	if (e->is_busy)
		return ELIGIBLE_BUSY;
	if (rule->interval_us && e->nearest_us &&
		ABS(rule->session_us - e->nearest_us) < rule->interval_us)
		return ELIGIBLE_INTERVAL;
	if (rule->most_in_period && e->n_drawn >= rule->most_in_period)
		return ELIGIBLE_FREQUENCY;
	return ELIGIBLE_YES;
}

uint8_t eligible_flags(enum eligible_reason reason)
{
	if (reason == ELIGIBLE_YES)
		return DRAW_SPECIALITY;
	return reason == ELIGIBLE_SPECIALITY ? 0 : DRAW_SPECIALITY | DRAW_AVOID;
}

/* So many hours before a time, those on days off left out. */
static int64_t hours_before(const struct calendar *calendar, int64_t t_us, int64_t hours)
{
	int64_t left_us = hours * HOUR_US;
	int32_t day = day_of(t_us - 1);

	for (;;) {
		int64_t from_us = day_start_us(day);
		int64_t here_us = t_us - from_us;

		if (calendar_is_working_day(calendar, day)) {
			if (here_us >= left_us)
				return t_us - left_us;
			left_us -= here_us;
		}
		t_us = from_us;
		day--;
	}
}

int eligible_draw_time(const struct rulebook *book, const struct calendar *calendar, bool binding,
	bool other_province, int64_t opening_us, int64_t now_us, struct rule_verdict *ret_verdict)
{
	int64_t hours = other_province ? OTHER_PROVINCE_HOURS : rulebook_value(book, "C12");
	int64_t earliest_us;

	if (!binding)
		return 0;
	earliest_us = hours_before(calendar, opening_us, hours);
	if (now_us >= earliest_us)
		return 0;
	if (ret_verdict)
		*ret_verdict = (struct rule_verdict){VERDICT_REFUSE, ELIGIBLE_E_DRAW_TOO_EARLY,
			eligible_refusal_code(ELIGIBLE_E_DRAW_TOO_EARLY), "C12", NULL, earliest_us};
	return ELIGIBLE_E_DRAW_TOO_EARLY;
}
