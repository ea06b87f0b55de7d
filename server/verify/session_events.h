/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_VERIFY_SESSION_EVENTS_H
#define SERVER_VERIFY_SESSION_EVENTS_H

/* The events of a session's record, read and proven to be in the ledger. */
#include <jansson.h>

#include "proto/ledger_checkpoint.h"
#include "proto/ledger_leaf.h"
#include "server/verify/findings.h"

struct note_key;

/* One event; its texts belong to `object`. */
struct session_event {
	json_t *object;
	struct ledger_event event;
	uint64_t index; /* in the ledger */
	unsigned line;
};

/*
 * All events of DIR/events.jsonl in the file's order; what does not hold is a finding, and events
 * whose leaf cannot be read are left out. The array owns struct session_event. *ret_head is the
 * checkpoint, size 0 when it does not hold. Negative errno when checkpoint or events cannot be
 * read.
 */
int session_events_read(const char *dir, const struct note_key *key, struct findings *findings,
	struct ledger_checkpoint *ret_head, GArray **ret);

#endif
