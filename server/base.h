/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_BASE_H
#define SERVER_BASE_H

/*
 * What bidroomd and bidroomctl stand on alike: the data directory, the server's keys, the database
 * with its schema, the calendar and the clock.
 */
#include "server/act/act.h"

struct config;
struct base;

enum base_mode {
	BASE_OWNS_DATABASE, /* starts an embedded database, brings the schema up to date */
	BASE_GUEST,         /* uses a database that somebody else runs */
};

/* Says on the log what failed. 0 or negative errno. Main thread, before other threads. */
int base_new(const struct config *config, enum base_mode mode, struct base **ret);
struct base *base_free(struct base *b);

/* Fills env; what it points to lives as long as the base. */
void base_env(struct base *b, struct act_env *ret_env);

/*
 * Marks a database without accounts as a demo, which only the schema account may do. Once.
 */
int base_make_demo(struct base *b);

/* Reads the legal clock's offset again; the followers call it every second. Worker threads. */
int base_refresh_clock(struct base *b);

#endif
