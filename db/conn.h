/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef DB_CONN_H
#define DB_CONN_H

/*
 * Inside of db/ only: one connection with its prepared statements, and what a running transaction
 * consists of. A connection belongs to one thread at a time.
 */
#include <glib.h>
#include <mysql.h>
#include <stdbool.h>
#include <stdint.h>

#include "db/verdict.h"

struct db_config;

struct db_conn {
	MYSQL *mysql;
	GHashTable *stmts;   /* text -> struct db_stmt, owned */
	unsigned generation; /* of the pool when it was made */
	bool broken;
};

/* A prepared statement. Busy while a result of it is read; the same text is then prepared once
 * more, outside of the cache. */
struct db_stmt {
	MYSQL_STMT *mysql;
	char *sql;
	bool busy;
	bool cached;
};

struct db_on_commit {
	void (*fn)(void *data);
	void *data;
	void (*done)(void *data);
};

struct db_txn {
	struct db_conn *conn;
	bool dead;               /* no statement may follow, no COMMIT either */
	enum db_verdict verdict; /* why it is dead */
	unsigned n_rows;         /* results not yet freed */
	uint64_t insert_id;
	GArray *on_commit; /* of struct db_on_commit; NULL: none */
	guint mark;        /* how many of them stood there at db_txn_mark() */
	guint trial;       /* and at db_txn_begin_trial() */
};

/* Makes sure the calling thread may use Connector/C, and that it is cleaned up after it. */
void db_thread_enter(void);

/* Connects and sets the session up. On failure *ret_verdict says whether trying again makes sense.
 */
int db_conn_open(
	const struct db_config *config, struct db_conn **ret, enum db_verdict *ret_verdict);
struct db_conn *db_conn_close(struct db_conn *conn);

/* Runs constant text without parameters and without a result. Returns a MariaDB error number. */
unsigned db_conn_command(struct db_conn *conn, const char *sql);

/* A prepared statement for exclusive use until db_conn_give_back. 0 or a MariaDB error number; *ret
 * is set in both cases, the message is in it. */
unsigned db_conn_prepare(struct db_conn *conn, const char *sql, struct db_stmt **ret);
void db_conn_give_back(struct db_conn *conn, struct db_stmt *stmt);

/*
 * Records the failure of a statement: sets the fault text, marks transaction and connection as the
 * verdict demands, and returns what the caller sees.
 */
int db_txn_fail(struct db_txn *txn, unsigned error, const char *message, const char *sql);

/* Asks the test hook. 0, or the result of the failure it wants. */
int db_txn_ask_hook(struct db_txn *txn, const char *sql);

#endif
