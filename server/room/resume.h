/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_ROOM_RESUME_H
#define SERVER_ROOM_RESUME_H

/*
 * The committed events of a session as the messages they become, so that who comes back gets what
 * it missed. Receivers check that no number is missing; so an event that a seat may not see is
 * announced to it with its number and time only (kind "room.withheld"). All events of the session
 * are kept: they come from people who signed in, at limited rates. Loop thread.
 */
#include <glib.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

/* In resume_event.rights: no seat may see it. */
#define RESUME_NOBODY (UINT32_C(1) << 31)

/* A committed event. Strings and body are borrowed. */
struct resume_event {
	int64_t no;       /* gapless within the session, from 1 */
	const char *kind; /* as in the ledger */
	int64_t at_us;    /* real time */
	uint32_t session_ms;
	const char *actor_seat; /* or NULL: the system */
	json_t *body;
	uint32_t rights;  /* a seat needs one of these to see it; 0: everybody */
	const char *seat; /* who sees it whatever its rights; or NULL */
	/* What those without RIGHT_NAMES see instead; NULL: the same. */
	json_t *body_for_others;
};

struct resume {
	GPtrArray *entries; /* entry i has number i + 1 */
};

struct resume_entry;

void resume_init(struct resume *l);
void resume_done(struct resume *l);

/* Number of the last event; 0: none. */
int64_t resume_last_no(const struct resume *l);

/* Keeps the next event. NULL, and nothing done, when its number is not the next. */
const struct resume_entry *resume_add(struct resume *l, const struct resume_event *e);

/* The message about an event for a seat with these rights. */
const char *resume_text(const struct resume_entry *e, const char *seat, uint32_t rights);

/* Calls fn for each event above `after`, in order, as the seat may see it. */
void resume_each(const struct resume *l, int64_t after, const char *seat, uint32_t rights,
	void (*fn)(void *ctx, const char *text), void *ctx);

#endif
