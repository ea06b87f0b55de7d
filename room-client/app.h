/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * The client but for its window: wires the seat to the connection, the devices, the control socket
 * and, through struct app_out, to whatever shows it. Everything runs on the default GMainContext;
 * commands come through room-client/command or from the window.
 */

#include <gio/gio.h>
#include <jansson.h>

#include "room-client/keys.h"
#include "room-client/media/listener.h"
#include "room-client/media/source.h"
#include "room-client/media/veil.h"
#include "room-client/seat/seat.h"

struct app;

/* One decoded picture of a tile. */
struct app_picture {
	const char *seat; /* "": what this seat sends itself */
	enum mute_source source;
	struct picture picture;
};

/* What a window is told. Each function may be NULL; none may end the app. */
struct app_out {
	void *user;
	/* All that the control socket is told unasked, by the same names; fields is borrowed and
	 * may be NULL. After it app_state() has the news. */
	void (*notice)(void *user, const char *name, const json_t *fields);
	/* The newest picture of a tile that app_show wants, when it is due. Pictures that came
	 * while the main loop was busy are left out. */
	void (*picture)(void *user, const struct app_picture *picture);
	/* How loud a seat is, about ten times a second while it sends sound: 0 silence, 1 full,
	 * below 0: nothing at all, not even noise; "" is this seat. Who speaks is told by the
	 * notice "speaker" {seat}: null is nobody. */
	void (*level)(void *user, const char *seat, double level);
	/* What is heard where there is no loudspeaker; as in struct mixer_out. */
	void (*heard)(void *user, const int16_t *samples, size_t n, int64_t at_us);
	/* app_quit is done: whoever runs a loop of his own instead of app_run ends it. */
	void (*over)(void *user);
};

struct app_config {
	const char *server; /* "wss://host:port" */
	const char *api;    /* "https://host:port" */
	const char *session;
	const char *token; /* of a sign-in that was made already; NULL: none */
	const char *device_key_file, *expert_key_file; /* the latter may be NULL */
	const char *ca_file;                           /* NULL: the system's authorities */
	const char *control_path;                      /* NULL: no control socket */
	const char *state_dir;
	struct media_source camera, microphone, screen;
	int width, height, fps, video_bitrate, audio_bitrate;
	int small_width, small_height, small_bitrate; /* second size of the camera; 0: none */
	int screen_bitrate;
	bool plain_sound;  /* neither echo nor noise is removed from a microphone, and no gain */
	enum veil veil;    /* how the face is hidden where the session orders masking */
	const char *label; /* in a test picture; NULL: the session */
	enum listener_mode decode;
	enum mixer_output output;
	bool tiles_only;           /* pictures come only while app_show wants them */
	bool log;                  /* notices to stderr as well */
	const struct app_out *out; /* copied; NULL: nobody watches */
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
/* See seat_retry. */
void app_retry(struct app *a);

/* Refusals of seat_act. */
int app_act(struct app *a, const char *id, enum control_kind kind, const json_t *fields,
	char ret_id[CONTROL_ID_MAX + 1]);

/* What the window shows: the picture of a seat's source (MUTE_CAM, MUTE_SCREEN) in a tile of this
 * size in pixels; 0 × 0: it is hidden, and the server stops sending it. The picture keeps its shape
 * and is at most as large. Seat "" is the own preview. Tiles may be named before the seat has such
 * a track, and are remembered. */
void app_show(struct app *a, const char *seat, enum mute_source source, int width, int height);

/* Shares the screen, or ends that; remembered while the seat may not. */
void app_share_screen(struct app *a, bool on);

/* Before joining: open camera and microphone for preview and level only. Nothing is sent. */
void app_check_devices(struct app *a, bool on);

/* A sound of one second from the loudspeaker. */
void app_chime(struct app *a);

/* Documents of the bids, as documents_list, documents_want and documents_open of
 * room-client/documents. Notices "documents" (the list is there, or its code says why not) and
 * "document" {bid, file, state, got, size, code?} follow. */
json_t *app_documents(const struct app *a);
bool app_document_want(struct app *a, const char *bid, int file);
GInputStream *app_document_open(struct app *a, const char *bid, int file);

/* Shows the others this page from now on, bid NULL: none. Who leafs fast says the newest page only.
 * What is shown comes back as the notice "presenting" and in the state. */
void app_present(struct app *a, const char *bid, int file, int page);

/* A request to the API under the seat's sign-in, as it is made by hand. */
struct app_request {
	const char *method, *path; /* what follows "/api/v1" */
	int64_t version;           /* that is changed; -1: any */
	const json_t *body;        /* NULL: none */
};

/* status 0: no answer came. body and bytes (the same as it came) are borrowed and may be NULL. */
typedef void app_answered_fn(void *user, int status, const json_t *body, GBytes *bytes);

/* answered(data, …) comes later, or not at all once the app is gone; then done(data). False: there
 * is no sign-in, and done was called. */
bool app_call(struct app *a, const struct app_request *asked, app_answered_fn *answered, void *data,
	GDestroyNotify done);

/* Signs under the expert's key: that of the configuration, else the account's own on this device.
 * As keys_sign. */
int app_sign(struct app *a, const char *account, const void *data, size_t len,
	struct keys_signature *ret);

/* What the control socket answers; the caller owns the result. */
json_t *app_state(const struct app *a);
json_t *app_stats(const struct app *a);
json_t *app_events(const struct app *a, int64_t after);
json_t *app_acked(const struct app *a);
