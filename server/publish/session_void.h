/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_PUBLISH_SESSION_VOID_H
#define SERVER_PUBLISH_SESSION_VOID_H

/*
 * What was made void in a session (a step back, a member who left, objective scores that differed)
 * and is kept: void.json of its record. `undone` is the time of the undoing, in microseconds, and
 * tells one from another.
 */
#include <jansson.h>

#include "server/publish/session_evidence.h"

/*
 * *ret: {"sheets", "returned", "results", "ballots"}, lists of rows, or NULL where nothing is void.
 * Of sheets and results only those of lots that are ranked, of ballots those of stages that are
 * counted, until the session has ended: what is being done again is secret again. lots: struct lot.
 */
int session_void_json(
	struct db_txn *txn, const struct session_evidence *e, const GPtrArray *lots, json_t **ret);

#endif
