/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_WS_EVENTS_H
#define SERVER_WS_EVENTS_H

/* The events of a session on their way from the database into its room. */
#include <glib.h>
#include <jansson.h>
#include <stdint.h>

struct act_env;
struct live;

/*
 * Reads all events of the session after number `after` (struct event) and, if ret_seats is not
 * NULL and one of them may have changed it, what the session says to its room (room.state), else
 * NULL. Worker thread. 0 or negative errno.
 */
int events_read(const struct act_env *env, const char *session_id, int64_t after,
	GPtrArray **ret_events, json_t **ret_state);

/* Tells the seats, and does in memory what was committed elsewhere. May end the room. Loop. */
void events_enter(struct live *l, const GPtrArray *events);

#endif
