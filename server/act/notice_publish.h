/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_ACT_NOTICE_PUBLISH_H
#define SERVER_ACT_NOTICE_PUBLISH_H

#include "server/act/act.h"
#include "server/store/notice_store.h"

/* Results and contracts: what a complaint that suspends the trading keeps from being published. */
bool notice_goes_on_with_trading(enum notice_kind kind);

/*
 * 0, or REFUSED by the first thing that forbids its publication now: a rule, or a complaint that
 * suspends the trading which it would go on with (results, contracts).
 */
int notice_publish_allowed(struct act *a, const struct notice_row *row);

/*
 * Adds what keeps a notice that invites from being published now: each lot it means must take bids
 * until its deadline and be announced by no other notice. 0 or negative errno.
 */
int notice_publish_find_lots(struct act *a, const struct notice_row *row, GArray *verdicts);

/*
 * Publishes a locked notice whose state and rules were asked: text and digest, effect on the
 * project's lots, event. Fills url, text_sha256 and version.
 */
int notice_publish_now(struct act *a, const struct notice_row *row, json_t *out);

/*
 * Adds what the ledger could not take, for an event has an end. The row may be a draft that was
 * never stored and lacks this and that. `withheld`: as notice_case has it. 0 or negative errno.
 */
int notice_publish_check(
	struct act *a, const struct notice_row *row, const json_t *withheld, GArray *verdicts);

#endif
