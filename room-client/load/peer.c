/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/load/peer.h"

#include "proto/base64.h"
#include "proto/control.h"
#include "proto/hello_proof.h"

#include <string.h>

static void give_up(struct peer *p, const char *why)
{
	if (p->state == PEER_OVER)
		return;
	p->state = PEER_OVER;
	p->figures->failed++;
	g_strlcpy(p->why, why, sizeof(p->why));
}

static void say(struct peer *p, enum control_kind kind, json_t *fields)
{
	json_auto_t *owned = fields;
	g_autofree char *text = NULL;

	if (control_print(&text, kind, owned))
		give_up(p, "the plan makes a message that may not be sent");
	else
		wire_send_text(p->wire, text);
}

static void take_number(struct peer *p, struct speech *s, uint16_t track)
{
	s->track = track;
	if (!p->sign || !track)
		return;
	stamp_group_free(s->group);
	s->group = stamp_group_new(track);
}

/* No room is asked; the tracks of the seats of one address only have to differ. */
static void speak_plainly(struct peer *p)
{
	uint16_t no = (uint16_t)(2 * p->seat->no + 1);

	take_number(p, &p->cam, p->seat->cam ? no : 0);
	take_number(p, &p->mic, p->seat->mic ? no + 1 : 0);
	p->state = PEER_SEATED;
}

static void say_hello(struct peer *p)
{
	const struct plan_seat *s = p->seat;
	uint8_t key[ED25519_KEY_LEN], proof[ED25519_SIG_LEN];
	char key_text[BASE64_SIZE(sizeof(key))], proof_text[BASE64_SIZE(sizeof(proof))];

	if (ed25519_public(s->device_seed, key) ||
		hello_proof_sign(s->session, s->ticket, s->device_seed, proof)) {
		give_up(p, "no proof could be made");
		return;
	}
	base64_encode(key, sizeof(key), key_text);
	base64_encode(proof, sizeof(proof), proof_text);
	say(p, CONTROL_HELLO,
		json_pack("{s:i, s:s, s:s, s:s, s:s, s:O*, s:{s:s, s:s}}", "v", CONTROL_VERSION,
			"session", s->session, "ticket", s->ticket, "device_key", key_text, "proof",
			proof_text, "seat_cert", s->seat_cert, "client", "name", "bidroom-load",
			"version", CLIENT_VERSION));
}

static void on_open(void *ctx)
{
	struct peer *p = ctx;

	if (p->plain)
		speak_plainly(p);
	else
		say_hello(p);
}

static void offer(struct peer *p, const char *kind, bool video)
{
	json_t *m = json_pack(
		"{s:s, s:s, s:s}", "ref", kind, "kind", kind, "codec", video ? "vp8" : "opus");

	if (video) {
		json_object_set_new(m, "width", json_integer(640));
		json_object_set_new(m, "height", json_integer(360));
		json_object_set_new(m, "fps", json_integer(MAX(p->cam.rate->fps, 1)));
		json_object_set_new(m, "layers", json_integer(FRAME_LAYER_MAX + 1));
	}
	say(p, CONTROL_PUBLISH, m);
}

static void check_seated(struct peer *p)
{
	if (p->state == PEER_COMING && (!p->seat->cam || p->cam.track) &&
		(!p->seat->mic || p->mic.track))
		p->state = PEER_SEATED;
}

static void take_welcome(struct peer *p)
{
	if (p->seat->cam)
		offer(p, "cam", true);
	if (p->seat->mic)
		offer(p, "mic", false);
	check_seated(p);
}

static void take_track(struct peer *p, const json_t *m)
{
	const char *ref = json_string_value(json_object_get(m, "ref"));
	struct speech *s = g_strcmp0(ref, "cam") == 0 ? &p->cam : &p->mic;

	if (!ref)
		return;
	take_number(p, s, (uint16_t)json_integer_value(json_object_get(m, "track")));
	check_seated(p);
}

static void take_error(struct peer *p, const json_t *m)
{
	g_autofree char *why =
		g_strdup_printf("%s: %s", json_string_value(json_object_get(m, "code")),
			json_string_value(json_object_get(m, "title")));

	give_up(p, why);
}

/*
 * Hundreds of seats are told of each other's coming. Only what matters here is read: inside of a
 * text a quote is escaped, so these words stand nowhere but in the type.
 */
static void on_text(void *ctx, const char *text, size_t len)
{
	struct peer *p = ctx;
	json_auto_t *m = NULL;

#define HAS_TYPE(name) memmem(text, len, "\"type\":\"" name "\"", strlen("\"type\":\"" name "\""))
	if (HAS_TYPE("lag"))
		p->figures->lags++;
	if (HAS_TYPE("keyframe_request")) {
		p->cam.key_wanted = true;
		p->figures->key_asked++;
	}
	if (HAS_TYPE("welcome"))
		take_welcome(p);
	if (!HAS_TYPE("track") && !HAS_TYPE("error"))
		return;
	m = json_loadb(text, len, 0, NULL);
	if (HAS_TYPE("track"))
		take_track(p, m);
	else
		take_error(p, m);
#undef HAS_TYPE
}

static void count_sequence(struct peer *p, const struct frame *f)
{
	uint32_t *next;

	if (p->heard->len <= f->track)
		g_array_set_size(p->heard, f->track + 1u);
	next = &g_array_index(p->heard, uint32_t, f->track);
	if (*next && f->seq < *next)
		p->figures->disorder++;
	else if (*next) {
		p->figures->gaps += f->seq - *next;
		if (p->measuring)
			p->figures->kind_gaps[f->codec != FRAME_CODEC_OPUS] += f->seq - *next;
	}
	*next = f->seq + 1;
}

static void on_binary(void *ctx, const uint8_t *data, size_t len)
{
	struct peer *p = ctx;
	struct frame f;

	if (frame_type(data, len) == FRAME_TYPE_STAMP) {
		p->figures->stamps++;
		return;
	}
	if (frame_parse(data, len, &f) || !speech_is_whole(&f)) {
		p->figures->damaged++;
		return;
	}
	count_sequence(p, &f);
	if (!p->measuring)
		return;
	p->figures->objects++;
	p->figures->bytes += len;
	figures_delay(p->figures,
		(f.codec == FRAME_CODEC_OPUS ? FIGURES_AUDIO_1 : FIGURES_VIDEO_1) + p->second_half,
		g_get_monotonic_time() - (int64_t)f.capture_us);
}

static void on_closed(void *ctx, const char *why)
{
	give_up(ctx, why);
}

void peer_init(struct peer *p, const struct plan_seat *seat, const struct peer_config *config,
	struct figures *figures)
{
	struct wire_out out = {on_open, on_text, on_binary, on_closed, p};
	struct speech speech = {
		.rate = config->rate, .epoch = seat->epoch, .seed = seat->device_seed};
	g_autofree char *path = g_strdup_printf("/room/%s", seat->session);

	g_strlcpy(speech.scope.session, seat->session, sizeof(speech.scope.session));
	g_strlcpy(speech.scope.seat, seat->seat, sizeof(speech.scope.seat));
	*p = (struct peer){.seat = seat,
		.figures = figures,
		.sign = config->sign,
		.plain = config->plain,
		.cam = speech,
		.mic = speech,
		.heard = g_array_new(FALSE, TRUE, sizeof(uint32_t))};
	p->cam.video = true;
	p->wire = wire_new(config->target, path, &out);
}

void peer_done(struct peer *p)
{
	wire_free(p->wire);
	stamp_group_free(p->cam.group);
	stamp_group_free(p->mic.group);
	if (p->heard)
		g_array_unref(p->heard);
}

void peer_begin(struct peer *p, int64_t now_us)
{
	p->cam.key_wanted = true;
	p->cam.due_us = now_us + g_random_int_range(0, 40000);
	p->cam.key_due_us =
		now_us + g_random_int_range(0, (gint32)p->cam.rate->key_every_ms * 1000);
	p->mic.due_us = now_us + g_random_int_range(0, 20000);
}

static void send_message(void *ctx, const uint8_t *data, size_t len)
{
	wire_send_binary(ctx, data, len);
}

void peer_send(struct peer *p, int64_t now_us)
{
	const struct speech_out out = {send_message, p->wire};
	unsigned n;

	if (p->state != PEER_SEATED)
		return;
	n = speech_send(&p->cam, &out, now_us);
	n += speech_send(&p->mic, &out, now_us);
	if (p->measuring)
		p->figures->sent += n;
}
