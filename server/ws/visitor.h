/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_WS_VISITOR_H
#define SERVER_WS_VISITOR_H

/*
 * One connection at the door.
 *
 *	NEW       nothing but hello is heard, within HELLO_MS
 *	KNOCKING  its ticket is being looked at, or its room is being opened
 *	SEATED    messages are handled; conn of a seat
 *	LEAVING   the connection is being closed; nothing is heard
 *
 * Owned by the connection: freed when it is closed. Loop thread.
 */
#include "proto/control.h"
#include "server/core/error.h"
#include "server/core/id.h"
#include "server/net/ws_conn.h"

struct live;
struct room_door;
struct seat;

#define VISITOR_HELLO_MS 10000

enum visitor_state {
	VISITOR_NEW,
	VISITOR_KNOCKING,
	VISITOR_SEATED,
	VISITOR_LEAVING,
};

struct visitor {
	struct room_door *door;
	struct ws_conn *conn;
	enum visitor_state state;
	char session_id[65]; /* as in the address */
	char peer[64];
	int64_t opened_ms;
	struct live *live; /* counted, from KNOCKING on */
	struct seat *seat; /* while SEATED */
	json_t *hello;     /* while KNOCKING, owned */
};

/* Sends an error message that ends the connection, and closes it. retry_ms < 0: not said. */
void visitor_turn_away(struct visitor *v, const struct refusal *r, int64_t retry_ms);

/* hello.c */
void visitor_hello(struct visitor *v, const struct control_msg *m);
/* Whether the device has the key that its ticket or token is bound to, of a checked hello: 0,
 * REFUSED or a fault. Pure. */
int visitor_check_proof(const json_t *hello, const char *session_id, struct refusal *r);
/* Its room is open now: shows the ticket. */
void visitor_enter(struct visitor *v);

/*
 * One function per message of a seated visitor, in the file of its name. The message was checked
 * against the table. 0 or REFUSED.
 */
typedef int visitor_message_fn(
	struct visitor *v, const struct control_msg *m, int64_t now_ms, struct refusal *r);
visitor_message_fn visitor_announce;
visitor_message_fn visitor_call;
visitor_message_fn visitor_chat;
visitor_message_fn visitor_hand_over;
visitor_message_fn visitor_keyframe;
visitor_message_fn visitor_leave;
visitor_message_fn visitor_lock;
visitor_message_fn visitor_moderate;
visitor_message_fn visitor_move;
visitor_message_fn visitor_mute_self;
visitor_message_fn visitor_ping;
visitor_message_fn visitor_present;
visitor_message_fn visitor_publish;
visitor_message_fn visitor_raise_hand;
visitor_message_fn visitor_stats;
visitor_message_fn visitor_subscribe;
visitor_message_fn visitor_unpublish;

/* Any of them, counted against the seat's allowance. The visitor may be gone from its seat then. */
visitor_message_fn visitor_obey;

#endif
