/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/ws/outbox.h"

#include <errno.h>
#include <string.h>

#include "server/act/acts.h"

void outbox_init(struct outbox *o)
{
	*o = (struct outbox){0};
	g_queue_init(&o->acts);
}

static void free_item(gpointer data)
{
	outgoing_free(data);
}

void outbox_done(struct outbox *o)
{
	g_queue_clear_full(&o->acts, free_item);
}

struct outgoing *outgoing_new(const struct act_kind *kind, const struct actor *actor, json_t *in)
{
	struct outgoing *item = g_new0(struct outgoing, 1);

	item->kind = kind;
	item->actor = *actor;
	item->in = in;
	id_new(item->key);
	return item;
}

void outgoing_free(struct outgoing *item)
{
	if (!item)
		return;
	json_decref(item->in);
	g_free(item);
}

static struct outgoing *find_twin(const struct outbox *o, const struct outgoing *item)
{
	for (const GList *i = o->acts.head; i && item->id[0]; i = i->next) {
		struct outgoing *other = i->data;

		if (strcmp(other->id, item->id) == 0 && strcmp(other->seat, item->seat) == 0)
			return other;
	}
	return NULL;
}

int outbox_push(struct outbox *o, struct outgoing *item, struct refusal *r)
{
	struct outgoing *twin = find_twin(o, item);

	if (twin) {
		twin->pending_told = false;
		outgoing_free(item);
		return 0;
	}
	/* What people ask for can be refused; what has happened must be recorded. */
	if (o->acts.length >= OUTBOX_MAX && item->id[0]) {
		outgoing_free(item);
		return refuse(r, "server.unavailable", NULL, NULL);
	}
	g_queue_push_tail(&o->acts, item);
	return 0;
}

struct outgoing *outbox_begin(struct outbox *o, int64_t now_ms)
{
	if (o->busy || !o->acts.length || now_ms < o->retry_ms)
		return NULL;
	o->busy = true;
	return o->acts.head->data;
}

enum outbox_verdict outbox_settle(
	struct outbox *o, int result, int64_t now_ms, struct outgoing **ret_item)
{
	struct outgoing *first = o->acts.head->data;
	bool again = result == -EAGAIN || (result < 0 && ++first->n_faults < OUTBOX_MAX_FAULTS);

	o->busy = false;
	o->retry_ms = again ? now_ms + OUTBOX_RETRY_MS : 0;
	*ret_item = first;
	if (again)
		return OUTBOX_WAITS;
	g_queue_pop_head(&o->acts);
	return result < 0 ? OUTBOX_GIVEN_UP : OUTBOX_DONE;
}

static bool is_mute_of(const struct outgoing *item, const char *seat_id, const char *kind)
{
	const char *act = in_text(item->in, "act");

	if (item->kind == &seat_mute_self_act)
		return in_bool(item->in, "on", false) &&
		       strcmp(item->actor.seat_id, seat_id) == 0 &&
		       strcmp(in_text(item->in, "kind"), kind) == 0;
	if (item->kind != &seat_moderate_act || strcmp(in_text(item->in, "seat_id"), seat_id) != 0)
		return false;
	return (strcmp(act, "mute") == 0 && strcmp(kind, "mic") == 0) ||
	       (strcmp(act, "stop_video") == 0 && strcmp(kind, "cam") == 0);
}

bool outbox_has_mute(const struct outbox *o, const char *seat_id, const char *kind)
{
	for (const GList *i = o->acts.head; i; i = i->next)
		if (is_mute_of(i->data, seat_id, kind))
			return true;
	return false;
}

bool outbox_has_lock(const struct outbox *o)
{
	for (const GList *i = o->acts.head; i; i = i->next) {
		const struct outgoing *item = i->data;

		if (item->kind == &room_lock_act && in_bool(item->in, "on", false))
			return true;
	}
	return false;
}
