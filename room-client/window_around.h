/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What window.c (sign-in, room, ending) and window_work.c (documents, the expert's own work) share;
 * nobody else includes it. */

#include "proto/base64.h"
#include "room-client/app.h"
#include "room-client/door.h"
#include "room-client/options.h"
#include "room-client/round_trip.h"
#include "room-client/ui/documents.h"
#include "room-client/ui/window.h"
#include "room-client/ui/work.h"

/* The program around the window: what is signed in, and the client once the form was filled in. */
struct around {
	const struct options *options;
	GtkApplication *gtk;
	UiWindow *window;
	UiDocuments *documents;
	UiWork *work;
	struct app *app; /* from the device check to the end; NULL otherwise */
	struct door *door;
	struct round_trip *trip;
	char *typed; /* the server's address as it was typed */
	char *room, *api, *ca_file, *expert_key_file;
	char device_key[BASE64_SIZE(ED25519_KEY_LEN)];
	bool has_ticket;
	struct seat_ticket ticket;
	char ticket_url[SEAT_URL_MAX];
};

/* window_work.c: made once, and shown in the window that there is now. */
void around_make_documents(struct around *a);
void around_make_work(struct around *a);
