/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * Who and what else is in the room: the seats as the server lists them, and the tracks of the
 * others. Pure; messages were checked by proto/control.
 */

#include <glib.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "proto/ed25519.h"
#include "proto/frame.h"
#include "proto/ident.h"

struct roster_track {
	uint16_t id;
	char seat[IDENT_SIZE];
	const char *kind; /* "cam", "mic", "screen"; lives as long as the track */
	uint8_t codec;    /* enum frame_codec */
	uint32_t epoch;
	bool has_key; /* device_key is known, so its stamps can be checked */
	uint8_t device_key[ED25519_KEY_LEN];
	json_t *form; /* as the server told it */
};

/* Whether and how a track is to be sent to us. What the server assumes until told: everything. */
struct roster_wish {
	bool on;
	uint8_t layer;    /* highest temporal layer */
	uint8_t priority; /* among the pictures: larger goes first */
};
#define ROSTER_WISH_ALL ((struct roster_wish){true, FRAME_LAYER_MAX, 128})

struct roster {
	json_t *seats;      /* array */
	GHashTable *tracks; /* id → struct roster_track, owned */
};

void roster_init(struct roster *r);
void roster_done(struct roster *r);

/* Takes a reference to the list. */
void roster_set_seats(struct roster *r, json_t *seats);
/* The entry of a seat; NULL if it is not listed. */
const json_t *roster_seat(const struct roster *r, const char *seat);

/* From an object of the message "track" or the list in "welcome"; replaces one of the same id. The
 * roster owns the result. */
const struct roster_track *roster_add_track(struct roster *r, json_t *form);
const struct roster_track *roster_find_track(const struct roster *r, uint16_t id);
void roster_remove_track(struct roster *r, uint16_t id);

/* For people: the tracks' forms, by number. */
json_t *roster_tracks_list(const struct roster *r);
