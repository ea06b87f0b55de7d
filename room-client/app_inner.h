/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What app.c (making, ending, commands) and app_wiring.c (what the parts tell each other) share;
 * nobody else includes it. */

#include <glib.h>

#include "proto/base64.h"
#include "room-client/act_log.h"
#include "room-client/app.h"
#include "room-client/control_socket.h"
#include "room-client/documents.h"
#include "room-client/link/https.h"
#include "room-client/link/pace.h"
#include "room-client/link/ws.h"
#include "room-client/media/speaker.h"
#include "room-client/seat/presenter.h"
#include "room-client/seat/tiles.h"
#include "room-client/sign_in.h"
#include "room-client/studio.h"

struct app {
	GMainLoop *loop;
	struct seat *seat;
	struct ws *ws;
	struct https *https;
	char *api, *state_dir;
	char *expert_key_file; /* NULL: each account has its own */
	GPtrArray *calls;      /* of app_call, under way */
	struct sign_in *sign_in;
	struct pace *pace;
	struct documents *documents;
	struct presenter presenter;
	guint present_timer; /* while a page waits to be said */
	struct listener *listener;
	struct tiles *tiles;
	struct speaker speaker;
	guint speaker_timer; /* while somebody speaks */
	struct studio *studio;
	struct control_socket *control;
	struct act_log *act_log;
	GSource *timer; /* the seat's */
	guint report_timer;
	GQueue events; /* room events, oldest first: texts, which take a tenth of the room */
	size_t events_bytes;
	struct app_out out;
	bool log, quitting;
	bool sharing; /* the person wants the screen to be seen */
	char session[IDENT_SIZE];
	uint8_t device_seed[ED25519_KEY_LEN];
	char device_key[BASE64_SIZE(ED25519_KEY_LEN)];
};

static inline int64_t app_now_us(void)
{
	return g_get_monotonic_time();
}

/* Ends app_run, or the loop that runs instead of it. */
void app_over(struct app *a);

/* app_wiring.c: what each part calls when it has something to say. */
struct seat_out app_seat_out(struct app *a);
struct ws_out app_ws_out(struct app *a);
struct sign_in_out app_sign_in_out(struct app *a);
struct studio_out app_studio_out(struct app *a);
struct listener_out app_listener_out(struct app *a);
struct tiles_out app_tiles_out(struct app *a);

/* Tells the server how well it arrives, and whether the microphone is dead. */
void app_report(struct app *a);

/* To whoever listens: {"event": name, …}. */
void app_tell(struct app *a, const char *name, const json_t *fields);

/* app_work.c: what frees one of the calls. */
void app_call_free(void *call);

/* app_documents.c */
struct documents_out app_documents_out(struct app *a);
/* What the seat tells that documents depend on; after everybody else was told. */
void app_documents_notice(struct app *a, const char *name, const json_t *fields);
/* refused: the code; NULL: acknowledged. */
void app_present_answered(struct app *a, const char *id, const char *refused);
/* Downloads give way when voices come late. */
void app_voice_heard(struct app *a, GBytes *message, int64_t arrived_us);
