/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * One seat in one session, from joining to leaving, over as many connections as it takes. Pure: no
 * socket, no clock, no chance; what happens is told to it, what it wants is asked of seat_out.
 *
 *	IDLE ──join──▶ OPENING ──opened──▶ GREETING ──welcome──▶ SEATED ──leave──▶ LEAVING
 *	                 ▲                     │                   │                 │
 *	                 └──tick── WAITING ◀───┴── line lost ──────┘       bye ──▶ ENDED
 *
 * A refusal for good ends it from any state (ENDED); seat_join begins again. Across connections it
 * keeps: the resume token, which room events were delivered (each once, in order), the acts that
 * are not acknowledged, and what is muted, which a connection can only tighten.
 *
 * One thread. Times are microseconds of CLOCK_MONOTONIC but where "UTC" is said. Functions of
 * seat_out may not call back into the seat, except to read and seat_subscribe.
 */

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "proto/control.h"
#include "proto/ed25519.h"
#include "proto/ident.h"
#include "room-client/seat/mute.h"
#include "room-client/seat/own.h"
#include "room-client/seat/roster.h"

struct seat;

#define SEAT_URL_MAX 256

/* A track that this seat offers. */
struct seat_offer {
	bool offered;
	const char *codec;      /* "vp8", "opus" */
	int width, height, fps; /* of pictures */
	int layers;             /* temporal, of pictures; 0: does not say */
	const char *label;      /* of the device; NULL: does not say */
};

struct seat_config {
	char session[IDENT_SIZE];
	char url[SEAT_URL_MAX]; /* "wss://host:port" */
	uint8_t device_seed[ED25519_KEY_LEN];
	bool has_expert_key; /* without it nothing can be offered */
	uint8_t expert_seed[ED25519_KEY_LEN];
	struct seat_offer offers[OWN_N]; /* published while the seat has the right; see own.h */
	bool subscribes;                 /* takes the tracks of the others */
	const char *client_version;
	char id_prefix[24]; /* random: ids of acts are made from it and a number */
};

/* What the API gives for joining. */
struct seat_ticket {
	char ticket[513];
	char seat[IDENT_SIZE];
	uint32_t epoch;
	int64_t issued_us; /* UTC by the server's clock; 0: not told */
};

struct seat_out {
	void *user;
	/* Connect; answered by seat_opened or seat_closed. The address names no session yet. */
	void (*open)(void *user, const char *url, const char *session);
	/* Give the connection up; not answered. */
	void (*close)(void *user);
	/* behind: the text may not overtake what this source has sent; MUTE_N_SOURCES: no matter.
	 */
	void (*send)(void *user, const char *text, enum mute_source behind);
	/* Call seat_tick then; replaces the time given before, INT64_MAX: never. */
	void (*timer)(void *user, int64_t at_us);

	/* Whether camera and microphone are to be masked, before the tracks that follow from it. */
	void (*masked)(void *user, bool on);
	/* The own track exists now under this number, or no more (0). */
	void (*own_track)(void *user, enum own own, uint16_t track);
	/* The own track is about to be ended: let out what must be signed of it. own_track (0)
	 * follows. */
	void (*own_ending)(void *user, enum own own);
	void (*muted)(void *user, enum mute_source source, bool on);
	void (*keyframe)(void *user, enum own own);
	void (*bitrate)(void *user, enum own own, int bps);

	void (*track)(void *user, const struct roster_track *track);
	void (*track_gone)(void *user, uint16_t track);

	/* An act is committed: never told twice. */
	void (*acked)(void *user, const char *id, enum control_kind kind, int64_t event_no);
	/* For people, in the words of the control socket: "joined", "lost", "room_event", "roster",
	 * "rights", "presenting", "act_refused", "act_pending", "error", "lag", "ended", … fields
	 * is borrowed. */
	void (*notice)(void *user, const char *name, json_t *fields);
};

enum seat_state {
	SEAT_IDLE,
	SEAT_OPENING,
	SEAT_GREETING,
	SEAT_SEATED,
	SEAT_WAITING,
	SEAT_LEAVING,
	SEAT_ENDED,
};

enum seat_refusal {
	SEAT_E_STATE = 1, /* joining when joined */
	SEAT_E_MESSAGE,   /* what proto/control refuses: too long, not UTF-8, … */
	SEAT_E_DUPLICATE, /* an act with this id is on its way */
	SEAT_E_FULL,      /* too many acts are on their way */
	SEAT_E_TICKET,    /* no token, or no seat's name */
};

/* Copies config and out. */
struct seat *seat_new(const struct seat_config *config, const struct seat_out *out);
struct seat *seat_free(struct seat *s);

/* Where to connect from the next time on: "wss://host:port", a path is left out. False, and nothing
 * changed, for anything else. */
bool seat_set_server(struct seat *s, const char *url);

/* The key that certifies the seat from the next time on; copied. */
void seat_set_expert_key(struct seat *s, const uint8_t seed[ED25519_KEY_LEN]);

int seat_join(struct seat *s, const struct seat_ticket *ticket, int64_t now_us);
void seat_leave(struct seat *s, int64_t now_us);
/* A wait for the next try is over at once, unless it is the server that asked for it. */
void seat_retry(struct seat *s, int64_t now_us);

/* From the connection. utc_us, by the clock of this machine, dates the seat certificate until the
 * server's own is known; chance: 32 random bits. */
void seat_opened(struct seat *s, int64_t now_us, int64_t utc_us);
void seat_text(struct seat *s, const char *text, size_t len, int64_t now_us, uint32_t chance);
void seat_closed(struct seat *s, int64_t now_us, uint32_t chance);
/* A media object came: the line is alive. */
void seat_heard(struct seat *s, int64_t now_us);
void seat_tick(struct seat *s, int64_t now_us, uint32_t chance);

/* Acts: chat, mute_self, raise_hand, moderate. fields is the message without "id"; id NULL lets the
 * seat make one. Kept and repeated until acknowledged, connected or not. */
int seat_act(struct seat *s, const char *id, enum control_kind kind, const json_t *fields,
	int64_t now_us, char ret_id[CONTROL_ID_MAX + 1]);

/* Not kept: dropped unless seated. */
void seat_want_key(struct seat *s, uint16_t track);
/* Whether a source can be sent now: its device is there, the screen is being shared. Tracks end and
 * are offered accordingly. At first camera and microphone are there and the screen is not. */
void seat_set_available(struct seat *s, enum mute_source source, bool on);
/* Whether and how to be sent another's track; a new one is sent whole until told otherwise. */
void seat_subscribe(struct seat *s, uint16_t track, const struct roster_wish *wish);
/* How loud the own microphone is, as its levels come; true if it died or came to life by that
 * (notice "mic_dead"), which the next report tells the server. */
bool seat_hear_own(struct seat *s, double level);
/* tracks: as in the message "stats", at most 256. */
void seat_report(struct seat *s, json_t *tracks);

enum seat_state seat_state(const struct seat *s);
const char *seat_state_name(enum seat_state state);
bool seat_is_muted(const struct seat *s, enum mute_source source);
const char *seat_name(const struct seat *s); /* the seat's identifier; "" before a ticket */
uint32_t seat_epoch(const struct seat *s);
int64_t seat_last_event_no(const struct seat *s);
/* Session time now by the last welcome or pong; 0 before. */
uint32_t seat_session_ms(const struct seat *s, int64_t now_us);
/* The tracks of the others, as the messages told them; the caller owns the list. */
json_t *seat_tracks(const struct seat *s);
/* Everything, for people. */
json_t *seat_describe(const struct seat *s, int64_t now_us);
