/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_STORE_OVERRIDE_STORE_H
#define SERVER_STORE_OVERRIDE_STORE_H

/* Authorised overrides of a rule (经批准的例外) for one notice: asked by one person, granted by
 * another, each once. */
#include <glib.h>
#include <stdint.h>

#include "server/core/id.h"
#include "server/store/event_store.h"

struct db_txn;

struct rule_override {
	char override_id[ID_SIZE];
	char notice_id[ID_SIZE];
	char rule[9];
	char *reason;
	char asked_by[ID_SIZE], granted_by[ID_SIZE]; /* granted_by "": not yet */
	char *asked_by_name, *granted_by_name;       /* read only */
	int64_t asked_us, granted_us;
};

void rule_override_free(struct rule_override *o);
static inline void rule_override_freep(struct rule_override **o)
{
	rule_override_free(*o);
}
#define OVERRIDE_AUTO __attribute__((cleanup(rule_override_freep)))

/* DB_E_DUPLICATE: it was asked for this rule already. */
int override_store_insert(struct db_txn *txn, const struct rule_override *o);
int override_store_grant(
	struct db_txn *txn, const char *override_id, const char *granted_by, int64_t granted_us);
/* 0, STORE_E_NONE or negative errno; the row stays locked until the transaction ends. */
int override_store_lock(struct db_txn *txn, const char *override_id, struct rule_override **ret);
/* Of one notice, in the order they were asked. */
int override_store_list(struct db_txn *txn, const char *notice_id, GPtrArray **ret);

#endif
