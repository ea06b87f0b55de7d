/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef DB_INSTANCE_PLACE_H
#define DB_INSTANCE_PLACE_H

/*
 * Inside of db/ only: the directory of a private instance, who owns it, and the creation of what is
 * in it. Used by the supervising thread alone.
 *
 * Two lock files. owner.lock is held by our process: a second one is refused. server.lock is
 * inherited by mariadbd and so stays taken while an orphan of a killed process is still ending:
 * whoever gets it knows that no server uses the data.
 */
#include <sys/types.h>

#include "db/instance.h"

struct instance_place {
	char *dir; /* absolute */
	char *mariadbd;
	char *install_db;
	uid_t uid;
	gid_t gid;
	unsigned buffer_pool_mb;
	unsigned stop_timeout_s;
	int owner_lock, server_lock; /* -1: not taken */
	const char *env[6];          /* for children; NULL-terminated, a place left for one more */
	char *env_home;
};

/* Checks names and users and finds the programs. place_done is due in any case. */
int place_init(struct instance_place *place, const struct db_instance_config *config);
void place_done(struct instance_place *place);

/*
 * Makes the directory if needed, takes both locks (an orphan is told to end and waited for), and
 * writes my.cnf. From here on the calling thread touches files as the owner of the directory, so
 * that as root nothing in it can lead us elsewhere.
 */
int place_open(struct instance_place *place);

/* DIR/name; to be freed. */
char *place_path(const struct instance_place *place, const char *name);

/* Makes database and accounts, unless that is done. All or nothing: a creation that was cut off
 * is begun anew. */
int place_create(struct instance_place *place);

/* Password of an account, from its file; to be freed. */
int place_read_password(const char *dir, enum db_account account, char **ret);

/* "bidroom_service" and the like. */
const char *place_user_name(enum db_account account);

#endif
