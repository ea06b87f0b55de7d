/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_ACT_NOTICE_MEDIA_H
#define SERVER_ACT_NOTICE_MEDIA_H

/* The media (发布媒介) a notice names, and the text they are to carry. */
#include "server/act/act.h"
#include "server/store/notice_store.h"

/* Takes [{name, address}] of the input over into the row. 0, REFUSED or negative errno. */
int notice_media_read(struct act *a, const json_t *in, struct notice_row *row);

/* The plain text of a published notice, a new string; NULL for one of before texts were kept. */
int notice_media_plain(struct db_txn *txn, const char *notice_id, char **ret);

#endif
