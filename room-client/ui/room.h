/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * The room as the window shows it: what the client tells (notices, state, levels, figures) becomes
 * facts and lists that widgets show, and what the user does becomes acts. No GTK.
 *
 * Signals: "changed" after a change of the facts; "toast" (text) for a passing word; "prominent"
 * (title, text, for me) for what nobody may miss; "ended" (code).
 */

#include <gio/gio.h>
#include <jansson.h>

#include "proto/control.h"
#include "room-client/seat/mute.h"
#include "room-client/ui/line.h"
#include "room-client/ui/person.h"

enum room_link {
	LINK_NONE,
	LINK_OPENING,
	LINK_SEATED,
	LINK_LOST,
	LINK_ENDED,
};

enum room_right {
	RIGHT_CAM = 1 << 0,
	RIGHT_CHAT = 1 << 1,
	RIGHT_HAND = 1 << 2,
	RIGHT_MASKED = 1 << 3,
	RIGHT_MIC = 1 << 4,
	RIGHT_MODERATE = 1 << 5,
	RIGHT_NAMES = 1 << 6,
	RIGHT_SCREEN = 1 << 7,
};

struct room_facts {
	enum room_link link;
	int64_t retry_at_us; /* CLOCK_MONOTONIC; LINK_LOST: when it is tried again */
	char why[64];        /* code: why the line or the seat was lost */
	char seat[IDENT_SIZE];
	char name[64 * 4 + 1];
	unsigned rights; /* enum room_right */
	bool muted[MUTE_N_SOURCES];
	bool device_failed[MUTE_N_SOURCES]; /* unplugged or in use elsewhere */
	bool output_failed;
	bool sharing; /* the own screen */
	bool hand;
	bool locked;
	char step[IDENT_SIZE];    /* "" until one was told */
	int64_t step_at_us;       /* UTC, as all by the server's clock */
	int64_t deadline_us;      /* UTC; 0: none */
	int64_t zero_us;          /* UTC of session time 0; 0: not known */
	int64_t began_us;         /* CLOCK_MONOTONIC at session time 0; 0: not known */
	char speaker[IDENT_SIZE]; /* "" nobody */
	char aside[IDENT_SIZE];   /* who speaks to this seat alone; "" nobody */
	int lag;                  /* level as in the message of that name */
	int64_t rtt_us;           /* -1: not known */
};

/* What the room asks of the client. */
struct room_out {
	void *user;
	/* 0 and the act's id, or a refusal of seat_act. */
	int (*act)(void *user, enum control_kind kind, const json_t *fields,
		char ret_id[CONTROL_ID_MAX + 1]);
	/* The tile of a source has this size in pixels; 0 × 0: it is hidden. */
	void (*show)(void *user, const char *seat, enum mute_source source, int width, int height);
	void (*share_screen)(void *user, bool on);
};

#define UI_TYPE_ROOM (ui_room_get_type())
G_DECLARE_FINAL_TYPE(UiRoom, ui_room, UI, ROOM, GObject)

UiRoom *ui_room_new(const struct room_out *out);

const struct room_facts *ui_room_facts(UiRoom *r); /* valid until the next change */
/* Array of {venue, name}, borrowed; NULL: this seat is not told. */
const json_t *ui_room_venues(UiRoom *r);
GListModel *ui_room_persons(UiRoom *r);                /* of UiPerson, in the roster's order */
GListModel *ui_room_chat(UiRoom *r);                   /* of UiLine, oldest first */
GListModel *ui_room_record(UiRoom *r);                 /* of UiLine, oldest first */
UiPerson *ui_room_person(UiRoom *r, const char *seat); /* borrowed; NULL: not listed */
bool ui_room_may(UiRoom *r, enum room_right right);
/* An act on this source, or of this kind, waits for its answer. */
bool ui_room_waits(UiRoom *r, enum control_kind kind, enum mute_source source);

/* ---- the user's acts ---- */

/* All return false when the act could not even be begun; "toast" has said why. */
bool ui_room_act(UiRoom *r, enum control_kind kind, json_t *fields, const char *what);
bool ui_room_say(UiRoom *r, const char *text);
bool ui_room_mute(UiRoom *r, enum mute_source source, bool on);
bool ui_room_raise_hand(UiRoom *r, bool on, const char *reason);
void ui_room_share_screen(UiRoom *r, bool on);
void ui_room_show(UiRoom *r, const char *seat, enum mute_source source, int width, int height);

/* ---- from the client ---- */

/* state: as app_state gives it, after the notice. */
void ui_room_notice(UiRoom *r, const char *name, const json_t *fields, const json_t *state);
void ui_room_level(UiRoom *r, const char *seat, double level);
/* As app_stats gives it; every two seconds or so. */
void ui_room_stats(UiRoom *r, const json_t *stats);
