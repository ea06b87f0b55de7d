/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef DB_ROWS_H
#define DB_ROWS_H

/*
 * Inside of db/ only: makes the rows of db/stmt.h from an executed statement whose result is
 * stored; takes the statement over.
 */
struct db_rows;
struct db_stmt;
struct db_txn;

struct db_rows *db_rows_new(struct db_txn *txn, struct db_stmt *stmt, const char *sql);

#endif
