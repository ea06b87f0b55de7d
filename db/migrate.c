/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The table schema_migration has one row per file. Its life:
 *
 *	(no row) -> running        INSERT of the row is the claim: one of all migrators succeeds
 *	running -> done            stmt_done was raised after each statement
 *	running -> failed          a statement was refused by the server
 *	running, failed -> running with a new owner, when the operator resumes
 *
 * DDL commits by itself, so a crash between a statement and its mark leaves it done but unmarked.
 * Whoever repeats a statement therefore takes "is there already" for success, for that one
 * statement; changes of rows are in one transaction with the mark and cannot be half done.
 */
#include "db/migrate.h"
#include "db/conn.h"
#include "db/fault.h"
#include "db/migration_text.h"
#include "db/pool.h"
#include "db/stmt.h"
#include "db/txn.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define POLL_US 100000
#define PATIENCE_US (30 * G_USEC_PER_SEC)
#define OWNER_SIZE 96

static const char table_sql[] =
	"CREATE TABLE IF NOT EXISTS schema_migration ("
	"version INT UNSIGNED NOT NULL PRIMARY KEY,"
	"name VARCHAR(64) NOT NULL,"
	"sha256 CHAR(64) NOT NULL,"
	"state VARCHAR(8) NOT NULL CHECK (state IN ('running', 'failed', 'done')),"
	"owner VARCHAR(96) NOT NULL,"
	"stmt_done INT UNSIGNED NOT NULL,"
	"started_at DATETIME(6) NOT NULL,"
	"finished_at DATETIME(6) NULL"
	") ENGINE=InnoDB CHARACTER SET ascii COLLATE ascii_bin";

/* What is said about a statement whose effect is there already. */
static const unsigned already_there[] = {
	1007, /* database exists */
	1008, /* no database to drop */
	1050, /* table exists */
	1051, /* no table to drop */
	1060, /* column exists */
	1061, /* index exists */
	1091, /* no column or index to drop */
	1147, /* no such right to take away */
	1304, /* routine exists */
	1359, /* trigger exists */
	1360, /* no trigger to drop */
	1826, /* foreign key exists */
};

/* Said of the old name of a column that is renamed already, and of any name that is a mistake. */
#define NO_SUCH_COLUMN 1054

/* One file being applied or looked at. */
struct step {
	const struct db_migration *migration;
	char sha256[65];
	const char *owner; /* our name */

	/* What the table says. */
	bool exists;
	char state[9];
	char their_sha256[65];
	char their_owner[OWNER_SIZE];
	int64_t stmt_done;

	/* The statement to run. */
	const char *sql;
	bool repeated;  /* it may have run before */
	uint64_t moved; /* rows changed by the last bookkeeping: 1 or 0 */
};

static int create_table(struct db_txn *txn, void *data)
{
	return db_exec(txn, table_sql, DB_NO_PARAMS, NULL);
}

static int find_newest(struct db_txn *txn, void *data)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int64_t *newest = data;
	int r;

	*newest = 0;
	r = db_query(txn, "SELECT CAST(COALESCE(MAX(version), 0) AS SIGNED) FROM schema_migration",
		DB_NO_PARAMS, &rows);
	if (r)
		return r;
	r = db_rows_next(rows);
	if (r > 0)
		*newest = db_col_int(rows, 0);
	return MIN(r, 0);
}

static int look(struct db_txn *txn, void *data)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	struct step *step = data;
	int r;

	r = db_query(txn,
		"SELECT state, sha256, owner, stmt_done FROM schema_migration WHERE version = ?",
		DB_PARAMS(db_int(step->migration->version)), &rows);
	if (r)
		return r;
	r = db_rows_next(rows);
	if (r < 0)
		return r;
	step->exists = r > 0;
	if (step->exists) {
		g_strlcpy(step->state, db_col_text(rows, 0), sizeof step->state);
		g_strlcpy(step->their_sha256, db_col_text(rows, 1), sizeof step->their_sha256);
		g_strlcpy(step->their_owner, db_col_text(rows, 2), sizeof step->their_owner);
		step->stmt_done = db_col_int(rows, 3);
	}
	return 0;
}

static int claim(struct db_txn *txn, void *data)
{
	struct step *step = data;

	return db_exec(txn,
		"INSERT INTO schema_migration (version, name, sha256, state, owner, stmt_done, "
		"started_at) VALUES (?, ?, ?, 'running', ?, 0, UTC_TIMESTAMP(6))",
		DB_PARAMS(db_int(step->migration->version), db_text(step->migration->name),
			db_text(step->sha256), db_text(step->owner)),
		NULL);
}

static int take_over(struct db_txn *txn, void *data)
{
	struct step *step = data;

	return db_exec(txn,
		"UPDATE schema_migration SET owner = ?, state = 'running' WHERE version = ? "
		"AND owner = ? AND stmt_done = ? AND state = ?",
		DB_PARAMS(db_text(step->owner), db_int(step->migration->version),
			db_text(step->their_owner), db_int(step->stmt_done), db_text(step->state)),
		&step->moved);
}

static bool renames_column(const char *sql)
{
	return g_str_has_prefix(sql, "ALTER TABLE ") &&
	       (strstr(sql, " CHANGE COLUMN ") || strstr(sql, " RENAME COLUMN "));
}

static bool is_already_there(unsigned error, const char *sql)
{
	if (error == NO_SUCH_COLUMN)
		return renames_column(sql);
	for (size_t i = 0; i < G_N_ELEMENTS(already_there); i++)
		if (already_there[i] == error)
			return true;
	return false;
}

/* The statement itself goes as plain text: CREATE TRIGGER cannot be prepared. */
static int run_text(struct db_txn *txn, struct step *step)
{
	unsigned error;
	int r = db_txn_ask_hook(txn, step->sql);

	if (r)
		return r;
	error = db_conn_command(txn->conn, step->sql);
	if (!error || (step->repeated && is_already_there(error, step->sql)))
		return 0;
	return db_txn_fail(txn, error, mysql_error(txn->conn->mysql), step->sql);
}

static int apply(struct db_txn *txn, void *data)
{
	struct step *step = data;
	int r;

	r = run_text(txn, step);
	step->repeated = true;
	if (r)
		return r;
	r = db_exec(txn,
		"UPDATE schema_migration SET stmt_done = stmt_done + 1 WHERE version = ? "
		"AND owner = ? AND stmt_done = ? AND state = 'running'",
		DB_PARAMS(db_int(step->migration->version), db_text(step->owner),
			db_int(step->stmt_done)),
		&step->moved);
	/* Not ours any more: somebody took us for dead. Changed rows go back. */
	if (!r && step->moved != 1)
		r = db_fault(DB_E_MIGRATION_STUCK, "somebody else took it over");
	return r;
}

/* Runs one statement with its mark. When the answer to a COMMIT got lost, the repetition fails in
 * some way, but the mark is there. */
static int apply_surely(struct db_pool *pool, struct step *step)
{
	struct step now = *step;
	g_autofree char *text = NULL;
	int r;

	r = db_run(pool, apply, step);
	if (!r)
		return 0;
	text = g_strdup(db_fault_text());
	if (db_run_read(pool, look, &now) == 0 && now.exists &&
		!strcmp(now.their_owner, step->owner) && now.stmt_done == step->stmt_done + 1)
		return 0;
	if (r == DB_E_DUPLICATE || r == DB_E_CONSTRAINT)
		r = -EIO;
	return db_fault(r, "%s", text);
}

/* Whatever the state: when the answer to the COMMIT got lost, it is 'done' the second time. */
static int finish(struct db_txn *txn, void *data)
{
	struct step *step = data;

	return db_exec(txn,
		"UPDATE schema_migration SET state = 'done', finished_at = UTC_TIMESTAMP(6) "
		"WHERE version = ? AND owner = ?",
		DB_PARAMS(db_int(step->migration->version), db_text(step->owner)), &step->moved);
}

static int mark_failed(struct db_txn *txn, void *data)
{
	struct step *step = data;

	return db_exec(txn,
		"UPDATE schema_migration SET state = 'failed' WHERE version = ? AND owner = ? "
		"AND state = 'running'",
		DB_PARAMS(db_int(step->migration->version), db_text(step->owner)), NULL);
}

/* Adds to the fault text which statement of which file it was. */
static int blame(struct step *step, int result, const char *why)
{
	g_autofree char *text = g_strdup(why ? why : db_fault_text());

	return db_fault(result, "migration %s, statement %d: %s", step->migration->name,
		(int)step->stmt_done + 1, text);
}

/* Runs what is left of a claimed file. The first statement may have run in a former life. */
static int apply_rest(struct db_pool *pool, struct step *step, bool resumed)
{
	g_autoptr(GPtrArray) stmts = migration_split(step->migration->sql);
	int r = 0;

	for (; step->stmt_done < stmts->len; step->stmt_done++) {
		step->sql = stmts->pdata[step->stmt_done];
		step->repeated = resumed;
		resumed = false;
		r = apply_surely(pool, step);
		if (r) {
			r = blame(step, r, NULL);
			break;
		}
	}
	if (r) {
		g_autofree char *text = g_strdup(db_fault_text());

		/* For the next migrator not to wait in vain; if this fails too, it waits. */
		db_run(pool, mark_failed, step);
		return db_fault(r, "%s", text);
	}
	r = db_run(pool, finish, step);
	if (!r && step->moved != 1)
		return blame(step, DB_E_MIGRATION_STUCK, "somebody else took it over");
	return r;
}

/* Somebody has begun the file. Waits while it goes on. 0: done, or ours now (*ret_ours). */
static int wait_for_other(struct db_pool *pool, struct step *step,
	const struct db_migrate_options *options, bool *ret_ours)
{
	int64_t patience_us = options->patience_us ? options->patience_us : PATIENCE_US;
	int64_t since_us = g_get_monotonic_time(), seen = step->stmt_done;

	while (strcmp(step->state, "done") != 0) {
		bool dead = !strcmp(step->state, "failed") ||
			    g_get_monotonic_time() - since_us > patience_us;
		int r;

		if (dead && !options->resume) {
			g_autofree char *why = g_strdup_printf(
				"it is %s by %s without progress", step->state, step->their_owner);
			return blame(step, DB_E_MIGRATION_STUCK, why);
		}
		if (dead) {
			r = db_run(pool, take_over, step);
			*ret_ours = step->moved == 1;
			if (r || *ret_ours)
				return r;
		}
		g_usleep(POLL_US);
		r = db_run_read(pool, look, step);
		if (r)
			return r;
		if (step->stmt_done != seen) {
			seen = step->stmt_done;
			since_us = g_get_monotonic_time();
		}
	}
	return 0;
}

static int bring_up(struct db_pool *pool, struct step *step,
	const struct db_migrate_options *options, bool *ret_applied)
{
	bool ours = false, resumed;
	int r;

	r = db_run_read(pool, look, step);
	if (!r && !step->exists) {
		r = db_run(pool, claim, step);
		ours = !r;
		if (r == DB_E_DUPLICATE)
			r = db_run_read(pool, look, step);
	}
	if (r)
		return r;
	if (!ours && strcmp(step->sha256, step->their_sha256) != 0)
		return blame(
			step, DB_E_MIGRATION_EDITED, "the file was edited after it was applied");
	/* A claim of ours whose COMMIT got lost comes back as a duplicate. */
	if (!ours && !strcmp(step->owner, step->their_owner))
		ours = true;
	resumed = !ours;
	if (!ours)
		r = wait_for_other(pool, step, options, &ours);
	if (!r && ours) {
		r = apply_rest(pool, step, resumed);
		*ret_applied = !r;
	}
	return r;
}

static int check_files(const struct db_migration *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		g_autoptr(GPtrArray) stmts = migration_split(list[i].sql);

		g_assert(list[i].version > (i ? list[i - 1].version : 0));
		if (!stmts)
			return db_fault(DB_E_MIGRATION_MALFORMED,
				"migration %s: the last statement does not end with ';' and a newline",
				list[i].name);
	}
	return 0;
}

static int bring_all_up(struct db_pool *pool, const struct db_migration *list, size_t n,
	const struct db_migrate_options *options, unsigned *n_applied)
{
	g_autofree char *chance = g_uuid_string_random();
	char host[33] = "", owner[OWNER_SIZE];
	int64_t newest = 0;
	int r;

	gethostname(host, sizeof host - 1);
	g_snprintf(owner, sizeof owner, "%s:%d:%s", host, (int)getpid(), chance);
	r = db_run(pool, create_table, NULL);
	if (!r)
		r = db_run_read(pool, find_newest, &newest);
	if (!r && newest > (n ? list[n - 1].version : 0))
		return db_fault(DB_E_MIGRATION_UNKNOWN,
			"the database has migration %d, which this program does not know",
			(int)newest);
	for (size_t i = 0; !r && i < n; i++) {
		struct step step = {.migration = &list[i], .owner = owner};
		g_autofree char *sum =
			g_compute_checksum_for_string(G_CHECKSUM_SHA256, list[i].sql, -1);
		bool applied = false;

		g_strlcpy(step.sha256, sum, sizeof step.sha256);
		r = bring_up(pool, &step, options, &applied);
		*n_applied += applied;
	}
	return r;
}

int db_migrate(const struct db_config *config, const struct db_migration *list, size_t n,
	const struct db_migrate_options *options, unsigned *ret_applied)
{
	static const struct db_migrate_options defaults;
	struct db_config patient = *config;
	struct db_pool *pool;
	unsigned n_applied = 0;
	int r;

	r = check_files(list, n);
	if (r)
		return r;
	if (!patient.io_timeout_s)
		patient.io_timeout_s = 3600;
	pool = db_pool_new(&patient, 1);
	r = bring_all_up(pool, list, n, options ? options : &defaults, &n_applied);
	db_pool_free(pool);
	if (!r && ret_applied)
		*ret_applied = n_applied;
	return r;
}
