/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/ws/live.h"

#include <string.h>

#include "server/act/acts.h"
#include "server/auth/permission.h"
#include "server/core/clock.h"
#include "server/core/job.h"
#include "server/core/log.h"
#include "server/room/message.h"
#include "server/room/moderate.h"
#include "server/ws/door.h"
#include "server/ws/events.h"
#include "server/ws/recovery.h"
#include "server/ws/seating.h"
#include "server/ws/visitor.h"

#define READ_EVERY_MS 500
#define RENEW_EVERY_MS 10000
#define GRACE_MS 60000
/* A room nobody is in is forgotten after a while; the next knock opens it again. */
#define IDLE_MS 60000
#define RETRY_MS 1000

static const struct actor operator= {.roles = ROLE_OPERATOR};

struct live *live_ref(struct live *l)
{
	l->refs++;
	return l;
}

void live_unref(struct live *l)
{
	if (!l || --l->refs)
		return;
	g_assert(!l->record);
	room_free(l->room);
	outbox_done(&l->outbox);
	g_hash_table_unref(l->seat_of);
	g_hash_table_unref(l->granted);
	g_hash_table_unref(l->actors);
	g_hash_table_unref(l->recording);
	g_ptr_array_unref(l->knocking);
	g_free(l);
}

static void live_forget(struct live *l)
{
	g_hash_table_remove(l->door->rooms, l->session_id);
}

/* --- Opening ------------------------------------------------------------------------------ */

struct opening {
	struct live *live; /* counted */
	int result;
	json_t *out;
	struct recovery recovery;
	GPtrArray *events; /* the history */
	struct refusal refusal;
};

static void opening_free(gpointer data)
{
	struct opening *o = data;

	live_unref(o->live);
	json_decref(o->out);
	g_clear_pointer(&o->events, g_ptr_array_unref);
	g_free(o);
}

static int64_t number(const json_t *o, const char *name)
{
	return json_integer_value(json_object_get(o, name));
}

/* Worker. */
static void run_opening(void *data, void *thread_data)
{
	struct opening *o = data;
	const struct room_door_config *config = &o->live->door->config;
	json_auto_t *in = json_pack("{s:s, s:s, s:s, s:b}", "session_id", o->live->session_id,
		"owner", config->owner, "url", config->url, "no_space",
		!recording_has_room(o->live->door));

	o->result = act_perform(
		config->env, &operator, & room_open_act, in, NULL, &o->out, &o->refusal);
	if (!o->result)
		o->result = recovery_run(config->env, o->live->session_id,
			number(o->out, "opened_us"), &o->recovery, &o->refusal);
	if (!o->result)
		o->result = events_read(config->env, o->live->session_id, 0, &o->events, NULL);
}

static void turn_away_knocking(struct live *l, const struct refusal *r, int64_t retry_ms)
{
	for (guint i = 0; i < l->knocking->len; i++)
		visitor_turn_away(g_ptr_array_index(l->knocking, i), r, retry_ms);
	g_ptr_array_set_size(l->knocking, 0);
}

static void begin(struct live *l, const struct opening *o)
{
	const json_t *opened = json_array_get(json_object_get(o->out, "events"), 0);
	int64_t now_ms = door_now_ms();
	int64_t last_track = MAX(number(o->out, "last_track"), o->recovery.last_track);
	struct room_config config = {
		.session = l->session_id,
		.server_version = l->door->config.version,
		.first_track = (uint16_t)MIN(last_track + 1, UINT16_MAX),
		.grace_ms = GRACE_MS,
	};

	l->opened_us = number(o->out, "opened_us");
	l->history_no = number(opened, "no");
	/* Also when the clock was set back since: the axis of the recording never goes back. */
	config.session_ms = MAX((clock_real_us() - l->opened_us) / 1000, o->recovery.last_ms);
	l->room = room_new(&config, &live_room_out, now_ms);
	l->room->user = l;
	l->state = LIVE_OPEN;
	l->renewed_ms = l->busy_ms = now_ms;
	recording_open(l, o->recovery.last_part + 1);
	seating_expect(l, o->out);
	room_apply_lock(l->room, json_is_true(json_object_get(o->out, "locked")));
	events_enter(l, o->events);
	log_event(LOG_NOTICE, "ws.room_open", log_str("session", l->session_id));
}

static void opening_done(void *data)
{
	struct opening *o = data;
	struct live *l = o->live;

	if (o->result < 0) {
		log_fault("ws.room_open", o->result, l->session_id);
		refuse(&o->refusal, "server.unavailable", NULL, NULL);
	}
	if (o->result) {
		l->state = LIVE_ENDED;
		turn_away_knocking(l, &o->refusal, o->result < 0 ? RETRY_MS : -1);
		live_forget(l);
		return;
	}
	begin(l, o);
	for (guint i = 0; i < l->knocking->len; i++)
		visitor_enter(g_ptr_array_index(l->knocking, i));
	g_ptr_array_set_size(l->knocking, 0);
}

static struct live *live_new(struct room_door *d, const char *session_id)
{
	struct live *l = g_new0(struct live, 1);

	l->refs = 1;
	l->door = d;
	g_strlcpy(l->session_id, session_id, sizeof(l->session_id));
	outbox_init(&l->outbox);
	l->seat_of = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	l->granted = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	l->actors = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	l->recording = g_hash_table_new(NULL, NULL);
	l->knocking = g_ptr_array_new();
	return l;
}

struct live *live_get(struct room_door *d, const char *session_id)
{
	struct live *l = g_hash_table_lookup(d->rooms, session_id);
	struct opening *o;

	if (l)
		return l->state == LIVE_ENDED ? NULL : live_ref(l);
	if (g_hash_table_size(d->rooms) >= d->config.max_rooms)
		return NULL;
	l = live_new(d, session_id);
	o = g_new0(struct opening, 1);
	o->live = live_ref(l);
	if (job_post(d->config.jobs, JOB_LANE_ACTS, run_opening, opening_done, o, opening_free)) {
		opening_free(o);
		live_unref(l);
		return NULL;
	}
	g_hash_table_insert(d->rooms, l->session_id, l);
	return live_ref(l);
}

/* --- Events ------------------------------------------------------------------------------- */

struct reading {
	struct live *live; /* counted */
	int64_t after;
	int result;
	GPtrArray *events;
	json_t *state; /* when one of the events may have changed it */
};

static void reading_free(gpointer data)
{
	struct reading *r = data;

	live_unref(r->live);
	g_clear_pointer(&r->events, g_ptr_array_unref);
	json_decref(r->state);
	g_free(r);
}

/* Worker. */
static void run_reading(void *data, void *thread_data)
{
	struct reading *r = data;

	r->result = events_read(
		r->live->door->config.env, r->live->session_id, r->after, &r->events, &r->state);
}

static void reading_done(void *data)
{
	struct reading *r = data;
	struct live *l = r->live;

	l->reading = false;
	if (r->result || l->state != LIVE_OPEN)
		return;
	if (r->state)
		seating_expect(l, r->state);
	events_enter(l, r->events);
	if (l->want_read)
		live_read_events(l);
}

void live_read_events(struct live *l)
{
	struct reading *r;

	l->want_read = l->reading;
	if (l->reading || l->state != LIVE_OPEN)
		return;
	r = g_new0(struct reading, 1);
	r->live = live_ref(l);
	r->after = resume_last_no(&l->room->events);
	l->read_ms = door_now_ms();
	l->reading = true;
	if (job_post(l->door->config.jobs, JOB_LANE_ACTS, run_reading, reading_done, r,
		    reading_free)) {
		l->reading = false;
		reading_free(r);
	}
}

/* --- Lease -------------------------------------------------------------------------------- */

struct renewal {
	struct live *live; /* counted */
	bool release;
	int result;
	struct refusal refusal;
};

static void renewal_free(gpointer data)
{
	struct renewal *r = data;

	live_unref(r->live);
	g_free(r);
}

static json_t *renewal_input(const struct live *l, bool release)
{
	return json_pack("{s:s, s:s, s:b}", "session_id", l->session_id, "owner",
		l->door->config.owner, "release", release);
}

/* Worker. */
static void run_renewal(void *data, void *thread_data)
{
	struct renewal *r = data;
	json_auto_t *in = renewal_input(r->live, r->release);
	json_t *out = NULL;

	r->result = act_perform(r->live->door->config.env, &operator, & room_renew_act, in, NULL,
		&out, &r->refusal);
	json_decref(out);
}

static void renewal_done(void *data)
{
	struct renewal *r = data;

	r->live->renewing = false;
	if (r->result == REFUSED && r->live->state == LIVE_OPEN) {
		log_event(LOG_ERR, "ws.lease_lost", log_str("session", r->live->session_id));
		live_end(r->live, "moved");
	}
}

static void renew(struct live *l, int64_t now_ms)
{
	struct renewal *r = g_new0(struct renewal, 1);

	r->live = live_ref(l);
	r->release = l->state == LIVE_ENDED;
	l->renewed_ms = now_ms;
	l->renewing = true;
	if (job_post(l->door->config.jobs, JOB_LANE_ACTS, run_renewal, renewal_done, r,
		    renewal_free)) {
		l->renewing = false;
		renewal_free(r);
	}
}

/* --- Life --------------------------------------------------------------------------------- */

void live_end(struct live *l, const char *code)
{
	if (l->state != LIVE_OPEN)
		return;
	room_end(l->room,
		strcmp(code, "session_closed") == 0 ? ROOM_CLOSE_ENDED : ROOM_CLOSE_GOING_AWAY,
		code);
	l->state = LIVE_ENDED;
	g_clear_pointer(&l->room, room_free);
	recording_close(l);
	log_event(
		LOG_NOTICE, "ws.room_end", log_str("session", l->session_id), log_str("why", code));
}

static bool is_in_use(const struct live *l)
{
	GHashTableIter i;
	gpointer value;

	if (l->outbox.acts.length || l->reading || l->knocking->len)
		return true;
	g_hash_table_iter_init(&i, l->room->seats);
	while (g_hash_table_iter_next(&i, NULL, &value)) {
		const struct seat *s = value;

		if (s->presence == SEAT_PRESENT || s->presence == SEAT_LOST)
			return true;
	}
	return false;
}

void live_tick(struct live *l, int64_t now_ms)
{
	if (l->state == LIVE_OPENING)
		return;
	if (l->state == LIVE_OPEN) {
		room_tick(l->room, now_ms);
		if (is_in_use(l))
			l->busy_ms = now_ms;
		if (now_ms - l->busy_ms >= IDLE_MS)
			live_end(l, "idle");
	}
	if (l->state == LIVE_OPEN && now_ms - l->read_ms >= READ_EVERY_MS)
		live_read_events(l);
	if (l->state == LIVE_OPEN && !l->renewing && now_ms - l->renewed_ms >= RENEW_EVERY_MS)
		renew(l, now_ms);
	live_perform(l, now_ms);
	if (l->state == LIVE_ENDED && !l->outbox.acts.length) {
		renew(l, now_ms);
		live_forget(l);
	}
}

bool live_is_settled(struct live *l)
{
	live_perform(l, door_now_ms());
	/* A time to retry means that the database is away. */
	return !l->outbox.busy && !l->reading && !l->renewing &&
	       (!l->outbox.acts.length || l->outbox.retry_ms);
}

void live_release(struct live *l)
{
	struct renewal r = {.live = l, .release = true};

	if (l->outbox.acts.length)
		log_event(LOG_ERR, "ws.acts_lost", log_str("session", l->session_id),
			log_int("acts", l->outbox.acts.length));
	if (l->opened_us)
		run_renewal(&r, NULL);
	live_forget(l);
}
