/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef DB_FAULT_H
#define DB_FAULT_H

/*
 * The "no"s of the database and the text of its faults.
 *
 * Every function of this folder returns 0, a negative errno (fault) or one of these refusals.
 * Their numbers are far from those of other modules, so that one that nobody handled cannot be
 * taken for something else on its way through a transaction body.
 *
 * Faults: -EAGAIN, the database is not reachable or too busy and the retries are used up, the
 * client may come back later; -EIO, anything else, our own mistakes in SQL included.
 */
enum db_refusal {
	DB_E_DUPLICATE = 9001, /* a unique key holds this value already (1062) */
	DB_E_CONSTRAINT,       /* a foreign key, CHECK or trigger forbids it */

	/* Of db_migrate: */
	DB_E_MIGRATION_EDITED,    /* an applied file is no longer what it was */
	DB_E_MIGRATION_UNKNOWN,   /* the database is newer than this program */
	DB_E_MIGRATION_STUCK,     /* somebody began a file and does not go on: resume it */
	DB_E_MIGRATION_MALFORMED, /* a file does not end its statements with ';' and a newline */

	/* Of db_instance_start: */
	DB_E_INSTANCE_BUSY, /* another process runs this instance */
	DB_E_INSTANCE_PATH, /* the directory's name cannot be used */
};

/*
 * What the last failing call of this folder on this thread has to say: the MariaDB error with the
 * beginning of the statement (never its values). For the log line at the edge. Never NULL; valid
 * until the next failure on this thread. Cleared by nothing: look only after a failure.
 */
const char *db_fault_text(void);

#endif
