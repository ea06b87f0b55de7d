/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_STORE_PERFORMANCE_STORE_H
#define SERVER_STORE_PERFORMANCE_STORE_H

/* How an expert did in a session (专家履职评价, 一标一评): once each, and never changed. */
#include <glib.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "server/core/id.h"

struct db_txn;

struct performance_row {
	char session_id[ID_SIZE];
	char *session_title; /* only of what is read */
	int member_no;
	char expert_id[ID_SIZE];
	json_t *items; /* {"late": true …} */
	char *remark;  /* personal; NULL: none */
	uint8_t remark_salt[16];
	char recorded_by[ID_SIZE];
	int64_t recorded_us;
};

void performance_row_free(void *row);

/* 0, more than 0 where he is assessed already, or negative errno. */
int performance_store_add(struct db_txn *txn, const struct performance_row *row);
/* struct performance_row by number of the member; the array owns them. */
int performance_store_of_session(struct db_txn *txn, const char *session_id, GPtrArray **ret);
/* The latest first, so many at most. */
int performance_store_of_expert(
	struct db_txn *txn, const char *expert_id, unsigned limit, GPtrArray **ret);

#endif
