/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "db/txn.h"
#include "db/conn.h"
#include "db/fault.h"
#include "db/pool.h"
#include "db/pool_take.h"

#include <errno.h>

#define FIRST_PAUSE_US 5000
#define LONGEST_PAUSE_US 500000

unsigned (*db_statement_hook)(const char *sql);

static _Thread_local bool inside;

int db_txn_fail(struct db_txn *txn, unsigned error, const char *message, const char *sql)
{
	enum db_verdict verdict = db_verdict(error);

	/* The message of a duplicate repeats the value, which may be nobody's business. */
	db_fault(0, "%u %s, in: %.200s", error,
		verdict == DB_VERDICT_DUPLICATE ? "duplicate entry" : message, sql);
	if (verdict != DB_VERDICT_DUPLICATE && verdict != DB_VERDICT_CONSTRAINT) {
		txn->dead = true;
		txn->verdict = verdict;
		if (verdict == DB_VERDICT_LOST)
			txn->conn->broken = true;
	}
	return db_verdict_result(verdict);
}

int db_txn_ask_hook(struct db_txn *txn, const char *sql)
{
	unsigned error = db_statement_hook ? db_statement_hook(sql) : 0;

	return error ? db_txn_fail(txn, error, "(made up by a test)", sql) : 0;
}

static int command(struct db_txn *txn, const char *sql)
{
	unsigned error;
	int r;

	r = db_txn_ask_hook(txn, sql);
	if (r)
		return r;
	error = db_conn_command(txn->conn, sql);
	return error ? db_txn_fail(txn, error, mysql_error(txn->conn->mysql), sql) : 0;
}

void db_txn_on_commit(
	struct db_txn *txn, void (*fn)(void *data), void *data, void (*done)(void *data))
{
	struct db_on_commit row = {fn, data, done};

	if (!txn->on_commit)
		txn->on_commit = g_array_new(FALSE, FALSE, sizeof row);
	g_array_append_val(txn->on_commit, row);
}

static void end_hooks(struct db_txn *txn, guint from, bool committed)
{
	if (!txn->on_commit)
		return;
	for (guint i = from; i < txn->on_commit->len; i++) {
		struct db_on_commit *row = &g_array_index(txn->on_commit, struct db_on_commit, i);

		if (committed)
			row->fn(row->data);
		if (row->done)
			row->done(row->data);
	}
	g_array_set_size(txn->on_commit, from);
}

static int savepoint(struct db_txn *txn, const char *statement, guint *ret)
{
	int r = txn->dead ? db_verdict_result(txn->verdict) : command(txn, statement);

	if (!r)
		*ret = txn->on_commit ? txn->on_commit->len : 0;
	return r;
}

static int back_to(struct db_txn *txn, const char *statement, guint n_hooks)
{
	int r;

	g_assert(txn->n_rows == 0);
	r = txn->dead ? db_verdict_result(txn->verdict) : command(txn, statement);
	if (!r)
		end_hooks(txn, n_hooks, false);
	return r;
}

int db_txn_mark(struct db_txn *txn)
{
	return savepoint(txn, "SAVEPOINT mark", &txn->mark);
}

int db_txn_back(struct db_txn *txn)
{
	return back_to(txn, "ROLLBACK TO SAVEPOINT mark", txn->mark);
}

int db_txn_begin_trial(struct db_txn *txn)
{
	return savepoint(txn, "SAVEPOINT trial", &txn->trial);
}

int db_txn_end_trial(struct db_txn *txn)
{
	return back_to(txn, "ROLLBACK TO SAVEPOINT trial", txn->trial);
}

/* Reads see one snapshot, which READ COMMITTED would not give. The SET holds for one transaction.
 */
static int begin(struct db_txn *txn, bool read_only)
{
	int r;

	if (!read_only)
		return command(txn, "START TRANSACTION");
	r = command(txn, "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ");
	return r ? r : command(txn, "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY");
}

static int commit(struct db_txn *txn)
{
	int r = command(txn, "COMMIT");

	if (!r)
		r = db_txn_ask_hook(txn, "COMMIT done");
	/* A COMMIT cannot be refused in part: whatever it says, nothing of it is there. */
	if (r)
		txn->dead = true;
	return r;
}

static void roll_back(struct db_txn *txn)
{
	if (!txn->conn->broken && db_conn_command(txn->conn, "ROLLBACK"))
		txn->conn->broken = true;
}

static int run_on(
	struct db_txn *txn, bool read_only, int (*fn)(struct db_txn *, void *), void *data)
{
	int r = begin(txn, read_only);

	if (r) {
		txn->conn->broken = true; /* a SET may be left over */
	} else {
		inside = true;
		r = fn(txn, data);
		inside = false;
		g_assert(txn->n_rows == 0);
		if (!r && !txn->dead)
			r = commit(txn);
		if (r || txn->dead)
			roll_back(txn);
	}
	if (txn->dead)
		r = txn->verdict == DB_VERDICT_FAULT ? -EIO : -EAGAIN;
	return r;
}

/* One attempt. *ret_again: the transaction was taken away, another attempt makes sense. */
static int attempt(struct db_pool *pool, int64_t deadline_us, bool read_only,
	int (*fn)(struct db_txn *, void *), void *data, bool *ret_again)
{
	struct db_txn txn = {0};
	enum db_verdict verdict;
	int r;

	r = db_pool_take(pool, deadline_us, &txn.conn, &verdict);
	if (r < 0) {
		*ret_again = verdict != DB_VERDICT_FAULT;
		return r;
	}
	r = run_on(&txn, read_only, fn, data);
	*ret_again = txn.dead && txn.verdict != DB_VERDICT_FAULT;
	db_pool_give_back(pool, txn.conn);
	if (!r)
		db_pool_count(pool, 1, 0, 0);
	end_hooks(&txn, 0, !r);
	g_clear_pointer(&txn.on_commit, g_array_unref);
	return r;
}

/* Between half and all of a doubling time, so that two that collided do not collide again. */
static int64_t pause_before(unsigned next_attempt)
{
	int64_t pause_us = FIRST_PAUSE_US;

	for (unsigned i = 2; i < next_attempt && pause_us < LONGEST_PAUSE_US; i++)
		pause_us *= 2;
	pause_us = MIN(pause_us, LONGEST_PAUSE_US);
	return pause_us / 2 + g_random_int_range(0, (gint32)(pause_us / 2));
}

static int run(struct db_pool *pool, bool read_only, int (*fn)(struct db_txn *, void *), void *data)
{
	const struct db_config *config = db_pool_config(pool);
	unsigned max = config->max_attempts ? config->max_attempts : 40;
	int64_t deadline_us = g_get_monotonic_time() +
			      (config->retry_us ? config->retry_us : 10 * G_USEC_PER_SEC);

	g_assert(!inside);
	for (unsigned n = 1;; n++) {
		bool again = false;
		int r = attempt(pool, deadline_us, read_only, fn, data, &again);
		int64_t left_us = deadline_us - g_get_monotonic_time();

		if (!again)
			return r;
		if (n >= max || left_us <= 0) {
			db_pool_count(pool, 0, 0, 1);
			return r;
		}
		db_pool_count(pool, 0, 1, 0);
		g_usleep((gulong)MIN(pause_before(n + 1), left_us));
	}
}

int db_run(struct db_pool *pool, int (*fn)(struct db_txn *txn, void *data), void *data)
{
	return run(pool, false, fn, data);
}

int db_run_read(struct db_pool *pool, int (*fn)(struct db_txn *txn, void *data), void *data)
{
	return run(pool, true, fn, data);
}
