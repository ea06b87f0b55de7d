/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_STORE_SEAT_STORE_H
#define SERVER_STORE_SEAT_STORE_H

/*
 * Seats as a room sees them: the place, who may sit there, the ticket that lets a device in, and
 * the device that sits there. Getters return 0, STORE_E_NONE or negative errno.
 */
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "server/core/id.h"
#include "server/store/event_store.h"

struct db_txn;

struct seat_row {
	char seat_id[33];
	char account_id[ID_SIZE]; /* "" when nobody was assigned */
	char role[17];
	char *label; /* what others are shown */
	char *venue; /* or NULL */
	char venue_id[ID_SIZE];
	char *booth; /* or NULL */
	bool leader;
	/* The device; all zero when none ever sat there. */
	bool has_device;
	int64_t epoch;
	uint8_t device_key[32];
	char muted[65], muted_host[65]; /* kinds of sources, separated by spaces */
	bool removed;
	bool left; /* on purpose, or released: a new ticket is needed */
	bool has_next;
	uint8_t next_device[32]; /* the only device that may take the seat now */
	int64_t knocked_us;      /* 0: no other device ever asked for it */
	uint8_t knock_device[32];
};

void seat_row_free(struct seat_row *s);
static inline void seat_row_freep(struct seat_row **s)
{
	seat_row_free(*s);
}
#define SEAT_ROW_AUTO __attribute__((cleanup(seat_row_freep)))

int seat_store_get(
	struct db_txn *txn, const char *session_id, const char *seat_id, struct seat_row **ret);
/* All of a session by seat_id; the array owns them. */
int seat_store_of_session(struct db_txn *txn, const char *session_id, GPtrArray **ret);
/* The seat whose device holds this resume token. */
int seat_store_by_resume(struct db_txn *txn, const char *session_id,
	const uint8_t resume_hash[static 32], struct seat_row **ret);

/* A place for somebody who is not of the panel; nothing happens if there is one. */
int seat_store_put_observer(struct db_txn *txn, const char *session_id, const char *seat_id,
	const char *label, const char *account_id, const char *role);

struct ticket_row {
	char session_id[ID_SIZE];
	char seat_id[33];
	char account_id[ID_SIZE];
	uint8_t device_key[32];
	int64_t expires_us;
	bool used;
};

/* How many seats of this role the session has. */
int seat_store_count_role(
	struct db_txn *txn, const char *session_id, const char *role, int64_t *ret);

int seat_store_add_ticket(
	struct db_txn *txn, const uint8_t ticket_hash[static 32], const struct ticket_row *ticket);
int seat_store_ticket(
	struct db_txn *txn, const uint8_t ticket_hash[static 32], struct ticket_row *ret);
int seat_store_use_ticket(struct db_txn *txn, const uint8_t ticket_hash[static 32], int64_t now_us);

/* The device takes the seat, which is neither left nor removed then; mutes stay. */
int seat_store_seat(struct db_txn *txn, const char *session_id, const char *seat_id,
	const char *account_id, int64_t epoch, const uint8_t device_key[static 32],
	const uint8_t resume_hash[static 32], int64_t now_us);
/* A row for what the host decides about a seat that no device ever took: it has left before it
 * came. chance: 32 random bytes, a resume token nobody has. */
int seat_store_reserve(struct db_txn *txn, const char *session_id, const char *seat_id,
	const uint8_t chance[static 32], int64_t now_us);
int seat_store_set_left(
	struct db_txn *txn, const char *session_id, const char *seat_id, int64_t now_us);
/* Another device asks for the seat. */
int seat_store_set_knock(struct db_txn *txn, const char *session_id, const char *seat_id,
	const uint8_t device_key[static 32], int64_t now_us);
/* After a release: only this device may take the seat; it may also if the room is locked. */
int seat_store_set_next(struct db_txn *txn, const char *session_id, const char *seat_id,
	const uint8_t device_key[static 32]);
/* Tickets that were given out for the seat are worth nothing from now on, but those of `except`
 * (NULL: of nobody). */
int seat_store_void_tickets(struct db_txn *txn, const char *session_id, const char *seat_id,
	const uint8_t *except, int64_t now_us);
/* The seat stands elsewhere. booth may be NULL. */
int seat_store_move(struct db_txn *txn, const char *session_id, const char *seat_id,
	const char *venue_id, const char *booth);
/* Whether seats of the session stand at this venue: 0 or STORE_E_NONE. */
int seat_store_has_venue(struct db_txn *txn, const char *session_id, const char *venue_id);
int seat_store_set_muted(struct db_txn *txn, const char *session_id, const char *seat_id,
	bool by_host, const char *muted);
int seat_store_set_removed(
	struct db_txn *txn, const char *session_id, const char *seat_id, bool removed);

#endif
