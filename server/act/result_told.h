/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_ACT_RESULT_TOLD_H
#define SERVER_ACT_RESULT_TOLD_H

/* Whether a notice tells the result of a lot, as it stands or as it once stood. */
#include <stdbool.h>
#include <stdint.h>

#include <glib.h>

#include "server/core/id.h"

struct db_txn;
struct lot;

/* The first notice that does: a result, or the correction (更正公告) of one. */
struct result_teller {
	int64_t told_us;      /* 0: none does */
	int64_t withdrawn_us; /* 0: it stands */
	char notice_id[ID_SIZE];
	char result_id[ID_SIZE]; /* what it corrects; itself, where it is no correction */
};

/*
 * The result as it stands, by a notice that was published after the one before it was undone
 * (重新评审). candidates: the publicity of candidates (中标候选人公示) tells it, too. 0 or negative
 * errno.
 */
int result_told(
	struct db_txn *txn, const struct lot *lot, bool candidates, struct result_teller *ret);
/* A result that stood until upto_us; the one before it was undone at after_us, or there was none.
 */
int result_told_between(struct db_txn *txn, const struct lot *lot, int64_t after_us,
	int64_t upto_us, bool candidates, struct result_teller *ret);
/*
 * Those (struct result_teller) that told it in that time, each while no other did, and were
 * withdrawn before its end: what was published stays published. The caller frees the array.
 */
int result_told_gone(
	struct db_txn *txn, const struct lot *lot, int64_t after_us, int64_t upto_us, GArray **ret);

#endif
