/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/studio.h"

#include <glib.h>
#include <openssl/crypto.h>
#include <string.h>

#include "room-client/link/ws.h"
#include "room-client/media/sender.h"
#include "room-client/stats.h"

/* How often the senders are told what waits for the line. */
#define WAITS_EVERY_MS 200

/* A screen is sent at this size and rate, whatever its own are. */
#define SCREEN_WIDTH 1280
#define SCREEN_HEIGHT 720
#define SCREEN_FPS 10

/* User data of a sender. */
struct outlet {
	struct studio *studio;
	enum mute_source source;
	enum outbox_lane lane;
	struct sender *sender; /* NULL: not configured */
};

struct studio {
	struct ws *ws;
	struct studio_out out;
	char session[IDENT_SIZE];
	uint8_t seed[ED25519_KEY_LEN];
	struct outlet outlets[MUTE_N_SOURCES];
	bool small; /* the camera comes in a second size too */
	guint timer;
};

static bool has_room(void *user)
{
	struct outlet *o = user;

	return ws_has_room(o->studio->ws, o->lane);
}

static void message_made(void *user, GBytes *message)
{
	struct outlet *o = user;

	ws_send_media(o->studio->ws, o->lane, message);
}

static void failed(void *user, const char *why)
{
	struct outlet *o = user;

	o->studio->out.failed(o->studio->out.user, o->source, why);
}

static void recovered(void *user)
{
	struct outlet *o = user;

	o->studio->out.recovered(o->studio->out.user, o->source);
}

static void pictured(void *user, const struct picture *picture)
{
	struct outlet *o = user;

	o->studio->out.picture(o->studio->out.user, o->source, picture);
}

static void sounds(void *user, double level)
{
	struct outlet *o = user;

	o->studio->out.level(o->studio->out.user, level);
}

struct capture_config studio_capture(const struct app_config *c, enum mute_source source)
{
	struct capture_config capture = {
		.kind = MEDIA_AUDIO,
		.source = c->microphone,
		.bitrate = c->audio_bitrate,
		.plain_sound = c->plain_sound,
		.plays = c->decode == LISTENER_ALL,
		.label = c->label ? c->label : c->session,
		.veil = c->veil,
	};

	if (source == MUTE_CAM) {
		capture.kind = MEDIA_VIDEO;
		capture.source = c->camera;
		capture.width = c->width;
		capture.height = c->height;
		capture.fps = c->fps;
		capture.bitrate = c->video_bitrate;
		capture.small_width = c->small_width;
		capture.small_height = c->small_height;
		capture.small_bitrate = c->small_bitrate;
	} else if (source == MUTE_SCREEN) {
		capture.kind = MEDIA_SCREEN;
		capture.source = c->screen;
		capture.width = SCREEN_WIDTH;
		capture.height = SCREEN_HEIGHT;
		capture.fps = SCREEN_FPS;
		capture.bitrate = c->screen_bitrate;
	}
	return capture;
}

static int outlet_make(struct studio *s, const struct app_config *c, enum mute_source source)
{
	struct capture_config capture = studio_capture(c, source);
	struct outlet *o = &s->outlets[source];
	bool video = source != MUTE_MIC;
	struct sender_out out = {o, has_room, message_made, failed, recovered,
		video ? pictured : NULL, video ? NULL : sounds};

	o->studio = s;
	o->source = source;
	o->lane = video ? OUTBOX_VIDEO : OUTBOX_AUDIO;
	if (capture.source.kind == MEDIA_SOURCE_NONE)
		return 0;
	return sender_new(&capture, &out, &o->sender);
}

static gboolean tell_waits(void *user)
{
	struct studio *s = user;

	for (int i = 0; i < MUTE_N_SOURCES; i++) {
		struct outlet *o = &s->outlets[i];

		if (o->sender)
			sender_waits(
				o->sender, ws_waits_us(s->ws, o->lane), g_get_monotonic_time());
	}
	return G_SOURCE_CONTINUE;
}

int studio_new(const struct app_config *config, struct ws *ws, const uint8_t seed[ED25519_KEY_LEN],
	const struct studio_out *out, struct studio **ret_studio, enum mute_source *ret_culprit)
{
	struct studio *s = g_new0(struct studio, 1);

	s->ws = ws;
	s->out = *out;
	s->small = config->small_width > 0;
	g_strlcpy(s->session, config->session, sizeof(s->session));
	memcpy(s->seed, seed, sizeof(s->seed));
	s->timer = g_timeout_add(WAITS_EVERY_MS, tell_waits, s);
	for (int i = 0; i < MUTE_N_SOURCES; i++) {
		int r = outlet_make(s, config, (enum mute_source)i);

		if (r != 0) {
			*ret_culprit = (enum mute_source)i;
			studio_free(s);
			return r;
		}
	}
	*ret_studio = s;
	return 0;
}

struct studio *studio_free(struct studio *s)
{
	if (!s)
		return NULL;
	g_source_remove(s->timer);
	for (int i = 0; i < MUTE_N_SOURCES; i++)
		sender_free(s->outlets[i].sender);
	OPENSSL_cleanse(s->seed, sizeof(s->seed));
	g_free(s);
	return NULL;
}

static struct sender *sender_of(const struct studio *s, enum own own)
{
	return s->outlets[own_source(own)].sender;
}

static enum capture_take take_of(enum own own)
{
	if (own_is_masked(own))
		return own_is_small(own) ? CAPTURE_MASKED_SMALL : CAPTURE_MASKED;
	return own_is_small(own) ? CAPTURE_SMALL : CAPTURE_MAIN;
}

bool studio_has(const struct studio *s, enum own own)
{
	return sender_of(s, own) && (s->small || !own_is_small(own));
}

void studio_set_masked(struct studio *s, bool masked)
{
	static const enum mute_source sources[] = {MUTE_CAM, MUTE_MIC};

	for (size_t i = 0; i < G_N_ELEMENTS(sources); i++) {
		if (s->outlets[sources[i]].sender)
			sender_set_masked(s->outlets[sources[i]].sender, masked);
	}
}

void studio_open(struct studio *s, enum own own, uint16_t track, const char *seat, uint32_t epoch)
{
	struct publisher_track t = {.id = track, .epoch = epoch};

	if (!studio_has(s, own))
		return;
	g_strlcpy(t.scope.session, s->session, sizeof(t.scope.session));
	g_strlcpy(t.scope.seat, seat, sizeof(t.scope.seat));
	memcpy(t.seed, s->seed, sizeof(t.seed));
	sender_open(sender_of(s, own), take_of(own), &t);
	OPENSSL_cleanse(&t, sizeof(t));
}

void studio_close(struct studio *s, enum own own)
{
	if (studio_has(s, own))
		sender_close(sender_of(s, own), take_of(own));
}

void studio_drop(struct studio *s, enum own own)
{
	if (studio_has(s, own))
		sender_drop(sender_of(s, own), take_of(own));
}

void studio_close_all(struct studio *s)
{
	for (int i = 0; i < OWN_N; i++)
		studio_close(s, (enum own)i);
	for (int i = 0; i < MUTE_N_SOURCES; i++)
		studio_give_up(s, (enum mute_source)i);
}

void studio_give_up(struct studio *s, enum mute_source source)
{
	if (s->outlets[source].sender)
		sender_give_up(s->outlets[source].sender);
}

void studio_mute(struct studio *s, enum mute_source source, bool on)
{
	if (s->outlets[source].sender)
		sender_mute(s->outlets[source].sender, on);
}

void studio_request_key(struct studio *s, enum own own)
{
	if (studio_has(s, own))
		sender_request_key(sender_of(s, own), take_of(own));
}

void studio_advise(struct studio *s, enum own own, int bps)
{
	if (studio_has(s, own))
		sender_advise(sender_of(s, own), take_of(own), bps);
}

void studio_show(struct studio *s, enum mute_source source, int width, int height)
{
	if (s->outlets[source].sender)
		sender_show(s->outlets[source].sender, width, height);
}

void studio_check(struct studio *s, bool on)
{
	static const enum mute_source sources[] = {MUTE_CAM, MUTE_MIC};

	for (size_t i = 0; i < G_N_ELEMENTS(sources); i++) {
		if (s->outlets[sources[i]].sender)
			sender_check(s->outlets[sources[i]].sender, on);
	}
}

json_t *studio_stats(const struct studio *s)
{
	json_t *own = json_object();

	for (int i = 0; i < OWN_N; i++) {
		struct sender_stats stats;

		if (!studio_has(s, (enum own)i))
			continue;
		sender_stats(sender_of(s, (enum own)i), take_of((enum own)i), &stats);
		/* Those that have no track and never had one say nothing. */
		if (stats.open || stats.published.n_objects > 0)
			json_object_set_new(own, own_name((enum own)i),
				stats_sender(
					&stats, sender_is_capturing(sender_of(s, (enum own)i))));
	}
	return own;
}
