/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/clock_sure.h"

#include <stdlib.h>

#include "server/act/act.h"
#include "server/core/clock.h"
#include "server/core/clock_error.h"
#include "server/store/clock_store.h"
#include "server/store/event_store.h"

/* Farther apart than this, one of two machines has a wrong clock. */
#define APART_MAX_US (2 * CLOCK_SECOND_US)

static bool is_kept(const struct act_env *env)
{
	struct clock_error error;

	if (env->clock_error)
		env->clock_error(&error);
	else
		clock_error_read(&error);
	return clock_error_is_within(&error, env->clock_error_most_us);
}

int clock_sure(struct act *a, const char **ret_why)
{
	int64_t drift_us = 0, newest_us = 0;
	int r = clock_store_drift_us(a->txn, &drift_us);

	*ret_why = NULL;
	if (!r && llabs(drift_us) > APART_MAX_US)
		*ret_why = "the database tells another time";
	if (r || *ret_why || !a->env->clock_error_most_us)
		return r;
	if (!is_kept(a->env)) {
		*ret_why = "no NTP service keeps the clock, or its error is too large";
		return 0;
	}
	r = event_store_newest_us(a->txn, &newest_us);
	if (!r && newest_us - a->real_us > APART_MAX_US)
		*ret_why = "the clock is behind the ledger";
	return r;
}

int clock_require_sure(struct act *a)
{
	const char *why;
	int r = clock_sure(a, &why);

	return !r && why ? refuse(a->refusal, "bid.clock_unsure", NULL, "%s", why) : r;
}
