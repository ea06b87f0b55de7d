/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_STORE_EVENT_STORE_H
#define SERVER_STORE_EVENT_STORE_H

/*
 * Events in the database. Appending takes the next number of the subject by writing its guard row,
 * so acts on one subject queue up there and acts on different subjects commit in parallel.
 */
#include <stdbool.h>
#include <stdint.h>

#include "server/audit/event.h"

struct db_txn;

/* Returned by getters that found nothing. */
#define STORE_E_NONE 2

/*
 * Gives e its number and its id, seals it and inserts it with its pending mark. 0 or negative
 * errno.
 */
int event_store_append(struct db_txn *txn, struct event *e);

/* When the newest event was made, by its id; 0: there is none. */
int event_store_newest_us(struct db_txn *txn, int64_t *ret_us);

/* The event, or STORE_E_NONE. */
int event_store_get(struct db_txn *txn, const char *event_id, struct event **ret);

/*
 * Events of a subject after number `after`, in order, at most limit (1..1000); the array owns them.
 */
int event_store_of_subject(
	struct db_txn *txn, const char *subject, int64_t after, unsigned limit, GPtrArray **ret);

/* The same, only of one kind. */
int event_store_of_subject_kind(struct db_txn *txn, const char *subject, const char *kind,
	int64_t after, unsigned limit, GPtrArray **ret);

/* The same, only those of real time since_us and later. */
int event_store_of_subject_since(struct db_txn *txn, const char *subject, const char *kind,
	int64_t after, int64_t since_us, unsigned limit, GPtrArray **ret);

/* All events of a subject, of one kind or (NULL) of every, in order; read in pages. */
int event_store_all_of_subject(
	struct db_txn *txn, const char *subject, const char *kind, GPtrArray **ret);

/*
 * Whether this person wrote any of a draft (notice or project): drafted, edited, attached or
 * submitted it.
 */
int event_store_wrote(struct db_txn *txn, const char *subject, const char *actor, bool *ret);

/* Pending events, oldest id first, at most limit. For the keeper. */
int event_store_pending(struct db_txn *txn, unsigned limit, GPtrArray **ret);

/* Events placed in the ledger from sequence `from` on, in ledger order; for feed, tiles, audit. */
struct placed_event {
	int64_t seq;
	struct event *event;
};
int event_store_placed(struct db_txn *txn, int64_t from, unsigned limit, GArray **ret_placed);

#endif
