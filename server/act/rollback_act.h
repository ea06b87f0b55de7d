/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_ACT_ROLLBACK_ACT_H
#define SERVER_ACT_ROLLBACK_ACT_H

/* What asking for a step back (环节回退), withdrawing it and deciding on it have in common. */
#include <glib.h>

#include "server/act/act.h"
#include "server/eval/flow.h"

struct eval_session;
struct rollback_row;

/*
 * REFUSED when the session may not go back so far for this reason (server/eval/rollback.h).
 */
int rollback_check_row(struct act *a, const struct eval_session *s, const struct rollback_row *row);

/*
 * The session of the input's session_id, locked for the act `name`, for who may ask: its leader,
 * whose number *ret_member_no becomes, or the host who leads, 0.
 */
int rollback_asker(struct act *a, const json_t *in, const char *name, struct eval_session **ret,
	int *ret_member_no);

/* Since when the original committee evaluates again (原评标委员会重新评审); 0: it does not. */
int rollback_reopened(struct act *a, const char *session_id, int64_t *ret_us);

/* The one nobody has decided on; *ret points into *ret_rows. REFUSED: none. */
int rollback_take_waiting(
	struct act *a, const char *session_id, GPtrArray **ret_rows, struct rollback_row **ret);

/* What the act of that name makes of the hold. */
int rollback_set_hold(
	struct act *a, const struct eval_session *s, const char *name, enum flow_role role);

/* Keeps what was decided, or that it was withdrawn: now, by the actor. */
int rollback_keep_decision(struct act *a, struct rollback_row *row);

#endif
