/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_ACT_MEMBER_LEAVE_H
#define SERVER_ACT_MEMBER_LEAVE_H

/* A member leaves the panel (C08): what he did is void but stays, the next of the draw is called.
 */
#include "server/act/act.h"
#include "server/eval/panel.h"

struct eval_session;
struct member_row;
struct personal_reason;

/*
 * Takes the member's seat and sign-ins, and leadership if he has it; calls the next of the drawn
 * order; appends that he left, with body, which the caller keeps; then undoes what does not stand
 * without him (review_undo_undecided()). reason may be NULL. *ret_next: the place of who comes, or
 * 0 when everybody eligible has been called. REFUSED when the step (server/eval/panel.h) does not
 * fit the member's state.
 */
int member_leave(struct act *a, const struct eval_session *s, const struct member_row *m,
	enum member_step step, const struct personal_reason *reason, json_t *body,
	unsigned *ret_next);

#endif
