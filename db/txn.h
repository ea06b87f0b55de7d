/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef DB_TXN_H
#define DB_TXN_H

/*
 * Explicit transactions that survive deadlocks and a failing server.
 *
 *	static int notice_insert(struct db_txn *txn, void *data);
 *	r = db_run(pool, notice_insert, &ctx);
 *
 * A transaction's life:
 *	open -> committed                        fn returned 0 and COMMIT said yes
 *	open -> rolled back                      fn returned something else; that is the result
 *	open -> dead -> rolled back -> open ...  the server took it away (1213, 1205, 1047, 1180,
 *	                                         2002, 2006, 2013 ...): all of it is run again
 *	open -> dead -> rolled back              any other fault of a statement: -EIO
 * On a dead transaction every statement fails at once, and what fn returns does not count: on
 * Galera a COMMIT after a 1213 says yes with nothing committed.
 */
#include <stdint.h>

struct db_pool;
struct db_txn;

/*
 * Runs fn in a transaction and commits it. fn may be called several times with a fresh
 * transaction: it must write its outputs anew each time and touch nothing outside the database.
 * A positive result of fn is handed on after a rollback.
 *
 * When the connection breaks during COMMIT nobody knows whether it happened; fn runs again then, so
 * a change needs a unique idempotency key, and DB_E_DUPLICATE on it may mean "it is done".
 *
 * Not to be nested: a second transaction inside fn could wait for the first for ever (asserted).
 * Called from a worker thread; blocks at most about 10 s plus one statement.
 */
int db_run(struct db_pool *pool, int (*fn)(struct db_txn *txn, void *data), void *data);

/*
 * The same, read only and on one snapshot: all queries of fn see the same moment, which a report
 * over several tables needs. Writing fails with -EIO.
 */
int db_run_read(struct db_pool *pool, int (*fn)(struct db_txn *txn, void *data), void *data);

/*
 * Calls fn(data) after the transaction was committed, on the same thread, in the order of
 * registration, when the connection is already given back: for waking whoever waits for the
 * change. After a rollback fn is not called. done (may be NULL) frees data in both cases.
 */
void db_txn_on_commit(
	struct db_txn *txn, void (*fn)(void *data), void *data, void (*done)(void *data));

/*
 * Remembers how far the transaction has come, and takes back what it has written and registered
 * since: for a part that may be refused while the whole goes on. One mark at a time: a later one
 * takes the place of the one before. To be called with no result open. 0 or negative errno.
 */
int db_txn_mark(struct db_txn *txn);
int db_txn_back(struct db_txn *txn);

/*
 * The same around a trial: everything since its begin is taken back, marks in it included, and the
 * transaction goes on. One trial at a time. To be called with no result open. 0 or negative errno.
 */
int db_txn_begin_trial(struct db_txn *txn);
int db_txn_end_trial(struct db_txn *txn);

/*
 * Tests put a function here that is asked before each statement of a transaction; what it returns,
 * if not 0, happens as this MariaDB error number. It is also asked for "START TRANSACTION",
 * "COMMIT" (refused: nothing was committed) and "COMMIT done" (refused: the answer got lost). NULL
 * in the product.
 */
extern unsigned (*db_statement_hook)(const char *sql);

#endif
