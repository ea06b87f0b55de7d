/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/app.h"

#include <errno.h>
#include <glib.h>
#include <openssl/crypto.h>
#include <stdio.h>
#include <string.h>

#include "proto/base64.h"
#include "proto/frame.h"
#include "room-client/act_log.h"
#include "room-client/command.h"
#include "room-client/control_socket.h"
#include "room-client/keys.h"
#include "room-client/link/https.h"
#include "room-client/link/ws.h"
#include "room-client/sign_in.h"
#include "room-client/stats.h"
#include "room-client/studio.h"

/* The notices that a newcomer to the control socket can ask for. */
#define EVENTS_MAX 10000
#define REPORT_EVERY_S 5

struct app {
	GMainLoop *loop;
	struct seat *seat;
	struct ws *ws;
	struct https *https;
	struct sign_in *sign_in;
	struct listener *listener;
	struct studio *studio;
	struct control_socket *control;
	struct act_log *act_log;
	GSource *timer; /* the seat's */
	guint report_timer;
	json_t *events; /* room events, oldest first */
	bool log, quitting;
	char session[IDENT_SIZE];
	uint8_t device_seed[ED25519_KEY_LEN];
	char device_key[BASE64_SIZE(ED25519_KEY_LEN)];
};

static int64_t now_us(void)
{
	return g_get_monotonic_time();
}

/* To whoever listens: {"event": name, …}. */
static void tell(struct app *a, const char *name, const json_t *fields)
{
	json_auto_t *line = json_pack("{s:s}", "event", name);

	json_object_update_missing(line, (json_t *)fields);
	if (a->log) {
		char *text = json_dumps(line, JSON_COMPACT);

		fprintf(stderr, "%s\n", text);
		free(text);
	}
	if (a->control)
		control_socket_tell(a->control, line);
}

/* ---- what the seat wants ---- */

static void seat_wants_open(void *user, const char *url, const char *session)
{
	struct app *a = user;
	g_autofree char *whole = g_strdup_printf("%s/room/%s", url, session);

	ws_open(a->ws, whole);
}

static void seat_wants_close(void *user)
{
	ws_close(((struct app *)user)->ws);
}

static void seat_wants_sent(void *user, const char *text, enum mute_source behind)
{
	enum outbox_lane lane = behind == MUTE_N_SOURCES ? OUTBOX_CONTROL
				: behind == MUTE_MIC     ? OUTBOX_AUDIO
							 : OUTBOX_VIDEO;

	ws_send_text(((struct app *)user)->ws, lane, text);
}

static void seat_wants_timer(void *user, int64_t at_us)
{
	g_source_set_ready_time(((struct app *)user)->timer, at_us == INT64_MAX ? -1 : at_us);
}

static void seat_has_own_track(void *user, enum mute_source source, uint16_t id)
{
	struct app *a = user;

	if (id == 0)
		studio_drop(a->studio, source);
	else
		studio_open(a->studio, source, id, seat_name(a->seat), seat_epoch(a->seat));
}

static void seat_muted(void *user, enum mute_source source, bool on)
{
	studio_mute(((struct app *)user)->studio, source, on);
}

static void seat_wants_keyframe(void *user, enum mute_source source)
{
	studio_request_key(((struct app *)user)->studio, source);
}

static void seat_wants_bitrate(void *user, enum mute_source source, int bps)
{
	studio_set_bitrate(((struct app *)user)->studio, source, bps);
}

static void seat_sees_track(void *user, const struct roster_track *track)
{
	struct app *a = user;
	struct receiver_config config = {
		.track = track->id, .epoch = track->epoch, .has_key = track->has_key};

	g_strlcpy(config.scope.session, a->session, sizeof(config.scope.session));
	g_strlcpy(config.scope.seat, track->seat, sizeof(config.scope.seat));
	memcpy(config.device_key, track->device_key, sizeof(config.device_key));
	listener_add(a->listener, &config, track->codec);
}

static void seat_track_gone(void *user, uint16_t track)
{
	listener_remove(((struct app *)user)->listener, track);
}

/* The list on the disk comes first: what it does not hold was not acknowledged to us. */
static void seat_acked(void *user, const char *id, enum control_kind kind, int64_t event_no)
{
	struct app *a = user;
	const char *name = control_kind_name(kind);
	json_auto_t *fields = json_pack(
		"{s:s, s:s, s:I}", "id", id, "kind", name, "event_no", (json_int_t)event_no);
	int r = act_log_add(a->act_log, id, name, event_no, g_get_real_time());

	if (r < 0)
		json_object_set_new(fields, "disk", json_string(g_strerror(-r)));
	tell(a, "acked", fields);
}

static void event_keep(struct app *a, json_t *event)
{
	if (json_array_size(a->events) >= EVENTS_MAX)
		json_array_remove(a->events, 0);
	json_array_append(a->events, event);
}

static void seat_noticed(void *user, const char *name, json_t *fields)
{
	struct app *a = user;

	if (g_str_equal(name, "room_event"))
		event_keep(a, fields);
	tell(a, name, fields);
	if (a->quitting && g_str_equal(name, "ended"))
		g_main_loop_quit(a->loop);
}

/* ---- what the connection says ---- */

static void ws_opened(void *user)
{
	seat_opened(((struct app *)user)->seat, now_us(), g_get_real_time());
}

static void ws_closed(void *user, const char *why)
{
	struct app *a = user;
	json_auto_t *fields = json_pack("{s:s}", "why", why);

	if (a->log)
		tell(a, "line", fields);
	seat_closed(a->seat, now_us(), g_random_int());
}

static void ws_text(void *user, const char *text, size_t len)
{
	seat_text(((struct app *)user)->seat, text, len, now_us(), g_random_int());
}

static void ws_binary(void *user, GBytes *message, int64_t arrived_us)
{
	struct app *a = user;

	seat_heard(a->seat, arrived_us);
	listener_message(a->listener, message, arrived_us);
}

/* ---- what media says ---- */

static void source_failed(void *user, enum mute_source source, const char *why)
{
	json_auto_t *fields = json_pack("{s:s, s:s}", "kind", mute_source_name(source), "why", why);

	tell(user, "source_failed", fields);
}

static void listener_wants_key(void *user, uint16_t track)
{
	seat_want_key(((struct app *)user)->seat, track);
}

/* ---- what the API says ---- */

static void sign_in_refused(void *user, const char *code, const char *title)
{
	json_auto_t *fields = json_pack("{s:s, s:s}", "code", code, "title", title);

	tell(user, "sign_in_refused", fields);
}

static void signed_in(void *user, const struct seat_ticket *ticket, const char *url)
{
	struct app *a = user;
	json_auto_t *fields = json_pack("{s:s}", "seat", ticket->seat);

	tell(a, "ticket", fields);
	if (app_join(a, ticket, url) != 0)
		sign_in_refused(
			a, "not_joined", "The seat is taken already, or the ticket is for another");
}

/* ---- timers ---- */

static gboolean timer_fired(void *user)
{
	struct app *a = user;

	g_source_set_ready_time(a->timer, -1);
	seat_tick(a->seat, now_us(), g_random_int());
	return G_SOURCE_CONTINUE;
}

static gboolean timer_dispatch(GSource *source, GSourceFunc callback, void *user)
{
	return callback(user);
}

static gboolean report(void *user)
{
	struct app *a = user;
	json_auto_t *tracks = NULL;

	if (seat_state(a->seat) == SEAT_SEATED) {
		tracks = stats_report(a->seat, a->listener, now_us());
		seat_report(a->seat, tracks);
	}
	return G_SOURCE_CONTINUE;
}

static void timers_start(struct app *a)
{
	static GSourceFuncs funcs = {.dispatch = timer_dispatch};

	a->timer = g_source_new(&funcs, sizeof(GSource));
	g_source_set_callback(a->timer, timer_fired, a, NULL);
	g_source_attach(a->timer, NULL);
	a->report_timer = g_timeout_add_seconds(REPORT_EVERY_S, report, a);
}

/* ---- making and ending ---- */

static int complain(int r, const char *what, const char *which)
{
	fprintf(stderr, "bidroom-client: %s %s: %s\n", what, which,
		r < 0 ? g_strerror(-r) : "not usable");
	return r;
}

static int keys_read(struct app *a, const struct app_config *c, struct seat_config *seat)
{
	uint8_t key[ED25519_KEY_LEN];
	int r = keys_load_or_make(c->device_key_file, a->device_seed);

	if (r != 0)
		return complain(r, "device key", c->device_key_file);
	r = ed25519_public(a->device_seed, key);
	if (r != 0)
		return complain(r, "device key", c->device_key_file);
	base64_encode(key, sizeof(key), a->device_key);
	memcpy(seat->device_seed, a->device_seed, sizeof(seat->device_seed));
	if (!c->expert_key_file)
		return 0;
	seat->has_expert_key = true;
	r = keys_load(c->expert_key_file, seat->expert_seed);
	return r != 0 ? complain(r, "expert key", c->expert_key_file) : 0;
}

static int studio_make(struct app *a, const struct app_config *c)
{
	struct studio_out out = {a, source_failed};
	enum mute_source culprit;
	int r = studio_new(c, a->ws, a->device_seed, &out, &a->studio, &culprit);

	return r != 0 ? complain(r, "source", mute_source_name(culprit)) : 0;
}

static struct seat *seat_make(struct app *a, const struct app_config *c, struct seat_config *seat)
{
	struct seat_out out = {
		.user = a,
		.open = seat_wants_open,
		.close = seat_wants_close,
		.send = seat_wants_sent,
		.timer = seat_wants_timer,
		.own_track = seat_has_own_track,
		.muted = seat_muted,
		.keyframe = seat_wants_keyframe,
		.bitrate = seat_wants_bitrate,
		.track = seat_sees_track,
		.track_gone = seat_track_gone,
		.acked = seat_acked,
		.notice = seat_noticed,
	};
	g_autofree char *random = g_uuid_string_random();

	g_strlcpy(seat->session, c->session, sizeof(seat->session));
	g_strlcpy(seat->url, c->server, sizeof(seat->url));
	/* 48 random bits tell the acts of one run from those of another. */
	g_strlcpy(seat->id_prefix, random + 24, sizeof(seat->id_prefix));
	seat->subscribes = c->decode != LISTENER_NONE;
	seat->client_version = CLIENT_VERSION;
	seat->offers[MUTE_CAM] = (struct seat_offer){
		studio_has(a->studio, MUTE_CAM), "vp8", c->width, c->height, c->fps};
	seat->offers[MUTE_MIC] = (struct seat_offer){studio_has(a->studio, MUTE_MIC), "opus"};
	return seat_new(seat, &out);
}

static int connections_make(struct app *a, const struct app_config *c)
{
	struct ws_config config = {.ca_file = c->ca_file,
		.subprotocol = CONTROL_SUBPROTOCOL,
		.text_max = CONTROL_LEN_MAX_TO_CLIENT,
		.binary_max = FRAME_LEN_MAX};
	struct ws_out out = {a, ws_opened, ws_closed, ws_text, ws_binary};
	struct sign_in_out sign_in_out = {a, signed_in, sign_in_refused};
	int r = ws_new(&config, &out, &a->ws);

	if (r != 0)
		return complain(r, "authority", c->ca_file ? c->ca_file : "");
	a->https = https_new(c->ca_file);
	a->sign_in = sign_in_new(a->https, c->api, c->session, a->device_key, &sign_in_out);
	return 0;
}

static int files_make(struct app *a, const struct app_config *c)
{
	struct control_socket_out out = {a, command_obey};
	int r = act_log_open(c->state_dir, &a->act_log);

	if (r != 0)
		return complain(r, "state directory", c->state_dir);
	r = control_socket_new(c->control_path, &out, &a->control);
	return r != 0 ? complain(r, "control socket", c->control_path) : 0;
}

int app_new(const struct app_config *config, struct app **ret_app)
{
	struct app *a = g_new0(struct app, 1);
	struct listener_out listener_out = {a, listener_wants_key};
	struct seat_config seat = {0};
	int r;

	a->loop = g_main_loop_new(NULL, FALSE);
	a->events = json_array();
	a->log = config->log;
	g_strlcpy(a->session, config->session, sizeof(a->session));
	timers_start(a);
	a->listener = listener_new(config->decode, &listener_out);
	r = keys_read(a, config, &seat);
	if (r == 0)
		r = connections_make(a, config);
	if (r == 0)
		r = studio_make(a, config);
	if (r == 0) {
		a->seat = seat_make(a, config, &seat);
		r = files_make(a, config);
	}
	OPENSSL_cleanse(&seat, sizeof(seat));
	if (r != 0)
		app_free(a);
	else
		*ret_app = a;
	return r;
}

struct app *app_free(struct app *a)
{
	if (!a)
		return NULL;
	/* Sources first: their threads use the connection. */
	studio_free(a->studio);
	control_socket_free(a->control);
	ws_free(a->ws);
	https_free(a->https);
	sign_in_free(a->sign_in);
	listener_free(a->listener);
	seat_free(a->seat);
	act_log_close(a->act_log);
	g_source_remove(a->report_timer);
	g_source_destroy(a->timer);
	g_source_unref(a->timer);
	json_decref(a->events);
	g_main_loop_unref(a->loop);
	OPENSSL_cleanse(a->device_seed, sizeof(a->device_seed));
	g_free(a);
	return NULL;
}

void app_run(struct app *a)
{
	g_main_loop_run(a->loop);
}

void app_quit(struct app *a)
{
	enum seat_state state = seat_state(a->seat);

	a->quitting = true;
	if (state == SEAT_IDLE || state == SEAT_ENDED)
		g_main_loop_quit(a->loop);
	else
		app_leave(a);
}

int app_join(struct app *a, const struct seat_ticket *ticket, const char *url)
{
	if (*url)
		seat_set_server(a->seat, url);
	return seat_join(a->seat, ticket, now_us());
}

int app_enter(struct app *a, const char *pass)
{
	return sign_in_enter(a->sign_in, pass);
}

int app_rejoin(struct app *a)
{
	return sign_in_again(a->sign_in);
}

/* The stamps of what was sent leave before the seat does. */
void app_leave(struct app *a)
{
	studio_close(a->studio);
	seat_leave(a->seat, now_us());
}

int app_act(struct app *a, const char *id, enum control_kind kind, const json_t *fields,
	char ret_id[CONTROL_ID_MAX + 1])
{
	return seat_act(a->seat, id, kind, fields, now_us(), ret_id);
}

json_t *app_state(const struct app *a)
{
	json_t *state = seat_describe(a->seat, now_us());

	json_object_set_new(state, "device_key", json_string(a->device_key));
	return state;
}

json_t *app_stats(const struct app *a)
{
	return json_pack("{s:I, s:o, s:o, s:I}", "session_ms",
		(json_int_t)seat_session_ms(a->seat, now_us()), "own", studio_stats(a->studio),
		"tracks", stats_tracks(a->seat, a->listener), "foreign_objects",
		(json_int_t)listener_n_foreign(a->listener));
}

json_t *app_events(const struct app *a, int64_t after)
{
	json_t *list = json_array();
	size_t i;
	json_t *event;

	json_array_foreach (a->events, i, event) {
		if (json_integer_value(json_object_get(event, "no")) > after)
			json_array_append(list, event);
	}
	return list;
}

json_t *app_acked(const struct app *a)
{
	json_t *list;

	return act_log_list(a->act_log, &list) == 0 ? list : json_array();
}
