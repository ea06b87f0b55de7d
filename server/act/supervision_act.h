/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_ACT_SUPERVISION_ACT_H
#define SERVER_ACT_SUPERVISION_ACT_H

/*
 * Supervision of a session (监督): rounds, spot checks, warnings. All of it stands in the ledger as
 * events of the subject supervision:SESSION, and nowhere else: what is written is never changed.
 */
#include "server/act/act.h"

struct eval_session;

#define SUPERVISION_TEXT_MAX 2000

/* Whether the session has begun and is not closed. */
bool supervision_is_running(const struct eval_session *s);

/* Appends an event of this subject. Takes body. */
int supervision_event(struct act *a, const char *session_id, const char *kind, json_t *body);

/* All its events of a kind, struct event in order; kind NULL: of every kind. */
int supervision_events(struct act *a, const char *session_id, const char *kind, GPtrArray **ret);

/* One warning (监督提示) and what became of it. Texts are borrowed from the events. */
struct warning {
	GPtrArray *events;                              /* owned */
	const struct event *issued, *answered, *closed; /* the last two may be NULL */
};
void warning_clear(struct warning *w);
#define WARNING_AUTO __attribute__((cleanup(warning_clear)))

/* From the input's session_id and warning_id. REFUSED when there is none. Writers of one warning
 * queue at the session's row. */
int warning_read(struct act *a, const json_t *in, struct warning *ret);

/* The body {"warning": id, …} of events about a warning; more is taken and may be NULL. */
json_t *warning_body(const struct warning *w, json_t *more);

#endif
