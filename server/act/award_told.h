/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_ACT_AWARD_TOLD_H
#define SERVER_ACT_AWARD_TOLD_H

/*
 * Which results are public, with each expert's scores. From the moment on that a notice tells the
 * result; not while a session judges the lot, again or for the first time, and not by a notice of
 * before, which tells another result than the one that was found since (重新评审). What was told
 * and is void since stays public as what it was. Who won and at what price no notice holds back.
 */
#include "db/txn.h"
#include "server/publish/told_award.h"

struct lot;

/* The result as it stands; NULL: it is not. 0 or negative errno; the caller frees it by
 * told_award_free(). */
int award_told(struct db_txn *txn, const struct lot *lot, struct told_award **ret);

/* Those of these lots that are or were, each by its notice, the earliest of a lot first: struct
 * told_award. */
int award_told_list(struct db_txn *txn, const GPtrArray *lots, GPtrArray **ret);

#endif
