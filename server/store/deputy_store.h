/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_STORE_DEPUTY_STORE_H
#define SERVER_STORE_DEPUTY_STORE_H

/* Who takes over whose drafts (AB角). */
#include <glib.h>
#include <stdint.h>

#include "server/core/id.h"
#include "server/store/event_store.h"

struct db_txn;

struct deputy {
	char deputy_id[ID_SIZE];
	char *login, *name; /* of the deputy */
	int64_t until_us;   /* 0: until recalled */
};

void deputy_free(struct deputy *d);
static inline void deputy_freep(struct deputy **d)
{
	deputy_free(*d);
}
#define DEPUTY_AUTO __attribute__((cleanup(deputy_freep)))

/* The deputy in force at that time: 0, STORE_E_NONE or negative errno. */
int deputy_store_get(
	struct db_txn *txn, const char *account_id, int64_t now_us, struct deputy **ret);
/* Takes the place of the one before; deputy_id NULL: nobody from now on. */
int deputy_store_set(struct db_txn *txn, const char *account_id, const char *deputy_id,
	int64_t until_us, int64_t now_us);

#endif
