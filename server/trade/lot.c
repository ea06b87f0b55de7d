/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/trade/lot.h"

#include <string.h>

static const char *const states[] = {
	[LOT_DRAFT] = "draft",
	[LOT_BIDDING] = "bidding",
	[LOT_CLOSED] = "closed",
	[LOT_OPENED] = "opened",
	[LOT_RANKED] = "ranked",
	[LOT_FAILED] = "failed",
};

static const struct {
	enum lot_step step;
	enum lot_state from, to;
} steps[] = {
	{LOT_STEP_ANNOUNCE, LOT_DRAFT, LOT_BIDDING},
	{LOT_STEP_CLOSE, LOT_BIDDING, LOT_CLOSED},
	{LOT_STEP_FAIL, LOT_BIDDING, LOT_FAILED},
	{LOT_STEP_OPEN, LOT_CLOSED, LOT_OPENED},
	{LOT_STEP_RANK, LOT_OPENED, LOT_RANKED},
	{LOT_STEP_RANK, LOT_RANKED, LOT_RANKED},
	{LOT_STEP_FAIL, LOT_OPENED, LOT_FAILED},
	{LOT_STEP_FAIL, LOT_RANKED, LOT_FAILED},
	{LOT_STEP_REOPEN, LOT_RANKED, LOT_OPENED},
	{LOT_STEP_REOPEN, LOT_FAILED, LOT_OPENED},
};

const char *lot_refusal_code(int refusal)
{
	switch (refusal) {
		LOT_REFUSALS(REFUSAL_CASE)
	}
	return NULL;
}

const char *lot_state_name(enum lot_state s)
{
	return s >= LOT_DRAFT && s <= LOT_FAILED ? states[s] : NULL;
}

enum lot_state lot_state_from_name(const char *name)
{
	for (size_t i = 1; name && i < G_N_ELEMENTS(states); i++)
		if (strcmp(states[i], name) == 0)
			return (enum lot_state)i;
	return 0;
}

int lot_step(enum lot_state state, enum lot_step step, enum lot_state *ret)
{
	for (size_t i = 0; i < G_N_ELEMENTS(steps); i++) {
		if (steps[i].step == step && steps[i].from == state) {
			*ret = steps[i].to;
			return 0;
		}
	}
	return LOT_E_STATE;
}
