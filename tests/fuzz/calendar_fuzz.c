/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stddef.h>
#include <stdint.h>

#include "server/trade/calendar.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Any table that is read can be counted with. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct calendar *cal = NULL;
	int32_t day = day_from_date(2026, 1, 1);

	if (calendar_parse((const char *)data, size, &cal, NULL))
		return 0;
	g_assert(calendar_is_working_day(cal, calendar_roll_forward(cal, day)));
	g_assert(calendar_working_days_between(cal, day, calendar_add_working_days(cal, day, 5)) ==
		 5);
	calendar_free(cal);
	return 0;
}
