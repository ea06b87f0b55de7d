/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_VERIFY_VERIFY_AWARD_H
#define SERVER_VERIFY_VERIFY_AWARD_H

/*
 * Computes a published result again from open data alone: the scheme of the tender file, the prices
 * read out and every member's scores, as server/eval/award_file.h describes them. Whatever a row
 * says is compared with what comes out, rank
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
