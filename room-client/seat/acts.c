/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/seat/acts.h"

#include <glib.h>
#include <string.h>

struct acts {
	GQueue queue; /* struct act *, oldest first */
};

static void act_free(void *p)
{
	struct act *act = p;

	json_decref(act->fields);
	g_free(act);
}

struct acts *acts_new(void)
{
	struct acts *a = g_new0(struct acts, 1);

	g_queue_init(&a->queue);
	return a;
}

struct acts *acts_free(struct acts *a)
{
	if (!a)
		return NULL;
	g_queue_clear_full(&a->queue, act_free);
	g_free(a);
	return NULL;
}

int acts_add(struct acts *a, const char *id, enum control_kind kind, json_t *fields)
{
	struct act *act;

	if (acts_find(a, id))
		return ACTS_E_DUPLICATE;
	if (a->queue.length >= ACTS_MAX)
		return ACTS_E_FULL;
	act = g_new0(struct act, 1);
	g_strlcpy(act->id, id, sizeof(act->id));
	act->kind = kind;
	act->fields = json_incref(fields);
	g_queue_push_tail(&a->queue, act);
	return 0;
}

/*
 * An act that waits for its time or its answer holds back those after it: their order is the
 * user's, and what was saved up while the line was down does not come back as a flood.
 */
static struct act *first_to_send(const struct acts *a)
{
	for (GList *l = a->queue.head; l; l = l->next) {
		struct act *act = l->data;

		if (!act->sent)
			return act;
		if (!act->pending)
			return NULL;
	}
	return NULL;
}

struct act *acts_next(struct acts *a, int64_t now_us)
{
	struct act *act = first_to_send(a);

	return act && act->due_us <= now_us ? act : NULL;
}

int64_t acts_due_us(const struct acts *a)
{
	const struct act *act = first_to_send(a);

	return act ? act->due_us : INT64_MAX;
}

void acts_resend(struct acts *a)
{
	for (GList *l = a->queue.head; l; l = l->next) {
		struct act *act = l->data;

		act->sent = false;
		act->pending = false;
		act->due_us = 0;
	}
}

struct act *acts_find(struct acts *a, const char *id)
{
	for (GList *l = a->queue.head; l; l = l->next) {
		struct act *act = l->data;

		if (strcmp(act->id, id) == 0)
			return act;
	}
	return NULL;
}

static bool has_fields(json_t *whole, const json_t *part)
{
	const char *name;
	json_t *value;

	json_object_foreach ((json_t *)part, name, value) {
		if (!json_equal(json_object_get(whole, name), value))
			return false;
	}
	return true;
}

bool acts_any(const struct acts *a, enum control_kind kind, const json_t *fields)
{
	for (GList *l = a->queue.head; l; l = l->next) {
		struct act *act = l->data;

		if (act->kind == kind && has_fields(act->fields, fields))
			return true;
	}
	return false;
}

void acts_remove(struct acts *a, const char *id)
{
	struct act *act = acts_find(a, id);

	if (act) {
		g_queue_remove(&a->queue, act);
		act_free(act);
	}
}

json_t *acts_list(const struct acts *a)
{
	json_t *list = json_array();

	for (GList *l = a->queue.head; l; l = l->next) {
		struct act *act = l->data;

		json_array_append_new(list, json_pack("{s:s, s:s, s:b, s:b}", "id", act->id, "kind",
						    control_kind_name(act->kind), "sent", act->sent,
						    "pending", act->pending));
	}
	return list;
}
