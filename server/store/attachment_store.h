/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_STORE_ATTACHMENT_STORE_H
#define SERVER_STORE_ATTACHMENT_STORE_H

/*
 * Files of notices (附件). A row says what a file is; its bytes lie in data_dir/attachments/<id>,
 * on the disk before the row is committed. A file without a row is what a crash left and harms
 * nobody.
 */
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "server/core/id.h"
#include "server/store/event_store.h"

struct attachment_type;
struct db_txn;

struct attachment {
	char attachment_id[ID_SIZE], notice_id[ID_SIZE];
	char *name;
	const struct attachment_type *type;
	int64_t size;
	uint8_t sha256[32];
	bool offered; /* to bidders who sign in, not beside the page (act/tender_fetch.c) */
};

void attachment_free(struct attachment *at);
static inline void attachment_freep(struct attachment **at)
{
	attachment_free(*at);
}
#define ATTACHMENT_AUTO __attribute__((cleanup(attachment_freep)))

int attachment_store_insert(struct db_txn *txn, const struct attachment *at, int64_t added_us);
/* struct attachment of a notice, in the order they were added. */
int attachment_store_list(struct db_txn *txn, const char *notice_id, GPtrArray **ret);
/* 0, STORE_E_NONE or negative errno. */
int attachment_store_get(struct db_txn *txn, const char *attachment_id, struct attachment **ret);
int attachment_store_delete(struct db_txn *txn, const char *attachment_id);

/* Written whole and forced to the disk, or not there: -ENOSPC when the disk is full. */
int attachment_file_write(const char *data_dir, const char *attachment_id, GBytes *bytes);
int attachment_file_read(const char *data_dir, const char *attachment_id, GBytes **ret);
/* Nothing there is no fault. */
int attachment_file_remove(const char *data_dir, const char *attachment_id);

#endif
