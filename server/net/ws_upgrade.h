/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_NET_WS_UPGRADE_H
#define SERVER_NET_WS_UPGRADE_H

/* The opening handshake of RFC 6455 section 4. Private to this folder; loop thread. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "server/net/conn.h"
#include "server/net/http_head.h"

/* True for a path of a room, with an upgrade or without. */
bool ws_upgrade_wanted(const struct http_head *head);

/* NULL when all is right, else the code of the refusal. */
const char *ws_upgrade_check(struct conn *c, const struct http_head *head);

/*
 * Answers 101 and makes the connection a WebSocket, whose first bytes may have come already.
 * `head` was checked.
 */
void ws_upgrade_perform(
	struct conn *c, const struct http_head *head, const uint8_t *bytes, size_t len);

#endif
