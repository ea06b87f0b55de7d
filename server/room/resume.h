/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_ROOM_RESUME_H
#define SERVER_ROOM_RESUME_H

/*
 * The committed events of a session as the event messages they become, so that who comes back gets
 * what it missed. Numbers only rise; those of events that no seat may see are missing. The newest
 * RESUME_MAX stay; older ones are read over HTTP. Loop thread.
 */
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#define RESUME_MAX 20000

struct resume_event {
	int64_t no;
	uint32_t rights; /* a seat needs one of these to see it; 0: everybody */
	char *text;      /* owned; the whole message */
};

struct resume {
	GQueue events; /* struct resume_event */
	int64_t last_no;
};

void resume_init(struct resume *l);
void resume_done(struct resume *l);

/*
 * Takes the next event. Takes text, which is NULL for an event that only counts. NULL when its
 * number is not above the last (it is known already) or text is NULL; else the event, the list's.
 */
const struct resume_event *resume_add(struct resume *l, int64_t no, uint32_t rights, char *text);

static inline bool resume_event_visible(const struct resume_event *e, uint32_t rights)
{
	return !e->rights || (e->rights & rights);
}

/* Calls fn for each event above `after` that these rights may see, in order. */
void resume_each(const struct resume *l, int64_t after, uint32_t rights,
	void (*fn)(void *ctx, const char *text), void *ctx);

#endif
