/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "db/fault.h"
#include "db/verdict.h"

#include <errno.h>
#include <glib.h>
#include <stdarg.h>
#include <stdio.h>

static _Thread_local char fault_text[768];

const char *db_fault_text(void)
{
	return fault_text;
}

int db_fault(int result, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(fault_text, sizeof fault_text, fmt, args);
	va_end(args);
	return result;
}

static const struct {
	unsigned error;
	enum db_verdict verdict;
} table[] = {
	{1020, DB_VERDICT_RETRY},     /* the row changed since it was read */
	{1040, DB_VERDICT_RETRY},     /* too many connections */
	{1047, DB_VERDICT_LOST},      /* this Galera node left the cluster: go to another */
	{1053, DB_VERDICT_LOST},      /* shutting down */
	{1062, DB_VERDICT_DUPLICATE}, /* duplicate entry */
	{1158, DB_VERDICT_LOST},      /* network trouble, as the server sees it */
	{1159, DB_VERDICT_LOST}, {1160, DB_VERDICT_LOST}, {1161, DB_VERDICT_LOST},
	{1169, DB_VERDICT_DUPLICATE},  /* unique constraint */
	{1180, DB_VERDICT_RETRY},      /* error during COMMIT, as Galera says it */
	{1203, DB_VERDICT_RETRY},      /* too many connections of this account */
	{1205, DB_VERDICT_RETRY},      /* waited too long for a lock */
	{1213, DB_VERDICT_RETRY},      /* deadlock, or lost against another node */
	{1216, DB_VERDICT_CONSTRAINT}, /* foreign keys */
	{1217, DB_VERDICT_CONSTRAINT},
	{1243, DB_VERDICT_LOST}, /* the server does not know this prepared statement */
	{1451, DB_VERDICT_CONSTRAINT}, {1452, DB_VERDICT_CONSTRAINT}, {1586, DB_VERDICT_DUPLICATE},
	{1615, DB_VERDICT_LOST},       /* the statement has to be prepared again */
	{1644, DB_VERDICT_CONSTRAINT}, /* SIGNAL in a trigger */
	{1927, DB_VERDICT_LOST},       /* connection was killed */
	{2002, DB_VERDICT_LOST},       /* cannot connect to the socket */
	{2003, DB_VERDICT_LOST},       /* cannot connect to the host */
	{2006, DB_VERDICT_LOST},       /* server has gone away */
	{2012, DB_VERDICT_LOST},       /* no handshake */
	{2013, DB_VERDICT_LOST},       /* lost during a statement */
	{2055, DB_VERDICT_LOST}, {4025, DB_VERDICT_CONSTRAINT}, /* CHECK */
};

enum db_verdict db_verdict(unsigned error)
{
	for (size_t i = 0; i < G_N_ELEMENTS(table); i++)
		if (table[i].error == error)
			return table[i].verdict;
	return DB_VERDICT_FAULT;
}

int db_verdict_result(enum db_verdict verdict)
{
	switch (verdict) {
	case DB_VERDICT_DUPLICATE:
		return DB_E_DUPLICATE;
	case DB_VERDICT_CONSTRAINT:
		return DB_E_CONSTRAINT;
	case DB_VERDICT_RETRY:
	case DB_VERDICT_LOST:
		return -EAGAIN;
	case DB_VERDICT_FAULT:
		break;
	}
	return -EIO;
}
