/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/ui/moderation.h"

#include <glib/gi18n.h>
#include <string.h>

#define BIT(m) (1u << (m))

static const struct {
	const char *label, *question;
	const char *act; /* of the message "moderate"; NULL: another message */
	bool on;
} ROWS[MODERATION_N] = {
	[MODERATION_CALL] = {N_("Call…"), NULL, NULL, true},
	[MODERATION_MUTE] = {N_("Mute the microphone"), NULL, "mute", true},
	[MODERATION_UNMUTE] = {N_("Let speak again"), NULL, "mute", false},
	[MODERATION_STOP_VIDEO] = {N_("Stop the video"), NULL, "stop_video", true},
	[MODERATION_ALLOW_VIDEO] = {N_("Allow the video again"), NULL, "stop_video", false},
	[MODERATION_ADMIT] = {N_("Let the other device in"),
		N_("The present device loses the seat, and the one that asks for it gets it."),
		"admit", true},
	[MODERATION_RELEASE] = {N_("Release from the device"),
		N_("The present device loses the seat, so that another may take it."), "release",
		true},
	[MODERATION_MOVE] = {N_("Move to another booth…"), NULL, NULL, true},
	[MODERATION_HAND_OVER] = {N_("Hand over the hosting"),
		N_("From now on this seat leads the room, and you do not."), NULL, true},
	[MODERATION_REMOVE] = {N_("Remove from the room"),
		N_("The seat leaves the room and cannot come back until you let it."), "remove",
		true},
	[MODERATION_READMIT] = {N_("Let come again"), NULL, "remove", false},
};

unsigned moderation_offers(const struct person_facts *f, bool somewhere)
{
	bool here = f->presence == PRESENCE_PRESENT, expert = strcmp(f->role, "expert") == 0;
	unsigned offers = 0;

	if (f->own || strcmp(f->role, "supervisor") == 0)
		return 0;
	if (f->presence == PRESENCE_REMOVED)
		return BIT(MODERATION_READMIT);
	if (here) {
		offers |= BIT(MODERATION_CALL);
		offers |= BIT(f->mic_muted ? MODERATION_UNMUTE : MODERATION_MUTE);
		offers |= BIT(f->cam_muted ? MODERATION_ALLOW_VIDEO : MODERATION_STOP_VIDEO);
	}
	if (here || f->presence == PRESENCE_LOST)
		offers |= BIT(MODERATION_RELEASE) | BIT(MODERATION_REMOVE);
	if (f->knocking)
		offers |= BIT(MODERATION_ADMIT);
	if (expert && somewhere)
		offers |= BIT(MODERATION_MOVE);
	if (here && strcmp(f->role, "host") == 0 && !f->moderator)
		offers |= BIT(MODERATION_HAND_OVER);
	return offers;
}

const char *moderation_label(enum moderation m)
{
	return _(ROWS[m].label);
}

const char *moderation_question(enum moderation m)
{
	return ROWS[m].question ? _(ROWS[m].question) : NULL;
}

bool moderation_perform(UiRoom *room, enum moderation m, const struct person_facts *f,
	const char *text, const char *booth)
{
	g_autofree char *what = g_strdup_printf("%s: %s", f->name, _(ROWS[m].label));
	const char *note = text && *text ? text : NULL;
	const char *where = booth && *booth ? booth : NULL;

	if (m == MODERATION_CALL)
		return ui_room_act(room, CONTROL_CALL,
			json_pack("{s:s, s:s*}", "seat", f->seat, "text", note), what);
	if (m == MODERATION_MOVE)
		return ui_room_act(room, CONTROL_MOVE,
			json_pack("{s:s, s:s, s:s*}", "seat", f->seat, "venue", text ? text : "",
				"booth", where),
			what);
	if (m == MODERATION_HAND_OVER)
		return ui_room_act(
			room, CONTROL_HAND_OVER, json_pack("{s:s}", "seat", f->seat), what);
	return ui_room_act(room, CONTROL_MODERATE,
		json_pack("{s:s, s:s, s:b}", "act", ROWS[m].act, "seat", f->seat, "on", ROWS[m].on),
		what);
}
