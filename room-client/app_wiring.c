/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/app_inner.h"

#include <openssl/crypto.h>
#include <stdio.h>
#include <string.h>

/* The notices that a newcomer to the control socket can ask for. */
#define EVENTS_MAX 10000
#define SPEAKER_EVERY_MS 250

void app_tell(struct app *a, const char *name, const json_t *fields)
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
	if (a->out.notice)
		a->out.notice(a->out.user, name, fields);
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

static void seat_is_masked(void *user, bool on)
{
	studio_set_masked(((struct app *)user)->studio, on);
}

static void seat_has_own_track(void *user, enum own own, uint16_t id)
{
	struct app *a = user;

	if (id == 0)
		studio_drop(a->studio, own);
	else
		studio_open(a->studio, own, id, seat_name(a->seat), seat_epoch(a->seat));
}

static void seat_ends_own_track(void *user, enum own own)
{
	studio_close(((struct app *)user)->studio, own);
}

static void seat_muted(void *user, enum mute_source source, bool on)
{
	studio_mute(((struct app *)user)->studio, source, on);
}

static void seat_wants_keyframe(void *user, enum own own)
{
	studio_request_key(((struct app *)user)->studio, own);
}

static void seat_wants_bitrate(void *user, enum own own, int bps)
{
	studio_advise(((struct app *)user)->studio, own, bps);
}

static void track_told(struct app *a, const char *name, uint16_t track)
{
	json_auto_t *fields = json_pack("{s:i}", "track", track);

	app_tell(a, name, fields);
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
	tiles_track(a->tiles, track);
	track_told(a, "track", track->id);
}

static void seat_track_gone(void *user, uint16_t track)
{
	struct app *a = user;

	listener_remove(a->listener, track);
	tiles_track_gone(a->tiles, track);
	track_told(a, "track_gone", track);
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
	app_tell(a, "acked", fields);
	app_present_answered(a, id, NULL);
}

static void event_keep(struct app *a, json_t *event)
{
	char *text = json_dumps(event, JSON_COMPACT);

	if (a->events.length >= EVENTS_MAX) {
		char *oldest = g_queue_pop_head(&a->events);

		a->events_bytes -= strlen(oldest) + 1;
		free(oldest);
	}
	a->events_bytes += strlen(text) + 1;
	g_queue_push_tail(&a->events, text);
}

static void seat_noticed(void *user, const char *name, json_t *fields)
{
	struct app *a = user;

	if (g_str_equal(name, "room_event"))
		event_keep(a, fields);
	app_tell(a, name, fields);
	app_documents_notice(a, name, fields);
	if (a->quitting && g_str_equal(name, "ended"))
		app_over(a);
}

/* ---- what the connection says ---- */

static void ws_opened(void *user)
{
	seat_opened(((struct app *)user)->seat, app_now_us(), g_get_real_time());
}

static void ws_closed(void *user, const char *why)
{
	struct app *a = user;
	json_auto_t *fields = json_pack("{s:s}", "why", why);

	if (a->log)
		app_tell(a, "line", fields);
	seat_closed(a->seat, app_now_us(), g_random_int());
}

static void ws_text(void *user, const char *text, size_t len)
{
	seat_text(((struct app *)user)->seat, text, len, app_now_us(), g_random_int());
}

static void ws_binary(void *user, GBytes *message, int64_t arrived_us)
{
	struct app *a = user;

	seat_heard(a->seat, arrived_us);
	app_voice_heard(a, message, arrived_us);
	listener_message(a->listener, message, arrived_us);
}

/* ---- what media says ---- */

static void source_failed(void *user, enum mute_source source, const char *why)
{
	json_auto_t *fields = json_pack("{s:s, s:s}", "kind", mute_source_name(source), "why", why);
	struct app *a = user;

	seat_set_available(a->seat, source, false);
	app_tell(a, "source_failed", fields);
}

static void source_recovered(void *user, enum mute_source source)
{
	json_auto_t *fields = json_pack("{s:s}", "kind", mute_source_name(source));
	struct app *a = user;

	seat_set_available(a->seat, source, source != MUTE_SCREEN || a->sharing);
	app_tell(a, "source_recovered", fields);
}

static void own_pictured(void *user, enum mute_source source, const struct picture *picture)
{
	struct app *a = user;
	struct app_picture shown = {.seat = "", .source = source, .picture = *picture};

	if (a->out.picture)
		a->out.picture(a->out.user, &shown);
}

static void own_sounds(void *user, double level)
{
	struct app *a = user;

	if (seat_hear_own(a->seat, level))
		app_report(a);
	if (a->out.level)
		a->out.level(a->out.user, "", level);
}

static void listener_wants_key(void *user, uint16_t track)
{
	seat_want_key(((struct app *)user)->seat, track);
}

static void tile_wants_track(void *user, uint16_t track, const struct roster_wish *wish)
{
	seat_subscribe(((struct app *)user)->seat, track, wish);
}

static void tile_has_size(void *user, uint16_t track, int width, int height)
{
	listener_set_tile(((struct app *)user)->listener, track, width, height);
}

static void listener_pictured(void *user, uint16_t track, const struct picture *picture)
{
	struct app *a = user;
	struct app_picture shown = {.picture = *picture};

	if (a->out.picture && tiles_find(a->tiles, track, &shown.seat, &shown.source))
		a->out.picture(a->out.user, &shown);
}

static void speaker_told(struct app *a)
{
	json_auto_t *fields = json_pack("{s:s?}", "seat", a->speaker.speaking);

	tiles_speaker(a->tiles, a->speaker.speaking);
	app_tell(a, "speaker", fields);
}

static gboolean speaker_timer(void *user)
{
	struct app *a = user;

	if (speaker_tick(&a->speaker, app_now_us()))
		speaker_told(a);
	if (a->speaker.speaking)
		return G_SOURCE_CONTINUE;
	a->speaker_timer = 0;
	return G_SOURCE_REMOVE;
}

static void seat_sounds(void *user, const char *seat, double level)
{
	struct app *a = user;

	if (a->out.level)
		a->out.level(a->out.user, seat, level);
	if (speaker_heard(&a->speaker, seat, level, app_now_us()))
		speaker_told(a);
	if (a->speaker.speaking && !a->speaker_timer)
		a->speaker_timer = g_timeout_add(SPEAKER_EVERY_MS, speaker_timer, a);
}

static void all_heard(void *user, const int16_t *samples, size_t n, int64_t at_us)
{
	struct app *a = user;

	a->out.heard(a->out.user, samples, n, at_us);
}

static void output_failed(void *user, const char *why)
{
	json_auto_t *fields = json_pack("{s:s, s:s}", "kind", "speaker", "why", why);

	app_tell(user, "source_failed", fields);
}

/* ---- what the API says ---- */

static void sign_in_refused(void *user, const char *code, const char *title)
{
	json_auto_t *fields = json_pack("{s:s, s:s}", "code", code, "title", title);

	app_tell(user, "sign_in_refused", fields);
}

/* At a venue's machine each expert has a key of his own, by which he signs the report too. */
static bool key_of(void *user, const char *account, char ret_key[BASE64_SIZE(ED25519_KEY_LEN)])
{
	struct app *a = user;
	const struct keys_ring ring = {NULL, a->state_dir};
	uint8_t seed[ED25519_KEY_LEN], key[ED25519_KEY_LEN];
	bool made = keys_seed(&ring, account, seed) == 0 && ed25519_public(seed, key) == 0;

	if (made) {
		seat_set_expert_key(a->seat, seed);
		base64_encode(key, sizeof(key), ret_key);
	}
	OPENSSL_cleanse(seed, sizeof(seed));
	return made;
}

static void signed_in(void *user, const struct seat_ticket *ticket, const char *url)
{
	struct app *a = user;
	json_auto_t *fields = json_pack("{s:s}", "seat", ticket->seat);

	app_tell(a, "ticket", fields);
	if (app_join(a, ticket, url) != 0)
		sign_in_refused(
			a, "not_joined", "The seat is taken already, or the ticket is for another");
}

/* ---- all of it ---- */

struct seat_out app_seat_out(struct app *a)
{
	return (struct seat_out){
		.user = a,
		.open = seat_wants_open,
		.close = seat_wants_close,
		.send = seat_wants_sent,
		.timer = seat_wants_timer,
		.masked = seat_is_masked,
		.own_track = seat_has_own_track,
		.own_ending = seat_ends_own_track,
		.muted = seat_muted,
		.keyframe = seat_wants_keyframe,
		.bitrate = seat_wants_bitrate,
		.track = seat_sees_track,
		.track_gone = seat_track_gone,
		.acked = seat_acked,
		.notice = seat_noticed,
	};
}

struct ws_out app_ws_out(struct app *a)
{
	return (struct ws_out){a, ws_opened, ws_closed, ws_text, ws_binary};
}

struct sign_in_out app_sign_in_out(struct app *a)
{
	return (struct sign_in_out){
		a, a->expert_key_file ? NULL : key_of, signed_in, sign_in_refused};
}

struct studio_out app_studio_out(struct app *a)
{
	return (struct studio_out){a, source_failed, source_recovered, own_pictured, own_sounds};
}

struct listener_out app_listener_out(struct app *a)
{
	return (struct listener_out){a, listener_wants_key, listener_pictured, seat_sounds,
		output_failed, a->out.heard ? all_heard : NULL};
}

struct tiles_out app_tiles_out(struct app *a)
{
	return (struct tiles_out){a, tile_wants_track, tile_has_size};
}
