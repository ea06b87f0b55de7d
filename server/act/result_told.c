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

static const struct notice_row *followed_by(const GPtrArray *notices, const struct notice_row *n)
{
	for (guint i = 0; i < notices->len; i++) {
		const struct notice_row *other = g_ptr_array_index(notices, i);

		if (strcmp(other->notice_id, n->follows) == 0)
			return other;
	}
	return NULL;
}

/* A result, or the correction (更正公告) of one. */
static bool tells(const GPtrArray *notices, const struct notice_row *n, const struct lot *lot,
	bool candidates)
{
	const struct notice_row *changed =
		n->notice.kind == NOTICE_GP_CHANGE ? followed_by(notices, n) : NULL;

	return n->state == NOTICE_PUBLISHED && notice_means_lot(n->lot_nos, lot->no) &&
	       (is_of_result(n, candidates) || (changed && is_of_result(changed, candidates)));
}

int result_told(struct db_txn *txn, const struct lot *lot, bool candidates, int64_t *ret_us,
	char ret_notice_id[ID_SIZE])
{
	g_autoptr(GPtrArray) notices = NULL;
	int64_t undone_us = 0;
	int r = rollback_store_result_undone(txn, lot->lot_id, &undone_us);

	*ret_us = 0;
	if (!r)
		r = notice_store_published_of(
			txn, lot->project_id, NOTICES_OF_PROJECT_MAX, &notices);
	for (guint i = 0; !r && !*ret_us && i < notices->len; i++) {
		const struct notice_row *n = g_ptr_array_index(notices, i);

		if (n->published_us <= undone_us || !tells(notices, n, lot, candidates))
			continue;
		*ret_us = n->published_us;
		if (ret_notice_id)
			g_strlcpy(ret_notice_id, n->notice_id, ID_SIZE);
	}
	return r;
}
