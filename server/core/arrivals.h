/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_CORE_ARRIVALS_H
#define SERVER_CORE_ARRIVALS_H

/*
 * Requests that count from the moment they were there, however long they wait for a worker: while
 * one is unanswered, nobody may say that everything of its time is in. Any thread.
 */
#include <stdint.h>

struct arrivals;

struct arrivals *arrivals_new(void);
struct arrivals *arrivals_free(struct arrivals *a);

/* One was there at this legal time; it is answered. */
void arrivals_enter(struct arrivals *a, int64_t legal_us);
void arrivals_leave(struct arrivals *a, int64_t legal_us);

/* Legal time of the first that is not answered; INT64_MAX: all are. */
int64_t arrivals_earliest(struct arrivals *a);

#endif
