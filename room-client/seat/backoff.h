/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * How long to wait before connecting again: hardly at all the first time, since most losses are
 * short, then longer and longer, and never the same for two clients, so that a restarted server is
 * not hit by a whole venue at once. Pure; chance is an argument.
 */

#include <stdint.h>

#define BACKOFF_MAX_US 15000000

struct backoff {
	unsigned n_failures; /* since it last went well */
};

/* chance: 32 random bits. */
int64_t backoff_next_us(struct backoff *b, uint32_t chance);
void backoff_reset(struct backoff *b);
