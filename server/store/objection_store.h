/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_STORE_OBJECTION_STORE_H
#define SERVER_STORE_OBJECTION_STORE_H

/* Objections to candidates and results (异议、质疑): times plain, who said what under the field
 * key. */
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "server/core/id.h"
#include "server/store/event_store.h"
#include "server/trade/objection.h"

struct db_txn;

struct objection_row {
	char objection_id[ID_SIZE], project_id[ID_SIZE], notice_id[ID_SIZE];
	char account_id[ID_SIZE]; /* "": recorded, it came in writing */
	GBytes *told;             /* wrapped, see act/objection_act.h */
	int64_t received_us;
	char recorded_by[ID_SIZE];
	int64_t recorded_us;
	enum objection_outcome outcome;
	int64_t answered_us; /* 0: it waits for its answer */
	/* From the neighbouring rows, read only. */
	char *notice_title, *project_name, *rulebook_version;
	enum regime regime;
};

void objection_row_free(struct objection_row *o);
static inline void objection_row_freep(struct objection_row **o)
{
	objection_row_free(*o);
}
#define OBJECTION_AUTO __attribute__((cleanup(objection_row_freep)))

int objection_store_insert(struct db_txn *txn, const struct objection_row *o);
/* Takes told, outcome and answered_us. */
int objection_store_answer(struct db_txn *txn, const struct objection_row *o);
/* 0, STORE_E_NONE or negative errno. */
int objection_store_get(struct db_txn *txn, const char *objection_id, struct objection_row **ret);
/* All of a project; all that wait for their answer, behind the id `after`. Oldest first. */
int objection_store_of_project(struct db_txn *txn, const char *project_id, GPtrArray **ret);
int objection_store_open(struct db_txn *txn, const char *after, unsigned limit, GPtrArray **ret);

/* Whether the account handed in a bid for one of the project's lots and did not withdraw it. */
int objection_store_has_bid(
	struct db_txn *txn, const char *project_id, const char *account_id, bool *ret);

#endif
