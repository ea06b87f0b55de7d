/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * How fast documents may be fetched beside a conversation. A bucket of tokens fills at a rate that
 * feels its way: it grows while all is calm, but only creeps where it was too much before, stays
 * below what the line was seen to carry, and halves when the voices come late or the server drops.
 * While what this seat itself sends is
 * behind, nothing is fetched at all.
 *
 * Every function locks; any thread. Times are CLOCK_MONOTONIC in microseconds.
 */

#include <stdbool.h>
#include <stdint.h>

#define PACE_MIN (16 * 1024) /* bytes per second */
#define PACE_START (128 * 1024)
#define PACE_MAX (16 * 1024 * 1024)

struct pace;

struct pace *pace_new(int64_t now_us);
struct pace *pace_free(struct pace *p);

/* How many of `want` bytes may be taken now; they count as taken. 0: ask again after *ret_wait_us.
 */
int64_t pace_take(struct pace *p, int64_t want, int64_t now_us, int64_t *ret_wait_us);

/* The voices suffer: halves the rate, at most once a second, and pauses for a moment. */
void pace_trouble(struct pace *p, int64_t now_us);
/* Nothing is fetched for half a second; said again and again while it lasts. */
void pace_hold(struct pace *p, int64_t now_us);
/* A voice arrived: its delay against any fixed zero. Much more than usual is trouble, unless other
 * voices of the moment came in time: then it is the line of who speaks. */
void pace_heard(struct pace *p, int64_t delay_us, int64_t now_us);

/* Bytes per second. */
int64_t pace_rate(struct pace *p);
