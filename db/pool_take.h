/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef DB_POOL_TAKE_H
#define DB_POOL_TAKE_H

/*
 * Inside of db/ only: the lending side of a pool. Thread-safe.
 */
#include <stdint.h>

#include "db/verdict.h"

struct db_conn;
struct db_pool;

/* Waits until deadline_us (monotonic) for a free connection, and connects if needed. */
int db_pool_take(struct db_pool *pool, int64_t deadline_us, struct db_conn **ret,
	enum db_verdict *ret_verdict);
void db_pool_give_back(struct db_pool *pool, struct db_conn *conn);

const struct db_config *db_pool_config(struct db_pool *pool);
void db_pool_count(struct db_pool *pool, unsigned commits, unsigned retries, unsigned gave_up);

#endif
