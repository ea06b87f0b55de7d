/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_STORE_VISIT_STORE_H
#define SERVER_STORE_VISIT_STORE_H

/* Visits to the site of a project (踏勘现场). Getters return 0, STORE_E_NONE or negative errno. */
#include <glib.h>
#include <stdint.h>

#include "server/core/id.h"
#include "server/store/event_store.h"

struct db_txn;

struct site_visit {
	char visit_id[ID_SIZE], project_id[ID_SIZE];
	int64_t starts_us, announced_us, cancelled_us; /* the last 0: it takes place */
	char *place, *note, *reason;                   /* the last two may be NULL */
};
/* Since when what it says now holds. */
static inline int64_t site_visit_at(const struct site_visit *v)
{
	return v->cancelled_us ? v->cancelled_us : v->announced_us;
}
void site_visit_free(struct site_visit *v);
static inline void site_visit_freep(struct site_visit **v)
{
	site_visit_free(*v);
}
#define SITE_VISIT_AUTO __attribute__((cleanup(site_visit_freep)))

int visit_store_insert(struct db_txn *txn, const struct site_visit *v);
int visit_store_get(struct db_txn *txn, const char *visit_id, struct site_visit **ret);
/* Takes cancelled_us and reason from v. */
int visit_store_cancel(struct db_txn *txn, const struct site_visit *v);
/* Of a project, in the order they were announced. */
int visit_store_list(struct db_txn *txn, const char *project_id, GPtrArray **ret);

#endif
