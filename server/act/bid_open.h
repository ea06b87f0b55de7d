/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_ACT_BID_OPEN_H
#define SERVER_ACT_BID_OPEN_H

/*
 * Opening one bid with its content key, whoever brought the key: the whole file is read and
 * checked, then key (wrapped), manifest and price go into the row and the bid is announced. A bid
 * whose content fails its checks is invalid for good, for no other key opens it.
 */
#include "server/act/bid_case.h"

#define BID_KEY_LEN 32
/* A purpose of server/sign/field_cipher. */
#define BID_SHARE_PURPOSE "bid.share"

struct bid_opening {
	const uint8_t *key;
	const char *by; /* "bidder" or "holders" */
	/* A key that the bidder has not registered yet is refused, for he may still do so;
	 * otherwise it makes the bid invalid. */
	bool may_come_back;
};

/*
 * The row of c->bid is written already and its state allows it. 0: it is opened or invalid, see
 * c->bid->state; *ret_reason is the code of what is wrong with an invalid one, else NULL. REFUSED
 * with bid.key_bad: not the key of this bid; bid.signer_unknown.
 */
int bid_open(
	struct act *a, struct bid_case *c, const struct bid_opening *how, const char **ret_reason);

#endif
