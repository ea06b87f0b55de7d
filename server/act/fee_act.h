/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_ACT_FEE_ACT_H
#define SERVER_ACT_FEE_ACT_H

/* The fee sheet of a session (专家劳务费表): who was there how long, and what he is paid for it. */
#include "server/act/act.h"

struct eval_session;

/*
 * The sheets of a session (struct fee_sheet, the array owns them), by close: those that were
 * approved as they were then, and behind them, of a session that is closed, the one that is not
 * approved yet (approved_us 0), by the events since the last approved close and the rates of now:
 * a session that is evaluated again pays nobody twice. None of one that was never closed. What each
 * contains:
 *
 *	{"rows": [{"member_no", "region", "venue", "seat", "from", "to", "minutes", "unit_minutes"?,
 *	           "unit_fen"?, "min_fen"?, "amount_fen"?}], "total_fen",
 *	 "without_rate": n}
 *
 * Without names; a row of a region that has no rate has no amount.
 */
int fee_read(struct act *a, const struct eval_session *s, GPtrArray **ret);

/* Adds "name" to the rows of one. */
int fee_add_names(struct act *a, const struct eval_session *s, json_t *sheet);

#endif
