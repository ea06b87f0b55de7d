/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_ACT_REPORT_FAULTS_H
#define SERVER_ACT_REPORT_FAULTS_H

/* The faults (故障) of a session in its report. */
#include "server/act/act.h"

struct eval_session;

/* A table in the basics, where there was one: what held the session up, how long, and what was
 * decided. */
int report_add_faults(struct act *a, const struct eval_session *s, json_t *model);

#endif
