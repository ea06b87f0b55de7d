/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * Whether a source of this seat is silent. Two parties can want that, the person and the server
 * (for itself or for the host), and it is silent while either does. The person's wish for silence
 * holds at once, the wish to be heard only when the server has committed it; what the server says
 * on a reconnect can only add silence. Pure.
 */

#include <stdbool.h>
#include <stdint.h>

enum mute_source {
	MUTE_CAM,
	MUTE_MIC,
	MUTE_SCREEN,
	MUTE_N_SOURCES,
};

struct mute {
	bool self[MUTE_N_SOURCES];
	bool server[MUTE_N_SOURCES];
	int64_t newest_no[MUTE_N_SOURCES]; /* last room event about the source */
	int64_t history_no; /* room events up to this one were over when we connected */
};

/* MUTE_N_SOURCES for an unknown name. */
enum mute_source mute_source_from_name(const char *name);
const char *mute_source_name(enum mute_source source);

bool mute_is_on(const struct mute *m, enum mute_source source);

/* The person pressed the button; opening waits for mute_opened. */
void mute_pressed(struct mute *m, enum mute_source source, bool on);
/* The server committed, as room event event_no, that the person opened the source. */
void mute_opened(struct mute *m, enum mute_source source, int64_t event_no);

/* A connection began; last_event_no is the number of the last room event before it. */
void mute_welcomed(struct mute *m, int64_t last_event_no);
/* The roster says so about this seat. */
void mute_listed(struct mute *m, enum mute_source source, bool on);
/* A room event of this seat's source. */
void mute_event(struct mute *m, enum mute_source source, bool on, int64_t event_no);
