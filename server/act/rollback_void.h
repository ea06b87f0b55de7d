/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_ACT_ROLLBACK_VOID_H
#define SERVER_ACT_ROLLBACK_VOID_H

/* What a step back (环节回退) or a new committee makes void, and the step it leads to. */
#include "server/act/act.h"
#include "server/eval/flow.h"

struct eval_session;
struct rollback_row;

/* Why work is undone: its events name the cause's id under the cause's name. */
struct undoing {
	enum flow_step to;
	const char *cause, *id; /* "rollback" or "fault" */
	bool reevaluating;
};

/*
 * Undoes what was done in the step it goes back to and after it (server/eval/rollback.h): ballots
 * and sheets are drafts again, counts, rejections, results, the report with its signatures and,
 * if it goes so far, the leader's election stand no more. All of it stays as it was. Appends what
 * was undone.
 */
int undo_work(struct act *a, const struct eval_session *s, const struct undoing *why);

/* The same for a step back, then session.step, each with its id; a closed session is open again, and
 * adjourned. */
int rollback_void(struct act *a, const struct eval_session *s, const struct rollback_row *row);

/* A closed session is open again (重新评审), adjourned until its members have come to the gate again: no
 * device holds a seat any more. */
int rollback_reopen(struct act *a, const struct eval_session *s, const struct rollback_row *row);

#endif
