/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef DB_INSTANCE_H
#define DB_INSTANCE_H

/*
 * A private mariadbd: created on first start, reachable only by the unix socket in its directory,
 * watched and restarted by a thread of ours, gone when we are gone.
 *
 * DIR holds my.cnf (rewritten at each start), data/, binlog/, tmp/, db.sock, db.err, and accounts/
 * with one file per account (mode 0600, the password in it). All of it belongs to run_as_uid. If
 * our process is killed the server ends itself cleanly; the next db_instance_start waits for that.
 */
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct db_config;

#define DB_INSTANCE_DATABASE "bidroom"

/* The accounts of the database `bidroom`; the user names are "bidroom_" + the file name. */
enum db_account {
	DB_ACCOUNT_SCHEMA,  /* owns the tables: migrations only */
	DB_ACCOUNT_SERVICE, /* has what the migrations grant, nothing else */
	DB_ACCOUNT_BACKUP,  /* mariadb-backup and the binlog copy */
	N_DB_ACCOUNTS,
};

enum db_instance_event {
	DB_INSTANCE_READY,    /* takes connections; also after each restart */
	DB_INSTANCE_DIED,     /* ended without being asked; will be restarted */
	DB_INSTANCE_NO_START, /* a restart failed; will be tried again */
};

struct db_instance_config {
	const char *dir;  /* created if missing; its socket path must fit 107 bytes */
	uid_t run_as_uid; /* 0 is allowed only for not-root callers: themselves */
	gid_t run_as_gid;
	unsigned buffer_pool_mb;  /* 0: 64 */
	const char *mariadbd;     /* NULL: looked up in PATH and the sbin directories */
	unsigned start_timeout_s; /* without any sign of progress from the server; 0: 120 */
	unsigned stop_timeout_s;  /* before it is killed; 0: 120 */

	/* Called on the supervising thread; must not call back into this module. May be NULL. */
	void (*event)(void *ctx, enum db_instance_event event, const char *text);
	void *ctx;
};

struct db_instance;

/*
 * Creates if needed, starts, and returns when the server takes connections. As root the server runs
 * under run_as_uid, and the caller must drop to that same uid later, never to another one: the
 * kernel delivers the death signal, and we restart it, only as the same user. Any thread but the
 * loop. Refusals: DB_E_INSTANCE_BUSY, DB_E_INSTANCE_PATH.
 */
int db_instance_start(const struct db_instance_config *config, struct db_instance **ret);

/* Fills in socket, user, password and database of an account; the texts live as long as it. */
void db_instance_account(
	struct db_instance *instance, enum db_account account, struct db_config *ret);

/* The same for a process that only shares the directory (bidroomctl): *ret_texts is to be freed by
 * db_account_free when ret is no longer used. */
struct db_account_texts;
int db_account_read(const char *dir, enum db_account account, struct db_config *ret,
	struct db_account_texts **ret_texts);
struct db_account_texts *db_account_free(struct db_account_texts *texts);

/* The process at this moment, 0 while there is none. */
pid_t db_instance_pid(struct db_instance *instance);

/*
 * Stops it cleanly and frees. 0, or -ETIMEDOUT: it did not end in time and was killed, which
 * loses nothing committed. NULL is fine.
 */
int db_instance_stop(struct db_instance *instance);

#endif
