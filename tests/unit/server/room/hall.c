/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/unit/server/room/hall.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void on_text(void *ctx, void *conn, const char *text, size_t len)
{
	struct peer *p = conn;
	struct control_msg m;

	assert_int_equal(p->closed, 0);
	assert_int_equal(control_parse(CONTROL_TO_CLIENT, text, len, &m, NULL), 0);
	g_ptr_array_add(p->texts, json_incref(m.root));
	control_msg_done(&m);
}

static void on_dirty(void *ctx, void *conn, bool patient)
{
	((struct peer *)conn)->dirty = true;
	((struct peer *)conn)->patient = patient;
}

static void on_close(void *ctx, void *conn, enum room_close code, const char *reason)
{
	struct peer *p = conn;

	p->closed = code;
	p->seat = NULL;
}

static void on_act(void *ctx, struct room *room, const struct room_act *act)
{
	struct hall *h = ctx;
	struct posted a = {
		act->kind, .on = act->on, .source = act->source, .lag_level = act->lag_level};

	g_strlcpy(a.seat, act->seat->id, sizeof(a.seat));
	g_strlcpy(a.actor, act->actor ? act->actor->id : "", sizeof(a.actor));
	g_strlcpy(a.id, act->id ? act->id : "", sizeof(a.id));
	g_strlcpy(a.text, act->text ? act->text : "", sizeof(a.text));
	g_strlcpy(a.venue, act->venue ? act->venue : "", sizeof(a.venue));
	g_strlcpy(a.booth, act->booth ? act->booth : "", sizeof(a.booth));
	if (act->page) {
		g_strlcpy(a.bid, act->page->bid, sizeof(a.bid));
		a.file = act->page->file;
		a.page = act->page->no;
	}
	g_array_append_val(h->acts, a);
}

static void on_track_added(void *ctx, struct room *room, const struct track *track)
{
}

static void on_track_ended(
	void *ctx, struct room *room, const struct track *track, uint32_t session_ms)
{
	struct hall *h = ctx;
	guint id = track->id;

	g_array_append_val(h->ended, id);
}

static void on_object(void *ctx, struct room *room, const struct track *track, struct object *o)
{
	struct hall *h = ctx;

	g_ptr_array_add(h->recorded, object_bytes(o));
}

static void peer_free(gpointer data)
{
	struct peer *p = data;

	g_ptr_array_unref(p->texts);
	g_free(p);
}

static void text_free(gpointer data)
{
	json_decref(data);
}

struct hall *hall_new(void)
{
	struct hall *h = g_new0(struct hall, 1);
	struct room_config config = {
		.session = "s1",
		.server_version = "test",
		.session_ms = 5000,
		.first_track = 1,
		.grace_ms = HALL_GRACE_MS,
	};

	h->out = (struct room_out){
		.text = on_text,
		.dirty = on_dirty,
		.close = on_close,
		.act = on_act,
		.track_added = on_track_added,
		.track_ended = on_track_ended,
		.object = on_object,
		.ctx = h,
	};
	h->now = 1000000;
	h->peers = g_ptr_array_new_with_free_func(peer_free);
	h->acts = g_array_new(FALSE, FALSE, sizeof(struct posted));
	h->recorded = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
	h->ended = g_array_new(FALSE, FALSE, sizeof(guint));
	h->room = room_new(&config, &h->out, h->now);
	return h;
}

struct hall *hall_free(struct hall *h)
{
	room_free(h->room);
	g_ptr_array_unref(h->peers);
	g_array_unref(h->acts);
	g_ptr_array_unref(h->recorded);
	g_array_unref(h->ended);
	g_free(h);
	return NULL;
}

struct peer *hall_peer(struct hall *h)
{
	struct peer *p = g_new0(struct peer, 1);

	p->texts = g_ptr_array_new_with_free_func(text_free);
	g_ptr_array_add(h->peers, p);
	return p;
}

int hall_admit(struct hall *h, struct peer *p, const char *seat, uint32_t rights, int device,
	int64_t resume_after)
{
	g_autofree char *person = g_strconcat("person of ", seat, NULL);
	struct room_admission a = {
		.identity = {.seat = seat,
			.name = seat,
			.role = "expert",
			.venue = "Guiyang",
			.person = person,
			.anonymous = true,
			.immune = rights & RIGHT_IMMUNE},
		.rights = rights,
		.resume_token = "token",
		.known = h->known,
		.resume_after = resume_after,
	};

	memset(a.device_key, device, sizeof(a.device_key));
	return room_admit(h->room, &a, p, h->now, &p->seat, &h->refusal);
}

struct peer *hall_join(struct hall *h, const char *seat, uint32_t rights)
{
	struct peer *p = hall_peer(h);

	assert_int_equal(hall_admit(h, p, seat, rights, 1, -1), 0);
	return p;
}

uint16_t hall_publish(struct hall *h, struct peer *p, enum track_kind kind)
{
	return hall_publish_mask(h, p, kind, TRACK_MASK_NONE);
}

uint16_t hall_publish_mask(
	struct hall *h, struct peer *p, enum track_kind kind, enum track_mask mask)
{
	struct track_form form = {
		.kind = kind,
		.mask = mask,
		.label = "Microphone of Zhang",
		.codec = kind == TRACK_MIC ? FRAME_CODEC_OPUS : FRAME_CODEC_VP8,
	};

	if (kind != TRACK_MIC)
		form.width = form.height = form.fps = 16;
	if (room_publish(p->seat, &form, "r", h->now, &h->refusal))
		return 0;
	return (uint16_t)json_integer_value(json_object_get(hall_last(p, "track"), "track"));
}

int hall_send_codec(
	struct hall *h, struct peer *p, uint16_t track, uint8_t codec, uint8_t flags, uint32_t seq)
{
	uint8_t *m = frame_message(track, codec, flags, seq, 100);

	return room_relay(p->seat, m, FRAME_HEADER_LEN + 100, h->now, &h->refusal);
}

int hall_send(struct hall *h, struct peer *p, uint16_t track, uint8_t flags, uint32_t seq)
{
	const struct track *t = room_track(h->room, track);

	return hall_send_codec(h, p, track, t ? t->form.codec : FRAME_CODEC_VP8, flags, seq);
}

static bool put(void *ctx, const struct object *o)
{
	struct frame f;
	uint32_t name;

	if (o->type != FRAME_TYPE_MEDIA)
		return true;
	assert_int_equal(frame_parse(o->data, o->len, &f), 0);
	name = (uint32_t)f.track << 16 | f.seq;
	g_array_append_val((GArray *)ctx, name);
	return true;
}

GArray *hall_collect(struct hall *h, struct peer *p)
{
	GArray *got = g_array_new(FALSE, FALSE, sizeof(uint32_t));

	p->dirty = false;
	while (room_collect(p->seat, h->now, put, got))
		;
	return got;
}

unsigned hall_count(struct hall *h, struct peer *p, uint16_t track)
{
	g_autoptr(GArray) got = hall_collect(h, p);
	unsigned n = 0;

	for (guint i = 0; i < got->len; i++)
		n += g_array_index(got, uint32_t, i) >> 16 == track;
	return n;
}

static bool is_of(const json_t *text, const char *type)
{
	return strcmp(json_string_value(json_object_get(text, "type")), type) == 0;
}

unsigned hall_n_texts(const struct peer *p, const char *type)
{
	unsigned n = 0;

	for (guint i = 0; i < p->texts->len; i++)
		n += is_of(g_ptr_array_index(p->texts, i), type);
	return n;
}

const json_t *hall_last(const struct peer *p, const char *type)
{
	for (guint i = p->texts->len; i > 0; i--)
		if (is_of(g_ptr_array_index(p->texts, i - 1), type))
			return g_ptr_array_index(p->texts, i - 1);
	return NULL;
}

const json_t *hall_shown(const struct peer *p, const char *seat, const char *name)
{
	const json_t *seats = json_object_get(hall_last(p, "roster"), "seats");
	size_t i;
	json_t *row;

	json_array_foreach (seats, i, row)
		if (strcmp(json_string_value(json_object_get(row, "seat")), seat) == 0)
			return json_object_get(row, name);
	return NULL;
}

void hall_forget(struct peer *p)
{
	g_ptr_array_set_size(p->texts, 0);
}

unsigned hall_n_acts(const struct hall *h, enum room_act_kind kind)
{
	unsigned n = 0;

	for (guint i = 0; i < h->acts->len; i++)
		n += g_array_index(h->acts, struct posted, i).kind == kind;
	return n;
}

const struct posted *hall_last_act(const struct hall *h, enum room_act_kind kind)
{
	for (guint i = h->acts->len; i > 0; i--)
		if (g_array_index(h->acts, struct posted, i - 1).kind == kind)
			return &g_array_index(h->acts, struct posted, i - 1);
	return NULL;
}
