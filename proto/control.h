/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * Room control messages: one JSON object per text message, its kind in "type" (proto/README.md,
 * "Room protocol"). Both directions are checked against one table, from which room.schema.json is
 * printed too: what a peer may not send, we cannot send either.
 *
 * Pure; any thread, but a struct control_msg belongs to one at a time (jansson counts references
 * without locks).
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

/* Bytes of one text message, before it is read. */
#define CONTROL_LEN_MAX_TO_SERVER (16 * 1024)
#define CONTROL_LEN_MAX_TO_CLIENT (256 * 1024)

#define CONTROL_VERSION 1
#define CONTROL_SUBPROTOCOL "bidroom.v1"
#define CONTROL_ID_MAX 64       /* the client's name for an act */
#define CONTROL_CHAT_MAX 2000   /* characters of one chat message */
#define CONTROL_NOTE_MAX 200    /* characters that say why: of a hand, of a call */
#define CONTROL_PAGE_MAX 100000 /* of a document */

enum control_direction {
	CONTROL_TO_SERVER,
	CONTROL_TO_CLIENT,
};

enum control_kind {
	CONTROL_NONE,
	/* to the server */
	CONTROL_HELLO,
	CONTROL_PUBLISH,
	CONTROL_UNPUBLISH,
	CONTROL_SUBSCRIBE,
	CONTROL_KEYFRAME,
	CONTROL_CHAT,
	CONTROL_MUTE_SELF,
	CONTROL_RAISE_HAND,
	CONTROL_MODERATE,
	CONTROL_ANNOUNCE,
	CONTROL_CALL,
	CONTROL_LOCK,
	CONTROL_HAND_OVER,
	CONTROL_MOVE,
	CONTROL_PRESENT,
	CONTROL_STATS,
	CONTROL_PING,
	CONTROL_LEAVE,
	/* to the client */
	CONTROL_WELCOME,
	CONTROL_ERROR,
	CONTROL_ACK,
	CONTROL_PENDING,
	CONTROL_EVENT,
	CONTROL_ROSTER,
	CONTROL_TRACK,
	CONTROL_TRACK_GONE,
	CONTROL_RIGHTS,
	CONTROL_KEYFRAME_REQUEST,
	CONTROL_LAG,
	CONTROL_BITRATE,
	CONTROL_PONG,
	CONTROL_BYE,
	CONTROL_N_KINDS,
};

enum control_refusal {
	CONTROL_E_TOO_LONG = 1,  /* the whole message */
	CONTROL_E_UTF8,          /* not UTF-8 */
	CONTROL_E_JSON,          /* not one JSON value */
	CONTROL_E_DUPLICATE_KEY, /* a key twice in one object */
	CONTROL_E_NOT_OBJECT,
	CONTROL_E_NO_TYPE,      /* "type" missing or no text */
	CONTROL_E_UNKNOWN_TYPE, /* also for a type that goes in the other direction */
	CONTROL_E_UNKNOWN_FIELD,
	CONTROL_E_MISSING_FIELD,
	CONTROL_E_WRONG_TYPE,
	CONTROL_E_FIELD_TOO_LONG, /* text or list beyond its limit */
	CONTROL_E_VALUE,          /* of the right type, but not in the range, list or pattern */
	CONTROL_E_VERSION,        /* hello or welcome of another version; looked at first */
};

struct control_msg {
	enum control_kind kind;
	json_t *root; /* owned; checked against the table, "type" included */
};

/* What a refusal was about, as far as it could be told: parts of an error message. */
struct control_problem {
	char field[64];               /* "client.name"; "" if none */
	char ref[CONTROL_ID_MAX + 1]; /* the message's own "id" or "ref"; "" if none */
};

/* Reads a message that came in this direction. Positive: enum control_refusal, and then
 * problem (may be NULL) is filled in. */
int control_parse(enum control_direction direction, const char *text, size_t len,
	struct control_msg *ret_msg, struct control_problem *problem);
void control_msg_done(struct control_msg *msg);

/* Fields of a checked message; absent: NULL or the fallback. */
const char *control_str(const struct control_msg *msg, const char *name);
int64_t control_int(const struct control_msg *msg, const char *name, int64_t fallback);
bool control_bool(const struct control_msg *msg, const char *name, bool fallback);

/* Writes a message: format and arguments are those of json_pack for one object, without "type".
 * ret_text is freed with g_free. Refuses what control_parse would refuse: texts may come from
 * outside. */
int control_build(char **ret_text, enum control_kind kind, const char *format, ...);
/* The same from an object, which stays the caller's and unchanged. */
int control_print(char **ret_text, enum control_kind kind, json_t *fields);

/* Body of a room event; kinds not in the table are left to their reader. */
int control_event_check(const char *kind, const json_t *body, struct control_problem *problem);

const char *control_kind_name(enum control_kind kind);
enum control_direction control_kind_direction(enum control_kind kind);

/* "control_unknown_field" and so on, the code of the error message. That of CONTROL_E_VERSION is
 * among the codes with a dot: it is not about a mistake, and people are told of it. */
const char *control_refusal_code(int refusal);

/* room.schema.json (JSON Schema 2020-12), printed from the table. The caller owns it. */
json_t *control_schema(void);
