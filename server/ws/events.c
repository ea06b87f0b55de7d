/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/ws/events.h"

#include <errno.h>
#include <string.h>

#include "server/act/acts.h"
#include "server/audit/event.h"
#include "server/auth/permission.h"
#include "server/room/moderate.h"
#include "server/room/rights.h"
#include "server/store/event_store.h"
#include "server/store/hall_store.h"
#include "server/ws/door.h"
#include "server/ws/live.h"

#define PAGE 500

struct page {
	const char *session_id;
	int64_t after;
	GPtrArray *events; /* owned */
};

/* Whatever is not the room's own doing, and what changes who leads it and where seats stand. */
static bool may_change_state(const GPtrArray *events)
{
	static const char *const of_room[] = {"room.host", "room.move", NULL};

	for (guint i = 0; i < events->len; i++) {
		const char *kind = ((const struct event *)events->pdata[i])->kind->name;

		if (!g_str_has_prefix(kind, "room.") || g_strv_contains(of_room, kind))
			return true;
	}
	return false;
}

static int read_page(struct db_txn *txn, void *data)
{
	struct page *p = data;
	g_autofree char *subject = g_strconcat("session:", p->session_id, NULL);

	g_clear_pointer(&p->events, g_ptr_array_unref);
	return event_store_of_subject(txn, subject, p->after, PAGE, &p->events);
}

/* Not older than the events that were read before. */
static int read_state(const struct act_env *env, const char *session_id, json_t **ret)
{
	static const struct actor house = {.roles = ROLE_OPERATOR};
	json_auto_t *in = json_pack("{s:s}", "session_id", session_id);
	struct refusal refusal;
	int r = act_perform(env, &house, &room_state_act, in, NULL, ret, &refusal);

	return r == REFUSED ? -ENOENT : r;
}

int events_read(const struct act_env *env, const char *session_id, int64_t after,
	GPtrArray **ret_events, json_t **ret_state)
{
	g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func((GDestroyNotify)event_free);
	json_t *state = NULL;
	struct page p = {.session_id = session_id, .after = after};
	guint n;
	int r;

	do {
		r = db_run_read(env->pool, read_page, &p);
		n = p.events ? p.events->len : 0;
		if (!r && n)
			p.after = ((const struct event *)p.events->pdata[n - 1])->subject_no;
		if (p.events)
			g_ptr_array_extend_and_steal(all, g_steal_pointer(&p.events));
	} while (!r && n == PAGE);
	if (!r && ret_state && may_change_state(all))
		r = read_state(env, session_id, &state);
	if (r)
		return r;
	*ret_events = g_steal_pointer(&all);
	if (ret_state)
		*ret_state = state;
	return 0;
}

/* --- Doing what was committed -------------------------------------------------------------- */

static const char *text(const json_t *o, const char *name)
{
	return json_string_value(json_object_get(o, name));
}

static bool is_on(const json_t *body)
{
	return json_is_true(json_object_get(body, "on"));
}

/*
 * What tightens is in force already if it is ours; doing it again does no harm. What loosens waits
 * while a tightening one is on its way: the later wish holds.
 */
static void apply_mute(struct live *l, struct seat *s, const json_t *body, const char *actor_seat)
{
	const char *kind = text(body, "kind");
	bool by_host = !actor_seat || strcmp(actor_seat, s->id) != 0;

	if (kind && (is_on(body) || !outbox_has_mute(&l->outbox, s->id, kind)))
		room_apply_mute(s, track_kind_from_name(kind), by_host, is_on(body), door_now_ms());
}

static void apply_hand(struct live *l, struct seat *s, const json_t *body, const char *actor_seat)
{
	room_apply_hand(s, is_on(body), text(body, "reason"));
}

static void apply_remove(struct live *l, struct seat *s, const json_t *body, const char *actor_seat)
{
	room_apply_remove(s, is_on(body), door_now_ms());
}

/* A later device may sit there by now. */
static void lose_device(struct seat *s, const json_t *body, const char *why)
{
	if (s->epoch <= json_integer_value(json_object_get(body, "epoch")))
		room_apply_release(s, why, door_now_ms());
}

static void apply_release(
	struct live *l, struct seat *s, const json_t *body, const char *actor_seat)
{
	bool own = actor_seat && strcmp(actor_seat, s->id) == 0;

	lose_device(s, body,
		json_object_get(body, "member_no") ? "left_panel"
		: own                              ? "taken_over"
		: text(body, "device_key")         ? "admitted"
						   : "released");
}

static void apply_move(struct live *l, struct seat *s, const json_t *body, const char *actor_seat)
{
	lose_device(s, body, "other_booth");
}

static void apply_knock(struct live *l, struct seat *s, const json_t *body, const char *actor_seat)
{
	room_apply_knock(s, door_now_ms());
}

static const struct {
	const char *kind;
	void (*apply)(struct live *l, struct seat *s, const json_t *body, const char *actor_seat);
} appliers[] = {
	{"room.hand", apply_hand},
	{"room.knock", apply_knock},
	{"room.move", apply_move},
	{"room.mute", apply_mute},
	{"room.release", apply_release},
	{"room.remove", apply_remove},
};

/* What is presented follows from the events alone, those of before this room's time included. */
static void apply_present(struct live *l, const struct event *e, const char *actor_seat)
{
	static const char *const goings[] = {"room.left", "room.move", "room.release", NULL};
	const char *kind = e->kind->name, *seat = text(e->body, "seat");
	const struct bid_page page = {
		text(e->body, "bid"),
		(int)json_integer_value(json_object_get(e->body, "file")),
		(int)json_integer_value(json_object_get(e->body, "page")),
	};

	if (strcmp(kind, "room.present") == 0 && actor_seat)
		room_apply_present(l->room, actor_seat, page.bid ? &page : NULL);
	else if (seat && (g_strv_contains(goings, kind) ||
				 (strcmp(kind, "room.remove") == 0 && is_on(e->body))))
		room_apply_present(l->room, seat, NULL);
}

static void apply(struct live *l, const struct event *e, const char *actor_seat)
{
	const char *seat_id = text(e->body, "seat");
	struct seat *s = NULL;

	/* A lock that is on its way holds against an opening that came before it. */
	if (strcmp(e->kind->name, "room.lock") == 0 &&
		(is_on(e->body) || !outbox_has_lock(&l->outbox)))
		room_apply_lock(l->room, is_on(e->body));
	if (!seat_id)
		seat_id = actor_seat;
	if (seat_id)
		s = room_seat(l->room, seat_id);
	for (size_t i = 0; s && i < G_N_ELEMENTS(appliers); i++)
		if (strcmp(appliers[i].kind, e->kind->name) == 0)
			appliers[i].apply(l, s, e->body, actor_seat);
}

/* What those see instead who may not know who sits behind an alias, and where. NULL: the same. */
static json_t *body_for_others(const struct event *e)
{
	static const char *const telling[] = {"booth", "seat_cert", "venue"};
	bool tells = strcmp(e->kind->name, "room.joined") == 0 ||
		     strcmp(e->kind->name, "room.move") == 0;
	json_t *body = tells ? json_copy(e->body) : NULL;

	for (size_t i = 0; body && i < G_N_ELEMENTS(telling); i++)
		json_object_del(body, telling[i]);
	return body;
}

/* The seat that a voice was for alone, in the events of its track. Others are not told: neither
 * that it was spoken to, nor when. */
static const char *aside_to(const struct event *e)
{
	static const char *const kinds[] = {"room.gap", "room.publish", "room.unpublish", NULL};

	return g_strv_contains(kinds, e->kind->name) ? text(e->body, "to") : NULL;
}

static uint32_t rights_to_see(const struct event *e)
{
	const char *mask = text(e->body, "mask");

	if (e->kind->visibility == EVENT_CLOSED || e->kind->visibility == EVENT_BIDDER)
		return RESUME_NOBODY;
	if (strcmp(e->kind->name, "room.knock") == 0)
		return RIGHT_MODERATE;
	/* The committee, and those who are told its names. Events are told once: who joins while
	 * step or hold shut something is told what came before as well. */
	if (e->kind->visibility == EVENT_PANEL || strcmp(e->kind->name, "room.present") == 0)
		return RIGHT_PANEL | RIGHT_NAMES;
	if (aside_to(e))
		return RIGHT_NAMES;
	return mask && strcmp(mask, "original") == 0 ? RIGHT_ORIGINAL : 0;
}

static int enter(struct live *l, const struct event *e)
{
	json_auto_t *others = body_for_others(e);
	const char *actor_seat = g_str_has_prefix(e->actor, HALL_BIDDER_PREFIX)
					 ? e->actor
					 : g_hash_table_lookup(l->seat_of, e->actor);
	int64_t ms = (e->real_us - l->opened_us) / 1000;
	struct resume_event event = {
		.no = e->subject_no,
		.kind = e->kind->name,
		.at_us = e->real_us,
		.session_ms = (uint32_t)CLAMP(ms, 0, UINT32_MAX),
		.actor_seat = actor_seat,
		.body = e->body,
		.rights = rights_to_see(e),
		.seat = aside_to(e),
		.body_for_others = others,
	};
	int r = room_event(l->room, &event);

	if (!r)
		apply_present(l, e, actor_seat);
	if (!r && e->subject_no > l->history_no)
		apply(l, e, actor_seat);
	return r;
}

void events_enter(struct live *l, const GPtrArray *events)
{
	for (guint i = 0; i < events->len; i++) {
		const struct event *e = g_ptr_array_index(events, i);

		if (enter(l, e))
			return; /* a number is missing: it comes with the next reading */
		/* What was closed before this room was opened was evaluated again since (重新评审).
		 */
		if (strcmp(e->kind->name, "session.closed") == 0 && e->subject_no > l->history_no) {
			live_end(l, "session_closed");
			return;
		}
	}
}
