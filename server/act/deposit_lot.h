/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_ACT_DEPOSIT_LOT_H
#define SERVER_ACT_DEPOSIT_LOT_H

/*
 * A lot as its bid bonds (投标保证金) see it: what it asks for, and what became of it; and what
 * every act and view on a bond asks.
 */
#include "server/act/bid_case.h"
#include "server/store/deposit_store.h"

struct deposit_lot_case {
	struct bid_case c; /* lot, project and book */
	bool asked;        /* a bond is; then terms say which */
	struct deposit_terms terms;
	struct lot_settlement settlement; /* zeros: none */
};

void deposit_lot_clear(struct deposit_lot_case *l);
#define DEPOSIT_LOT_AUTO __attribute__((cleanup(deposit_lot_clear)))

/* What a lot of the project asks for; *ret_asked: it asks for a bond at all. 0 or negative errno.
 */
int deposit_lot_terms(const struct act_env *env, struct db_txn *txn, const struct project *p,
	const struct lot *lot, bool *ret_asked, struct deposit_terms *ret);

/* As bid_case_lot(); a lot that is not announced does not exist. */
int deposit_lot_read(struct act *a, const char *lot_id, bool lock, struct deposit_lot_case *ret);

/*
 * Whether anybody but the bidder may learn that there is a bond or payment of the lot: once its
 * bids were opened, or it failed.
 */
bool deposit_lot_told(const struct deposit_lot_case *l);

/* 0, or REFUSED: the lot asks for no bond, takes no bids any more, or its deadline is over. */
int deposit_lot_takes(struct act *a, const struct deposit_lot_case *l);

/* The bidder's reference for the lot, which is locked; made when there is none yet. */
int deposit_of_bidder(struct act *a, const struct deposit_lot_case *l, struct deposit **ret);

/* Whether a payment may go back now, and by when it must (0: no rule says so). */
struct deposit_fate {
	bool returnable;
	int64_t due_us;
	const char *rule;
};
int deposit_fate(struct act *a, const struct deposit_lot_case *l, const struct deposit_payment *p,
	struct deposit_fate *ret);

/* Who paid: {"name", "account", "bank"}; a new object. */
int deposit_payer(struct act *a, const struct deposit_payment *p, json_t **ret);

/* {"project", "lot"}: how events of a bond begin, so that the ledger knows whose they are. */
json_t *deposit_body(const struct deposit_lot_case *l);

#endif
