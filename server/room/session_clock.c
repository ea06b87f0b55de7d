/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/room/session_clock.h"

#include <glib.h>

uint32_t session_clock_map(struct session_clock *c, uint64_t capture_us, uint32_t arrival_ms)
{
	int64_t arrival_us = (int64_t)arrival_ms * 1000;
	int64_t delay_us = arrival_us - (int64_t)capture_us;
	int64_t session_ms;

	if (!c->running) {
		*c = (struct session_clock){.running = true,
			.window_ms = arrival_ms,
			.least_us = delay_us,
			.least_before_us = delay_us};
	} else if (arrival_ms - c->window_ms >= SESSION_CLOCK_WINDOW_MS) {
		c->window_ms = arrival_ms;
		c->least_before_us = c->least_us;
		c->least_us = delay_us;
	}
	c->least_us = MIN(c->least_us, delay_us);
	/* No overflow: the sum is at most arrival_us, and capture_us is not negative. */
	session_ms = ((int64_t)capture_us + MIN(c->least_us, c->least_before_us)) / 1000;
	return (uint32_t)CLAMP(session_ms, MAX(0, (int64_t)arrival_ms - SESSION_CLOCK_TRUST_MS),
		(int64_t)arrival_ms);
}
