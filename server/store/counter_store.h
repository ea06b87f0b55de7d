/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_STORE_COUNTER_STORE_H
#define SERVER_STORE_COUNTER_STORE_H

/*
 * Numbers given in the order of the commits (流水号): taking one writes the counter's row, so that
 * two transactions that take from the same counter queue up.
 */
#include <stdint.h>

struct db_txn;

/* name: a row of the table `counter`. 0 or negative errno. */
int counter_store_next(struct db_txn *txn, const char *name, int64_t *ret);

#endif
