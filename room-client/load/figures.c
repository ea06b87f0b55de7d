/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/load/figures.h"

#include <glib.h>

void figures_delay(struct figures *f, int64_t delay_us)
{
	f->delay[CLAMP(delay_us / FIGURES_STEP_US, 0, FIGURES_N_STEPS - 1)]++;
}

void figures_add(struct figures *to, const struct figures *from)
{
	to->sent += from->sent;
	to->objects += from->objects;
	to->bytes += from->bytes;
	to->stamps += from->stamps;
	to->gaps += from->gaps;
	to->damaged += from->damaged;
	to->disorder += from->disorder;
	to->lags += from->lags;
	to->key_asked += from->key_asked;
	to->failed += from->failed;
	for (int i = 0; i < FIGURES_N_STEPS; i++)
		to->delay[i] += from->delay[i];
}

double figures_quantile(const struct figures *f, double share)
{
	uint64_t total = 0, passed = 0;
	int i = 0;

	for (int k = 0; k < FIGURES_N_STEPS; k++)
		total += f->delay[k];
	while (i < FIGURES_N_STEPS - 1 && (double)(passed + f->delay[i]) < share * (double)total)
		passed += f->delay[i++];
	return (i + 1) * FIGURES_STEP_US / 1000.0;
}
