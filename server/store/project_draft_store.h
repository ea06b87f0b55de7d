/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_STORE_PROJECT_DRAFT_STORE_H
#define SERVER_STORE_PROJECT_DRAFT_STORE_H

/* Drafts of projects (项目草稿): what was said so far, as it was said. */
#include <glib.h>
#include <jansson.h>
#include <stdint.h>

#include "server/core/id.h"
#include "server/store/event_store.h"
#include "server/trade/project_draft.h"

struct db_txn;

struct project_draft_row {
	char draft_id[ID_SIZE];
	json_t *body; /* members of what registers a project, none of them needed */
	enum project_draft_state state;
	char author[ID_SIZE], decided_by[ID_SIZE]; /* the latter "" before a decision */
	char *author_name, *decided_by_name;       /* read only; the latter may be NULL */
	char *return_reason;                       /* NULL: it was not returned */
	char project_id[ID_SIZE];                  /* "" before it is approved */
	int64_t created_us, changed_us, version;
};

void project_draft_row_free(struct project_draft_row *d);
static inline void project_draft_row_freep(struct project_draft_row **d)
{
	project_draft_row_free(*d);
}
#define PROJECT_DRAFT_AUTO __attribute__((cleanup(project_draft_row_freep)))

int project_draft_store_insert(struct db_txn *txn, const struct project_draft_row *d);
/* All that changes of a row, under the next version. */
int project_draft_store_update(struct db_txn *txn, const struct project_draft_row *d);
int project_draft_store_delete(struct db_txn *txn, const char *draft_id);
/* 0, STORE_E_NONE or negative errno. `lock`: two acts on it queue up; each writes the row then. */
int project_draft_store_get(
	struct db_txn *txn, const char *draft_id, struct project_draft_row **ret);
int project_draft_store_lock(
	struct db_txn *txn, const char *draft_id, struct project_draft_row **ret);
/* Newest first behind id `after` ("": from the start); state 0: those that are no project yet. */
int project_draft_store_list(struct db_txn *txn, enum project_draft_state state, const char *after,
	unsigned limit, GPtrArray **ret);

#endif
