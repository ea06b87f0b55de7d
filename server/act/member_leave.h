/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_ACT_MEMBER_LEAVE_H
#define SERVER_ACT_MEMBER_LEAVE_H

/* A member leaves the panel: what he did is void but stays, and the next of the draw is called. */
#include "server/act/act.h"
#include "server/eval/panel.h"

struct eval_session;
struct member_row;
struct personal_reason;

/* REFUSED when a result stands that was made with the members' scores. */
int member_check_not_ranked(struct act *a, const char *session_id);

/*
 * Takes the member's seat and sign-ins, and leadership if he has it; calls the next of the drawn
 * order. reason may be NULL. *ret_next: his place, or 0 when everybody eligible has been called.
 * REFUSED when the step (server/eval/panel.h) does not fit the member's state. The event that he
 * left comes next, then review_undo_undecided().
 */
int member_leave(struct act *a, const struct eval_session *s, const struct member_row *m,
	enum member_step step, const struct personal_reason *reason, unsigned *ret_next);

#endif
