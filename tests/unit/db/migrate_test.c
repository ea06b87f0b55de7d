/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <glib.h>

#include "db/fault.h"
#include "db/migrate.h"
#include "db/migration_text.h"
#include "db/pool.h"
#include "db/txn.h"
#include "tests/support/test_db.h"

static struct test_db *db;
static struct db_config schema;

static int clean(void **state)
{
	test_db_do(db, "DROP TABLE IF EXISTS schema_migration, a, b, c");
	return 0;
}

static const struct db_migration three[] = {
	{1, "0001_a",
		"-- 表\nCREATE TABLE a (\n  id INT PRIMARY KEY,\n  n INT NOT NULL\n);\n\n"
		"INSERT INTO a (id, n) VALUES (1, 0);\n"},
	{2, "0002_b",
		"CREATE TABLE b (id INT PRIMARY KEY);\n"
		"CREATE TRIGGER b_stays BEFORE DELETE ON b FOR EACH ROW\n"
		"  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'b stays';\n"
		"UPDATE a SET n = n + 1 WHERE id = 1;\n"
		"ALTER TABLE a ADD COLUMN m INT NOT NULL DEFAULT 0, ALGORITHM=INSTANT;\n"
		"UPDATE a SET n = n + 1 WHERE id = 1;\n"
		"GRANT SELECT ON b TO bidroom_service;\n"
		"REVOKE SELECT ON b FROM bidroom_service;\n"},
	{7, "0007_c", "CREATE TABLE c (id INT PRIMARY KEY);\n"},
};

static void assert_all_there(void)
{
	assert_int_equal(test_db_number(db, "SELECT n FROM a"), 2);
	assert_int_equal(test_db_number(db, "SELECT COUNT(*) FROM c"), 0);
	assert_int_equal(test_db_number(db, "SELECT COUNT(*) FROM schema_migration WHERE state = "
					    "'done' AND finished_at IS NOT NULL"),
		3);
	assert_int_equal(test_db_number(db, "SELECT COUNT(*) FROM information_schema.triggers"), 1);
}

static void test_applies_once(void **state)
{
	unsigned applied = 9;

	assert_int_equal(db_migrate(&schema, three, 1, NULL, &applied), 0);
	assert_int_equal(applied, 1);
	assert_int_equal(db_migrate(&schema, three, 3, NULL, &applied), 0);
	assert_int_equal(applied, 2);
	assert_int_equal(db_migrate(&schema, three, 3, NULL, &applied), 0);
	assert_int_equal(applied, 0);
	assert_all_there();
}

static void *migrate_in_thread(void *data)
{
	unsigned *applied = data;

	assert_int_equal(db_migrate(&schema, three, 3, NULL, applied), 0);
	return NULL;
}

static void test_three_at_once(void **state)
{
	GThread *threads[3];
	unsigned applied[3] = {0};

	for (int i = 0; i < 3; i++)
		threads[i] = g_thread_new("migrator", migrate_in_thread, &applied[i]);
	for (int i = 0; i < 3; i++)
		g_thread_join(threads[i]);
	assert_int_equal(applied[0] + applied[1] + applied[2], 3);
	assert_all_there();
}

static void test_edited_file_is_refused(void **state)
{
	struct db_migration edited[3];

	memcpy(edited, three, sizeof edited);
	edited[0].sql = "CREATE TABLE a (id INT PRIMARY KEY);\n";
	assert_int_equal(db_migrate(&schema, three, 2, NULL, NULL), 0);
	assert_int_equal(db_migrate(&schema, edited, 3, NULL, NULL), DB_E_MIGRATION_EDITED);
	assert_non_null(strstr(db_fault_text(), "0001_a"));
	assert_int_equal(test_db_number(db, "SELECT COUNT(*) FROM schema_migration"), 2);
}

static void test_newer_database_is_refused(void **state)
{
	assert_int_equal(db_migrate(&schema, three, 3, NULL, NULL), 0);
	assert_int_equal(db_migrate(&schema, three, 2, NULL, NULL), DB_E_MIGRATION_UNKNOWN);
}

static void test_malformed_file_changes_nothing(void **state)
{
	static const struct db_migration bad[] = {
		{1, "0001_a", "CREATE TABLE a (id INT PRIMARY KEY);\n"},
		{2, "0002_b", "CREATE TABLE b (id INT PRIMARY KEY)\n"},
	};

	assert_int_equal(db_migrate(&schema, bad, 2, NULL, NULL), DB_E_MIGRATION_MALFORMED);
	assert_non_null(strstr(db_fault_text(), "0002_b"));
	assert_int_equal(test_db_number(db, "SELECT COUNT(*) FROM information_schema.tables WHERE "
					    "table_schema = DATABASE()"),
		0);
}

static void test_failed_statement_and_resume(void **state)
{
	static const struct db_migration wrong = {1, "0001_a",
		"CREATE TABLE a (id INT PRIMARY KEY);\nINSERT INTO a (id) VALUES (1);\n"
		"INSERT INTO b (id) VALUES (1);\nINSERT INTO a (id) VALUES (2);\n"};
	struct db_migrate_options resume = {.resume = true};
	unsigned applied = 0;

	assert_int_equal(db_migrate(&schema, &wrong, 1, NULL, NULL), -EIO);
	assert_non_null(strstr(db_fault_text(), "0001_a, statement 3"));
	assert_int_equal(db_migrate(&schema, &wrong, 1, NULL, NULL), DB_E_MIGRATION_STUCK);
	/* The administrator puts right what was missing. */
	test_db_do(db, "CREATE TABLE b (id INT PRIMARY KEY)");
	assert_int_equal(db_migrate(&schema, &wrong, 1, NULL, NULL), DB_E_MIGRATION_STUCK);
	assert_int_equal(db_migrate(&schema, &wrong, 1, &resume, &applied), 0);
	assert_int_equal(applied, 1);
	assert_int_equal(test_db_number(db, "SELECT COUNT(*) FROM a"), 2);
}

/* A name that never was is no renaming that was done before, however often it is tried. */
static void test_unknown_column_stays_a_mistake(void **state)
{
	static const struct db_migration wrong = {
		1, "0001_a", "CREATE TABLE a (id INT PRIMARY KEY);\nUPDATE a SET m = 1;\n"};
	struct db_migrate_options resume = {.resume = true};

	assert_int_equal(db_migrate(&schema, &wrong, 1, NULL, NULL), -EIO);
	assert_int_equal(db_migrate(&schema, &wrong, 1, &resume, NULL), -EIO);
	assert_non_null(strstr(db_fault_text(), "0001_a, statement 2"));
}

/*
 * A migrator that died after a statement but before its mark, at each statement in turn. Our own
 * files go through the same in test_own_migrations_apply.
 */
static void test_resume_after_a_crash_anywhere(void **state)
{
	g_autoptr(GPtrArray) stmts = migration_split(three[1].sql);
	struct db_migrate_options resume = {.resume = true, .patience_us = 1};

	for (guint marked = 0; marked < stmts->len; marked++) {
		g_autofree char *rewind = g_strdup_printf(
			"UPDATE schema_migration SET state = 'running', owner = 'dead', "
			"finished_at = NULL, stmt_done = %u WHERE version = 2",
			marked);

		clean(NULL);
		assert_int_equal(db_migrate(&schema, three, 2, NULL, NULL), 0);
		test_db_do(db, rewind);
		/* Rows and mark are one transaction: rewinding over them takes them back too. */
		if (marked <= 2)
			test_db_do(db, "UPDATE a SET n = n - 1");
		if (marked <= 4)
			test_db_do(db, "UPDATE a SET n = n - 1");
		/* Later DDL had not happened yet. */
		if (marked < 3)
			test_db_do(db, "ALTER TABLE a DROP COLUMN m");
		if (marked < 1)
			test_db_do(db, "DROP TRIGGER b_stays");
		assert_int_equal(db_migrate(&schema, three, 3, &resume, NULL), 0);
		assert_all_there();
	}
}

/* Every step fails once, in each of the ways a server can go; all must be retried and right. */
static void test_survives_failures_of_the_server(void **state)
{
	static const unsigned errors[] = {1213, 2013};

	for (size_t e = 0; e < G_N_ELEMENTS(errors); e++) {
		bool failed = true;

		for (unsigned n = 1; failed; n++) {
			int r;

			clean(NULL);
			test_db_fail_nth(n, errors[e]);
			r = db_migrate(&schema, three, 3, NULL, NULL);
			failed = test_db_has_failed();
			test_db_fail_nth(0, 0);
			if (r)
				print_error("step %u: %s\n", n, db_fault_text());
			assert_int_equal(r, 0);
			assert_all_there();
		}
	}
}

static void test_splitting(void **state)
{
	g_autoptr(GPtrArray) stmts = migration_split(
		"\n-- one; two;\nSELECT 1;\n\n  SELECT\n  ';x', -- note\n  2 ;  \n--\n");
	g_autoptr(GPtrArray) none = migration_split("-- nothing\n\n");

	assert_int_equal(stmts->len, 2);
	assert_string_equal(stmts->pdata[0], "SELECT 1");
	assert_string_equal(stmts->pdata[1], "  SELECT\n  ';x', -- note\n  2 ");
	assert_int_equal(none->len, 0);
	assert_null(migration_split("SELECT 1"));
	assert_null(migration_split("SELECT 1; -- note\n"));
}

static unsigned n_unmarked;

/* Each statement's mark is lost once: what was done by then is done, and comes again. */
static unsigned lose_marks(const char *sql)
{
	if (!g_str_has_prefix(sql, "UPDATE schema_migration SET stmt_done = stmt_done + 1"))
		return 0;
	return n_unmarked++ % 2 ? 0 : 1213;
}

static void test_own_migrations_apply(void **state)
{
	struct test_db *full = test_db_start_empty();
	struct db_config account;
	size_t n_stmts = 0;

	for (size_t i = 0; i < db_n_migrations; i++) {
		g_autoptr(GPtrArray) stmts = migration_split(db_migrations[i].sql);
		n_stmts += stmts->len;
	}
	db_instance_account(full->instance, DB_ACCOUNT_SCHEMA, &account);
	db_statement_hook = lose_marks;
	int r = db_migrate(&account, db_migrations, db_n_migrations, NULL, NULL);
	db_statement_hook = NULL;
	if (r)
		print_error("%s\n", db_fault_text());
	assert_int_equal(r, 0);
	assert_int_equal(n_unmarked, 2 * n_stmts);
	assert_int_equal(
		test_db_number(full, "SELECT COUNT(*) FROM schema_migration WHERE state = 'done'"),
		db_n_migrations);
	assert_int_equal(test_db_number(full,
				 "SELECT COUNT(*) FROM information_schema.tables t WHERE "
				 "t.table_schema = DATABASE() AND NOT EXISTS (SELECT 1 FROM "
				 "information_schema.table_constraints c WHERE c.table_schema = "
				 "t.table_schema AND c.table_name = t.table_name AND "
				 "c.constraint_type = 'PRIMARY KEY')"),
		0);
	/* What the service may read, it can reach. */
	assert_int_equal(db_pool_ping(full->pool), 0);
	test_db_stop(full);
}

static int start(void **state)
{
	db = test_db_start_empty();
	db_instance_account(db->instance, DB_ACCOUNT_SCHEMA, &schema);
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
		cmocka_unit_test_setup(test_applies_once, clean),
		cmocka_unit_test_setup(test_three_at_once, clean),
		cmocka_unit_test_setup(test_edited_file_is_refused, clean),
		cmocka_unit_test_setup(test_newer_database_is_refused, clean),
		cmocka_unit_test_setup(test_malformed_file_changes_nothing, clean),
		cmocka_unit_test_setup(test_failed_statement_and_resume, clean),
		cmocka_unit_test_setup(test_unknown_column_stays_a_mistake, clean),
		cmocka_unit_test_setup(test_resume_after_a_crash_anywhere, clean),
		cmocka_unit_test_setup(test_survives_failures_of_the_server, clean),
		cmocka_unit_test(test_splitting),
		cmocka_unit_test(test_own_migrations_apply),
	};

	return cmocka_run_group_tests_name("db/migrate", tests, start, stop);
}
