/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_STORE_EXPERT_STORE_H
#define SERVER_STORE_EXPERT_STORE_H

/*
 * The pool of experts (评标专家库). Name and unit arrive wrapped; this file never sees them in
 * clear. Getters return 0, STORE_E_NONE or negative errno.
 */
#include <glib.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "server/core/id.h"
#include "server/store/event_store.h"

struct db_txn;

struct expert {
	char expert_id[ID_SIZE];
	char account_id[ID_SIZE];
	GBytes *name_enc, *unit_enc;
	uint8_t unit_digest[32];
	json_t *specialities; /* array of texts */
	char region[7];
	bool active; /* 在库; suspended otherwise */
	/* Why it is as it is, as the last act said it; personal, with the salt of its digest in the
	 * ledger. NULL: nobody has changed it. */
	char *standing_reason;
	uint8_t standing_salt[16];
};

void expert_free(struct expert *e);
static inline void expert_freep(struct expert **e)
{
	expert_free(*e);
}
#define EXPERT_AUTO __attribute__((cleanup(expert_freep)))

int expert_store_insert(struct db_txn *txn, const struct expert *e, int64_t now_us);
int expert_store_get(struct db_txn *txn, const char *expert_id, struct expert **ret);
int expert_store_by_account(struct db_txn *txn, const char *account_id, struct expert **ret);

/* All experts by id, behind `after` ("" for the first). The array owns them. */
int expert_store_list(struct db_txn *txn, const char *after, unsigned limit, GPtrArray **ret);
int expert_store_count(struct db_txn *txn, int64_t *ret);

/* Takes active, standing_reason and standing_salt from the row. */
int expert_store_set_standing(struct db_txn *txn, const struct expert *e);

/* As get, and nobody else changes the expert or the leaves until this transaction ends. */
int expert_store_lock(struct db_txn *txn, const char *expert_id, struct expert **ret);

/* A leave (请假): not drawn for a session from..until, exclusive. */
struct expert_leave {
	char leave_id[ID_SIZE];
	char expert_id[ID_SIZE];
	int64_t from_us, until_us;
};

/* Behind every id: for expert_store_leaves(). */
#define EXPERT_ID_LAST "~"

int expert_store_add_leave(struct db_txn *txn, const struct expert_leave *leave);
/* until_us not behind its beginning: it is as if it had not been. */
int expert_store_end_leave(struct db_txn *txn, const struct expert_leave *leave, int64_t until_us);
/*
 * Leaves that end after after_us of the experts from first to last, by expert and beginning:
 * struct expert_leave, the array owns them.
 */
int expert_store_leaves(
	struct db_txn *txn, const char *first, const char *last, int64_t after_us, GPtrArray **ret);

#endif
