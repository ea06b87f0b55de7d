/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_STORE_SHEET_DRAFT_STORE_H
#define SERVER_STORE_SHEET_DRAFT_STORE_H

/* Every version of the score sheets (评分表) of a session, wrapped; rows are only added. */
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "server/core/id.h"

struct db_txn;

struct sheet_draft {
	char lot_id[ID_SIZE];
	int member_no;
	int64_t version;
	bool submitted;
	GBytes *content_enc;
	int64_t saved_us; /* real time */
};

/* 0 or negative errno. */
int sheet_draft_store_add(
	struct db_txn *txn, const char *session_id, const struct sheet_draft *draft);

/* Those of one lot, by member and version; the array owns struct sheet_draft. */
int sheet_draft_store_of_lot(
	struct db_txn *txn, const char *session_id, const char *lot_id, GPtrArray **ret);

#endif
