/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_ACT_FAULT_ACT_H
#define SERVER_ACT_FAULT_ACT_H

/* What the acts of a fault (故障) of a session have in common. */
#include "server/act/act.h"

struct eval_session;
struct fault_row;

/* The fault that holds up a locked session. */
int fault_standing(struct act *a, const struct eval_session *s, struct fault_row **ret);

/* 0, or REFUSED: this host does not lead the session, or it is not the tenderer's project. A venue's
 * duty person passes. */
int fault_check_who(struct act *a, const struct eval_session *s);

/* In whose name: a role of the flow. */
int fault_role(const struct act *a);

#endif
