/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/app.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <stdio.h>
#include <string.h>

#include "proto/frame.h"
#include "room-client/app_inner.h"
#include "room-client/command.h"
#include "room-client/keys.h"
#include "room-client/media/layers.h"
#include "room-client/stats.h"

#define REPORT_EVERY_S 5

/* ---- timers ---- */

static gboolean timer_fired(void *user)
{
	struct app *a = user;

	g_source_set_ready_time(a->timer, -1);
	seat_tick(a->seat, app_now_us(), g_random_int());
	return G_SOURCE_CONTINUE;
}

static gboolean timer_dispatch(GSource *source, GSourceFunc callback, void *user)
{
	return callback(user);
}

void app_report(struct app *a)
{
	json_auto_t *tracks = NULL;

	if (seat_state(a->seat) == SEAT_SEATED) {
		tracks = stats_report(a->seat, a->listener, app_now_us());
		seat_report(a->seat, tracks);
	}
}

static gboolean report(void *user)
{
	app_report(user);
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
	struct studio_out out = app_studio_out(a);
	enum mute_source culprit;
	struct capture_config microphone = studio_capture(c, MUTE_MIC);
	int r = studio_new(c, a->ws, a->device_seed, &out, &a->studio, &culprit);

	if (r != 0)
		return complain(r, "source", mute_source_name(culprit));
	if (capture_lacks_processing(&microphone))
		fputs("bidroom-client: echo and noise stay in what the microphone hears: GStreamer's "
		      "webrtcdsp is not installed\n",
			stderr);
	return 0;
}

static int listener_make(struct app *a, const struct app_config *c)
{
	struct listener_config config = {c->decode, c->output, c->tiles_only};
	struct listener_out out = app_listener_out(a);
	int r = listener_new(&config, &out, &a->listener);

	return r != 0 ? complain(r, "decoders of", "GStreamer") : 0;
}

static void offers_make(const struct app *a, const struct app_config *c, struct seat_config *seat)
{
	for (int i = 0; i < OWN_N; i++) {
		enum own own = (enum own)i;
		struct seat_offer *offer = &seat->offers[i];
		struct capture_config capture = studio_capture(c, own_source(own));
		bool small = own_is_small(own);

		offer->offered = studio_has(a->studio, own);
		offer->codec = own_source(own) == MUTE_MIC ? "opus" : "vp8";
		if (own_source(own) == MUTE_MIC)
			continue;
		offer->width = small ? capture.small_width : capture.width;
		offer->height = small ? capture.small_height : capture.height;
		offer->fps = capture.fps;
		offer->layers = capture.source.kind == MEDIA_SOURCE_FILE ? 0 : LAYERS_N;
	}
}

static struct seat *seat_make(struct app *a, const struct app_config *c, struct seat_config *seat)
{
	struct seat_out out = app_seat_out(a);
	g_autofree char *random = g_uuid_string_random();

	g_strlcpy(seat->session, c->session, sizeof(seat->session));
	g_strlcpy(seat->url, c->server, sizeof(seat->url));
	/* 48 random bits tell the acts of one run from those of another. */
	g_strlcpy(seat->id_prefix, random + 24, sizeof(seat->id_prefix));
	seat->subscribes = c->decode != LISTENER_NONE;
	seat->client_version = CLIENT_VERSION;
	offers_make(a, c, seat);
	return seat_new(seat, &out);
}

static int connections_make(struct app *a, const struct app_config *c)
{
	struct ws_config config = {.ca_file = c->ca_file,
		.subprotocol = CONTROL_SUBPROTOCOL,
		.text_max = CONTROL_LEN_MAX_TO_CLIENT,
		.binary_max = FRAME_LEN_MAX};
	struct ws_out out = app_ws_out(a);
	struct sign_in_out sign_in_out;
	int r = ws_new(&config, &out, &a->ws);

	if (r != 0)
		return complain(r, "authority", c->ca_file ? c->ca_file : "");
	a->https = https_new(c->ca_file);
	a->api = g_strdup(c->api);
	a->calls = g_ptr_array_new_with_free_func(app_call_free);
	a->expert_key_file = g_strdup(c->expert_key_file);
	a->state_dir = g_strdup(c->state_dir);
	a->pace = pace_new(app_now_us());
	sign_in_out = app_sign_in_out(a);
	a->sign_in = sign_in_new(a->https, c->api, c->session, a->device_key, &sign_in_out);
	if (c->token)
		sign_in_set_token(a->sign_in, c->token);
	return 0;
}

static int documents_make(struct app *a, const struct app_config *c)
{
	struct documents_out out = app_documents_out(a);
	struct documents_config config = {.https = a->https,
		.pace = a->pace,
		.api = c->api,
		.session = c->session,
		.ca_file = c->ca_file,
		.dir = c->state_dir};
	int r = documents_new(&config, &out, &a->documents);

	return r != 0 ? complain(r, "documents in", c->state_dir) : 0;
}

static int files_make(struct app *a, const struct app_config *c)
{
	struct control_socket_out out = {a, command_obey};
	int r = act_log_open(c->state_dir, &a->act_log);

	if (r != 0)
		return complain(r, "state directory", c->state_dir);
	r = documents_make(a, c);
	if (r != 0)
		return r;
	if (!c->control_path)
		return 0;
	r = control_socket_new(c->control_path, &out, &a->control);
	return r != 0 ? complain(r, "control socket", c->control_path) : 0;
}

int app_new(const struct app_config *config, struct app **ret_app)
{
	struct app *a = g_new0(struct app, 1);
	struct tiles_out tiles_out = app_tiles_out(a);
	struct seat_config seat = {0};
	int r;

	a->loop = g_main_loop_new(NULL, FALSE);
	g_queue_init(&a->events);
	a->log = config->log;
	if (config->out)
		a->out = *config->out;
	g_strlcpy(a->session, config->session, sizeof(a->session));
	timers_start(a);
	a->tiles = tiles_new(!config->tiles_only, &tiles_out);
	speaker_init(&a->speaker);
	r = keys_read(a, config, &seat);
	if (r == 0)
		r = listener_make(a, config);
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
	g_clear_pointer(&a->calls, g_ptr_array_unref);
	g_free(a->api);
	g_free(a->expert_key_file);
	g_free(a->state_dir);
	documents_free(a->documents);
	pace_free(a->pace);
	sign_in_free(a->sign_in);
	listener_free(a->listener);
	tiles_free(a->tiles);
	seat_free(a->seat);
	speaker_done(&a->speaker);
	act_log_close(a->act_log);
	if (a->speaker_timer)
		g_source_remove(a->speaker_timer);
	if (a->present_timer)
		g_source_remove(a->present_timer);
	g_source_remove(a->report_timer);
	g_source_destroy(a->timer);
	g_source_unref(a->timer);
	g_queue_clear_full(&a->events, free);
	g_main_loop_unref(a->loop);
	OPENSSL_cleanse(a->device_seed, sizeof(a->device_seed));
	g_free(a);
	return NULL;
}

void app_run(struct app *a)
{
	g_main_loop_run(a->loop);
}

void app_over(struct app *a)
{
	g_main_loop_quit(a->loop);
	if (a->out.over)
		a->out.over(a->out.user);
}

void app_quit(struct app *a)
{
	enum seat_state state = seat_state(a->seat);

	a->quitting = true;
	if (state == SEAT_IDLE || state == SEAT_ENDED)
		app_over(a);
	else
		app_leave(a);
}

int app_join(struct app *a, const struct seat_ticket *ticket, const char *url)
{
	if (*url)
		seat_set_server(a->seat, url);
	return seat_join(a->seat, ticket, app_now_us());
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
	studio_close_all(a->studio);
	seat_leave(a->seat, app_now_us());
}

void app_retry(struct app *a)
{
	seat_retry(a->seat, app_now_us());
}

int app_act(struct app *a, const char *id, enum control_kind kind, const json_t *fields,
	char ret_id[CONTROL_ID_MAX + 1])
{
	return seat_act(a->seat, id, kind, fields, app_now_us(), ret_id);
}

void app_show(struct app *a, const char *seat, enum mute_source source, int width, int height)
{
	if (*seat)
		tiles_show(a->tiles, seat, source, width, height);
	else
		studio_show(a->studio, source, width, height);
}

void app_share_screen(struct app *a, bool on)
{
	a->sharing = on;
	seat_set_available(a->seat, MUTE_SCREEN, on);
	if (!on)
		studio_give_up(a->studio, MUTE_SCREEN);
}

void app_check_devices(struct app *a, bool on)
{
	studio_check(a->studio, on);
}

void app_chime(struct app *a)
{
	listener_chime(a->listener);
}

json_t *app_state(const struct app *a)
{
	json_t *state = seat_describe(a->seat, app_now_us());

	json_object_set_new(state, "device_key", json_string(a->device_key));
	return state;
}

json_t *app_stats(const struct app *a)
{
	return json_pack("{s:I, s:o, s:o, s:I, s:I, s:I}", "session_ms",
		(json_int_t)seat_session_ms(a->seat, app_now_us()), "own", studio_stats(a->studio),
		"tracks", stats_tracks(a->seat, a->listener), "foreign_objects",
		(json_int_t)listener_n_foreign(a->listener), "heap_bytes",
		(json_int_t)stats_heap_bytes(), "events_bytes", (json_int_t)a->events_bytes);
}

json_t *app_events(const struct app *a, int64_t after)
{
	json_t *list = json_array();

	for (const GList *l = a->events.head; l; l = l->next) {
		json_auto_t *event = json_loads(l->data, 0, NULL);

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
