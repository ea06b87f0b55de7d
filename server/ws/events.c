/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/ws/events.h"

#include <string.h>

#include "server/act/seat_act.h"
#include "server/audit/event.h"
#include "server/room/moderate.h"
#include "server/store/event_store.h"
#include "server/store/seat_store.h"
#include "server/ws/door.h"
#include "server/ws/live.h"

#define PAGE 500

struct page {
	const char *session_id;
	int64_t after;
	bool with_seats;
	GPtrArray *events; /* owned */
	json_t *seats;     /* owned */
};

/* Whatever is not the room's own doing may have changed who sits where. */
static bool may_change_seats(const GPtrArray *events)
{
	for (guint i = 0; i < events->len; i++)
		if (!g_str_has_prefix(
			    ((const struct event *)events->pdata[i])->kind->name, "room."))
			return true;
	return false;
}

static int read_seats(struct db_txn *txn, struct page *p)
{
	g_autoptr(GPtrArray) seats = NULL;
	int r = seat_store_of_session(txn, p->session_id, &seats);

	if (r)
		return r;
	p->seats = json_array();
	for (guint i = 0; i < seats->len; i++)
		json_array_append_new(p->seats, seat_act_to_json(g_ptr_array_index(seats, i)));
	return 0;
}

static int read_page(struct db_txn *txn, void *data)
{
	struct page *p = data;
	g_autofree char *subject = g_strconcat("session:", p->session_id, NULL);
	int r;

	g_clear_pointer(&p->events, g_ptr_array_unref);
	g_clear_pointer(&p->seats, json_decref);
	r = event_store_of_subject(txn, subject, p->after, PAGE, &p->events);
	if (!r && p->with_seats && may_change_seats(p->events))
		r = read_seats(txn, p);
	return r;
}

int events_read(const struct act_env *env, const char *session_id, int64_t after,
	GPtrArray **ret_events, json_t **ret_seats)
{
	g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func((GDestroyNotify)event_free);
	json_auto_t *seats = NULL;
	struct page p = {.session_id = session_id, .after = after, .with_seats = ret_seats != NULL};
	guint n;

	do {
		int r = db_run_read(env->pool, read_page, &p);

		n = p.events ? p.events->len : 0;
		if (!r && n)
			p.after = ((const struct event *)p.events->pdata[n - 1])->subject_no;
		if (p.events)
			g_ptr_array_extend_and_steal(all, g_steal_pointer(&p.events));
		if (p.seats) {
			json_decref(seats);
			seats = g_steal_pointer(&p.seats);
		}
		if (r)
			return r;
	} while (n == PAGE);
	*ret_events = g_steal_pointer(&all);
	if (ret_seats)
		*ret_seats = g_steal_pointer(&seats);
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
	room_apply_hand(s, is_on(body));
}

static void apply_remove(struct live *l, struct seat *s, const json_t *body, const char *actor_seat)
{
	room_apply_remove(s, is_on(body), door_now_ms());
}

/* A later device may sit there by now. */
static void apply_release(
	struct live *l, struct seat *s, const json_t *body, const char *actor_seat)
{
	if (s->epoch <= json_integer_value(json_object_get(body, "epoch")))
		room_apply_release(s, door_now_ms());
}

static const struct {
	const char *kind;
	void (*apply)(struct live *l, struct seat *s, const json_t *body, const char *actor_seat);
} appliers[] = {
	{"room.hand", apply_hand},
	{"room.mute", apply_mute},
	{"room.release", apply_release},
	{"room.remove", apply_remove},
};

static void apply(struct live *l, const struct event *e, const char *actor_seat)
{
	const char *seat_id = text(e->body, "seat");
	struct seat *s = NULL;

	if (!seat_id)
		seat_id = actor_seat;
	if (seat_id)
		s = room_seat(l->room, seat_id);
	for (size_t i = 0; s && i < G_N_ELEMENTS(appliers); i++)
		if (strcmp(appliers[i].kind, e->kind->name) == 0)
			appliers[i].apply(l, s, e->body, actor_seat);
}

static int enter(struct live *l, const struct event *e)
{
	const char *actor_seat = g_hash_table_lookup(l->seat_of, e->actor);
	int64_t ms = (e->real_us - l->opened_us) / 1000;
	struct resume_event event = {
		.no = e->subject_no,
		.kind = e->kind->name,
		.at_us = e->real_us,
		.session_ms = (uint32_t)CLAMP(ms, 0, UINT32_MAX),
		.actor_seat = actor_seat,
		.body = e->body,
		.rights = e->kind->visibility == EVENT_CLOSED ? RESUME_NOBODY : 0,
	};
	int r = room_event(l->room, &event);

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
		if (strcmp(e->kind->name, "session.closed") == 0) {
			live_end(l, "session_closed");
			return;
		}
	}
}
