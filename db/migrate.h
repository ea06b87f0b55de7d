/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef DB_MIGRATE_H
#define DB_MIGRATE_H

/*
 * Brings the schema up to date: applies db/migrations/NNNN_name.sql, which are part of the program,
 * in order and once, whoever else tries at the same time on whichever node. The rules for the
 * files stand in db/README.md.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct db_config;

struct db_migration {
	unsigned version;
	const char *name; /* "0001_house" */
	const char *sql;
};

/* The product's own, generated from db/migrations at build time; ascending. */
extern const struct db_migration db_migrations[];
extern const size_t db_n_migrations;

struct db_migrate_options {
	/*
	 * How long another migrator may make no progress before it counts as dead; 0: 30 s. Its
	 * file is then DB_E_MIGRATION_STUCK, or taken over at its next statement if `resume`.
	 */
	int64_t patience_us;
	bool resume;
};

/*
 * `config` is the schema account (its io_timeout_s is raised to an hour if 0). options may be NULL.
 * *ret_applied (may be NULL): how many files this call applied itself. Blocks; any thread but the
 * loop. On refusals and faults db_fault_text() names file, statement and reason.
 */
int db_migrate(const struct db_config *config, const struct db_migration *list, size_t n,
	const struct db_migrate_options *options, unsigned *ret_applied);

#endif
