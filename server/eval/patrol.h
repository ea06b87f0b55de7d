/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * The rounds (巡查) a supervisor owes a running session: it is cut into stretches of one interval
 * from its start on, and in each somebody looks and writes down what was seen. The last stretch of
 * a session that ended early is a round too. The interval is the house's own rule. Pure, any
 * thread.
 */

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

enum patrol_state {
	PATROL_DUE = 1, /* the stretch is running and nobody has looked yet */
	PATROL_DONE,
	PATROL_MISSED,
};

struct patrol_round {
	int64_t from_us, to_us; /* to: its end, or that of the session */
	int64_t done_us;        /* when somebody looked first; 0: nobody */
	enum patrol_state state;
};

/*
 * Rounds of a session from start_us to end_us (real time; over: it has ended there, otherwise it is
 * now). looked: times of the entries, rising. Fills ret with struct patrol_round.
 */
void patrol_rounds(int64_t start_us, int64_t end_us, bool over, int64_t interval_us,
	const int64_t *looked, size_t n_looked, GArray *ret);

const char *patrol_state_name(enum patrol_state state);
