/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What the window asks of the program around it; whoever makes the window fills it in. Everything
 * runs on the default GMainContext. */

#include <jansson.h>
#include <stdbool.h>

#include "room-client/ui/join_form.h"
#include "room-client/ui/room.h"

struct ui_out {
	void *user;
	struct room_out room;

	/* Sign in, open nothing yet. Answered by ui_window_prepared, ui_window_refused, or
	 * ui_window_choose after which it comes again with the session filled in. */
	void (*prepare)(void *user, const struct join_form *form);
	/* Back from the device check to the form. */
	void (*abandon)(void *user);
	/* Take the seat. Answered by notices. */
	void (*enter)(void *user);
	void (*leave)(void *user);
	/* Lost: connect at once, without waiting for the next try. */
	void (*retry)(void *user);
	/* The window is closed for good. */
	void (*quit)(void *user);
	/* Make the window anew in this language, "zh_CN" or "en". */
	void (*language)(void *user, const char *language);

	/* Camera and microphone for preview and level, nothing is sent. */
	void (*check_devices)(void *user, bool on);
	void (*chime)(void *user);
	/* Network round trip; answered by the notice "round_trip". */
	void (*measure)(void *user);

	/* The caller owns the result. */
	json_t *(*stats)(void *user);
};

/* What the form shows at first; the strings are copied. */
struct ui_defaults {
	const char *server, *session, *ticket, *ca_file, *expert_key_file;
	const char *device_key; /* base64; what tickets are made for */
	bool kiosk;             /* full screen, and no way out but by leaving */
};
