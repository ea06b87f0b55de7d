/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_WS_ROOM_DOOR_H
#define SERVER_WS_ROOM_DOOR_H

/*
 * The room door: WebSocket connections on one side, live rooms and the legal acts on the other.
 *
 *	connection -> message -> room (memory, at once) -> act (worker, database) -> event -> room
 *
 * What happens in a room is posted to an outbox per room and performed one by one, so its order is
 * one; while the database is away it waits there and the seats are told (`pending`). What was
 * committed, here or elsewhere, comes back as events of the session, read in their order.
 *
 * Everything runs on the loop thread, but what says otherwise; SQL runs on workers.
 */
#include "server/act/act.h"

struct job_pool;
struct loop;
struct record_out;
struct recorder;
struct room_door;
struct ws_out;

struct room_door_config {
	const struct act_env *env;
	struct job_pool *jobs;
	const char *owner;   /* names this process in the leases of rooms */
	const char *url;     /* "wss://host:port", where others find them */
	const char *version; /* of the program */
	unsigned max_rooms;
};

/* What config points to must outlive the door. */
struct room_door *room_door_new(const struct room_door_config *config);

/* What the loop's configuration needs; lives as long as the door. */
const struct ws_out *room_door_ws_out(struct room_door *d);

/* What the recorder needs; its callbacks may come on any thread. */
void room_door_record_out(struct room_door *d, struct record_out *ret_out);

/* Both before the loop runs. Without a recorder nothing is recorded. */
void room_door_start(struct room_door *d, struct loop *loop, struct recorder *recorder);

/* After the loop has ended, while jobs and recorder still work: ends all rooms and waits, for a
 * while, until what happened in them is recorded. */
void room_door_stop(struct room_door *d);

/* After loop and recorder are freed. */
struct room_door *room_door_free(struct room_door *d);

#endif
