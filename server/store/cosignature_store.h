/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_STORE_COSIGNATURE_STORE_H
#define SERVER_STORE_COSIGNATURE_STORE_H

/* Cosigners' lines under the ledger's heads, and the heads with them. */
#include <glib.h>
#include <stdint.h>

struct db_txn;

/* 0 or DB_E_DUPLICATE: this signer's line under this head is there. */
int cosignature_store_add(
	struct db_txn *txn, int64_t size, const char *signer, const char *line, int64_t signed_us);

/*
 * Heads of more than `above` and at most `upto` leaves that bear lines, ascending, each a struct
 * stored_checkpoint of ledger_store whose note holds them; the newest `limit` of them. The array
 * owns them.
 */
int cosignature_store_heads(
	struct db_txn *txn, int64_t above, int64_t upto, unsigned limit, GArray **ret);

#endif
