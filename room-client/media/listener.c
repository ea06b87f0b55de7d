/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/media/listener.h"

#define ASK_AGAIN_US 500000
/* No clock shows this; keeps sums of times from a foreign header within 64 bits. */
#define CAPTURE_MAX_US (INT64_MAX / 4)

/* Shared by the tracks of one seat; goes with the last of them. */
struct sender {
	char seat[IDENT_SIZE];
	int n_tracks;
	struct playout playout;
};

struct track {
	struct listener *listener;
	struct sender *sender;
	struct receiver *receiver;
	struct player *player; /* of pictures that are decoded; otherwise NULL */
	bool voiced;           /* the mixer knows it */
	uint16_t id;
	uint8_t codec;
	int64_t asked_us;
};

struct listener {
	struct listener_config config;
	struct listener_out out;
	struct mixer *mixer; /* NULL unless decoding */
	GHashTable *tracks;  /* id → struct track, owned */
	GHashTable *senders; /* seat → struct sender, owned */
	uint64_t n_foreign;
};

static void sender_release(struct listener *l, struct sender *s)
{
	if (--s->n_tracks == 0)
		g_hash_table_remove(l->senders, s->seat);
}

static struct sender *sender_take(struct listener *l, const char *seat)
{
	struct sender *s = g_hash_table_lookup(l->senders, seat);

	if (!s) {
		s = g_new0(struct sender, 1);
		g_strlcpy(s->seat, seat, sizeof(s->seat));
		playout_init(&s->playout);
		g_hash_table_insert(l->senders, s->seat, s);
	}
	s->n_tracks++;
	return s;
}

static void track_free(void *p)
{
	struct track *t = p;

	player_free(t->player);
	if (t->voiced)
		mixer_remove(t->listener->mixer, t->id);
	receiver_free(t->receiver);
	sender_release(t->listener, t->sender);
	g_free(t);
}

static struct track *track_find(const struct listener *l, uint16_t id)
{
	return g_hash_table_lookup(l->tracks, GUINT_TO_POINTER(id));
}

static void voice_level(void *user, uint16_t voice, double level)
{
	struct listener *l = user;
	const struct track *t = track_find(l, voice);

	if (t && l->out.level)
		l->out.level(l->out.user, t->sender->seat, level);
}

static void output_failed(void *user, const char *why)
{
	struct listener *l = user;

	if (l->out.output_failed)
		l->out.output_failed(l->out.user, why);
}

static void heard(void *user, const int16_t *samples, size_t n, int64_t at_us)
{
	struct listener *l = user;

	l->out.heard(l->out.user, samples, n, at_us);
}

int listener_new(const struct listener_config *config, const struct listener_out *out,
	struct listener **ret_listener)
{
	struct listener *l = g_new0(struct listener, 1);
	struct mixer_out mixer_out = {l, voice_level, output_failed, out->heard ? heard : NULL};
	int r = 0;

	l->config = *config;
	l->out = *out;
	l->tracks = g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, track_free);
	l->senders = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, g_free);
	if (config->mode == LISTENER_ALL)
		r = mixer_new(config->output, &mixer_out, &l->mixer);
	if (r != 0)
		listener_free(l);
	else
		*ret_listener = l;
	return r;
}

struct listener *listener_free(struct listener *l)
{
	if (!l)
		return NULL;
	g_hash_table_unref(l->tracks);
	g_hash_table_unref(l->senders);
	mixer_free(l->mixer);
	g_free(l);
	return NULL;
}

static void player_restarted(void *user)
{
	struct track *t = user;

	receiver_reset(t->receiver);
}

static void player_pictured(void *user, const struct picture *picture)
{
	struct track *t = user;
	const struct listener_out *out = &t->listener->out;

	if (out->picture)
		out->picture(out->user, t->id, picture);
}

/* A codec that cannot be decoded here is still counted. */
static void player_make(struct track *t)
{
	struct player_out out = {t, player_restarted, player_pictured};

	if (!t->player && player_new(t->codec, &out, &t->player) < 0)
		t->player = NULL;
}

void listener_add(struct listener *l, const struct receiver_config *config, uint8_t codec)
{
	struct track *t = g_new0(struct track, 1);

	listener_remove(l, config->track);
	t->listener = l;
	t->id = config->track;
	t->codec = codec;
	t->sender = sender_take(l, config->scope.seat);
	t->receiver = receiver_new(config);
	g_hash_table_insert(l->tracks, GUINT_TO_POINTER(t->id), t);
	if (l->config.mode != LISTENER_ALL)
		return;
	if (codec == FRAME_CODEC_OPUS)
		t->voiced = mixer_add(l->mixer, t->id) == 0;
	else if (!l->config.tiles_only)
		player_make(t);
}

void listener_set_tile(struct listener *l, uint16_t track, int width, int height)
{
	struct track *t = track_find(l, track);

	if (!t || l->config.mode != LISTENER_ALL || frame_codec_is_audio(t->codec))
		return;
	if (width > 0 && height > 0) {
		player_make(t);
	} else if (l->config.tiles_only) {
		t->player = player_free(t->player);
		receiver_reset(t->receiver);
	}
	if (t->player)
		player_set_tile(t->player, width, height);
}

void listener_chime(struct listener *l)
{
	if (l->mixer)
		mixer_chime(l->mixer);
}

void listener_remove(struct listener *l, uint16_t track)
{
	g_hash_table_remove(l->tracks, GUINT_TO_POINTER(track));
}

void listener_clear(struct listener *l)
{
	g_hash_table_remove_all(l->tracks);
}

static void ask_for_key(struct track *t, int64_t now_us)
{
	if (t->asked_us && now_us - t->asked_us < ASK_AGAIN_US)
		return;
	t->asked_us = now_us;
	t->listener->out.want_key(t->listener->out.user, t->id);
}

/* False when the decoder cannot take it. earliest_us: when it could have come at best. */
static bool decode(struct track *t, GBytes *payload, int64_t due_us, int64_t earliest_us)
{
	if (t->voiced)
		return mixer_push(t->listener->mixer, t->id, payload, due_us);
	return !t->player || player_push(t->player, payload, due_us, earliest_us);
}

static void object_take(struct track *t, GBytes *message, const struct frame *frame, int64_t now_us)
{
	struct listener *l = t->listener;
	struct playout *playout = &t->sender->playout;
	int64_t capture_us = (int64_t)MIN(frame->capture_us, CAPTURE_MAX_US);
	enum receiver_verdict verdict = receiver_object(t->receiver, frame);
	g_autoptr(GBytes) payload = NULL;
	int64_t due_us;

	playout_arrived(playout, capture_us, now_us);
	if (verdict == RECEIVER_WANT_KEY && (t->player || !l->config.tiles_only))
		ask_for_key(t, now_us);
	if (verdict != RECEIVER_DECODE || (!t->player && !t->voiced))
		return;
	due_us = playout_due_us(playout, capture_us) + mixer_output_us(l->mixer);
	payload = g_bytes_new_from_bytes(message, FRAME_HEADER_LEN, frame->payload_len);
	if (!decode(t, payload, due_us, capture_us + playout_transit_us(playout)))
		receiver_reset(t->receiver);
}

void listener_message(struct listener *l, GBytes *message, int64_t now_us)
{
	struct track *t = NULL;
	struct frame frame;
	struct stamp stamp;
	const uint8_t *data;
	size_t len;

	if (l->config.mode == LISTENER_NONE)
		return;
	data = g_bytes_get_data(message, &len);
	if (frame_type(data, len) == FRAME_TYPE_STAMP) {
		if (stamp_decode(data, len, &stamp) == 0)
			t = track_find(l, stamp.track);
		if (t)
			receiver_stamp(t->receiver, &stamp);
	} else if (frame_parse(data, len, &frame) == 0) {
		t = track_find(l, frame.track);
		if (t)
			object_take(t, message, &frame, now_us);
	}
	if (!t)
		l->n_foreign++;
}

bool listener_stats(
	const struct listener *l, uint16_t track, struct listener_track_stats *ret_stats)
{
	const struct track *t = track_find(l, track);

	if (!t)
		return false;
	*ret_stats = (struct listener_track_stats){
		.received = *receiver_stats(t->receiver),
		.transit_us = playout_transit_us(&t->sender->playout),
		.late_p50_us = playout_late_us(&t->sender->playout, 50),
		.late_p95_us = playout_late_us(&t->sender->playout, 95),
		.delay_us = t->sender->playout.delay_us,
	};
	if (t->player)
		player_stats(t->player, &ret_stats->played);
	else if (t->voiced)
		mixer_stats(t->listener->mixer, t->id, &ret_stats->played);
	return true;
}

uint64_t listener_n_foreign(const struct listener *l)
{
	return l->n_foreign;
}
