/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_AUDIT_EVENT_H
#define SERVER_AUDIT_EVENT_H

/*
 * An event (事件): one act that matters legally, as it stands in the ledger for ever. This file
 * knows the kinds and how an event becomes its leaf; storing it is the store's, ordering the
 * keeper's. Source of the leaf: RFC 6962 §2.1 over the canonical JSON of proto/ledger.
 *
 * Personal data and withheld fields stay outside the body; it carries their salted digests.
 */
#include <glib.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "server/core/id.h"

enum event_visibility { EVENT_CLOSED, EVENT_BIDDER, EVENT_PANEL, EVENT_ROOM, EVENT_PUBLIC };

struct event_kind {
	const char *name;
	enum event_visibility visibility;
};

/* The row of a kind, or NULL. */
const struct event_kind *event_kind_find(const char *name);
const struct event_kind *event_kinds(size_t *ret_n);

#define EVENT_SUBJECT_SIZE 65
#define EVENT_ACTOR_SIZE 65

struct event {
	char event_id[ID_SIZE];
	const struct event_kind *kind;
	char actor[EVENT_ACTOR_SIZE]; /* account id, "system"; of bidders at an opening "bidder", in
					 its hall "bid_3" */
	char subject[EVENT_SUBJECT_SIZE]; /* "lot:01h…": type and id */
	int64_t subject_no;               /* gapless from 1 within the subject */
	int64_t legal_us, real_us;
	json_t *body; /* owned */
	uint8_t salt[16];
	/* Filled when the event was appended. */
	GBytes *leaf; /* owned; canonical bytes */
	uint8_t leaf_hash[32];
};

/*
 * A new event with fresh id and salt. Takes body. Asserts a kind that is not in the table. The
 * subject number is given by the store.
 */
struct event *event_new(const char *kind, const char *actor, const char *subject_type,
	const char *subject_id, int64_t legal_us, int64_t real_us, json_t *body);
void event_free(struct event *e);
static inline void event_freep(struct event **e)
{
	event_free(*e);
}
#define EVENT_AUTO __attribute__((cleanup(event_freep)))

/* Fills leaf and leaf_hash once the number is known. 0 or -EINVAL for a body that is not canonical.
 */
int event_seal(struct event *e);

#endif
