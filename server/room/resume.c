/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/room/resume.h"

static void event_free(gpointer data)
{
	struct resume_event *e = data;

	g_free(e->text);
	g_free(e);
}

void resume_init(struct resume *l)
{
	g_queue_init(&l->events);
	l->last_no = 0;
}

void resume_done(struct resume *l)
{
	g_queue_clear_full(&l->events, event_free);
}

const struct resume_event *resume_add(struct resume *l, int64_t no, uint32_t rights, char *text)
{
	struct resume_event *e;

	if (no <= l->last_no || !text) {
		l->last_no = MAX(l->last_no, no);
		g_free(text);
		return NULL;
	}
	l->last_no = no;
	e = g_new(struct resume_event, 1);
	*e = (struct resume_event){no, rights, text};
	g_queue_push_tail(&l->events, e);
	if (l->events.length > RESUME_MAX)
		event_free(g_queue_pop_head(&l->events));
	return e;
}

void resume_each(const struct resume *l, int64_t after, uint32_t rights,
	void (*fn)(void *ctx, const char *text), void *ctx)
{
	const GList *i = l->events.tail;

	/* Who comes back missed little: look from the end. */
	while (i && ((const struct resume_event *)i->data)->no > after)
		i = i->prev;
	for (i = i ? i->next : l->events.head; i; i = i->next) {
		const struct resume_event *e = i->data;

		if (resume_event_visible(e, rights))
			fn(ctx, e->text);
	}
}
