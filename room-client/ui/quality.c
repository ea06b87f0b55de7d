/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/ui/quality.h"

#define FAIR_LATE_US 150000
#define POOR_LATE_US 500000
#define FAIR_LOST_PERCENT 2
#define POOR_LOST_PERCENT 15

enum quality quality_of(const struct quality_sample *s)
{
	int64_t all = s->n_objects + s->n_lost;

	if (all <= 0)
		return QUALITY_UNKNOWN;
	if (s->late_us >= POOR_LATE_US || s->n_lost * 100 >= all * POOR_LOST_PERCENT)
		return QUALITY_POOR;
	if (s->late_us >= FAIR_LATE_US || s->n_lost * 100 >= all * FAIR_LOST_PERCENT)
		return QUALITY_FAIR;
	return QUALITY_GOOD;
}

enum quality quality_worse(enum quality a, enum quality b)
{
	return a > b ? a : b;
}

enum quality quality_of_lag(int level)
{
	if (level <= 0)
		return QUALITY_GOOD;
	return level <= 2 ? QUALITY_FAIR : QUALITY_POOR;
}
