/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * The client without a window: wires the seat to the connection, the devices and the control
 * socket. Everything runs on the default GMainContext; commands come through room-client/command.
 */

#include <jansson.h>

#include "room-client/media/listener.h"
#include "room-client/media/source.h"
#include "room-client/seat/seat.h"

struct app;

struct app_config {
	const char *server; /* "wss://host:port" */
	const char *api;    /* "https://host:port" */
	const char *session;
	const char *device_key_file, *expert_key_file; /* the latter may be NULL */
	const char *ca_file;                           /* NULL: the system's authorities */
	const char *control_path, *state_dir;
	struct media_source camera, microphone;
	int width, height, fps, video_bitrate, audio_bitrate;
	const char *label; /* in a test picture; NULL: the session */
	enum listener_mode decode;
	bool log; /* notices to stderr as well */
};

/* On failure a sentence is printed to stderr. */
int app_new(const struct app_config *config, struct app **ret_app);
struct app *app_free(struct app *a);

/* Until app_quit. */
void app_run(struct app *a);
/* Leaves the room first, if need be. */
void app_quit(struct app *a);

/* Refusals of seat_join; url may be "" . */
int app_join(struct app *a, const struct seat_ticket *ticket, const char *url);
/* Refusals of sign_in. */
int app_enter(struct app *a, const char *pass);
int app_rejoin(struct app *a);
void app_leave(struct app *a);

/* Refusals of seat_act. */
int app_act(struct app *a, const char *id, enum control_kind kind, const json_t *fields,
	char ret_id[CONTROL_ID_MAX + 1]);

/* What the control socket answers; the caller owns the result. */
json_t *app_state(const struct app *a);
json_t *app_stats(const struct app *a);
json_t *app_events(const struct app *a, int64_t after);
json_t *app_acked(const struct app *a);
