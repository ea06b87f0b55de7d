/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * A seat to try, with a clock of its own: what happens to it and what it does about it are lines of
 * text. "<" is a message of the server with ' for ", ">" one of ours; see bench_happen().
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <glib.h>

#include "room-client/seat/seat.h"

struct bench {
	struct seat *seat;
	GString *did; /* since the test emptied it, joined by "; " */
	int64_t now_us, timer_us;
	int64_t clock_ahead_us; /* of this machine, to the server's; 0 at first */
	int64_t issued_us;      /* what the ticket of "join" says; 0 at first */
	json_t *hello;          /* the last one */
};

/* At now_us 0. */
#define UTC_US 1750000000000000

void bench_init(struct bench *b);
void bench_done(struct bench *b);

/* One of: a message of the server, "join", "opened", "closed", "leave", "heard", "tick MS", "gone
 * SOURCE", "there SOURCE", "mute ID SOURCE on|off", "chat ID TEXT". */
void bench_happen(struct bench *b, const char *in);

/* Jumps from timer to timer as the main loop would. The longest waits of all clients, for chance is
 * always the largest number. */
void bench_pass_time(struct bench *b, int64_t us);
