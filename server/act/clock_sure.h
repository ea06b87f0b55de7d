/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_ACT_CLOCK_SURE_H
#define SERVER_ACT_CLOCK_SURE_H

/*
 * Whether the time is sure (时间可信) by which bids are taken and opened. It is not when
 *  - database and server do not tell the same time,
 *  - no NTP service keeps the machine's clock, or with too large an error, or
 *  - the clock is behind the newest entry of the ledger: it was set back, and a deadline that had
 *    passed would be to come again.
 * The last two are asked only where env.clock_error_most_us is set.
 */
#include <stdbool.h>

struct act;

/* ret_why: words for a monitor, static, NULL when it is sure. 0 or negative errno. */
int clock_sure(struct act *a, const char **ret_why);

/* 0, REFUSED with bid.clock_unsure, or negative errno. */
int clock_require_sure(struct act *a);

#endif
