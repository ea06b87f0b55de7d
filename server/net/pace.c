/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/net/pace.h"

/* A longer interval is taken soon, a shorter one only when it has been quiet for some time. */
#define BUSY_WINDOWS 2
#define QUIET_WINDOWS 5

/*
 * Doubling the interval saves at best half of the work from 5 to 10 ms and a fifth from 10 to 20 ms
 * (measured). The lower bound of a step lies below what its predecessor's upper bound then becomes,
 * so that a steady load cannot make it swing.
 */
static const struct step {
	unsigned interval_ms, lower_percent, upper_percent;
} steps[] = {
	{PACE_FAST_MS, 0, 25},
	{PACE_NORMAL_MS, 10, 70},
	{PACE_OVERLOAD_MS, 40, 1000},
};

unsigned pace_interval_ms(const struct pace *p)
{
	return steps[p->step].interval_ms;
}

bool pace_window(struct pace *p, unsigned busy_percent)
{
	const struct step *s = &steps[p->step];

	p->n_busy = busy_percent > s->upper_percent ? p->n_busy + 1 : 0;
	p->n_quiet = busy_percent < s->lower_percent ? p->n_quiet + 1 : 0;
	if (p->n_busy >= BUSY_WINDOWS)
		*p = (struct pace){.step = p->step + 1};
	else if (p->n_quiet >= QUIET_WINDOWS)
		*p = (struct pace){.step = p->step - 1};
	else
		return false;
	return true;
}
