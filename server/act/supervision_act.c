/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/supervision_act.h"

#include <errno.h>
#include <string.h>

#include "server/store/event_store.h"
#include "server/store/session_store.h"

#define SUBJECT "supervision"

bool supervision_is_running(const struct eval_session *s)
{
	return s->started_us && !s->closed_us;
}

int supervision_event(struct act *a, const char *session_id, const char *kind, json_t *body)
{
	return act_event(a, kind, SUBJECT, session_id, body);
}

int supervision_events(struct act *a, const char *session_id, const char *kind, GPtrArray **ret)
{
	g_autofree char *subject = g_strdup_printf(SUBJECT ":%s", session_id);

	return event_store_all_of_subject(a->txn, subject, kind, ret);
}

void warning_clear(struct warning *w)
{
	g_clear_pointer(&w->events, g_ptr_array_unref);
}

int warning_read(struct act *a, const json_t *in, struct warning *ret)
{
	const char *session_id = in_text(in, "session_id");
	const char *warning_id = in_text(in, "warning_id");
	EVAL_SESSION_AUTO struct eval_session *s = NULL;
	WARNING_AUTO struct warning w = {0};
	int r = act_found(a, session_store_lock(a->txn, session_id, &s), "session_id");

	if (!r)
		r = supervision_events(a, session_id, NULL, &w.events);
	if (r)
		return r;
	for (guint i = 0; i < w.events->len; i++) {
		const struct event *e = g_ptr_array_index(w.events, i);
		const char *about = in_text(e->body, "warning");

		if (strcmp(e->event_id, warning_id) == 0 &&
			strcmp(e->kind->name, "warning.issued") == 0)
			w.issued = e;
		if (!about || strcmp(about, warning_id) != 0)
			continue;
		if (strcmp(e->kind->name, "warning.answered") == 0)
			w.answered = e;
		else if (strcmp(e->kind->name, "warning.closed") == 0)
			w.closed = e;
	}
	if (!w.issued)
		return act_found(a, STORE_E_NONE, "warning_id");
	*ret = w;
	w.events = NULL;
	return 0;
}

json_t *warning_body(const struct warning *w, json_t *more)
{
	json_t *body = more ? more : json_object();

	json_object_set_new(body, "warning", json_string(w->issued->event_id));
	return body;
}
