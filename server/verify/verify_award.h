/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_VERIFY_VERIFY_AWARD_H
#define SERVER_VERIFY_VERIFY_AWARD_H

/*
 * Computes a published result again from open data alone: the scheme of the tender file, the prices
 * read out and every member's scores, as one file
 *
 *	{"format": "bidroom.award.v1", "scheme", "ceiling"?, "drawn"?, "drawn_member"?,
 *	 "rows": [{"bidder_name", "price"?, "sme"?, "rejected"?, "was_valid"?, "decided"?,
 *		"members": [{"member_no", "scores": {"<item>": "…"}, "total"?} …],
 *		"mean"?, "price_score"?, "total"?, "rank", "tied"?} …]}
 *
 * Rows are those of results.json in a session's record; drawn is of server/eval/price_score.h,
 * drawn_member the number of the member left out by lot (server/eval/combine.h), decided the place
 * a draw or vote gave among equals. Whatever a row says is compared with what comes out, rank
 * always. Each fault names the bidder and what differs. Totals whose rest modulo 0.5 is not the
 * others' are noted: they tell of other objective points, which is no fault of arithmetic.
 */
#include <jansson.h>

#include "server/verify/findings.h"

/* 0: done, see the findings. Negative errno: the file cannot be read. */
int verify_award(const char *path, struct findings *findings);

/* The same for what was read already; place names it. */
void verify_award_json(const json_t *award, const char *place, struct findings *findings);

#endif
