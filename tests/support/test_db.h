/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TESTS_SUPPORT_TEST_DB_H
#define TESTS_SUPPORT_TEST_DB_H

/*
 * A real private MariaDB for one test program, in a folder of its own that goes away with it. Works
 * as root (the server runs as nobody) and as anybody else. What fails here ends the program with a
 * message: there is nothing a test could do about it.
 */
#include <stdbool.h>
#include <sys/types.h>

#include "db/instance.h"

struct db_pool;

struct test_db {
	char *dir; /* temporary; the instance is in dir/db */
	struct db_instance *instance;
	struct db_pool *pool;        /* of the service account */
	struct db_pool *schema_pool; /* of the schema account, which may do anything to tables */
};

/* Starts a server and applies the product's migrations: about two seconds. */
struct test_db *test_db_start(void);

/* The same without migrations; the database is empty. */
struct test_db *test_db_start_empty(void);

void test_db_stop(struct test_db *db);

/* Empties all tables but schema_migration, so that a test begins with a clean sheet. Rows that the
 * migrations inserted go too. */
void test_db_clear(struct test_db *db);

/* Runs SQL without parameters as the schema account. */
void test_db_do(struct test_db *db, const char *sql);

/* One number out of the database, as the schema account. */
int64_t test_db_number(struct test_db *db, const char *sql);

/*
 * The n-th step from now on (statements, START TRANSACTION, COMMIT, counted from 1) of whatever
 * transaction fails with this MariaDB error number; 0 takes the order back. For the game of failing
 * the first step, then the second, until test_db_has_failed() says the end was reached.
 */
void test_db_fail_nth(unsigned n, unsigned error);
bool test_db_has_failed(void);

/* Under whom the server runs, and a new temporary folder that this user owns; free by
 * test_dir_remove. */
uid_t test_db_uid(void);
gid_t test_db_gid(void);
char *test_dir_make(void);
void test_dir_remove(char *dir);

#endif
