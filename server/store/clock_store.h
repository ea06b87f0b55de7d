/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_STORE_CLOCK_STORE_H
#define SERVER_STORE_CLOCK_STORE_H

/* The legal clock's offset, the same for all processes of a database. */
#include <stdbool.h>
#include <stdint.h>

struct db_txn;

struct legal_clock {
	bool is_demo;
	int64_t offset_us;
};

int clock_store_get(struct db_txn *txn, struct legal_clock *ret);
/* How far the database's clock is ahead of this process's real time. */
int clock_store_drift_us(struct db_txn *txn, int64_t *ret_drift_us);
/* Adds to the offset; the database itself refuses it outside a demo. */
int clock_store_advance(struct db_txn *txn, int64_t by_us);

#endif
