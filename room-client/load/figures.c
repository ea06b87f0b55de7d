/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/load/figures.h"

#include <glib.h>

void figures_delay(struct figures *f, enum figures_part part, int64_t delay_us)
{
	f->delay[part][CLAMP(delay_us / FIGURES_STEP_US, 0, FIGURES_N_STEPS - 1)]++;
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
	for (int kind = 0; kind < 2; kind++)
		to->kind_gaps[kind] += from->kind_gaps[kind];
	for (int p = 0; p < FIGURES_N_PARTS; p++)
		for (int i = 0; i < FIGURES_N_STEPS; i++)
			to->delay[p][i] += from->delay[p][i];
}

static uint64_t at_step(const struct figures *f, unsigned parts, int step)
{
	uint64_t n = 0;

	for (int p = 0; p < FIGURES_N_PARTS; p++)
		n += parts & 1u << p ? f->delay[p][step] : 0;
	return n;
}

uint64_t figures_objects(const struct figures *f, unsigned parts)
{
	uint64_t n = 0;

	for (int i = 0; i < FIGURES_N_STEPS; i++)
		n += at_step(f, parts, i);
	return n;
}

double figures_quantile(const struct figures *f, unsigned parts, double share)
{
	uint64_t total = figures_objects(f, parts), passed = 0;
	int i = 0;

	for (; i < FIGURES_N_STEPS - 1; i++) {
		passed += at_step(f, parts, i);
		if ((double)passed >= share * (double)total)
			break;
	}
	return (i + 1) * FIGURES_STEP_US / 1000.0;
}
