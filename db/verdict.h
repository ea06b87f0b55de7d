/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef DB_VERDICT_H
#define DB_VERDICT_H

/*
 * Inside of db/ only: what a MariaDB error number means for a transaction, and the writing side of
 * db_fault_text(). Thread-safe.
 */
#include <glib.h>

enum db_verdict {
	DB_VERDICT_FAULT,      /* no sense in trying again */
	DB_VERDICT_RETRY,      /* the transaction is gone; another may succeed */
	DB_VERDICT_LOST,       /* and the connection with it */
	DB_VERDICT_DUPLICATE,  /* only the statement is undone */
	DB_VERDICT_CONSTRAINT, /* likewise */
};

enum db_verdict db_verdict(unsigned error);

/* The number a caller sees for it. */
int db_verdict_result(enum db_verdict verdict);

/* Sets the thread's fault text and returns result. */
int db_fault(int result, const char *fmt, ...) G_GNUC_PRINTF(2, 3);

#endif
