/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * A sum or a day that a field of a notice says. People write them as they like: only a text that
 * says one of them and nothing else is read, for a number that was guessed is worse than none. Pure.
 */

#include <stdbool.h>
#include <stdint.h>

#include "proto/decimal.h"

/* "1,234,567.89元", "人民币120万元整（含税）"; in yuan. A rate, a unit price and two sums are none. */
bool said_money(const char *text, struct decimal *ret);

/* "2026年3月1日", "2026-03-01"; its start in Beijing. */
bool said_day(const char *text, int64_t *ret_us);
