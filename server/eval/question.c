/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/eval/question.h"

#include <string.h>

static const struct {
	const char *name, *label;
} outcomes[] = {
	[QUESTION_OPEN] = {"", "待定"},
	[QUESTION_ACCEPTED] = {"accepted", "予以采信"},
	[QUESTION_SUBSTANCE] = {"substance", "改变实质性内容，不予采信"},
	[QUESTION_SILENT] = {"silent", "逾期未答复"},
};

const char *question_refusal_code(int refusal)
{
	switch (refusal) {
		QUESTION_REFUSALS(REFUSAL_CASE)
	}
	return NULL;
}

const char *question_outcome_name(enum question_outcome outcome)
{
	return outcomes[outcome].name;
}

const char *question_outcome_label(enum question_outcome outcome)
{
	return outcomes[outcome].label;
}

enum question_outcome question_outcome_from_name(const char *name)
{
	for (int i = QUESTION_ACCEPTED; i <= QUESTION_SILENT; i++)
		if (strcmp(outcomes[i].name, name) == 0)
			return i;
	return QUESTION_OPEN;
}

bool question_is_open(const struct question_state *q)
{
	return !q->reviewed || (q->passed && !q->outcome && !(q->explains && q->answered));
}

bool question_is_silent(const struct question_state *q, int64_t now_us)
{
	return question_may_settle(q, QUESTION_SILENT, now_us) == 0;
}

int question_may_review(const struct question_state *q)
{
	return q->reviewed ? QUESTION_E_STATE : 0;
}

int question_may_answer(const struct question_state *q, int64_t now_us)
{
	if (!q->passed || q->answered || q->outcome)
		return QUESTION_E_STATE;
	return now_us > q->deadline_us ? QUESTION_E_LATE : 0;
}

int question_may_settle(
	const struct question_state *q, enum question_outcome outcome, int64_t now_us)
{
	if (!q->passed || q->outcome)
		return QUESTION_E_STATE;
	if (outcome == QUESTION_OPEN || (q->explains && outcome != QUESTION_SILENT))
		return QUESTION_E_OUTCOME;
	if (!q->answered && now_us <= q->deadline_us)
		return QUESTION_E_WAITS;
	return q->answered == (outcome == QUESTION_SILENT) ? QUESTION_E_OUTCOME : 0;
}
