/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_NET_PACE_H
#define SERVER_NET_PACE_H

/*
 * How often what waits for receivers is joined and written. Seldom means more objects in each
 * write, so less work for the loop and more delay for the seats; so it is decided by how much the
 * loop has to do:
 *
 *	 5 ms   few rooms                        the delay of a hop is 3 ms in the middle
 *	10 ms   the rule                         6 ms
 *	20 ms   overload: late is better than lossy     12 ms
 *
 * Pure: the caller measures.
 */
#include <stdbool.h>

#define PACE_FAST_MS 5
#define PACE_NORMAL_MS 10
#define PACE_OVERLOAD_MS 20

/* Who can wait is served this often. They take turns in groups, that they are not all written to
 * at once while those who talk stand behind them. */
#define PACE_PATIENT_MS 30
#define PACE_PATIENT_GROUPS 3

/* The caller looks so often. */
#define PACE_WINDOW_MS 1000

struct pace {
	unsigned step;    /* of the table of intervals */
	unsigned n_busy;  /* windows in a row above the step's upper bound */
	unsigned n_quiet; /* below its lower one */
};

/* Zero-initialised it begins fast. */
unsigned pace_interval_ms(const struct pace *p);

/* A window is over, in which the loop's thread ran for so many per cent of a core. True when the
 * interval changed. */
bool pace_window(struct pace *p, unsigned busy_percent);

#endif
