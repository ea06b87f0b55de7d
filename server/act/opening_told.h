/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_ACT_OPENING_TOLD_H
#define SERVER_ACT_OPENING_TOLD_H

/*
 * Which openings are public as a whole: those that are over (lot.opened). While one runs, its hall
 * tells of each bid as it is opened; open data wait for the end, when nothing changes any more.
 */
#include "db/txn.h"
#include "server/publish/told_opening.h"

struct lot;

/* Of these lots, which are of one project: struct told_opening. 0 or negative errno. */
int opening_told_list(struct db_txn *txn, const GPtrArray *lots, GPtrArray **ret);

/*
 * The opening of the lot, whose project is locked, is over: what was written of the notice that
 * invited the bids is written again. 0 or negative errno.
 */
int opening_told_touch(struct db_txn *txn, const struct lot *lot);

#endif
