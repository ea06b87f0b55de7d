/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ROOM_CLIENT_LOAD_PLAN_H
#define ROOM_CLIENT_LOAD_PLAN_H

/*
 * The seats of a run, from a file with one JSON object a line:
 *
 *	{"session":"…","seat":"…","epoch":1,"ticket":"…","device_seed":"base64 of 32 bytes",
 *	 "seat_cert":{…},"publish":["cam","mic"]}
 *
 * ticket and seat_cert as in hello (proto/README.md, "Joining"); without seat_cert nothing can be
 * published. Lines of one session stand together.
 */
#include "proto/ed25519.h"
#include "proto/ident.h"

#include <glib.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

struct plan_seat {
	char session[IDENT_SIZE], seat[IDENT_SIZE];
	uint32_t epoch;
	char *ticket;
	uint8_t device_seed[ED25519_KEY_LEN];
	json_t *seat_cert; /* or NULL */
	bool cam, mic;
	unsigned no; /* within its room, from 0 */
};

/* Which of the file's rooms and seats are wanted; 0: all. */
struct plan_limits {
	unsigned rooms, seats;
};

/* 0, -EINVAL with a message for the one who wrote the file, or another errno. */
int plan_load(const char *path, const struct plan_limits *limits, GPtrArray **ret_seats,
	char **ret_message);

#endif
