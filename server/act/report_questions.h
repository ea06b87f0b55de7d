/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_ACT_REPORT_QUESTIONS_H
#define SERVER_ACT_REPORT_QUESTIONS_H

/* Questions of the committee to bidders (澄清) in its report. */
#include "server/act/act.h"

struct eval_session;

/* A table of what was asked and answered, and what the committee made of it; nothing without one.
 */
int report_add_questions(struct act *a, const struct eval_session *s, json_t *model);

#endif
