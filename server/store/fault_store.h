/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_STORE_FAULT_STORE_H
#define SERVER_STORE_FAULT_STORE_H

/* Faults (故障) of sessions; one at a time stands. Getters return 0, STORE_E_NONE or negative errno. */
#include <glib.h>
#include <stdint.h>

#include "server/core/id.h"
#include "server/eval/fault.h"
#include "server/eval/flow.h"
#include "server/store/event_store.h"

struct db_txn;

struct fault_row {
	char fault_id[ID_SIZE];
	char session_id[ID_SIZE];
	struct fault fault;
	char *cause;
	char venue_id[ID_SIZE]; /* whose seats are all lost; "": none's */
	enum flow_hold hold_before;
	char *reason_before; /* may be NULL */
	char opened_by[ID_SIZE];
	char *reason; /* of who decided; may be NULL */
	char decided_by[ID_SIZE];
	int64_t ended_us; /* 0: it stands */
};

void fault_row_free(struct fault_row *f);
static inline void fault_row_freep(struct fault_row **f)
{
	fault_row_free(*f);
}
#define FAULT_ROW_AUTO __attribute__((cleanup(fault_row_freep)))

int fault_store_insert(struct db_txn *txn, const struct fault_row *f);
/* What changes: repair, decision and end. */
int fault_store_update(struct db_txn *txn, const struct fault_row *f);
/* The one that stands. */
int fault_store_standing(struct db_txn *txn, const char *session_id, struct fault_row **ret);
/* All of a session in their order; the array owns them. */
int fault_store_of_session(struct db_txn *txn, const char *session_id, GPtrArray **ret);
/* All that stand, of whatever session, oldest first; the array owns them. */
int fault_store_all_standing(struct db_txn *txn, unsigned limit, GPtrArray **ret);

#endif
