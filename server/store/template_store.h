/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_STORE_TEMPLATE_STORE_H
#define SERVER_STORE_TEMPLATE_STORE_H

/* Templates (范本) of notices and projects: what may be used, and what waits for a second person.
 */
#include <glib.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "server/core/id.h"
#include "server/store/event_store.h"
#include "server/trade/regime.h"

struct db_txn;

/* `subject` is "notice" or "project"; `kind` one of notices, or the category of projects. */
struct template
{
	char template_id[ID_SIZE];
	char subject[9], kind[25];
	enum regime regime;
	char *name;
	json_t *body, *proposed; /* NULL: none, or of a list */
	bool in_use, waits;      /* there is a body, a proposed one; read only */
	char proposed_by[ID_SIZE], approved_by[ID_SIZE];
	char *proposed_by_name, *approved_by_name; /* read only; the latter may be NULL */
	int64_t created_us, changed_us, retired_us;
	int64_t version;
};

void template_row_free(struct template *t);
static inline void template_row_freep(struct template **t)
{
	template_row_free(*t);
}
#define TEMPLATE_AUTO __attribute__((cleanup(template_row_freep)))

/* DB_E_DUPLICATE: one that is not retired has the name. */
int template_store_insert(struct db_txn *txn, const struct template *t);
/* All that changes of a row, under the next version. */
int template_store_update(struct db_txn *txn, const struct template *t);
/* 0, STORE_E_NONE or negative errno. */
int template_store_get(struct db_txn *txn, const char *template_id, struct template **ret);
int template_store_lock(struct db_txn *txn, const char *template_id, struct template **ret);
/* What a list asks for; NULL, or "" of `after`, asks nothing. */
struct template_query {
	const char *subject, *regime, *kind;
	bool usable;       /* those in use alone */
	const char *after; /* behind this id */
	unsigned limit;
};
/* Newest first, without their bodies. */
int template_store_list(struct db_txn *txn, const struct template_query *q, GPtrArray **ret);

#endif
