/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_ACT_DEPOSIT_SHOWN_H
#define SERVER_ACT_DEPOSIT_SHOWN_H

/* Bid bonds as an opening tells of them (table 507: whether, how and when): of opened bids alone.
 */
#include <glib.h>

#include "server/act/act.h"
#include "server/store/bid_store.h"
#include "server/store/project_store.h"
#include "server/trade/deposit.h"

struct deposit_shown {
	enum deposit_form form;
	struct decimal amount;
	int64_t at_us; /* booked, or handed in */
};

/*
 * *ret: of each account the bond there is; NULL: the lot asks for none. *ret_told: the bank's lines
 * of the time before the deadline are here; without them a bond that is not there is only not
 * registered (未登记). Whoever shows one has seen that its bid was opened. 0 or negative errno.
 */
int deposit_shown_read(struct act *a, const char *lot_id, GHashTable **ret, bool *ret_told);

/*
 * The bonds behind opened bids of a project, as the exchange tells of them: struct exchange_bond
 * (server/publish/exchange.h). Nothing of a bid that is not opened; nothing where nobody can say
 * that a bond is missing. 0 or negative errno.
 */
int deposit_shown_bonds(const struct act_env *env, struct db_txn *txn, const struct project *p,
	const GPtrArray *lots, const GPtrArray *bids, GPtrArray **ret);

#endif
