/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What room.c (lists and the user's acts) and room_inbox.c (what the client tells) share; nobody
 * else includes it. */

#include "room-client/ui/room.h"

/* What was last known of a track, to see what came since. */
struct track_count {
	int64_t n_objects, n_lost;
};

struct _UiRoom {
	GObject parent;
	struct room_out out;
	struct room_facts facts;
	GListStore *persons, *chat, *record;
	json_t *venues;           /* NULL: not told */
	GHashTable *deeds;        /* id → struct deed, owned */
	GHashTable *tracks;       /* number → struct track_count, owned */
	GHashTable *lags;         /* seat → level by the last room.lag */
	int64_t joined_no;        /* events up to this one were over when we came in, or back */
	int64_t output_failed_us; /* CLOCK_MONOTONIC; while it fails it is told every second */
};

/* An own act without an answer. */
struct deed {
	enum control_kind kind;
	enum mute_source source; /* of mute_self; otherwise MUTE_N_SOURCES */
	UiLine *line;
};

void room_changed(UiRoom *r);
void room_toast(UiRoom *r, const char *text);
void room_prominent(UiRoom *r, const char *title, const char *text, bool for_me);
void room_ended(UiRoom *r, const char *code);
/* The name of a seat for people; the seat's identifier when it is not listed. */
const char *room_name_of(UiRoom *r, const char *seat);
/* The line of an event among the newest of a list; NULL if it is not there yet. */
UiLine *room_line_of_event(GListStore *list, int64_t event_no);
void room_line_remove(GListStore *list, UiLine *line);
/* Appends, and forgets the oldest beyond some thousands. */
void room_line_add(GListStore *list, UiLine *line);
