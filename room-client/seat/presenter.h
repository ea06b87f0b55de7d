/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * What this seat shows the others, said no faster than a room likes to hear it: who leafs through
 * twenty pages says the one where he stops. One word is under way at a time; while it waits for its
 * answer, only the newest wish is kept. Pure; times are CLOCK_MONOTONIC in microseconds.
 */

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "proto/control.h"
#include "proto/ident.h"

struct place {
	bool on; /* false: nothing is shown */
	char bid[IDENT_SIZE];
	int file, page;
};

struct presenter {
	struct place wish, said;
	char id[CONTROL_ID_MAX + 1]; /* of the act under way; "" none */
	int64_t next_us;             /* nothing is said before */
};

/* bid NULL: to show nothing any more. */
void presenter_wish(struct presenter *p, const char *bid, int file, int page);

/* The fields of the message "present" that is to be sent now, owned by the caller, who then calls
 * presenter_sent; NULL: nothing, until presenter_due_us. */
json_t *presenter_next(struct presenter *p, int64_t now_us);
void presenter_sent(struct presenter *p, const char *id, int64_t now_us);
/* INT64_MAX: not before another wish or an answer. */
int64_t presenter_due_us(const struct presenter *p);

/* An act was acknowledged or refused; false: it is none of ours. Refused: nothing is shown. */
bool presenter_answered(struct presenter *p, const char *id, bool refused);
/* Another seat took over: the own wish is over. */
void presenter_stop(struct presenter *p);
