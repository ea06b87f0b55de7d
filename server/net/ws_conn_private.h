/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_NET_WS_CONN_PRIVATE_H
#define SERVER_NET_WS_CONN_PRIVATE_H

/* What ws_upgrade and the loop need of ws_conn beyond its public header. Loop thread. */
#include "server/net/conn.h"
#include "server/net/ws_conn.h"

/* Makes an upgraded connection a WebSocket and tells the caller above. */
void ws_conn_open(struct conn *c, const struct ws_hello *hello);

/* At each beat: serves the dirty connections whose sockets take data, asks the others'. */
void ws_conn_tick(struct loop *l, int64_t now_us);

#endif
