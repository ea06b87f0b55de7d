/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_SERVER_H
#define SERVER_SERVER_H

/*
 * bidroomd as a whole: starts every part in order, runs the loop, stops the parts in reverse. The
 * table of contents of the program.
 */
struct config;
struct server;

/*
 * Starts everything up to the listening socket; says on the log what failed. 0 or negative errno.
 * Main thread, before any other thread exists; config must outlive the server.
 */
int server_new(const struct config *config, struct server **ret);

/* Serves until server_stop. Main thread. */
void server_run(struct server *s);

/* Makes server_run return. Any thread. */
void server_stop(struct server *s);

struct server *server_free(struct server *s);

#endif
