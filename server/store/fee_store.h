/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_STORE_FEE_STORE_H
#define SERVER_STORE_FEE_STORE_H

/* Rates experts are paid at, and the sheets of sessions as they were approved. */
#include <glib.h>
#include <jansson.h>
#include <stdint.h>

#include "server/core/id.h"
#include "server/eval/fee.h"
#include "server/store/event_store.h"

struct db_txn;

struct fee_rate_row {
	struct fee_rate rate;
	char *note; /* may be NULL */
	int64_t set_us;
};

struct fee_sheet {
	int64_t closed_us; /* the close of the session that it is about */
	json_t *content;
	char approved_by[ID_SIZE];
	int64_t approved_us;
};

void fee_rate_row_free(struct fee_rate_row *r);
void fee_sheet_free(struct fee_sheet *s);

int fee_store_add_rate(struct db_txn *txn, const struct fee_rate_row *row, const char *set_by);
/* The newest of each region, by region; the array owns them. */
int fee_store_rates(struct db_txn *txn, GPtrArray **ret);

/* DB_E_DUPLICATE: that of this close is approved. */
int fee_store_add_sheet(struct db_txn *txn, const char *session_id, const struct fee_sheet *sheet);
/* All that were approved, by close; the array owns them. 0 or negative errno. */
int fee_store_sheets(struct db_txn *txn, const char *session_id, GPtrArray **ret);

#endif
