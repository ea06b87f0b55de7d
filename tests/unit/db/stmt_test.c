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
#include "db/pool.h"
#include "db/stmt.h"
#include "db/txn.h"
#include "tests/support/test_db.h"

static struct test_db *db;

/* 2026-07-01 09:30:00.123456 */
#define SOME_TIME 1782898200123456

struct sample {
	int64_t id, number, time_us;
	const char *text;
	const void *blob;
	size_t blob_len;
};

static const struct sample samples[] = {
	{1, 0, 0, "", "", 0}, {2, INT64_MAX, SOME_TIME, "评标委员会 😀", "\0a\0", 3},
	{3, INT64_MIN, -1, "'; DROP TABLE kind; --", "\xff\xfe", 2},
	{4, -1, -62135596800000000, "ａ（", "\0", 1},               /* 0001-01-01 */
	{5, 1, 253402300799999999, "\xef\xbb\xbf\n\t\\%_", "a", 1}, /* 9999-12-31 */
};

static int insert_samples(struct db_txn *txn, void *data)
{
	for (size_t i = 0; i < G_N_ELEMENTS(samples); i++) {
		const struct sample *s = &samples[i];
		uint64_t affected = 0;
		int r = db_exec(txn,
			"INSERT INTO kind (id, number, time, text, bytes) VALUES (?, ?, ?, ?, ?)",
			DB_PARAMS(db_int(s->id), db_int(s->number), db_time(s->time_us),
				db_text(s->text), db_blob(s->blob, s->blob_len)),
			&affected);

		if (r)
			return r;
		assert_int_equal(affected, 1);
	}
	return db_exec(txn,
		"INSERT INTO kind (id, number, time, text, bytes) VALUES (?, ?, ?, ?, ?)",
		DB_PARAMS(db_int(6), db_null(), db_null(), db_maybe_text(NULL), db_null()), NULL);
}

static int read_samples(struct db_txn *txn, void *data)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	size_t i = 0, len;
	int r;

	r = db_query(txn, "SELECT id, number, time, text, bytes FROM kind ORDER BY id",
		DB_NO_PARAMS, &rows);
	assert_int_equal(r, 0);
	for (; (r = db_rows_next(rows)) > 0 && i < G_N_ELEMENTS(samples); i++) {
		const struct sample *s = &samples[i];

		assert_int_equal(db_col_int(rows, 0), s->id);
		assert_int_equal(db_col_int(rows, 1), s->number);
		assert_int_equal(db_col_time(rows, 2), s->time_us);
		assert_string_equal(db_col_text(rows, 3), s->text);
		assert_memory_equal(db_col_blob(rows, 4, &len), s->blob, s->blob_len);
		assert_int_equal(len, s->blob_len);
		assert_false(db_col_is_null(rows, 4));
	}
	assert_int_equal(r, 1);
	for (unsigned column = 1; column < 5; column++)
		assert_true(db_col_is_null(rows, column));
	assert_null(db_col_text(rows, 3));
	assert_null(db_col_blob(rows, 4, &len));
	assert_int_equal(len, 0);
	assert_int_equal(db_rows_next(rows), 0);
	return 0;
}

static void test_kinds_round_trip(void **state)
{
	test_db_do(db, "CREATE TABLE kind (id BIGINT NOT NULL PRIMARY KEY, number BIGINT, "
		       "time DATETIME(6), text TEXT, bytes BLOB)");
	assert_int_equal(db_run(db->schema_pool, insert_samples, NULL), 0);
	assert_int_equal(db_run_read(db->schema_pool, read_samples, NULL), 0);
}

struct long_one {
	char *bytes;
	size_t len;
};

static int insert_long(struct db_txn *txn, void *data)
{
	struct long_one *l = data;
	int r = db_exec(txn, "INSERT INTO long_one (id, bytes, text) VALUES (1, ?, ?)",
		DB_PARAMS(db_blob(l->bytes, l->len), db_text("short")), NULL);

	if (!r)
		r = db_exec(txn, "INSERT INTO long_one (id, bytes, text) VALUES (2, ?, ?)",
			DB_PARAMS(db_blob("x", 1), db_text_n(l->bytes + 1, 1 << 20)), NULL);
	return r ? r
		 : db_exec(txn, "INSERT INTO long_one (id, bytes, text) VALUES (3, ?, ?)",
			   DB_PARAMS(db_blob(l->bytes, 300), db_text("")), NULL);
}

static int read_long(struct db_txn *txn, void *data)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	struct long_one *l = data;
	size_t len;

	assert_int_equal(
		db_query(txn, "SELECT bytes, text FROM long_one ORDER BY id", DB_NO_PARAMS, &rows),
		0);
	assert_int_equal(db_rows_next(rows), 1);
	assert_memory_equal(db_col_blob(rows, 0, &len), l->bytes, l->len);
	assert_int_equal(len, l->len);
	assert_string_equal(db_col_text(rows, 1), "short");
	assert_int_equal(db_rows_next(rows), 1);
	assert_memory_equal(db_col_blob(rows, 0, &len), "x", 2);
	assert_memory_equal(db_col_blob(rows, 1, &len), l->bytes + 1, 1 << 20);
	assert_int_equal(len, 1 << 20);
	assert_int_equal(db_rows_next(rows), 1);
	assert_memory_equal(db_col_blob(rows, 0, &len), l->bytes, 300);
	assert_int_equal(len, 300);
	assert_string_equal(db_col_text(rows, 1), "");
	assert_int_equal(db_rows_next(rows), 0);
	return 0;
}

static void test_long_columns(void **state)
{
	struct long_one l = {.len = (16 << 20) - 1};

	l.bytes = g_malloc(l.len);
	l.bytes[0] = 0;
	for (size_t i = 1; i < l.len; i++)
		l.bytes[i] = (char)('a' + i * 7 % 23);
	test_db_do(db,
		"CREATE TABLE long_one (id INT PRIMARY KEY, bytes MEDIUMBLOB, text MEDIUMTEXT)");
	assert_int_equal(db_run(db->schema_pool, insert_long, &l), 0);
	assert_int_equal(db_run_read(db->schema_pool, read_long, &l), 0);
	g_free(l.bytes);
}

static int read_other_types(struct db_txn *txn, void *data)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;

	assert_int_equal(
		db_query(txn,
			"SELECT CAST('12.345' AS DECIMAL(30,6)), DATE '2026-07-01', 1 = 1, "
			"CAST('{}' AS CHAR), UTC_TIMESTAMP(6), COUNT(*), SUM(1), 0.5e0, "
			"CAST(18446744073709551615 AS UNSIGNED) > 0, TIME '10:00:00' FROM other",
			DB_NO_PARAMS, &rows),
		0);
	assert_int_equal(db_rows_next(rows), 1);
	assert_string_equal(db_col_text(rows, 0), "12.345000");
	assert_string_equal(db_col_text(rows, 1), "2026-07-01");
	assert_int_equal(db_col_int(rows, 2), 1);
	assert_string_equal(db_col_text(rows, 3), "{}");
	assert_true(ABS(db_col_time(rows, 4) - g_get_real_time()) < 60 * G_USEC_PER_SEC);
	assert_int_equal(db_col_int(rows, 5), 2);
	assert_string_equal(db_col_text(rows, 6), "2");
	assert_string_equal(db_col_text(rows, 7), "0.5");
	assert_int_equal(db_col_int(rows, 8), 1);
	assert_string_equal(db_col_text(rows, 9), "10:00:00");
	return 0;
}

static int read_too_large(struct db_txn *txn, void *data)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;

	assert_int_equal(
		db_query(txn, "SELECT CAST(18446744073709551615 AS UNSIGNED)", DB_NO_PARAMS, &rows),
		0);
	assert_int_equal(db_rows_next(rows), -EIO);
	return 0;
}

static void test_other_types(void **state)
{
	test_db_do(db, "CREATE TABLE other (id INT PRIMARY KEY)");
	test_db_do(db, "INSERT INTO other (id) VALUES (1), (2)");
	assert_int_equal(db_run_read(db->schema_pool, read_other_types, NULL), 0);
	assert_int_equal(db_run_read(db->schema_pool, read_too_large, NULL), -EIO);
	assert_non_null(strstr(db_fault_text(), "too large"));
}

/* The same text while a result of it is still read, and other statements in between. */
static int nest(struct db_txn *txn, void *data)
{
	static const char sql[] = "SELECT id FROM other WHERE id >= ? ORDER BY id";
	DB_ROWS_AUTO struct db_rows *outer = NULL;
	int64_t seen = 0;
	int r;

	assert_int_equal(db_query(txn, sql, DB_PARAMS(db_int(1)), &outer), 0);
	while ((r = db_rows_next(outer)) > 0) {
		DB_ROWS_AUTO struct db_rows *inner = NULL;

		assert_int_equal(
			db_query(txn, sql, DB_PARAMS(db_int(db_col_int(outer, 0))), &inner), 0);
		while ((r = db_rows_next(inner)) > 0)
			seen = seen * 10 + db_col_int(inner, 0);
		assert_int_equal(r, 0);
		assert_int_equal(
			db_exec(txn, "UPDATE other SET id = id WHERE id = 1", DB_NO_PARAMS, NULL),
			0);
	}
	assert_int_equal(seen, 122);
	return r;
}

static void test_queries_nest(void **state)
{
	assert_int_equal(db_run(db->schema_pool, nest, NULL), 0);
}

static int break_rules(struct db_txn *txn, void *data)
{
	uint64_t affected = 0;

	assert_int_equal(
		db_exec(txn, "INSERT INTO rule (id, n) VALUES (1, 1)", DB_NO_PARAMS, NULL), 0);
	assert_int_equal(db_exec(txn, "INSERT INTO rule (id, n) VALUES (1, 2)", DB_NO_PARAMS, NULL),
		DB_E_DUPLICATE);
	assert_null(strstr(db_fault_text(), "PRIMARY")); /* no values, no message */
	assert_int_equal(
		db_exec(txn, "INSERT INTO rule (id, n) VALUES (2, -2)", DB_NO_PARAMS, NULL),
		DB_E_CONSTRAINT);
	assert_int_equal(
		db_exec(txn, "INSERT INTO rule_part (id, rule) VALUES (1, 9)", DB_NO_PARAMS, NULL),
		DB_E_CONSTRAINT);
	assert_int_equal(
		db_exec(txn, "INSERT INTO rule_part (id, rule) VALUES (1, 1)", DB_NO_PARAMS, NULL),
		0);
	assert_int_equal(
		db_exec(txn, "DELETE FROM rule WHERE id = 1", DB_NO_PARAMS, NULL), DB_E_CONSTRAINT);
	assert_int_equal(db_exec(txn, "DELETE FROM rule_part WHERE id = 1", DB_NO_PARAMS, NULL),
		DB_E_CONSTRAINT); /* the trigger */
	/* Matched, though nothing changes. */
	assert_int_equal(
		db_exec(txn, "UPDATE rule SET n = 1 WHERE id = 1", DB_NO_PARAMS, &affected), 0);
	assert_int_equal(affected, 1);
	assert_int_equal(
		db_exec(txn, "UPDATE rule SET n = 1 WHERE id = 7", DB_NO_PARAMS, &affected), 0);
	assert_int_equal(affected, 0);
	assert_int_equal(db_exec(txn, "UPDATE rule SET n = LAST_INSERT_ID(n + 41) WHERE id = 1",
				 DB_NO_PARAMS, NULL),
		0);
	assert_int_equal(db_insert_id(txn), 42);
	return 0;
}

static void test_refusals_undo_one_statement(void **state)
{
	static const struct db_migration trigger = {1, "0001_trigger",
		"CREATE TRIGGER keep BEFORE DELETE ON rule_part FOR EACH ROW\n"
		"SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'kept';\n"};
	struct db_config schema;

	test_db_do(db, "CREATE TABLE rule (id INT PRIMARY KEY, n INT NOT NULL CHECK (n > 0))");
	test_db_do(db, "CREATE TABLE rule_part (id INT PRIMARY KEY, rule INT NOT NULL, "
		       "FOREIGN KEY (rule) REFERENCES rule (id))");
	/* As a statement of a migration: a trigger cannot be prepared. */
	db_instance_account(db->instance, DB_ACCOUNT_SCHEMA, &schema);
	assert_int_equal(db_migrate(&schema, &trigger, 1, NULL, NULL), 0);
	assert_int_equal(db_run(db->schema_pool, break_rules, NULL), 0);
	assert_int_equal(test_db_number(db, "SELECT n FROM rule"), 42);
	assert_int_equal(test_db_number(db, "SELECT COUNT(*) FROM rule_part"), 1);
}

static int run_sql(struct db_txn *txn, void *data)
{
	return db_exec(txn, data, DB_NO_PARAMS, NULL);
}

/* What another account may not do, and what is wrong, ends the transaction and is not tried again.
 */
static void test_faults(void **state)
{
	static const char *const wrong[] = {
		"INSERT INTO nowhere (id) VALUES (1)",
		"INSRT",
		"INSERT INTO rule (id, n) VALUES (3, 'x')",
		"INSERT INTO rule (id) VALUES (3)",
		"INSERT INTO other (id) VALUES (99999999999)",
	};

	for (size_t i = 0; i < G_N_ELEMENTS(wrong); i++)
		assert_int_equal(db_run(db->schema_pool, run_sql, (void *)wrong[i]), -EIO);
	test_db_do(db, "GRANT SELECT ON other TO bidroom_service");
	assert_int_equal(
		db_run(db->pool, run_sql, (void *)"INSERT INTO other (id) VALUES (3)"), -EIO);
	assert_non_null(strstr(db_fault_text(), "INSERT INTO other"));
}

static int write_wrong_time(struct db_txn *txn, void *data)
{
	return db_exec(txn, "INSERT INTO kind (id, time) VALUES (7, ?)",
		DB_PARAMS(db_time(*(int64_t *)data)), NULL);
}

static void test_times_outside_the_calendar(void **state)
{
	int64_t times[] = {INT64_MIN, INT64_MAX, -62135596800000001, 253402300800000000};

	for (size_t i = 0; i < G_N_ELEMENTS(times); i++)
		assert_int_equal(db_run(db->schema_pool, write_wrong_time, &times[i]), -EIO);
}

/* Text made of parts fills the cache of statements; it must stay bounded and right. */
static int many_texts(struct db_txn *txn, void *data)
{
	for (int i = 0; i < 700; i++) {
		g_autofree char *sql = g_strdup_printf("SELECT %d + ?", i);
		DB_ROWS_AUTO struct db_rows *rows = NULL;

		assert_int_equal(db_query(txn, sql, DB_PARAMS(db_int(1)), &rows), 0);
		assert_int_equal(db_rows_next(rows), 1);
		assert_int_equal(db_col_int(rows, 0), i + 1);
	}
	return 0;
}

static void test_many_texts(void **state)
{
	assert_int_equal(db_run_read(db->schema_pool, many_texts, NULL), 0);
	assert_true(test_db_number(db, "SELECT CAST(variable_value AS SIGNED) FROM "
				       "information_schema.global_status WHERE variable_name = "
				       "'PREPARED_STMT_COUNT'") < 400);
}

static int start(void **state)
{
	db = test_db_start_empty();
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
		cmocka_unit_test(test_kinds_round_trip),
		cmocka_unit_test(test_long_columns),
		cmocka_unit_test(test_other_types),
		cmocka_unit_test(test_queries_nest),
		cmocka_unit_test(test_refusals_undo_one_statement),
		cmocka_unit_test(test_faults),
		cmocka_unit_test(test_times_outside_the_calendar),
		cmocka_unit_test(test_many_texts),
	};

	return cmocka_run_group_tests_name("db/stmt", tests, start, stop);
}
