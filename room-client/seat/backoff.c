/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/seat/backoff.h"

#define FIRST_US 250000

int64_t backoff_next_us(struct backoff *b, uint32_t chance)
{
	int64_t most = FIRST_US;

	for (unsigned i = 0; i < b->n_failures && most < BACKOFF_MAX_US; i++)
		most *= 2;
	if (most > BACKOFF_MAX_US)
		most = BACKOFF_MAX_US;
	/* The first time anything from nothing on; later at least half. */
	if (b->n_failures++ == 0)
		return most * chance / UINT32_MAX;
	return most / 2 + most / 2 * chance / UINT32_MAX;
}

void backoff_reset(struct backoff *b)
{
	b->n_failures = 0;
}
