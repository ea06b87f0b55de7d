/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/window.h"

#include <glib-unix.h>
#include <openssl/crypto.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "room-client/keys.h"
#include "room-client/ticket.h"
#include "room-client/ui/pdf.h"
#include "room-client/window_around.h"
#include "room-client/window_language.h"

#define APPLICATION_ID "org.bidroom.Client"

/* ---- what the client tells ---- */

static void told(void *user, const char *name, const json_t *fields)
{
	struct around *a = user;
	/* While it is being made there is nothing to show yet. */
	json_auto_t *state = a->app ? app_state(a->app) : NULL;

	if (!state)
		return;
	ui_window_notice(a->window, name, fields, state);
	ui_documents_notice(a->documents, name, fields, state);
	ui_work_notice(a->work, name, fields, state);
}

static void pictured(void *user, const struct app_picture *p)
{
	ui_window_picture(((struct around *)user)->window, p->seat, p->source, p->picture.width,
		p->picture.height, p->picture.stride, p->picture.pixels);
}

static void sounded(void *user, const char *seat, double level)
{
	ui_window_level(((struct around *)user)->window, seat, level);
}

static void quit_soon(struct around *a);

static void over(void *user)
{
	quit_soon(user);
}

static void measured(void *user, int ms)
{
	json_auto_t *fields =
		ms < 0 ? json_pack("{s:s}", "error", "no_answer") : json_pack("{s:i}", "ms", ms);

	told(user, "round_trip", fields);
}

/* ---- the client comes and goes ---- */

static void app_end(struct around *a)
{
	a->trip = round_trip_free(a->trip);
	a->app = app_free(a->app);
	if (a->documents)
		ui_documents_clear(a->documents);
	if (a->work)
		ui_work_clear(a->work);
	OPENSSL_cleanse(&a->ticket, sizeof(a->ticket));
	a->has_ticket = false;
}

static void app_begin(struct around *a, const char *token, const char *session)
{
	struct app_out out = {
		.user = a, .notice = told, .picture = pictured, .level = sounded, .over = over};
	struct round_trip_out trip = {a, measured};
	struct app_config config = a->options->app;

	config.server = a->room;
	config.api = a->api;
	config.session = session;
	config.token = token;
	config.ca_file = a->ca_file;
	config.expert_key_file = a->expert_key_file;
	config.tiles_only = true;
	config.out = &out;
	if (app_new(&config, &a->app) != 0) {
		a->app = NULL;
		ui_window_refused(a->window, "not_started", "");
		return;
	}
	a->trip = round_trip_new(a->api, a->ca_file, &trip);
	ui_window_prepared(a->window);
}

static void signed_in(void *user, const char *token, const char *session)
{
	app_begin(user, token, session);
}

static void to_choose(void *user, const json_t *sessions)
{
	ui_window_choose(((struct around *)user)->window, sessions);
}

static void not_signed_in(void *user, const char *code, const char *title)
{
	ui_window_refused(((struct around *)user)->window, code, title);
}

/* ---- what the window wants ---- */

static void set_text(char **to, const char *text)
{
	g_free(*to);
	*to = g_strdup(text && *text ? text : NULL);
}

/* The API may stand elsewhere than the rooms; then the command line says so, for its own server. */
static void addresses_take(struct around *a, const char *typed)
{
	const struct app_config *given = &a->options->app;

	g_clear_pointer(&a->room, g_free);
	g_clear_pointer(&a->api, g_free);
	set_text(&a->typed, typed);
	if (given->server && strcmp(given->server, typed) == 0) {
		a->room = g_strdup(given->server);
		a->api = g_strdup(given->api);
	} else {
		join_addresses(typed, &a->room, &a->api);
	}
}

static bool ticket_take(struct around *a, const char *typed)
{
	g_autofree char *text = g_strstrip(g_strdup(typed));
	json_auto_t *json = NULL;

	if (*text != '{')
		return ticket_load(text, &a->ticket, a->ticket_url) == 0;
	json = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	return json && ticket_read(json, &a->ticket, a->ticket_url) == 0;
}

static void wants_prepare(void *user, const struct join_form *form)
{
	struct around *a = user;
	struct door_out out = {a, signed_in, to_choose, not_signed_in};
	bool same_door = a->door && g_strcmp0(a->typed, form->server) == 0;

	if (form->way == JOIN_ACCOUNT && same_door &&
		door_choose(a->door, form->login, form->session))
		return;
	addresses_take(a, form->server);
	set_text(&a->ca_file, form->ca_file);
	set_text(&a->expert_key_file, form->expert_key_file);
	a->door = door_free(a->door);
	if (form->way == JOIN_TICKET) {
		a->has_ticket = ticket_take(a, form->ticket);
		if (a->has_ticket)
			app_begin(a, NULL, form->session);
		else
			ui_window_refused(a->window, "not_a_ticket", "");
		return;
	}
	a->door = door_new(a->api, a->ca_file, &out);
	if (form->way == JOIN_PASS)
		door_pass(a->door, form->pass, a->device_key);
	else
		door_account(a->door, form->login, form->password, form->code, form->session);
}

static void wants_abandon(void *user)
{
	app_end(user);
}

static void wants_enter(void *user)
{
	struct around *a = user;
	int r = a->has_ticket ? app_join(a->app, &a->ticket, a->ticket_url) : app_rejoin(a->app);

	if (r != 0)
		ui_window_refused(a->window, "not_joined", "");
}

static void wants_leave(void *user)
{
	app_leave(((struct around *)user)->app);
}

static void wants_retry(void *user)
{
	app_retry(((struct around *)user)->app);
}

static gboolean quit_now(void *user)
{
	g_application_quit(G_APPLICATION(((struct around *)user)->gtk));
	return G_SOURCE_REMOVE;
}

/* Later, since the client itself may be telling. */
static void quit_soon(struct around *a)
{
	g_idle_add(quit_now, a);
}

static void wants_quit(void *user)
{
	quit_soon(user);
}

static void window_make(struct around *a);

static gboolean window_renew(void *user)
{
	struct around *a = user;
	UiWindow *old = a->window;

	window_make(a);
	gtk_window_destroy(GTK_WINDOW(old));
	return G_SOURCE_REMOVE;
}

static void wants_language(void *user, const char *language)
{
	window_language_set(language);
	g_idle_add(window_renew, user);
}

static void wants_share(void *user, bool on)
{
	app_share_screen(((struct around *)user)->app, on);
}

static void wants_check(void *user, bool on)
{
	struct around *a = user;

	if (a->app)
		app_check_devices(a->app, on);
}

static void wants_chime(void *user)
{
	app_chime(((struct around *)user)->app);
}

static void wants_measure(void *user)
{
	round_trip_measure(((struct around *)user)->trip);
}

static json_t *wants_stats(void *user)
{
	struct around *a = user;

	return a->app ? app_stats(a->app) : NULL;
}

static int wants_act(
	void *user, enum control_kind kind, const json_t *fields, char ret_id[CONTROL_ID_MAX + 1])
{
	return app_act(((struct around *)user)->app, NULL, kind, fields, ret_id);
}

static void wants_show(void *user, const char *seat, enum mute_source source, int width, int height)
{
	struct around *a = user;

	if (a->app)
		app_show(a->app, seat, source, width, height);
}

static struct ui_out out_make(struct around *a)
{
	return (struct ui_out){
		.user = a,
		.room = {a, wants_act, wants_show, wants_share},
		.prepare = wants_prepare,
		.abandon = wants_abandon,
		.enter = wants_enter,
		.leave = wants_leave,
		.retry = wants_retry,
		.quit = wants_quit,
		.language = wants_language,
		.check_devices = wants_check,
		.chime = wants_chime,
		.measure = wants_measure,
		.stats = wants_stats,
	};
}

/* ---- making and ending ---- */

static void window_make(struct around *a)
{
	const struct options *o = a->options;
	struct ui_out out = out_make(a);
	struct ui_defaults defaults = {
		.server = o->app.server,
		.session = o->app.session,
		.ticket = o->ticket_file,
		.ca_file = o->app.ca_file,
		.expert_key_file = o->app.expert_key_file,
		.device_key = a->device_key,
		.kiosk = o->kiosk,
	};

	a->window = ui_window_new(a->gtk, &out, &defaults);
	around_make_documents(a);
	around_make_work(a);
	gtk_window_present(GTK_WINDOW(a->window));
}

static bool device_key_read(struct around *a)
{
	const char *file = a->options->app.device_key_file;
	g_autofree char *dir = g_path_get_dirname(file);
	uint8_t seed[ED25519_KEY_LEN], key[ED25519_KEY_LEN];
	int r;

	g_mkdir_with_parents(dir, 0700);
	r = keys_load_or_make(file, seed);
	if (r == 0)
		r = ed25519_public(seed, key);
	OPENSSL_cleanse(seed, sizeof(seed));
	if (r != 0)
		fprintf(stderr, "bidroom-client: device key %s: not usable\n", file);
	else
		base64_encode(key, sizeof(key), a->device_key);
	return r == 0;
}

static void activated(GtkApplication *gtk, struct around *a)
{
	if (a->window) {
		gtk_window_present(GTK_WINDOW(a->window));
		return;
	}
	window_make(a);
}

static gboolean told_to_stop(void *user)
{
	struct around *a = user;

	if (a->app)
		app_quit(a->app);
	else
		quit_soon(a);
	return G_SOURCE_CONTINUE;
}

static int loop(struct around *a)
{
	guint term = g_unix_signal_add(SIGTERM, told_to_stop, a);
	guint interrupt = g_unix_signal_add(SIGINT, told_to_stop, a);
	int code;

	g_signal_connect(a->gtk, "activate", G_CALLBACK(activated), a);
	code = g_application_run(G_APPLICATION(a->gtk), 0, NULL);
	g_source_remove(term);
	g_source_remove(interrupt);
	return code;
}

int window_run(const struct options *options)
{
	struct around a = {.options = options};
	int code;

	window_language_set(options->language);
	if (!device_key_read(&a))
		return 1;
	/* Two clients on one machine are two seats. */
	a.gtk = GTK_APPLICATION(adw_application_new(APPLICATION_ID, G_APPLICATION_NON_UNIQUE));
	ui_window_prepare_application(a.gtk);
	code = loop(&a);
	if (a.window)
		gtk_window_destroy(GTK_WINDOW(a.window));
	a.window = NULL;
	app_end(&a);
	g_clear_object(&a.documents);
	g_clear_object(&a.work);
	door_free(a.door);
	g_object_unref(a.gtk);
	if (!pdf_stop()) {
		fflush(NULL);
		_exit(code);
	}
	g_free(a.typed);
	g_free(a.room);
	g_free(a.api);
	g_free(a.ca_file);
	g_free(a.expert_key_file);
	return code;
}
