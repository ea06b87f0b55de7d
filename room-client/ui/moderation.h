/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What somebody who leads the room can do about a seat. No GTK. */

#include "room-client/ui/room.h"

enum moderation {
	MODERATION_CALL,
	MODERATION_MUTE,
	MODERATION_UNMUTE,
	MODERATION_STOP_VIDEO,
	MODERATION_ALLOW_VIDEO,
	MODERATION_ADMIT, /* the other device that knocked */
	MODERATION_RELEASE,
	MODERATION_MOVE,
	MODERATION_HAND_OVER,
	MODERATION_REMOVE,
	MODERATION_READMIT,
	MODERATION_N,
};

/* Bits 1 << enum moderation: what makes sense for this seat; somewhere: a venue to move to is
 * known. */
unsigned moderation_offers(const struct person_facts *f, bool somewhere);

const char *moderation_label(enum moderation m);
/* A question to be confirmed first; NULL: none is needed. */
const char *moderation_question(enum moderation m);

/* text: what a call is for, where to move to; may be NULL. booth: of a move; may be NULL. */
bool moderation_perform(UiRoom *room, enum moderation m, const struct person_facts *f,
	const char *text, const char *booth);
