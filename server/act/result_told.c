/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/result_told.h"

#include <string.h>

#include "server/store/notice_store.h"
#include "server/store/project_store.h"
#include "server/store/rollback_store.h"
#include "server/trade/notice.h"
#include "server/trade/notice_kind.h"

static bool is_of_result(const struct notice_row *n, bool candidates)
{
	return (candidates && n->notice.kind == NOTICE_ZTB_CANDIDATES) ||
	       n->notice.kind == NOTICE_ZTB_RESULT || n->notice.kind == NOTICE_GP_RESULT;
}

/*
 * What a correction (更正公告) corrects, through the corrections before it; any other notice
 * itself. Notices stand in the order of their publication, so each follows one before it.
 */
static const struct notice_row *corrected(const GPtrArray *notices, guint at)
{
	const struct notice_row *n = g_ptr_array_index(notices, at);

	while (n->notice.kind == NOTICE_GP_CHANGE && at > 0) {
		const struct notice_row *other = g_ptr_array_index(notices, --at);

		if (strcmp(other->notice_id, n->follows) == 0)
			n = other;
	}
	return n;
}

/* Told while this result stood, and not taken back while it did. */
static bool is_within(const struct notice_row *n, int64_t after_us, int64_t upto_us)
{
	return n->published_us > after_us && n->published_us <= upto_us &&
	       (!n->withdrawn_us || n->withdrawn_us > upto_us);
}

int result_told_between(struct db_txn *txn, const struct lot *lot, int64_t after_us,
	int64_t upto_us, bool candidates, struct result_teller *ret)
{
	g_autoptr(GPtrArray) notices = NULL;
	int r = notice_store_published_of(txn, lot->project_id, NOTICES_OF_PROJECT_MAX, &notices);

	*ret = (struct result_teller){0};
	for (guint i = 0; !r && !ret->told_us && i < notices->len; i++) {
		const struct notice_row *n = g_ptr_array_index(notices, i);
		const struct notice_row *result = corrected(notices, i);

		if (!is_within(n, after_us, upto_us) || !notice_means_lot(n->lot_nos, lot->no) ||
			!is_of_result(result, candidates))
			continue;
		ret->told_us = n->published_us;
		g_strlcpy(ret->notice_id, n->notice_id, ID_SIZE);
		g_strlcpy(ret->result_id, result->notice_id, ID_SIZE);
	}
	return r;
}

int result_told(
	struct db_txn *txn, const struct lot *lot, bool candidates, struct result_teller *ret)
{
	int64_t undone_us = 0;
	int r = rollback_store_result_undone(txn, lot->lot_id, &undone_us);

	return r ? r : result_told_between(txn, lot, undone_us, INT64_MAX, candidates, ret);
}
