/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/trade/notice.h"

#include <string.h>

static const char *const states[] = {
	[NOTICE_DRAFT] = "draft",
	[NOTICE_SUBMITTED] = "submitted",
	[NOTICE_RETURNED] = "returned",
	[NOTICE_APPROVED] = "approved",
	[NOTICE_PUBLISHED] = "published",
	[NOTICE_WITHDRAWN] = "withdrawn",
};

enum who { ANYBODY, AUTHOR, OTHER };

static const struct {
	enum notice_step step;
	enum notice_state from, to;
	enum who who;
} steps[] = {
	{NOTICE_STEP_EDIT, NOTICE_DRAFT, NOTICE_DRAFT, AUTHOR},
	{NOTICE_STEP_EDIT, NOTICE_RETURNED, NOTICE_RETURNED, AUTHOR},
	{NOTICE_STEP_SUBMIT, NOTICE_DRAFT, NOTICE_SUBMITTED, AUTHOR},
	{NOTICE_STEP_SUBMIT, NOTICE_RETURNED, NOTICE_SUBMITTED, AUTHOR},
	{NOTICE_STEP_RETURN, NOTICE_SUBMITTED, NOTICE_RETURNED, OTHER},
	{NOTICE_STEP_RETURN, NOTICE_APPROVED, NOTICE_RETURNED, OTHER},
	{NOTICE_STEP_APPROVE, NOTICE_SUBMITTED, NOTICE_APPROVED, OTHER},
	{NOTICE_STEP_PUBLISH, NOTICE_APPROVED, NOTICE_PUBLISHED, OTHER},
	{NOTICE_STEP_WITHDRAW, NOTICE_PUBLISHED, NOTICE_WITHDRAWN, ANYBODY},
};

const char *notice_refusal_code(int refusal)
{
	switch (refusal) {
		NOTICE_REFUSALS(REFUSAL_CASE)
	}
	return NULL;
}

bool notice_means_lot(const json_t *lot_nos, int64_t no)
{
	size_t i;
	json_t *meant;

	if (!json_array_size(lot_nos))
		return true;
	json_array_foreach (lot_nos, i, meant)
		if (json_integer_value(meant) == no)
			return true;
	return false;
}

const char *notice_state_name(enum notice_state s)
{
	return s >= NOTICE_DRAFT && s <= NOTICE_WITHDRAWN ? states[s] : NULL;
}

enum notice_state notice_state_from_name(const char *name)
{
	for (size_t i = 1; name && i < G_N_ELEMENTS(states); i++)
		if (strcmp(states[i], name) == 0)
			return (enum notice_state)i;
	return 0;
}

int notice_step(
	enum notice_state state, enum notice_step step, bool is_author, enum notice_state *ret)
{
	for (size_t i = 0; i < G_N_ELEMENTS(steps); i++) {
		if (steps[i].step != step || steps[i].from != state)
			continue;
		if (steps[i].who == AUTHOR && !is_author)
			return NOTICE_E_NOT_AUTHOR;
		if (steps[i].who == OTHER && is_author)
			return NOTICE_E_SAME_PERSON;
		*ret = steps[i].to;
		return 0;
	}
	return NOTICE_E_STATE;
}
