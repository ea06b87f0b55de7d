/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_ROOM_ROOM_OUT_H
#define SERVER_ROOM_ROOM_OUT_H

/*
 * What a room asks of the house around it. All calls come on the loop thread from within a room
 * function, and must not call back into the room. `conn` is what the door gave room_admit().
 */
#include "server/room/track.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct object;
struct bid_page;
struct room;
struct seat;

/* Close codes of our own, RFC 6455 section 7.4.2; the bye message before says why in words. */
enum room_close {
	ROOM_CLOSE_LEFT = 1000,
	ROOM_CLOSE_GOING_AWAY = 1001, /* the room goes on elsewhere or later */
	ROOM_CLOSE_REPLACED = 4001,   /* the same device came again by another connection */
	ROOM_CLOSE_REMOVED = 4002,    /* by the host */
	ROOM_CLOSE_RELEASED = 4003,   /* another device may take the seat */
	ROOM_CLOSE_ABUSE = 4004,      /* too many faults */
	ROOM_CLOSE_ENDED = 4005,      /* the room was closed */
};

enum room_act_kind {
	ROOM_ACT_CHAT,
	ROOM_ACT_HAND,
	ROOM_ACT_MUTE,
	ROOM_ACT_REMOVE,
	ROOM_ACT_RELEASE,
	ROOM_ACT_LOST, /* the line dropped */
	ROOM_ACT_LEFT,
	ROOM_ACT_PUBLISH,
	ROOM_ACT_UNPUBLISH,
	ROOM_ACT_LAG,
	ROOM_ACT_MIC,
	ROOM_ACT_ADMIT,
	ROOM_ACT_ANNOUNCE,
	ROOM_ACT_CALL,
	ROOM_ACT_LOCK,
	ROOM_ACT_HAND_OVER,
	ROOM_ACT_MOVE,
	ROOM_ACT_PRESENT,
};

/* Something that happened in memory or is wished, and shall become an event of the ledger. */
struct room_act {
	enum room_act_kind kind;
	const struct seat *seat;  /* whom it concerns */
	const struct seat *actor; /* who does it; NULL: the room itself */
	const char *id;      /* the client's name for it; NULL when nobody waits for an answer */
	uint32_t session_ms; /* when */
	const char *text;    /* CHAT, ANNOUNCE, CALL; HAND, LEFT, LOST, UNPUBLISH: the reason */
	bool on;             /* HAND, LOCK, MUTE, PRESENT, REMOVE; MIC: it is dead */
	const char *venue, *booth;   /* MOVE */
	const struct bid_page *page; /* PRESENT, with on */
	enum track_kind source;      /* MUTE */
	const struct track *track;   /* PUBLISH, UNPUBLISH */
	int lag_level;               /* LAG, as in the lag message */
	uint32_t n_dropped;          /* LAG */
};

struct room_out {
	void (*text)(void *ctx, void *conn, const char *text, size_t len);
	/* Media waits for this connection: room_collect() when it takes data. Who only listens is
	 * patient: nobody talks with him, so that a few milliseconds are worth a joined write. */
	void (*dirty)(void *ctx, void *conn, bool patient);
	/* The room has forgotten the connection; no room_detach() follows. */
	void (*close)(void *ctx, void *conn, enum room_close code, const char *reason);

	/* The strings live during the call. */
	void (*act)(void *ctx, struct room *room, const struct room_act *act);

	/* To the recorder. The track lives until track_ended returns. */
	void (*track_added)(void *ctx, struct room *room, const struct track *track);
	void (*track_ended)(
		void *ctx, struct room *room, const struct track *track, uint32_t session_ms);
	void (*object)(void *ctx, struct room *room, const struct track *track, struct object *o);

	void *ctx;
};

#endif
