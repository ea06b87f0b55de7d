/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <glib.h>

#include "db/fault.h"
#include "db/pool.h"
#include "db/stmt.h"
#include "db/txn.h"
#include "tests/support/test_db.h"

static struct test_db *db;

static int clean(void **state)
{
	test_db_do(db, "DELETE FROM entry");
	test_db_do(db, "UPDATE purse SET amount = 100, version = 0");
	return 0;
}

static int64_t entries(void)
{
	return test_db_number(db, "SELECT COUNT(*) FROM entry");
}

static int insert(struct db_txn *txn, const char *entry_id)
{
	return db_exec(
		txn, "INSERT INTO entry (id) VALUES (?)", DB_PARAMS(db_text(entry_id)), NULL);
}

static int insert_and_return(struct db_txn *txn, void *data)
{
	assert_int_equal(insert(txn, "a"), 0);
	return *(int *)data;
}

static void test_result_decides(void **state)
{
	int refusal = 17, fault = -ENOSPC, good = 0;

	assert_int_equal(db_run(db->schema_pool, insert_and_return, &refusal), 17);
	assert_int_equal(db_run(db->schema_pool, insert_and_return, &fault), -ENOSPC);
	assert_int_equal(entries(), 0);
	assert_int_equal(db_run(db->schema_pool, insert_and_return, &good), 0);
	assert_int_equal(entries(), 1);
}

struct hooks {
	GString *seen;
	int result;
	unsigned attempts;
};

static void note_a(void *data)
{
	g_string_append_c(data, 'a');
}

static void note_b(void *data)
{
	g_string_append_c(data, 'b');
}

static void note_done(void *data)
{
	g_string_append_c(data, '.');
}

static int hooked(struct db_txn *txn, void *data)
{
	struct hooks *hooks = data;

	hooks->attempts++;
	db_txn_on_commit(txn, note_a, hooks->seen, note_done);
	db_txn_on_commit(txn, note_b, hooks->seen, NULL);
	assert_int_equal(hooks->seen->len, hooks->attempts - 1); /* not yet */
	insert(txn, "a");
	return hooks->result;
}

static void test_on_commit(void **state)
{
	struct hooks hooks = {.seen = g_string_new(NULL), .result = 5};

	assert_int_equal(db_run(db->schema_pool, hooked, &hooks), 5);
	assert_string_equal(hooks.seen->str, ".");
	g_string_truncate(hooks.seen, 0);
	hooks = (struct hooks){.seen = hooks.seen};
	test_db_fail_nth(2, 1213);
	assert_int_equal(db_run(db->schema_pool, hooked, &hooks), 0);
	test_db_fail_nth(0, 0);
	assert_int_equal(hooks.attempts, 2);
	assert_string_equal(hooks.seen->str, ".a.b");
	g_string_free(hooks.seen, TRUE);
}

/* b is taken back with what it registered, c comes after it. */
static int marked(struct db_txn *txn, void *data)
{
	GString *seen = data;

	assert_int_equal(insert(txn, "a"), 0);
	db_txn_on_commit(txn, note_a, seen, NULL);
	if (db_txn_mark(txn) < 0)
		return 0;
	assert_int_equal(insert(txn, "b"), 0);
	db_txn_on_commit(txn, note_b, seen, note_done);
	if (db_txn_back(txn) < 0)
		return 0;
	assert_string_equal(seen->str + seen->len - 1, ".");
	return insert(txn, "c");
}

static void test_back_to_the_mark(void **state)
{
	GString *seen = g_string_new(NULL);

	assert_int_equal(db_run(db->schema_pool, marked, seen), 0);
	assert_string_equal(seen->str, ".a");
	assert_int_equal(
		test_db_number(db, "SELECT COUNT(*) FROM entry WHERE id IN ('a', 'c')"), 2);
	assert_int_equal(entries(), 2);
	for (unsigned n = 3; n <= 5; n += 2) { /* the mark, and the way back to it */
		clean(NULL);
		g_string_truncate(seen, 0);
		test_db_fail_nth(n, 1213);
		assert_int_equal(db_run(db->schema_pool, marked, seen), 0);
		assert_true(test_db_has_failed());
		assert_int_equal(entries(), 2);
	}
	test_db_fail_nth(0, 0);
	g_string_free(seen, TRUE);
}

/* Fails in the middle, goes on as if nothing were, and returns 0. */
static int swallow(struct db_txn *txn, void *data)
{
	unsigned *attempts = data;

	++*attempts;
	assert_int_equal(insert(txn, "a"), 0); /* no rest of the attempt before */
	if (insert(txn, "b") < 0) {
		assert_true(test_db_has_failed());
		assert_int_equal(insert(txn, "c"), -EAGAIN);
	}
	return 0;
}

static void test_a_dead_transaction_is_not_committed(void **state)
{
	unsigned attempts = 0;

	test_db_fail_nth(3, 1213);
	assert_int_equal(db_run(db->schema_pool, swallow, &attempts), 0);
	test_db_fail_nth(0, 0);
	assert_int_equal(attempts, 2);
	assert_int_equal(entries(), 2);
}

/* Two accounts, a guard row that is written, and an idempotency key. */
static int transfer(struct db_txn *txn, void *data)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int64_t amount;
	int r;

	r = insert(txn, data);
	if (r)
		return r;
	r = db_exec(txn, "UPDATE purse SET version = version + 1 WHERE id = ?",
		DB_PARAMS(db_int(1)), NULL);
	if (r)
		return r;
	r = db_query(txn, "SELECT amount FROM purse WHERE id = ?", DB_PARAMS(db_int(1)), &rows);
	if (r)
		return r;
	r = db_rows_next(rows);
	if (r < 0)
		return r;
	amount = db_col_int(rows, 0);
	r = db_exec(txn, "UPDATE purse SET amount = ? WHERE id = 1", DB_PARAMS(db_int(amount - 10)),
		NULL);
	if (r)
		return r;
	return db_exec(
		txn, "UPDATE purse SET amount = amount + 10 WHERE id = 2", DB_NO_PARAMS, NULL);
}

/* Each step fails once, in each way that is worth another try. */
static void test_every_step_fails_once(void **state)
{
	static const unsigned errors[] = {1213, 1205, 1047, 1180, 2002, 2006, 2013};

	for (size_t e = 0; e < G_N_ELEMENTS(errors); e++) {
		unsigned steps = 0;

		for (bool failed = true; failed; steps++) {
			int r;

			clean(NULL);
			test_db_fail_nth(steps + 1, errors[e]);
			r = db_run(db->schema_pool, transfer, (void *)"key");
			failed = test_db_has_failed();
			test_db_fail_nth(0, 0);
			/* After a lost answer to COMMIT the key says that it was done. */
			assert_true(r == 0 || (r == DB_E_DUPLICATE && steps == 7));
			assert_int_equal(entries(), 1);
			assert_int_equal(
				test_db_number(db, "SELECT amount FROM purse WHERE id = 1"), 90);
			assert_int_equal(
				test_db_number(db, "SELECT amount FROM purse WHERE id = 2"), 110);
		}
		assert_int_equal(steps, 9); /* begin, 5 statements, COMMIT, its answer, all well */
	}
}

/* What cannot be helped is not tried again, and leaves nothing. */
static void test_every_step_fails_for_good(void **state)
{
	bool failed = true;

	for (unsigned n = 1; failed; n++) {
		int r;

		clean(NULL);
		test_db_fail_nth(n, 1030);
		r = db_run(db->schema_pool, transfer, (void *)"key");
		failed = test_db_has_failed();
		test_db_fail_nth(0, 0);
		assert_int_equal(r, failed ? -EIO : 0);
		assert_int_equal(entries(), !failed || n == 8);
	}
}

struct crossing {
	int64_t first, second;
	atomic_int *arrived;
	unsigned attempts;
	struct db_pool *pool;
};

static int add_one(struct db_txn *txn, int64_t id)
{
	return db_exec(txn, "UPDATE purse SET amount = amount + 1 WHERE id = ?",
		DB_PARAMS(db_int(id)), NULL);
}

static int cross(struct db_txn *txn, void *data)
{
	struct crossing *c = data;
	int r = add_one(txn, c->first);

	if (r)
		return r;
	/* The first time both hold one row before they go for the other's. */
	if (c->attempts++ == 0) {
		atomic_fetch_add(c->arrived, 1);
		while (atomic_load(c->arrived) < 2)
			g_thread_yield();
	}
	return add_one(txn, c->second);
}

static void *cross_in_thread(void *data)
{
	struct crossing *c = data;

	return GINT_TO_POINTER(db_run(c->pool, cross, c));
}

static void test_deadlock_is_retried(void **state)
{
	atomic_int arrived = 0;
	struct crossing ways[] = {
		{1, 2, &arrived, 0, db->schema_pool}, {2, 1, &arrived, 0, db->schema_pool}};
	struct db_pool_counts before, after;
	GThread *threads[2];

	db_pool_counts(db->schema_pool, &before);
	for (int i = 0; i < 2; i++)
		threads[i] = g_thread_new("crossing", cross_in_thread, &ways[i]);
	for (int i = 0; i < 2; i++)
		assert_null(g_thread_join(threads[i]));
	db_pool_counts(db->schema_pool, &after);
	assert_int_equal(ways[0].attempts + ways[1].attempts, 3);
	assert_int_equal(after.retries - before.retries, 1);
	assert_int_equal(after.commits - before.commits, 2);
	assert_int_equal(after.in_use, 0);
	assert_int_equal(test_db_number(db, "SELECT CAST(SUM(amount) AS SIGNED) FROM purse"), 204);
}

static void *change_in_thread(void *unused)
{
	test_db_do(db, "UPDATE purse SET amount = amount + 1 WHERE id = 1");
	return NULL;
}

static int64_t amount_now(struct db_txn *txn)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;

	assert_int_equal(
		db_query(txn, "SELECT amount FROM purse WHERE id = ?", DB_PARAMS(db_int(1)), &rows),
		0);
	assert_int_equal(db_rows_next(rows), 1);
	return db_col_int(rows, 0);
}

/* Reads twice with somebody else's change in between. */
static int read_twice(struct db_txn *txn, void *data)
{
	int64_t before = amount_now(txn);

	g_thread_join(g_thread_new("changer", change_in_thread, NULL));
	*(int64_t *)data = amount_now(txn) - before;
	return 0;
}

static int write_in_read(struct db_txn *txn, void *data)
{
	return insert(txn, "a");
}

static void test_what_a_transaction_sees(void **state)
{
	int64_t difference = -1;

	assert_int_equal(db_run_read(db->schema_pool, read_twice, &difference), 0);
	assert_int_equal(difference, 0);
	assert_int_equal(db_run(db->schema_pool, read_twice, &difference), 0);
	assert_int_equal(difference, 1);
	assert_int_equal(db_run_read(db->schema_pool, write_in_read, NULL), -EIO);
	/* The isolation of a reader does not stay with its connection. */
	assert_int_equal(db_run(db->schema_pool, read_twice, &difference), 0);
	assert_int_equal(difference, 1);
}

static int plan_of_a_page(struct db_txn *txn, void *data)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		"EXPLAIN SELECT e.id FROM entry e LEFT JOIN purse p ON p.amount > LENGTH(e.id) "
		"WHERE e.id > '' ORDER BY e.id LIMIT 2",
		DB_NO_PARAMS, &rows);

	while (!r && (r = db_rows_next(rows)) > 0) {
		const char *extra = db_col_text(rows, 9);
		g_string_append_printf(data, "%s;", extra ? extra : "");
		r = 0;
	}
	return r;
}

/* A page of a long list is read along its index, whatever small table is joined to it. */
static void test_joins_keep_the_order(void **state)
{
	GString *plan = g_string_new(NULL);

	test_db_do(db, "INSERT INTO entry (id) SELECT CONCAT('x', seq) FROM seq_1_to_2000");
	assert_int_equal(db_run_read(db->schema_pool, plan_of_a_page, plan), 0);
	assert_true(plan->len > 2);
	assert_null(strstr(plan->str, "join buffer"));
	assert_null(strstr(plan->str, "filesort"));
	g_string_free(plan, TRUE);
}

static struct db_pool *short_pool(unsigned max_conns)
{
	struct db_config config;

	db_instance_account(db->instance, DB_ACCOUNT_SCHEMA, &config);
	config.lock_timeout_s = 1;
	config.retry_us = G_USEC_PER_SEC / 2;
	return db_pool_new(&config, max_conns);
}

struct blocked {
	struct db_pool *pool;
	int result;
};

static int touch(struct db_txn *txn, void *unused)
{
	return add_one(txn, 1);
}

static void *touch_in_thread(void *data)
{
	struct blocked *b = data;

	b->result = db_run(b->pool, touch, NULL);
	return NULL;
}

/* Holds the row while another thread wants it through its own pool (or this same one). */
static int hold(struct db_txn *txn, void *data)
{
	assert_int_equal(add_one(txn, 1), 0);
	g_thread_join(g_thread_new("blocked", touch_in_thread, data));
	return 0;
}

static void test_giving_up(void **state)
{
	struct blocked b = {.pool = short_pool(1)};
	struct db_pool_counts counts;
	int64_t start_us = g_get_monotonic_time();

	/* Waits for the lock. */
	assert_int_equal(db_run(db->schema_pool, hold, &b), 0);
	assert_int_equal(b.result, -EAGAIN);
	/* Waits for the only connection. */
	assert_int_equal(db_run(b.pool, hold, &b), 0);
	assert_int_equal(b.result, -EAGAIN);
	assert_true(g_get_monotonic_time() - start_us < 10 * G_USEC_PER_SEC);
	db_pool_counts(b.pool, &counts);
	assert_int_equal(counts.gave_up, 2);
	assert_int_equal(counts.connects, 1);
	assert_int_equal(test_db_number(db, "SELECT amount FROM purse WHERE id = 1"), 102);
	db_pool_free(b.pool);
}

static void test_unreachable_and_unwelcome(void **state)
{
	struct db_config config = {.socket = "/nonexistent/db.sock", .user = "x", .password = "x"};
	struct db_pool *pool;
	int64_t start_us = g_get_monotonic_time();

	config.retry_us = G_USEC_PER_SEC / 2;
	pool = db_pool_new(&config, 1);
	assert_int_equal(db_run(pool, touch, NULL), -EAGAIN);
	assert_int_equal(db_pool_ping(pool), -EAGAIN);
	assert_non_null(strstr(db_fault_text(), "/nonexistent/db.sock"));
	assert_true(g_get_monotonic_time() - start_us >= G_USEC_PER_SEC / 2);
	db_pool_free(pool);

	db_instance_account(db->instance, DB_ACCOUNT_SCHEMA, &config);
	config.password = "wrong";
	pool = db_pool_new(&config, 1);
	assert_int_equal(db_run(pool, touch, NULL), -EIO);
	assert_null(strstr(db_fault_text(), "wrong"));
	db_pool_free(pool);
}

static int read_one(struct db_txn *txn, void *unused)
{
	amount_now(txn);
	return 0;
}

static int kill_all(struct db_txn *txn, void *data)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r;

	assert_int_equal(db_query(txn,
				 "SELECT id FROM information_schema.processlist WHERE user = "
				 "'bidroom_schema' AND id <> CONNECTION_ID()",
				 DB_NO_PARAMS, &rows),
		0);
	while ((r = db_rows_next(rows)) > 0) {
		g_autofree char *sql = g_strdup_printf("KILL %d", (int)db_col_int(rows, 0));

		r = db_exec(txn, sql, DB_NO_PARAMS, NULL);
		++*(int *)data;
	}
	return r;
}

static void *read_in_thread(void *data)
{
	assert_int_equal(db_run_read(data, read_one, NULL), 0);
	return NULL;
}

/* Makes two connections of the pool be in use at once. */
static int use_two(struct db_txn *txn, void *data)
{
	g_thread_join(g_thread_new("second", read_in_thread, data));
	return 0;
}

/* Connections that were cut while nobody used them cost one retry, not one each. */
static void test_cut_connections(void **state)
{
	struct blocked b = {.pool = short_pool(2)};
	struct db_pool_counts counts;
	int killed = 0;

	assert_int_equal(db_run(b.pool, use_two, b.pool), 0);
	assert_int_equal(db_run(db->schema_pool, kill_all, &killed), 0);
	assert_true(killed >= 2);
	assert_int_equal(db_run(b.pool, touch, NULL), 0);
	db_pool_counts(b.pool, &counts);
	assert_int_equal(counts.retries, 1);
	assert_int_equal(db_pool_ping(b.pool), 0);
	db_pool_free(b.pool);
}

static int start(void **state)
{
	db = test_db_start_empty();
	test_db_do(db, "CREATE TABLE entry (id VARCHAR(26) PRIMARY KEY)");
	test_db_do(db, "CREATE TABLE purse (id INT PRIMARY KEY, amount BIGINT NOT NULL, "
		       "version BIGINT NOT NULL)");
	test_db_do(db, "INSERT INTO purse (id, amount, version) VALUES (1, 0, 0), (2, 0, 0)");
	return 0;
}

static int stop(void **state)
{
	test_db_stop(db);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_result_decides, clean),
		cmocka_unit_test_setup(test_on_commit, clean),
		cmocka_unit_test_setup(test_back_to_the_mark, clean),
		cmocka_unit_test_setup(test_a_dead_transaction_is_not_committed, clean),
		cmocka_unit_test_setup(test_every_step_fails_once, clean),
		cmocka_unit_test_setup(test_every_step_fails_for_good, clean),
		cmocka_unit_test_setup(test_deadlock_is_retried, clean),
		cmocka_unit_test_setup(test_what_a_transaction_sees, clean),
		cmocka_unit_test_setup(test_joins_keep_the_order, clean),
		cmocka_unit_test_setup(test_giving_up, clean),
		cmocka_unit_test_setup(test_unreachable_and_unwelcome, clean),
		cmocka_unit_test_setup(test_cut_connections, clean),
	};

	return cmocka_run_group_tests_name("db/txn", tests, start, stop);
}
