/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What seat.c (states and time) and seat_inbox.c (messages) share; nobody else includes it. */

#include "room-client/seat/acts.h"
#include "room-client/seat/backoff.h"
#include "room-client/seat/dead_mic.h"
#include "room-client/seat/presentation.h"
#include "room-client/seat/seat.h"

struct seat {
	struct seat_config config;
	struct seat_out out;
	enum seat_state state;
	int64_t deadline_us; /* of a state that may not last; INT64_MAX otherwise */

	struct seat_ticket ticket;
	bool ticket_refused;
	char resume_token[513]; /* "" if none */
	bool greeted_with_token;
	bool ever_seated;

	struct backoff backoff;
	int64_t not_before_us; /* the server asked us to stay away until then */
	int64_t seated_us, heard_us, ping_us;

	char title[256]; /* the seat's name for people */
	bool locked;     /* the room: nobody new joins */
	json_t *rights;  /* array */
	json_t *venues;  /* as in the welcome; NULL: not told */
	struct acts *acts;
	struct mute mute;
	bool told_muted[MUTE_N_SOURCES];
	uint16_t own[OWN_N];  /* tracks, 0 if none */
	bool offered[OWN_N];  /* and not answered yet */
	bool rejected[OWN_N]; /* until rights or connection change */
	bool available[MUTE_N_SOURCES];
	struct dead_mic dead_mic;
	bool mic_dead;
	bool masked; /* as the rights say */
	struct roster roster;
	struct presentation presentation;
	int64_t last_event_no;
	uint32_t n_ids;

	/* The server's clock less the monotonic one: the clock of this machine may be wrong, and be
	 * set while we sit here. */
	int64_t server_ahead_us;
	bool server_clock_known;
	uint32_t session_ms; /* at session_at_us; 0 before the first welcome */
	int64_t session_at_us;
	int64_t rtt_us; /* -1: unknown */
};

/* Sends a message whose fields it takes; one that proto/control refuses is our own mistake. */
void seat_send(struct seat *s, enum control_kind kind, json_t *fields);
/* Takes fields. */
void seat_notice(struct seat *s, const char *name, json_t *fields);

/* Gives the connection up and tries again later. */
void seat_lose(struct seat *s, const char *why, int64_t now_us, uint32_t chance);
/* Gives up for good. */
void seat_end(struct seat *s, const char *code);

/* The greeting was answered: offers, acts and mutes go out. */
void seat_begin(struct seat *s, int64_t now_us);

/* Adds an act that was checked; id NULL makes one. */
int seat_add_act(struct seat *s, const char *id, enum control_kind kind, const json_t *fields,
	char ret_id[CONTROL_ID_MAX + 1]);
void seat_send_acts(struct seat *s, int64_t now_us);

/* Tells what is muted where that has changed. */
void seat_tell_muted(struct seat *s);

/* seat_own.c: after rights were read; after a track was answered; when an offer was refused. */
void seat_own_rights(struct seat *s);
void seat_own_offer(struct seat *s);
void seat_own_rejected(struct seat *s, const char *ref);
void seat_own_set(struct seat *s, enum own own, uint16_t track);
/* An answer to an offer; false for a track that was not offered. */
bool seat_own_answer(struct seat *s, const char *ref, const char *mask, uint16_t track);
/* The connection is gone. */
void seat_own_lost(struct seat *s);
/* The own track of this number; OWN_N: none. */
enum own seat_own_find(const struct seat *s, int64_t track);
/* The microphone was muted or is gone: what it gave before says nothing any more. */
void seat_own_mic_closed(struct seat *s);
/* For people. */
json_t *seat_own_describe(const struct seat *s);
void seat_set_clock(struct seat *s, uint32_t session_ms, int64_t now_us);

/* seat_hello.c: what greets the server; NULL when libcrypto fails. utc_us as of seat_opened. */
json_t *seat_hello(struct seat *s, int64_t now_us, int64_t utc_us);
/* What the server's clock said at now_us. */
void seat_set_server_clock(struct seat *s, int64_t utc_us, int64_t now_us);

/* seat_inbox.c */
void seat_take(struct seat *s, const struct control_msg *msg, int64_t now_us, uint32_t chance);
