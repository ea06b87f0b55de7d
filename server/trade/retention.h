/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * How long a recording is kept (保管期限). A session is of one class; a class is a period that
 * counts from a moment somebody at the centre names, since what it counts from (the end of a
 * purchase, of the validity of bids) lies behind the session. Under government purchase law nothing
 * is shorter than rule G08 of the project's book.
 *
 * Pure; times are microseconds since the epoch, days and years those of Shanghai.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "server/trade/regime.h"
#include "server/trade/rulebook.h"

struct retention_class {
	const char *name; /* as in JSON and SQL */
	int years, days;  /* both 0: for ever */
	bool verified;    /* the text of its source was read; false prints 未核实 */
	const char *source;
};

/* All of them, longest first. */
const struct retention_class *retention_classes(size_t *ret_n);
/* NULL for a name that is none. */
const struct retention_class *retention_class_find(const char *name);

/* The one for sessions nobody has put into a class. */
#define RETENTION_DEFAULT "years_15"

/* When the period is over: the end of its last day; 0: never. A day that the last year does not
 * have becomes the next one, so that nothing is kept shorter. */
int64_t retention_ends_us(const struct retention_class *c, int64_t from_us);

/* The rule that wants a longer period, or NULL. */
const struct rule *retention_too_short(
	const struct retention_class *c, enum regime regime, const struct rulebook *book);
