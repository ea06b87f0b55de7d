/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_ROOM_SEAT_H
#define SERVER_ROOM_SEAT_H

/*
 * A seat (席位) of a room. It outlives its connections: whose line dropped is a seat without a
 *peer, still on the roster, and can be taken again.
 *
 *	           conn  tracks  receives
 *	ABSENT     no    no      no         expected, or gone
 *	PRESENT    yes   own     yes
 *	LOST       no    no      no         for the room's grace time, then ABSENT
 *	REMOVED    no    no      no         not admitted until the host takes it back
 *
 * What is private only tightens by itself: mutes stay when a seat is lost and comes again.
 * Loop thread.
 */
#include "proto/control.h"
#include "proto/ident.h"
#include "server/room/allowance.h"
#include "server/room/queue.h"
#include "server/room/room_out.h"
#include "server/room/session_clock.h"
#include "server/room/track.h"

struct refusal;
struct room;

/* Limits of one seat; the welcome tells them. */
#define SEAT_MAX_TRACKS 8 /* masked ones beside their originals */
#define SEAT_OBJECTS_PER_S 300
#define SEAT_BYTES_PER_S (2500 * 1000)
#define SEAT_MESSAGES_PER_S 50
#define SEAT_CHATS_PER_S 1
#define SEAT_CHATS 10      /* at once */
#define SEAT_PAGES_PER_S 2 /* presented */
#define SEAT_PAGES 20
/* News of a dead microphone stay in the record: one in so many seconds, so many at once. */
#define SEAT_MIC_S 10
#define SEAT_MICS 5
/* A line that stood still sends what it saved up: so many seconds' worth are taken at once. */
#define SEAT_BURST_S 5
/* Faults forgiven at once, and again per second; more close the connection. */
#define SEAT_FAULTS 20

#define SEAT_NAME_MAX 64 /* characters */
#define SEAT_PERSON_MAX 100
#define SEAT_N_ENDED 16

enum seat_presence {
	SEAT_ABSENT,
	SEAT_PRESENT,
	SEAT_LOST,
	SEAT_REMOVED,
};

/* Who sits there, as the house knows it. Strings are copied. */
struct seat_identity {
	const char *seat;   /* proto/ident */
	const char *name;   /* 1 to 64 characters: what everybody calls the seat */
	const char *role;   /* proto/ident */
	const char *venue;  /* up to 64 characters, or NULL */
	const char *person; /* who sits there, up to 100 characters, or NULL */
	bool anonymous;     /* person, venue and devices are for those with RIGHT_NAMES */
	bool immune; /* only seats with RIGHT_IMMUNE moderate it, also while nobody sits there */
	bool leader;
};

struct seat {
	struct room *room;
	char id[IDENT_SIZE];
	char role[IDENT_SIZE];
	char *name;
	char *venue;
	char *person;
	bool anonymous;
	bool immune;
	bool leader;
	bool mic_dead; /* it says that its open microphone gives nothing: muted in hardware */
	bool hand;
	char *hand_reason;  /* or NULL */
	int64_t knocked_ms; /* when another device asked for the seat; 0: none */
	enum seat_presence presence;
	uint32_t rights; /* enum room_right */
	uint32_t epoch;
	uint8_t device_key[32];
	unsigned muted_self, muted_host; /* bit 1 << enum track_kind */

	void *conn; /* NULL: no peer */
	int64_t lost_ms;
	GPtrArray *tracks;         /* own ones, struct track *, owned by the room */
	GHashTable *subscriptions; /* track id -> struct subscription, owned; empty without conn */
	struct queue queue;
	struct session_clock clock;   /* of this connection */
	uint16_t ended[SEAT_N_ENDED]; /* own tracks of late: objects of theirs may be under way */
	unsigned n_ended;
	struct allowance objects, bytes, messages, chats, pages, faults;
	struct allowance mics; /* in seconds; a new connection does not fill it */
};

struct seat *seat_new(struct room *room, const char *id);
/* Without connection and tracks by now. */
struct seat *seat_free(struct seat *s);

/* 0, or -EINVAL when a name is not fit to be shown. */
int seat_set_identity(struct seat *s, const struct seat_identity *identity);

/*
 * A fresh connection: nothing waits, allowances are full. Of its microphone is known what was,
 * until it reports.
 */
void seat_attach(struct seat *s, void *conn, int64_t now_ms);

static inline bool seat_has(const struct seat *s, uint32_t right)
{
	return (s->rights & right) == right;
}

static inline bool seat_is_muted(const struct seat *s, enum track_kind kind)
{
	return (s->muted_self | s->muted_host) & 1u << kind;
}

/* What the seat says of its microphone; the others are told of a change, and the record is. */
void seat_set_mic_dead(struct seat *s, bool dead);

/* Messages to the seat's connection; without one they are dropped. seat_send takes fields. */
void seat_send(struct seat *s, enum control_kind kind, json_t *fields);
void seat_send_text(struct seat *s, const char *text);

/* An error message. ref names the message at fault and may be NULL or "". */
void seat_send_error(struct seat *s, const struct refusal *r, const char *ref);

/* Says bye, closes the connection and forgets it. Does nothing else: see room_detach(). */
void seat_hang_up(struct seat *s, enum room_close code, const char *reason_code);

/* Whether the viewer may know who sits there and with what. */
bool seat_is_known_to(const struct seat *s, const struct seat *viewer);

/* Remembers a track that ended; whether an object names one of them. */
void seat_note_ended(struct seat *s, uint16_t track);
bool seat_ended_lately(const struct seat *s, uint16_t track);

/* "present" and so on. */
const char *seat_presence_name(enum seat_presence presence);

#endif
