/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/core/clock_error.h"

#include <sys/timex.h>

void clock_error_read(struct clock_error *ret)
{
	struct timex kernel = {0}; /* no modes: nothing is set */
	int state = adjtimex(&kernel);

	*ret = (struct clock_error){
		.steered = state >= 0 && state != TIME_ERROR && !(kernel.status & STA_UNSYNC),
		.max_us = kernel.maxerror,
	};
}

bool clock_error_is_within(const struct clock_error *e, int64_t most_us)
{
	return e->steered && e->max_us <= most_us;
}
