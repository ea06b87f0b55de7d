/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * The ledger of make_bundle: events become leaves in the order they come, and in the end the files
 * of a bundle that prove them, with a log and a cosigner of its own; true, or forged by somebody
 * who holds the log's key. There is one in a program. What fails ends the program.
 */

#include <glib.h>
#include <jansson.h>
#include <stdint.h>

#include "proto/ledger_leaf.h"

enum forgery {
	FORGE_NOTHING,
	FORGE_CLOCK,          /* from the middle on the server's clock is an hour behind */
	FORGE_COSIGNED_CLOCK, /* the same from a moment on behind which nothing else shows it */
	FORGE_ORDER,          /* two events of the session changed places in the ledger */
	FORGE_SEAT,           /* seat 1 signs what seat 2 sends */
	FORGE_TWIN,           /* the log signed another tree of the size that was cosigned */
	FORGE_REWRITTEN,      /* an event was rewritten after an earlier head had been cosigned */
	FORGE_CHECKPOINT,     /* another key signed under the log's name */
	N_FORGERIES,
};

/* NULL: nothing. */
enum forgery forgery_from_name(const char *name);

void made_ledger_begin(void);
void made_ledger_end(void);

/* Takes body. subject is "session:ID" or "recording:ID", no its number there. */
void made_ledger_add(
	const char *kind, const char *subject, int64_t no, int64_t at_us, json_t *body);

/* The events of the session first, then what was recorded; each in the ledger's order. */
void made_ledger_each(void (*take)(void *user, const struct ledger_event *event), void *user);

/* Writes key, checkpoint, events.jsonl and cosigned.json; the early head is cosigned at middle_s, a
 * twin at end_s. */
void made_ledger_write(enum forgery forge, int64_t middle_s, int64_t end_s);
