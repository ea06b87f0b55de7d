/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_ACT_REPORT_COMPOSE_H
#define SERVER_ACT_REPORT_COMPOSE_H

/* What the report (评标报告) of a session says, read from the tables. */
#include "server/act/act.h"

struct eval_session;

/*
 * The finished model (server/eval/report_model). candidates: of report_candidates(), may be NULL.
 * 0, REFUSED or negative errno.
 */
int report_compose(
	struct act *a, const struct eval_session *s, const json_t *candidates, json_t **ret_model);

#endif
