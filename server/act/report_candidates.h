/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_ACT_REPORT_CANDIDATES_H
#define SERVER_ACT_REPORT_CANDIDATES_H

/* Whom a report recommends where a bidder may win only so many lots (兼投不兼中). */
#include "server/act/act.h"

struct award_row;
struct eval_session;
struct lot;

/*
 * The list of server/eval/candidates.h over the session's ranked lots; NULL: their schemes set no
 * limit. A new object.
 */
int report_candidates(struct act *a, const struct eval_session *s, json_t **ret);

/* What becomes of a lot's bids (GPtrArray of struct bid_row): one row each; NULL: no list. */
struct award_row *report_candidates_rows(
	const json_t *list, const struct lot *lot, const GPtrArray *bids);

/* What a new lot's scheme says of the limit: all lots of a project say the same. */
int lots_check_wins(struct act *a, const json_t *lots);

/*
 * Lots that share a limit are decided one after another, by one report: a session that has one of
 * them has all of the project that have not failed. lots: ids of the session's.
 */
int lots_check_together(struct act *a, const char *project_id, const json_t *lots);

#endif
