/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_ACT_RESULT_TOLD_H
#define SERVER_ACT_RESULT_TOLD_H

/* Whether a notice tells the result of a lot as it stands. */
#include <stdbool.h>
#include <stdint.h>

#include "server/core/id.h"

struct db_txn;
struct lot;

/*
 * When the first one did: a result, or the correction (更正公告) of one, published after the result
 * was undone the last time (重新评审); 0: none. candidates: the publicity of candidates (中标候选人公示)
 * tells it, too. Which notice did, in ret_notice_id, which may be NULL. 0 or negative errno.
 */
int result_told(struct db_txn *txn, const struct lot *lot, bool candidates, int64_t *ret_us,
	char ret_notice_id[ID_SIZE]);

#endif
