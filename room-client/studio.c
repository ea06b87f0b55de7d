/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/studio.h"

#include <glib.h>
#include <openssl/crypto.h>
#include <string.h>

#include "room-client/link/ws.h"
#include "room-client/media/sender.h"
#include "room-client/stats.h"

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

static int outlet_make(struct studio *s, const struct app_config *c, enum mute_source source)
{
	bool video = source != MUTE_MIC;
	struct outlet *o = &s->outlets[source];
	struct sender_out out = {o, has_room, message_made, failed};
	struct capture_config capture = {
		.kind = video ? MEDIA_VIDEO : MEDIA_AUDIO,
		.source = video ? c->camera : c->microphone,
		.width = c->width,
		.height = c->height,
		.fps = c->fps,
		.bitrate = video ? c->video_bitrate : c->audio_bitrate,
		.label = c->label ? c->label : c->session,
	};

	o->studio = s;
	o->source = source;
	o->lane = video ? OUTBOX_VIDEO : OUTBOX_AUDIO;
	if (capture.source.kind == MEDIA_SOURCE_NONE)
		return 0;
	return sender_new(&capture, &out, &o->sender);
}

int studio_new(const struct app_config *config, struct ws *ws, const uint8_t seed[ED25519_KEY_LEN],
	const struct studio_out *out, struct studio **ret_studio, enum mute_source *ret_culprit)
{
	static const enum mute_source sources[] = {MUTE_CAM, MUTE_MIC};
	struct studio *s = g_new0(struct studio, 1);

	s->ws = ws;
	s->out = *out;
	g_strlcpy(s->session, config->session, sizeof(s->session));
	memcpy(s->seed, seed, sizeof(s->seed));
	for (size_t i = 0; i < G_N_ELEMENTS(sources); i++) {
		int r = outlet_make(s, config, sources[i]);

		if (r != 0) {
			*ret_culprit = sources[i];
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
	for (int i = 0; i < MUTE_N_SOURCES; i++)
		sender_free(s->outlets[i].sender);
	OPENSSL_cleanse(s->seed, sizeof(s->seed));
	g_free(s);
	return NULL;
}

bool studio_has(const struct studio *s, enum mute_source source)
{
	return s->outlets[source].sender != NULL;
}

void studio_open(
	struct studio *s, enum mute_source source, uint16_t track, const char *seat, uint32_t epoch)
{
	struct publisher_track t = {.id = track, .epoch = epoch};

	if (!studio_has(s, source))
		return;
	g_strlcpy(t.scope.session, s->session, sizeof(t.scope.session));
	g_strlcpy(t.scope.seat, seat, sizeof(t.scope.seat));
	memcpy(t.seed, s->seed, sizeof(t.seed));
	sender_open(s->outlets[source].sender, &t);
	OPENSSL_cleanse(&t, sizeof(t));
}

void studio_drop(struct studio *s, enum mute_source source)
{
	if (studio_has(s, source))
		sender_drop(s->outlets[source].sender);
}

void studio_close(struct studio *s)
{
	for (int i = 0; i < MUTE_N_SOURCES; i++) {
		if (s->outlets[i].sender)
			sender_close(s->outlets[i].sender);
	}
}

void studio_mute(struct studio *s, enum mute_source source, bool on)
{
	if (studio_has(s, source))
		sender_mute(s->outlets[source].sender, on);
}

void studio_request_key(struct studio *s, enum mute_source source)
{
	if (studio_has(s, source))
		sender_request_key(s->outlets[source].sender);
}

void studio_set_bitrate(struct studio *s, enum mute_source source, int bps)
{
	if (studio_has(s, source))
		sender_set_bitrate(s->outlets[source].sender, bps);
}

json_t *studio_stats(const struct studio *s)
{
	json_t *own = json_object();

	for (int i = 0; i < MUTE_N_SOURCES; i++) {
		if (s->outlets[i].sender)
			json_object_set_new(own, mute_source_name((enum mute_source)i),
				stats_sender(s->outlets[i].sender));
	}
	return own;
}
