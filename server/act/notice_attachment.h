/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_ACT_NOTICE_ATTACHMENT_H
#define SERVER_ACT_NOTICE_ATTACHMENT_H

/* What is said of the files of a notice: in its published text, on its page and to its author. */
#include "server/act/act.h"

/* [{attachment_id, name, type, media_type, size, sha256}] in the order they were added. */
int notice_attachments_json(struct db_txn *txn, const char *notice_id, json_t **ret_list);

/* Fills `attachments` of the rows that have any. 0 or negative errno. */
int notice_attachments_publish(struct db_txn *txn, const GPtrArray *rows);

#endif
