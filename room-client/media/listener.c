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
	struct player *player; /* NULL unless decoding */
	uint16_t id;
	int64_t asked_us;
};

struct listener {
	enum listener_mode mode;
	struct listener_out out;
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
	receiver_free(t->receiver);
	sender_release(t->listener, t->sender);
	g_free(t);
}

struct listener *listener_new(enum listener_mode mode, const struct listener_out *out)
{
	struct listener *l = g_new0(struct listener, 1);

	l->mode = mode;
	l->out = *out;
	l->tracks = g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, track_free);
	l->senders = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, g_free);
	return l;
}

struct listener *listener_free(struct listener *l)
{
	if (!l)
		return NULL;
	g_hash_table_unref(l->tracks);
	g_hash_table_unref(l->senders);
	g_free(l);
	return NULL;
}

static struct track *track_find(const struct listener *l, uint16_t id)
{
	return g_hash_table_lookup(l->tracks, GUINT_TO_POINTER(id));
}

static void player_restarted(void *user)
{
	struct track *t = user;

	receiver_reset(t->receiver);
}

void listener_add(struct listener *l, const struct receiver_config *config, uint8_t codec)
{
	struct track *t = g_new0(struct track, 1);
	struct player_out out = {.user = t, .restarted = player_restarted};

	listener_remove(l, config->track);
	t->listener = l;
	t->id = config->track;
	t->sender = sender_take(l, config->scope.seat);
	t->receiver = receiver_new(config);
	/* A codec that cannot be decoded here is still counted. */
	if (l->mode == LISTENER_ALL && player_new(codec, &out, &t->player) < 0)
		t->player = NULL;
	g_hash_table_insert(l->tracks, GUINT_TO_POINTER(t->id), t);
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

static void object_take(struct track *t, GBytes *message, const struct frame *frame, int64_t now_us)
{
	struct playout *playout = &t->sender->playout;
	int64_t capture_us = (int64_t)MIN(frame->capture_us, CAPTURE_MAX_US);
	enum receiver_verdict verdict = receiver_object(t->receiver, frame);
	g_autoptr(GBytes) payload = NULL;

	playout_arrived(playout, capture_us, now_us);
	if (verdict == RECEIVER_WANT_KEY)
		ask_for_key(t, now_us);
	if (verdict != RECEIVER_DECODE || !t->player)
		return;
	payload = g_bytes_new_from_bytes(message, FRAME_HEADER_LEN, frame->payload_len);
	if (!player_push(t->player, payload, playout_due_us(playout, capture_us)))
		receiver_reset(t->receiver);
}

void listener_message(struct listener *l, GBytes *message, int64_t now_us)
{
	struct track *t = NULL;
	struct frame frame;
	struct stamp stamp;
	const uint8_t *data;
	size_t len;

	if (l->mode == LISTENER_NONE)
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
	return true;
}

uint64_t listener_n_foreign(const struct listener *l)
{
	return l->n_foreign;
}
