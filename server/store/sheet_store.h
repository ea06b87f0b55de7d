/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_STORE_SHEET_STORE_H
#define SERVER_STORE_SHEET_STORE_H

/*
 * Score sheets (评分表), one a member and lot. The content stays wrapped here; only how many scores
 * a sheet holds is in clear.
 */
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "server/core/id.h"
#include "server/store/event_store.h"

struct db_txn;

struct sheet_row {
	char lot_id[ID_SIZE];
	int member_no;
	bool submitted;
	GBytes *content_enc;
	int filled;
	uint8_t commitment[32]; /* of a submitted one */
	int64_t submitted_us;
	int64_t version;
	int64_t undone_us; /* 0: it stands */
};

void sheet_row_free(struct sheet_row *s);
static inline void sheet_row_freep(struct sheet_row **s)
{
	sheet_row_free(*s);
}
#define SHEET_ROW_AUTO __attribute__((cleanup(sheet_row_freep)))

/* 0, STORE_E_NONE or negative errno. */
int sheet_store_get(struct db_txn *txn, const char *session_id, const char *lot_id, int member_no,
	struct sheet_row **ret);
/* All of a session, drafts too, by lot and member. The array owns them. */
int sheet_store_of_session(struct db_txn *txn, const char *session_id, GPtrArray **ret);
/* Those that are void, by lot, time and member. The array owns them. */
int sheet_store_void_of_session(struct db_txn *txn, const char *session_id, GPtrArray **ret);
/* Writes content, count and state; the version becomes sheet->version. */
int sheet_store_put(struct db_txn *txn, const char *session_id, const struct sheet_row *sheet);
/* A submitted sheet is a draft again, and stays as it was given, under a time that tells one
 * undoing from another. */
int sheet_store_void(struct db_txn *txn, const char *session_id, const char *lot_id, int member_no,
	int64_t undone_us);
/* As it was given. 0, STORE_E_NONE or negative errno. */
int sheet_store_get_void(struct db_txn *txn, const char *session_id, const char *lot_id,
	int member_no, int64_t undone_us, struct sheet_row **ret);

#endif
