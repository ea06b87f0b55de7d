/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_ROOM_RIGHTS_H
#define SERVER_ROOM_RIGHTS_H

/*
 * What a seat may do in a room now. Flow and step decide the mask elsewhere; the room only obeys
 * it.
 */
#include <jansson.h>
#include <stdint.h>

enum room_right {
	RIGHT_WATCH = 1 << 0,    /* receives the tracks of others */
	RIGHT_ORIGINAL = 1 << 1, /* receives what is not for all: the unmasked counterparts, and
				  * what is said to one seat alone (supervisor) */
	RIGHT_CAM = 1 << 2,      /* publishes these */
	RIGHT_MIC = 1 << 3,
	RIGHT_SCREEN = 1 << 4,
	RIGHT_CHAT = 1 << 5,
	RIGHT_HAND = 1 << 6,
	RIGHT_MODERATE = 1 << 7, /* mutes, stops, removes and releases others */
	RIGHT_HIDDEN = 1 << 8,   /* is on nobody's roster but its own and the moderators' */
	RIGHT_NAMES = 1 << 9,    /* is told who sits behind an alias, and where */
	RIGHT_MASKED = 1 << 10,  /* publishes camera and microphone masked, beside the original */
	RIGHT_IMMUNE = 1 << 11,  /* moderates also its equals, whom nobody else may */
	RIGHT_PRESENT = 1 << 12, /* shows the others pages of documents, and is shown them */
	RIGHT_ROOM = 1 << 13,    /* shows a room with all who are in it: no mask covers that */
	RIGHT_PANEL = 1 << 14,   /* is told what the committee finds and is shown */
	RIGHT_ASIDE = 1 << 15,   /* speaks to one seat alone (单独通话) */
};

/* The names of a mask's rights, as welcome and rights messages carry them. */
json_t *rights_to_json(uint32_t rights);

#endif
