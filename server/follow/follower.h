/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_FOLLOW_FOLLOWER_H
#define SERVER_FOLLOW_FOLLOWER_H

/*
 * A thread that does one duty behind the acts: the ledger's keeper, the public pages, the clock. It
 * works when woken and at least every interval; a step that failed is tried again, ever more
 * slowly.
 */
#include <stdint.h>

struct follower;

/*
 * Starts the thread. step does a piece of work: positive = more is waiting, call again at once; 0 =
 * done for now; negative errno = failed, logged here with `name`. It must end soon (a second or
 * so).
 */
struct follower *follower_new(
	const char *name, int64_t interval_us, int (*step)(void *ctx), void *ctx);

/* Any thread; cheap. */
void follower_wake(struct follower *f);

/* Waits for the step under way. Returns NULL; NULL is fine. */
struct follower *follower_free(struct follower *f);

#endif
