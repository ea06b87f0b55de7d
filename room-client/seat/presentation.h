/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * Which page of which document somebody shows the others: the welcome says what it was when it was
 * sent, the events after it what became of it. Pure.
 */

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "proto/ident.h"

struct presentation {
	char seat[IDENT_SIZE]; /* "": nobody presents, or we are not told */
	char bid[IDENT_SIZE];
	int file, page;   /* from 1 */
	int64_t after_no; /* the events up to this one are in the welcome already */
};

/* presenting: of the welcome, or NULL. Both tell whether anything changed. */
bool presentation_welcomed(struct presentation *p, const json_t *presenting, int64_t event_no);
bool presentation_event(struct presentation *p, int64_t no, const char *kind,
	const char *actor_seat, const json_t *body);

/* {"seat", "bid", "file", "page"}, or null; the caller owns it. */
json_t *presentation_describe(const struct presentation *p);
