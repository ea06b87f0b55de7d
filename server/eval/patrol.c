/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/eval/patrol.h"

static int64_t first_within(const int64_t *looked, size_t n, int64_t from_us, int64_t to_us)
{
	for (size_t i = 0; i < n; i++)
		if (looked[i] >= from_us && looked[i] < to_us)
			return looked[i];
	return 0;
}

void patrol_rounds(int64_t start_us, int64_t end_us, bool over, int64_t interval_us,
	const int64_t *looked, size_t n_looked, GArray *ret)
{
	g_assert(interval_us > 0);
	for (int64_t from = start_us; from < end_us || (from == start_us && !over);
		from += interval_us) {
		/* A look in the moment of the end, or a little after it, belongs to the last round.
		 */
		bool last = from + interval_us >= end_us;
		int64_t to = last && !over ? from + interval_us : MIN(from + interval_us, end_us);
		struct patrol_round round = {
			.from_us = from,
			.to_us = to,
			.done_us = first_within(
				looked, n_looked, from, last && over ? from + interval_us : to),
		};

		round.state = round.done_us   ? PATROL_DONE
			      : last && !over ? PATROL_DUE
					      : PATROL_MISSED;
		g_array_append_val(ret, round);
	}
}

const char *patrol_state_name(enum patrol_state state)
{
	switch (state) {
	case PATROL_DUE:
		return "due";
	case PATROL_DONE:
		return "done";
	case PATROL_MISSED:
		return "missed";
	}
	g_assert_not_reached();
}
