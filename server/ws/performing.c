/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>

#include "server/act/acts.h"
#include "server/auth/permission.h"
#include "server/core/job.h"
#include "server/core/log.h"
#include "server/ws/door.h"
#include "server/ws/live.h"

/* The acts of a room, one after the other: what was posted, performed on a worker, answered. */

/* An act that is not committed by now is said to wait, though it may yet succeed at once. */
#define PENDING_AFTER_MS 1000

struct performance {
	struct live *live;          /* counted */
	const struct outgoing *act; /* the outbox keeps it until it is settled */
	int result;
	json_t *out;
	struct refusal refusal;
};

static void performance_free(gpointer data)
{
	struct performance *p = data;

	live_unref(p->live);
	json_decref(p->out);
	g_free(p);
}

/* Worker. */
static void run_performance(void *data, void *thread_data)
{
	struct performance *p = data;
	struct act_call call = {.idempotency_key = p->act->key};

	p->result = act_perform(p->live->door->config.env, &p->act->actor, p->act->kind, p->act->in,
		&call, &p->out, &p->refusal);
}

static struct seat *seat_to_tell(const struct live *l, const struct outgoing *item)
{
	return l->room && item->seat[0] ? room_seat(l->room, item->seat) : NULL;
}

static void tell_committed(struct live *l, const struct outgoing *item, const json_t *out)
{
	json_t *event = json_array_get(json_object_get(out, "events"), 0);
	struct seat *seat = seat_to_tell(l, item);

	if (seat && item->id[0])
		seat_send(seat, CONTROL_ACK,
			json_pack("{s:s, s:I, s:O*}", "id", item->id, "event_no",
				(json_int_t)json_integer_value(json_object_get(event, "no")),
				"receipt", event));
	live_read_events(l);
}

/* Whose act was posted at this time or before may know that it waits. */
static void tell_pending(struct live *l, int64_t posted_ms)
{
	for (GList *i = l->outbox.acts.head; i; i = i->next) {
		struct outgoing *item = i->data;
		struct seat *seat = seat_to_tell(l, item);

		if (item->posted_ms > posted_ms)
			return;
		if (!item->pending_told && seat && item->id[0])
			seat_send(seat, CONTROL_PENDING, json_pack("{s:s}", "id", item->id));
		item->pending_told = true;
	}
}

static void tell_refused(
	struct live *l, const struct outgoing *item, const struct refusal *r, const char *fault)
{
	struct seat *seat = seat_to_tell(l, item);

	if (seat && item->id[0])
		seat_send_error(seat, r, item->id);
	/* What has happened and cannot be recorded is for the operator to know. */
	if (fault || !item->id[0])
		log_event(LOG_ERR, "ws.act", log_str("act", item->kind->name),
			log_str("session", l->session_id), log_str("code", r->code),
			log_str("detail", r->detail));
}

static void settle(struct live *l, int result, json_t *out, struct refusal *r)
{
	struct outgoing *item;
	enum outbox_verdict verdict = outbox_settle(&l->outbox, result, door_now_ms(), &item);

	if (verdict == OUTBOX_WAITS) { /* the database is away: for all */
		tell_pending(l, INT64_MAX);
		return;
	}
	if (result == 0) {
		tell_committed(l, item, out);
	} else {
		if (result < 0)
			refuse(r, "server.fault", NULL, "%s", g_strerror(-result));
		tell_refused(l, item, r, result < 0 ? "fault" : NULL);
	}
	outgoing_free(item);
}

static void pump(struct live *l, int64_t now_ms);

static void performance_done(void *data)
{
	struct performance *p = data;

	settle(p->live, p->result, p->out, &p->refusal);
	pump(p->live, door_now_ms());
}

static void pump(struct live *l, int64_t now_ms)
{
	struct outgoing *item = outbox_begin(&l->outbox, now_ms);
	struct performance *p;

	if (!item)
		return;
	p = g_new0(struct performance, 1);
	p->live = live_ref(l);
	p->act = item;
	if (job_post(l->door->config.jobs, JOB_LANE_ACTS, run_performance, performance_done, p,
		    performance_free)) {
		performance_free(p);
		outbox_settle(&l->outbox, -EAGAIN, now_ms, &item);
	}
}

void live_perform(struct live *l, int64_t now_ms)
{
	pump(l, now_ms);
	tell_pending(l, now_ms - PENDING_AFTER_MS);
}

void live_post(struct live *l, struct outgoing *item)
{
	struct outgoing copy = *item;
	struct refusal r = {0};
	struct seat *seat;

	item->posted_ms = door_now_ms();
	if (outbox_push(&l->outbox, item, &r)) {
		seat = l->room ? room_seat(l->room, copy.seat) : NULL;
		if (seat)
			seat_send_error(seat, &r, copy.id);
		return;
	}
	pump(l, door_now_ms());
}

void live_post_system(struct live *l, const struct act_kind *kind, const char *seat_id, json_t *in)
{
	static const struct actor house = {.roles = ROLE_OPERATOR};

	json_object_set_new(in, "session_id", json_string(l->session_id));
	if (seat_id)
		json_object_set_new(in, "seat_id", json_string(seat_id));
	live_post(l, outgoing_new(kind, &house, in));
}
