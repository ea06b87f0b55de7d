/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * Who is speaking, out of how loud everybody is. A cough does not take the stage, and a pause for
 * breath does not lose it:
 *
 *	- loudness follows a level up at once, stays 0.2 s, then falls by half every 0.3 s;
 *	- to begin, somebody must be heard for 0.3 s;
 *	- to take over from somebody who is heard, for 0.6 s and by a quarter louder;
 *	- who is not heard for 2 s no longer speaks.
 *
 * Pure; times in microseconds of any one clock.
 */

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

struct speaker {
	GHashTable *voices; /* seat → struct voice, owned */
	char *speaking;     /* NULL: nobody */
};

void speaker_init(struct speaker *s);
void speaker_done(struct speaker *s);

/* level: 0 silence to 1 full. True when somebody else, or nobody, speaks now. */
bool speaker_heard(struct speaker *s, const char *seat, double level, int64_t now_us);
/* Time went by. The same result. */
bool speaker_tick(struct speaker *s, int64_t now_us);
/* The seat has gone. The same result. */
bool speaker_forget(struct speaker *s, const char *seat);
