/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_ACT_SHEET_RETURN_H
#define SERVER_ACT_SHEET_RETURN_H

/*
 * Members who differ on an objective item (客观分) get their sheets back before anything is added
 * up (E13, and so it is done under the tender law, too). They are told which cells, neither a value
 * nor a direction, and may change only those.
 */
#include "proto/decimal.h"
#include "server/act/sheet_act.h"

/*
 * All sheets of the lot are in: scores [bid][item][member] of the bids of the lot and the sheets
 * that count. *ret_returned: they went back, with the events sheet.returned and sheet.reopened, and
 * nothing is ranked.
 */
int sheet_return_differing(struct act *a, const struct eval_session *s, const struct sheet_lot *l,
	const struct decimal *scores, const GPtrArray *counting, bool *ret_returned);

/* In how many cells they differ: none, but in a lot that was ranked before this was looked at. */
size_t sheet_return_count(
	const struct sheet_lot *l, const struct decimal *scores, const GPtrArray *counting);

/* REFUSED (score.not_returned) when a cell was changed that did not go back. */
int sheet_return_check(struct act *a, const struct sheet_case *c, const json_t *scores);
/* "returned": the cells this member may change, where his sheet went back. */
int sheet_return_out(struct act *a, const struct sheet_case *c, json_t *out);

#endif
