/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_WS_DOOR_H
#define SERVER_WS_DOOR_H

/* The inside of the room door, for this folder. */
#include <glib.h>

#include "server/net/ws_conn.h"
#include "server/ws/room_door.h"

struct loop_timer;

struct room_door {
	struct room_door_config config;
	struct ws_out ws;
	struct loop *loop;
	struct loop_timer *timer;
	struct recorder *recorder; /* may be NULL */
	GHashTable *rooms;         /* session id -> struct live, counted */
	GHashTable *visitors;      /* struct visitor, a set */
	struct metric *m_rooms, *m_seated, *m_relayed, *m_refused;
};

/* The clock of rooms. */
int64_t door_now_ms(void);

#endif
