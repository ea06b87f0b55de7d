/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_STORE_TIME_VOTE_STORE_H
#define SERVER_STORE_TIME_VOTE_STORE_H

/* Members who find the time of the present step too short (C09). */
#include <glib.h>
#include <stdint.h>

#include "server/core/id.h"
#include "server/store/event_store.h"

struct db_txn;

/* 0, or DB_E_DUPLICATE when the member's vote stands already. */
int time_vote_store_add(struct db_txn *txn, const char *session_id, int member_no, int64_t now_us);
/* The numbers (int) of those whose vote stands. */
int time_vote_store_standing(struct db_txn *txn, const char *session_id, GArray **ret);
/* None stands any more: the time was extended, or the step left. */
int time_vote_store_end(struct db_txn *txn, const char *session_id, int64_t now_us);

#endif
