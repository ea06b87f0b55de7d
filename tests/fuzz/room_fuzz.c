/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Every message of a seat, and its media, against a live room whose surroundings are this file. The
 * input is a script of lines; a line that means nothing is passed over. Seats are a (host), b and c
 * (experts, c masked), d (supervisor).
 *
 *	b 1 0        joins by device 1, wants the events after 0 (-1: none)
 *	B {…}        sends this message
 *	!b t s f c n an object of n bytes: track, sequence, flags, codec
 *	#b hex       a binary message as it is
 *	-b           the line drops
 *	=b n         gets the rights n
 *	+            the oldest act is committed
 *	. n          n milliseconds pass, then all collect
 */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "proto/bytes.h"
#include "proto/hex.h"
#include "server/core/fields.h"
#include "server/room/moderate.h"
#include "server/room/object.h"
#include "server/room/present.h"
#include "server/room/relay.h"
#include "server/room/rights.h"
#include "server/room/room.h"
#include "server/ws/visitor.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define N_SEATS 4
#define MAX_LINES 400

static const struct {
	const char *id, *role;
	uint32_t rights;
} people[N_SEATS] = {
	{"seat_a", "host",
		RIGHT_WATCH | RIGHT_CAM | RIGHT_MIC | RIGHT_SCREEN | RIGHT_CHAT | RIGHT_MODERATE |
			RIGHT_NAMES},
	{"seat_b", "expert",
		RIGHT_WATCH | RIGHT_CAM | RIGHT_MIC | RIGHT_SCREEN | RIGHT_CHAT | RIGHT_HAND |
			RIGHT_PRESENT},
	{"seat_c", "expert",
		RIGHT_WATCH | RIGHT_CAM | RIGHT_MIC | RIGHT_SCREEN | RIGHT_CHAT | RIGHT_HAND |
			RIGHT_MASKED | RIGHT_PRESENT},
	{"seat_d", "supervisor",
		RIGHT_WATCH | RIGHT_ORIGINAL | RIGHT_MIC | RIGHT_ASIDE | RIGHT_CHAT |
			RIGHT_MODERATE | RIGHT_NAMES | RIGHT_IMMUNE},
};

/* An act as it was posted. */
struct wish {
	enum room_act_kind kind;
	char seat[IDENT_SIZE], actor[IDENT_SIZE];
	char *text;
	bool on;
	enum track_kind source;
	char *bid; /* of a page */
	int file, page;
};

struct stage {
	struct room *room;
	struct visitor visitors[N_SEATS]; /* the connection of a seat, if it has one */
	int64_t now_ms;
	GQueue wishes;
	int64_t n_events;
};

static void on_text(void *ctx, void *conn, const char *text, size_t len)
{
	struct visitor *v = conn;
	struct control_msg m;

	g_assert(v->state == VISITOR_SEATED || v->state == VISITOR_KNOCKING);
	g_assert(control_parse(CONTROL_TO_CLIENT, text, len, &m, NULL) == 0);
	control_msg_done(&m);
}

static void on_dirty(void *ctx, void *conn, bool patient)
{
}

static void on_close(void *ctx, void *conn, enum room_close code, const char *reason)
{
	struct visitor *v = conn;

	v->state = VISITOR_LEAVING;
	v->seat = NULL;
}

static void on_act(void *ctx, struct room *room, const struct room_act *act)
{
	struct stage *s = ctx;
	struct wish *w = g_new0(struct wish, 1);

	w->kind = act->kind;
	w->on = act->on;
	w->source = act->source;
	w->text = g_strdup(act->text);
	if (act->page) {
		w->bid = g_strdup(act->page->bid);
		w->file = act->page->file;
		w->page = act->page->no;
	}
	g_strlcpy(w->seat, act->seat->id, sizeof(w->seat));
	g_strlcpy(w->actor, act->actor ? act->actor->id : "", sizeof(w->actor));
	g_queue_push_tail(&s->wishes, w);
}

static void on_track_added(void *ctx, struct room *room, const struct track *track)
{
	g_assert(room_track(room, track->id) == track);
}

static void on_track_ended(
	void *ctx, struct room *room, const struct track *track, uint32_t session_ms)
{
	g_assert(session_ms >= track->since_ms);
}

static void on_object(void *ctx, struct room *room, const struct track *track, struct object *o)
{
	g_assert(o->track == track->id && !seat_is_muted(track->seat, track->form.kind));
}

static void wish_free(gpointer data)
{
	struct wish *w = data;

	g_free(w->text);
	g_free(w->bid);
	g_free(w);
}

/* --- The lines ----------------------------------------------------------------------------- */

static void join(struct stage *s, int who, const char *rest)
{
	struct visitor *v = &s->visitors[who];
	int device = 1, after = -1;
	struct room_admission a = {
		.identity = {.seat = people[who].id,
			.name = people[who].id,
			.role = people[who].role,
			.person = "某人",
			.anonymous = who == 1 || who == 2,
			.immune = who == 3},
		.rights = people[who].rights,
		.resume_token = "token",
		.real_us = 1,
	};
	struct refusal r;

	if (v->state == VISITOR_SEATED)
		return;
	sscanf(rest, "%d %d", &device, &after);
	a.resume_after = after;
	memset(a.device_key, device, sizeof(a.device_key));
	v->state = VISITOR_KNOCKING;
	v->state =
		room_admit(s->room, &a, v, s->now_ms, &v->seat, &r) ? VISITOR_NEW : VISITOR_SEATED;
}

/* As the door does it. */
static void offend(struct stage *s, struct visitor *v, const struct refusal *r, const char *ref)
{
	g_assert(r->code && r->code[0]);
	if (v->state == VISITOR_SEATED)
		room_offend(v->seat, r, ref, s->now_ms);
}

static void say(struct stage *s, struct visitor *v, const char *text, size_t len)
{
	struct control_problem problem = {0};
	struct control_msg m;
	struct refusal r = {0};
	int bad = control_parse(CONTROL_TO_SERVER, text, len, &m, &problem);

	if (bad) {
		r.code = control_refusal_code(bad);
		g_strlcpy(r.field, problem.field, sizeof(r.field));
		offend(s, v, &r, problem.ref);
		return;
	}
	/* What the table lets through can be decoded, and proves nothing. */
	if (m.kind == CONTROL_HELLO)
		g_assert(visitor_check_proof(m.root, "s1", &r) == REFUSED);
	if (visitor_obey(v, &m, s->now_ms, &r))
		offend(s, v, &r, control_str(&m, "id"));
	control_msg_done(&m);
}

static void relay(struct stage *s, struct visitor *v, uint8_t *bytes, size_t len)
{
	struct refusal r = {0};

	if (room_relay(v->seat, bytes, len, s->now_ms, &r))
		offend(s, v, &r, NULL);
}

static void send_object(struct stage *s, struct visitor *v, const char *rest)
{
	unsigned track = 0, seq = 0, flags = 0, codec = 0, len = 0;
	uint8_t *bytes;

	sscanf(rest, "%u %u %u %u %u", &track, &seq, &flags, &codec, &len);
	len %= 100000;
	bytes = g_malloc0(FRAME_HEADER_LEN + len);
	bytes[0] = FRAME_TYPE_MEDIA;
	bytes[1] = (uint8_t)flags;
	be16_put(bytes + 2, (uint16_t)track);
	be32_put(bytes + 4, seq);
	be64_put(bytes + 8, seq * UINT64_C(20000));
	bytes[20] = (uint8_t)codec;
	relay(s, v, bytes, FRAME_HEADER_LEN + len);
}

static void send_bytes(struct stage *s, struct visitor *v, const char *rest)
{
	g_autoptr(GBytes) bytes = hex_decode(rest, strlen(rest));
	gsize len;

	if (bytes) {
		uint8_t *data = g_bytes_unref_to_data(g_steal_pointer(&bytes), &len);
		relay(s, v, data, len);
	}
}

static json_t *body_of(const struct wish *w)
{
	switch (w->kind) {
	case ROOM_ACT_CHAT:
	case ROOM_ACT_ANNOUNCE:
		return json_pack("{s:s}", "text", w->text);
	case ROOM_ACT_CALL:
		return json_pack("{s:s, s:s*}", "seat", w->seat, "text", w->text);
	case ROOM_ACT_HAND:
		return json_pack("{s:b, s:s*}", "on", w->on, "reason", w->text);
	case ROOM_ACT_LOCK:
		return json_pack("{s:b}", "on", w->on);
	case ROOM_ACT_MUTE:
		return json_pack("{s:s, s:s, s:b}", "seat", w->seat, "kind",
			track_kind_name(w->source), "on", w->on);
	case ROOM_ACT_PRESENT:
		return w->bid ? json_pack("{s:b, s:s, s:i, s:i}", "on", 1, "bid", w->bid, "file",
					w->file, "page", w->page)
			      : json_pack("{s:b}", "on", 0);
	case ROOM_ACT_REMOVE:
		return json_pack("{s:s, s:b}", "seat", w->seat, "on", w->on);
	default:
		return json_pack("{s:s}", "seat", w->seat);
	}
}

static void apply(struct stage *s, const struct wish *w, struct seat *seat)
{
	const struct bid_page page = {w->bid, w->file, w->page};

	switch (w->kind) {
	case ROOM_ACT_PRESENT:
		room_apply_present(s->room, w->seat, w->bid ? &page : NULL);
		break;
	case ROOM_ACT_HAND:
		room_apply_hand(seat, w->on, w->text);
		break;
	case ROOM_ACT_LOCK:
		room_apply_lock(s->room, w->on);
		break;
	case ROOM_ACT_MUTE:
		room_apply_mute(seat, w->source, strcmp(w->seat, w->actor) != 0, w->on, s->now_ms);
		break;
	case ROOM_ACT_REMOVE:
		room_apply_remove(seat, w->on, s->now_ms);
		break;
	case ROOM_ACT_RELEASE:
	case ROOM_ACT_ADMIT:
	case ROOM_ACT_MOVE:
		room_apply_release(seat, "released", s->now_ms);
		break;
	default:
		break;
	}
}

static void commit(struct stage *s)
{
	static const char *const names[] = {
		[ROOM_ACT_CHAT] = "room.chat",
		[ROOM_ACT_HAND] = "room.hand",
		[ROOM_ACT_MUTE] = "room.mute",
		[ROOM_ACT_REMOVE] = "room.remove",
		[ROOM_ACT_ANNOUNCE] = "room.announce",
		[ROOM_ACT_CALL] = "room.call",
		[ROOM_ACT_LOCK] = "room.lock",
		[ROOM_ACT_PRESENT] = "room.present",
	};
	struct wish *w = g_queue_pop_head(&s->wishes);
	const char *kind = w && w->kind < G_N_ELEMENTS(names) ? names[w->kind] : NULL;
	json_auto_t *body = w ? body_of(w) : NULL;

	if (!w)
		return;
	g_assert(!kind || control_event_check(kind, body, NULL) == 0);
	g_assert(room_event(s->room, &(struct resume_event){
					     .no = ++s->n_events,
					     .kind = kind ? kind : "room.other",
					     .at_us = 1,
					     .actor_seat = w->actor[0] ? w->actor : NULL,
					     .body = body,
				     }) == 0);
	apply(s, w, room_seat(s->room, w->seat));
	wish_free(w);
}

/* Nothing reaches a seat that may not have it. */
static bool put(void *ctx, const struct object *o)
{
	const struct seat *to = ctx;
	const struct track *t = room_track(to->room, o->track);

	g_assert(t && t->seat != to && !seat_is_muted(t->seat, t->form.kind));
	g_assert(t->form.mask != TRACK_MASK_ORIGINAL || seat_has(to, RIGHT_ORIGINAL));
	g_assert(!track_is_aside(t) || strcmp(t->form.to, to->id) == 0 ||
		 seat_has(to, RIGHT_ORIGINAL));
	return true;
}

static void pass_time(struct stage *s, const char *rest)
{
	s->now_ms += CLAMP(atoi(rest), 1, 200000);
	room_tick(s->room, s->now_ms);
	for (int i = 0; i < N_SEATS; i++)
		while (s->visitors[i].state == VISITOR_SEATED &&
			room_collect(s->visitors[i].seat, s->now_ms, put, s->visitors[i].seat))
			;
}

static void drop(struct stage *s, struct visitor *v)
{
	struct seat *seat = v->seat;

	v->state = VISITOR_LEAVING;
	v->seat = NULL;
	room_detach(seat, s->now_ms);
}

static void about(struct stage *s, char what, struct visitor *v, const char *rest)
{
	if (v->state != VISITOR_SEATED)
		return;
	if (what == '!')
		send_object(s, v, rest);
	else if (what == '#')
		send_bytes(s, v, rest);
	else if (what == '-')
		drop(s, v);
	else if (what == '=')
		room_set_rights(
			v->seat, (uint32_t)atoi(rest) & ((RIGHT_PANEL << 1) - 1), s->now_ms);
}

static void perform(struct stage *s, const char *line, size_t len)
{
	if (line[0] == '+')
		commit(s);
	else if (line[0] == '.')
		pass_time(s, line + 1);
	else if (line[0] >= 'a' && line[0] < 'a' + N_SEATS)
		join(s, line[0] - 'a', line + 1);
	else if (line[0] >= 'A' && line[0] < 'A' + N_SEATS && len >= 2) {
		if (s->visitors[line[0] - 'A'].state == VISITOR_SEATED)
			say(s, &s->visitors[line[0] - 'A'], line + 2, len - 2);
	} else if (strchr("!#-=", line[0]) && line[1] >= 'a' && line[1] < 'a' + N_SEATS)
		about(s, line[0], &s->visitors[line[1] - 'a'], line[2] ? line + 3 : "");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct room_config config = {.session = "s1",
		.server_version = "fuzz",
		.session_ms = 5000,
		.first_track = 1,
		.grace_ms = 60000};
	g_autofree char *script = g_malloc(size + 1);
	struct stage s = {.now_ms = 1000000, .wishes = G_QUEUE_INIT};
	struct room_out out = {
		.text = on_text,
		.dirty = on_dirty,
		.close = on_close,
		.act = on_act,
		.track_added = on_track_added,
		.track_ended = on_track_ended,
		.object = on_object,
		.ctx = &s,
	};
	char *at = script, *end = script + size;

	memcpy(script, data, size);
	*end = '\0';
	s.room = room_new(&config, &out, s.now_ms);
	for (int n = 0; at < end && n < MAX_LINES; n++) {
		char *newline = memchr(at, '\n', (size_t)(end - at));
		char *stop = newline ? newline : end;

		*stop = '\0';
		if (stop > at)
			perform(&s, at, (size_t)(stop - at));
		at = stop + 1;
	}
	room_free(s.room);
	g_queue_clear_full(&s.wishes, wish_free);
	return 0;
}
