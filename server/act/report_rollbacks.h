/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_ACT_REPORT_ROLLBACKS_H
#define SERVER_ACT_REPORT_ROLLBACKS_H

/* The steps back (环节回退) of a session in its report. */
#include "server/act/act.h"

struct eval_session;

/*
 * A table in the basics, where one was asked for: what the committee did again, and why. What was
 * done before is void and on record.
 */
int report_add_rollbacks(struct act *a, const struct eval_session *s, json_t *model);

/* The report of before a re-evaluation (重新评审), which the one being made corrects: its printed file's
 * digest. *ret_has false: there is none. */
int report_superseded(struct act *a, const char *session_id, uint8_t ret_sha256[static 32],
	bool *ret_has);

#endif
