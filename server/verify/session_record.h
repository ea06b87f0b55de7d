/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_VERIFY_SESSION_RECORD_H
#define SERVER_VERIFY_SESSION_RECORD_H

/* The record of a session while it is checked: where it lies, its events, what was found. */
#include <glib.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "server/core/id.h"
#include "server/verify/findings.h"
#include "server/verify/session_events.h"

struct session_record {
	const char *dir;
	char session_id[ID_SIZE]; /* as session.json says */
	GArray *events;           /* struct session_event */
	struct ledger_checkpoint head;
	/* Of a bundle: track -> what its manifest says of the reel. NULL: no bundle. */
	GHashTable *reel_states;
	struct findings *findings;
};

/* The i-th event, and the first one of a kind (NULL: any) from index `from` on; NULL: none. */
const struct session_event *record_event(const struct session_record *rec, guint i);
const struct session_event *record_find(
	const struct session_record *rec, const char *kind, guint from, guint *ret_index);

/* The session was closed and, unless it was evaluated again since (重新评审), is. */
bool record_is_closed(const struct session_record *rec);

/* "events.jsonl line 7 (session:01h… no 7, lot.ranked)"; g_free it. */
char *record_place(const struct session_event *row);

/*
 * The object a file of the record holds; NULL after saying so when it is missing or unreadable.
 * Must be there: what speaks of it, or NULL when nothing does and a missing file is none of our
 * business.
 */
json_t *record_json(const struct session_record *rec, const char *name, const char *must);

/* Exactly 32 bytes in hex under this name. */
bool record_hex32(const json_t *json, const char *name, uint8_t ret[32]);

/*
 * The event bid.rejected that stands against a bid before event index `before`: no bid.reinstated
 * came after it. NULL: none.
 */
const struct session_event *record_rejection(
	const struct session_record *rec, const char *bid_id, guint before);

/*
 * A lot stood failed when this event was written: it was not judged again (lot.reopened) before.
 * By the order of the ledger, for the file has the events of a lot behind all of the session's.
 */
bool record_lot_failed(
	const struct session_record *rec, const char *lot, const struct session_event *when);

/*
 * The members who had promised and not left the panel again before event index `before`: member
 * number -> account id (a text of the record). Free with g_hash_table_unref.
 */
GHashTable *record_members(const struct session_record *rec, guint before);

#endif
