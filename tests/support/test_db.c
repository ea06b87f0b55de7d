/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/support/test_db.h"

#include "db/fault.h"
#include "db/migrate.h"
#include "db/pool.h"
#include "db/stmt.h"
#include "db/txn.h"

#include <ftw.h>
#include <glib.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define NOBODY 65534

static void expect(int r, const char *what)
{
	if (r)
		g_error("%s: %d %s", what, r, db_fault_text());
}

uid_t test_db_uid(void)
{
	return geteuid() ? geteuid() : NOBODY;
}

gid_t test_db_gid(void)
{
	return geteuid() ? getegid() : NOBODY;
}

char *test_dir_make(void)
{
	char *dir = g_dir_make_tmp("bidroom-XXXXXX", NULL);

	g_assert(dir);
	if (geteuid() == 0)
		g_assert(chown(dir, test_db_uid(), test_db_gid()) == 0);
	return dir;
}

static int remove_entry(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	return remove(path);
}

void test_dir_remove(char *dir)
{
	nftw(dir, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
	g_free(dir);
}

struct test_db *test_db_start_empty(void)
{
	struct test_db *db = g_new0(struct test_db, 1);
	struct db_config account;
	g_autofree char *dir = NULL;

	db->dir = test_dir_make();
	dir = g_build_filename(db->dir, "db", NULL);
	struct db_instance_config config = {
		.dir = dir,
		.run_as_uid = test_db_uid(),
		.run_as_gid = test_db_gid(),
		.buffer_pool_mb = 32,
	};
	expect(db_instance_start(&config, &db->instance), "database start");
	db_instance_account(db->instance, DB_ACCOUNT_SERVICE, &account);
	db->pool = db_pool_new(&account, 8);
	db_instance_account(db->instance, DB_ACCOUNT_SCHEMA, &account);
	db->schema_pool = db_pool_new(&account, 2);
	return db;
}

struct test_db *test_db_start(void)
{
	struct test_db *db = test_db_start_empty();
	struct db_config account;

	db_instance_account(db->instance, DB_ACCOUNT_SCHEMA, &account);
	expect(db_migrate(&account, db_migrations, db_n_migrations, NULL, NULL), "migrations");
	return db;
}

void test_db_stop(struct test_db *db)
{
	if (!db)
		return;
	db_pool_free(db->pool);
	db_pool_free(db->schema_pool);
	expect(db_instance_stop(db->instance), "database stop");
	test_dir_remove(db->dir);
	g_free(db);
}

static int do_it(struct db_txn *txn, void *data)
{
	return db_exec(txn, data, DB_NO_PARAMS, NULL);
}

void test_db_do(struct test_db *db, const char *sql)
{
	expect(db_run(db->schema_pool, do_it, (void *)sql), sql);
}

static int clear(struct db_txn *txn, void *data)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r;

	r = db_query(txn,
		"SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE() "
		"AND table_type = 'BASE TABLE' AND table_name <> 'schema_migration'",
		DB_NO_PARAMS, &rows);
	if (r)
		return r;
	while ((r = db_rows_next(rows)) > 0)
		g_ptr_array_add(names, g_strdup(db_col_text(rows, 0)));
	for (guint i = 0; !r && i < names->len; i++) {
		g_autofree char *sql = g_strdup_printf("DELETE FROM `%s`", (char *)names->pdata[i]);

		r = db_exec(txn, sql, DB_NO_PARAMS, NULL);
	}
	return r;
}

void test_db_clear(struct test_db *db)
{
	expect(db_run(db->schema_pool, clear, NULL), "clear");
}

struct number {
	const char *sql;
	int64_t value;
};

static int find_number(struct db_txn *txn, void *data)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	struct number *number = data;
	int r;

	r = db_query(txn, number->sql, DB_NO_PARAMS, &rows);
	if (r)
		return r;
	r = db_rows_next(rows);
	if (r < 0)
		return r;
	g_assert(r == 1);
	number->value = db_col_int(rows, 0);
	return 0;
}

int64_t test_db_number(struct test_db *db, const char *sql)
{
	struct number number = {.sql = sql};

	expect(db_run_read(db->schema_pool, find_number, &number), sql);
	return number.value;
}

static atomic_uint steps_left, error_then;
static atomic_bool has_failed;

static unsigned fail_nth(const char *sql)
{
	unsigned left = atomic_load(&steps_left);

	while (left && !atomic_compare_exchange_weak(&steps_left, &left, left - 1))
		;
	if (left != 1)
		return 0;
	atomic_store(&has_failed, true);
	return atomic_load(&error_then);
}

void test_db_fail_nth(unsigned n, unsigned error)
{
	db_statement_hook = NULL;
	atomic_store(&steps_left, n);
	atomic_store(&error_then, error);
	atomic_store(&has_failed, false);
	if (n)
		db_statement_hook = fail_nth;
}

bool test_db_has_failed(void)
{
	return atomic_load(&has_failed);
}
