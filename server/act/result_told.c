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

/* Told while this result stood. */
static bool is_within(const struct notice_row *n, int64_t after_us, int64_t upto_us)
{
	return n->published_us > after_us && n->published_us <= upto_us;
}

static bool is_taken_back(const struct notice_row *n, int64_t upto_us)
{
	return n->withdrawn_us && n->withdrawn_us <= upto_us;
}

static struct result_teller teller_of(const struct notice_row *n, const struct notice_row *result)
{
	struct result_teller teller = {.told_us = n->published_us, .withdrawn_us = n->withdrawn_us};

	g_strlcpy(teller.notice_id, n->notice_id, ID_SIZE);
	g_strlcpy(teller.result_id, result->notice_id, ID_SIZE);
	return teller;
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

		if (is_within(n, after_us, upto_us) && !is_taken_back(n, upto_us) &&
			notice_means_lot(n->lot_nos, lot->no) && is_of_result(result, candidates))
			*ret = teller_of(n, result);
	}
	return r;
}

int result_told_gone(
	struct db_txn *txn, const struct lot *lot, int64_t after_us, int64_t upto_us, GArray **ret)
{
	g_autoptr(GPtrArray) notices = NULL;
	int64_t silent_us = 0; /* from when on no other tells it */
	int r = notice_store_published_of(txn, lot->project_id, NOTICES_OF_PROJECT_MAX, &notices);

	*ret = g_array_new(FALSE, FALSE, sizeof(struct result_teller));
	for (guint i = 0; !r && i < notices->len; i++) {
		const struct notice_row *n = g_ptr_array_index(notices, i);
		const struct notice_row *result = corrected(notices, i);

		if (!is_within(n, after_us, upto_us) || !notice_means_lot(n->lot_nos, lot->no))
			continue;
		/* What comes after the end of a lot tells the results of others. */
		if (notice_kind_row(n->notice.kind)->effect == EFFECT_END)
			break;
		if (!is_of_result(result, true) || n->published_us < silent_us)
			continue;
		if (!is_taken_back(n, upto_us))
			break;
		struct result_teller teller = teller_of(n, result);
		g_array_append_val(*ret, teller);
		silent_us = n->withdrawn_us;
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
