/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_STORE_WITHHELD_STORE_H
#define SERVER_STORE_WITHHELD_STORE_H

/*
 * Fields of notices that are not for everybody (不公开的内容): the value lies here alone, wrapped;
 * the notice, the ledger and every page carry field, reason, date and SHA-256(salt ‖ value).
 */
#include <glib.h>
#include <stdint.h>

#include "server/core/id.h"
#include "server/store/event_store.h"

struct db_txn;

#define WITHHELD_SALT_LEN 16

struct withheld {
	char field[33];
	char *reason;
	int64_t until_us; /* 0: no date was said */
	uint8_t salt[WITHHELD_SALT_LEN], digest[32];
	GBytes *sealed;       /* field_cipher, purpose "notice.withheld", row "notice_id/field" */
	int64_t disclosed_us; /* 0: still withheld */
};

void withheld_free(struct withheld *w);

/* Replaces what was withheld of a notice that is not published. */
int withheld_store_replace(struct db_txn *txn, const char *notice_id, const GPtrArray *list);
/* struct withheld, sorted by field. */
int withheld_store_list(struct db_txn *txn, const char *notice_id, GPtrArray **ret);
int withheld_store_disclose(
	struct db_txn *txn, const char *notice_id, const char *field, int64_t disclosed_us);

#endif
