/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_ROOM_ROOM_H
#define SERVER_ROOM_ROOM_H

/*
 * One live room: the seats of a session, who is connected, what flows between them. No legal rule,
 * no socket, no SQL: what shall be recorded or asked goes up through struct room_out, and what was
 * decided comes down as a call. Owned by the loop thread; so is everything it points to.
 *
 *	room.h     life of the room and its seats      publish.h   tracks
 *	relay.h    media objects                       moderate.h  mutes, removal, chat, hands
 *	roster.h   who is shown to whom    present.h   the page that is shown to all
 */
#include "proto/frame.h"
#include "proto/ident.h"
#include "server/room/present.h"
#include "server/room/resume.h"
#include "server/room/room_out.h"
#include "server/room/seat.h"

#include <glib.h>
#include <stdint.h>

#define ROOM_MAX_SEATS 256  /* what a roster holds */
#define ROOM_MAX_TRACKS 512 /* what a welcome holds */
/* So long a device that was refused counts as waiting outside. */
#define ROOM_KNOCK_MS 120000

struct room_config {
	const char *session;
	const char *server_version;
	int64_t session_ms;   /* session time at now_ms: not 0 when the session is taken over */
	uint16_t first_track; /* above all numbers given before */
	int64_t grace_ms;     /* how long a lost seat counts as lost and not absent */
};

struct room {
	const struct room_out *out;
	char session[IDENT_SIZE];
	char *server_version;
	int64_t zero_ms; /* loop time at session time 0 */
	int64_t grace_ms;
	int64_t now_ms;     /* of the call being handled */
	GHashTable *seats;  /* id -> struct seat, owned */
	GHashTable *tracks; /* number -> struct track, owned */
	uint32_t next_track;
	struct resume events;
	bool roster_changed;
	int64_t advised_ms; /* when publishers' bitrates were last looked at */
	bool locked; /* nobody new joins */
	struct presentation presentation;
	json_t *venues; /* as in the welcome; NULL: none known */
	void *user; /* the door's own */
};

/* What a verified ticket or resume token says. */
struct room_admission {
	struct seat_identity identity;
	uint32_t rights;
	uint32_t epoch;
	uint8_t device_key[32];
	bool known;     /* this device sat here before, or the host named it: no lock stops it */
	unsigned muted; /* sources that were muted by the seat itself, bit 1 << enum track_kind */
	unsigned muted_host;
	const char *resume_token; /* for the welcome */
	int64_t resume_after;     /* as in hello; -1: no events wanted */
	int64_t real_us;
};

/* `out` must outlive the room. */
struct room *room_new(const struct room_config *config, const struct room_out *out, int64_t now_ms);
/* Says bye to everybody, for this reason, and ends all tracks. No presence is posted. */
void room_end(struct room *room, enum room_close code, const char *reason);
/* Ends it, if need be as session_closed. */
struct room *room_free(struct room *room);

/* The venues of its session, as in the welcome of those who may know names. */
void room_set_venues(struct room *room, json_t *venues);

uint32_t room_session_ms(const struct room *room);
struct seat *room_seat(const struct room *room, const char *id); /* or NULL */
struct track *room_track(const struct room *room, uint16_t id);  /* or NULL */

/*
 * A seat that is expected, or known from before a restart: shown as absent. Known seats get the
 * identity. 0, REFUSED, or -EINVAL for an identity that cannot be shown.
 */
int room_expect(
	struct room *room, const struct seat_identity *identity, int64_t now_ms, struct refusal *r);

/*
 * Takes a seat with a connection and sends the welcome and the missed events. The same device
 * replaces its own older connection; another device is refused, and so is a removed seat and an
 * epoch below the seat's. 0, REFUSED, or -EINVAL as above. On success the connection is the
 * seat's until room_detach() or out->close().
 */
int room_admit(struct room *room, const struct room_admission *a, void *conn, int64_t now_ms,
	struct seat **ret_seat, struct refusal *r);

/* The connection is gone: the seat is lost, its tracks end. */
void room_detach(struct seat *s, int64_t now_ms);

/* Leaves on purpose: bye, and the seat is absent. */
void room_leave(struct seat *s, int64_t now_ms);

/* Ends the seat's presence in memory, whatever it was: tracks, connection. No act is posted. */
void room_unseat(
	struct seat *s, enum seat_presence presence, enum room_close code, const char *reason);

/* The seat's rights changed. What is no longer allowed ends at once. */
void room_set_rights(struct seat *s, uint32_t rights, int64_t now_ms);

/*
 * A committed event, in the order of the numbers. Known ones are ignored; ROOM_E_GAP, and nothing
 * done, when numbers in between have not come yet.
 */
#define ROOM_E_GAP 1
int room_event(struct room *room, const struct resume_event *event);

/* Every 10 to 50 ms: grace times, requests for key frames, advice, rosters. */
void room_tick(struct room *room, int64_t now_ms);

/* For the files of this folder. */
void room_post(struct room *room, struct room_act act);
void room_want_key(struct room *room, uint16_t track);
void room_tell_lag(struct seat *s, const struct queue_lag *lag);

#endif
