/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/trade/bid.h"

#include <string.h>

static const char *const states[] = {
	[BID_UPLOADING] = "uploading",
	[BID_FINALISED] = "finalised",
	[BID_WITHDRAWN] = "withdrawn",
	[BID_SEALED] = "sealed",
	[BID_OPENED] = "opened",
	[BID_REVOKED] = "revoked",
	[BID_RECALLED] = "recalled",
	[BID_INVALID] = "invalid",
};

static const struct {
	enum bid_step step;
	enum bid_state from, to;
} steps[] = {
	{BID_STEP_UPLOAD, BID_UPLOADING, BID_UPLOADING},
	{BID_STEP_FINALISE, BID_UPLOADING, BID_FINALISED},
	{BID_STEP_WITHDRAW, BID_UPLOADING, BID_WITHDRAWN},
	{BID_STEP_WITHDRAW, BID_FINALISED, BID_WITHDRAWN},
};

const char *bid_refusal_code(int refusal)
{
	switch (refusal) {
		BID_REFUSALS(REFUSAL_CASE)
	}
	return NULL;
}

const char *bid_state_name(enum bid_state s)
{
	return s >= BID_UPLOADING && s <= BID_INVALID ? states[s] : NULL;
}

enum bid_state bid_state_from_name(const char *name)
{
	for (size_t i = 1; name && i < G_N_ELEMENTS(states); i++)
		if (strcmp(states[i], name) == 0)
			return (enum bid_state)i;
	return 0;
}

int bid_may_begin(bool notice_published, unsigned n_uploads, int64_t offer_start_us,
	int64_t deadline_us, int64_t now_us)
{
	if (!notice_published || now_us < offer_start_us)
		return BID_E_NOT_OFFERED;
	if (now_us >= deadline_us)
		return BID_E_LATE;
	return n_uploads < BID_UPLOADS_MAX ? 0 : BID_E_TOO_MANY;
}

int bid_step(enum bid_state state, enum bid_step step, bool complete, int64_t deadline_us,
	int64_t now_us, enum bid_state *ret)
{
	for (size_t i = 0; i < G_N_ELEMENTS(steps); i++) {
		if (steps[i].step != step || steps[i].from != state)
			continue;
		if (now_us >= deadline_us)
			return BID_E_LATE;
		if (step == BID_STEP_FINALISE && !complete)
			return BID_E_INCOMPLETE;
		*ret = steps[i].to;
		return 0;
	}
	return BID_E_STATE;
}
