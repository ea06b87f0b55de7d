/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/report_candidates.h"

#include <errno.h>

#include "server/act/bid_case.h"
#include "server/act/session_act.h"
#include "server/eval/award.h"
#include "server/eval/candidates.h"
#include "server/eval/criteria.h"
#include "server/store/session_store.h"

static unsigned wins_of(const json_t *scheme)
{
	return (unsigned)in_int(scheme, "wins", 0);
}

/* Bid id -> the credit code of who handed it in, which is the same in every lot. */
static int name_bidders(struct act *a, const char *lot_id, GHashTable *bidders)
{
	g_autoptr(GPtrArray) bids = NULL;
	int r = session_bids_of(a, lot_id, &bids);

	for (guint i = 0; !r && i < bids->len; i++) {
		const struct bid_row *bid = g_ptr_array_index(bids, i);
		json_auto_t *consortium = NULL;
		char *code = NULL;

		r = bid_consortium(bid, &consortium, &code);
		if (!r)
			g_hash_table_insert(bidders, g_strdup(bid->bid_id), code);
	}
	return r;
}

static int choose(struct act *a, const GPtrArray *lots, json_t **ret)
{
	g_autofree struct candidates_lot *ranked = g_new0(struct candidates_lot, lots->len + 1);
	g_autoptr(GHashTable) bidders =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	unsigned wins = 0;
	size_t n = 0;
	int r = 0;

	for (guint i = 0; !r && i < lots->len; i++) {
		const struct lot *lot = g_ptr_array_index(lots, i);

		if (!lot->result || lot->state == LOT_FAILED)
			continue;
		wins = wins_of(lot->scheme);
		ranked[n++] = (struct candidates_lot){lot->lot_id, lot->result};
		if (wins)
			r = name_bidders(a, lot->lot_id, bidders);
	}
	if (r || !wins)
		return r;
	r = candidates_choose(ranked, n, bidders, wins, ret);
	return r <= 0 ? r : refuse(a->refusal, award_refusal_code(r), NULL, NULL);
}

int report_candidates(struct act *a, const struct eval_session *s, json_t **ret)
{
	g_autoptr(GPtrArray) lots = NULL;
	int r = session_store_lots(a->txn, s->session_id, &lots);

	return r ? r : choose(a, lots, ret);
}

struct award_row *report_candidates_rows(
	const json_t *list, const struct lot *lot, const GPtrArray *bids)
{
	const json_t *row = candidates_of(list, lot->lot_id);
	struct award_row *out = row ? g_new0(struct award_row, bids->len + 1) : NULL;

	for (guint i = 0; row && i < bids->len; i++) {
		const struct bid_row *bid = g_ptr_array_index(bids, i);

		out[i].place = candidates_place(row, bid->bid_id);
		out[i].mark = candidates_passed(row, bid->bid_id) ? AWARD_PASSED
			      : !out[i].place                     ? AWARD_NONE
			      : out[i].place == 1                 ? AWARD_FIRST
								  : AWARD_FOLLOWING;
	}
	return out;
}

int lots_check_wins(struct act *a, const json_t *lots)
{
	unsigned first = wins_of(json_object_get(json_array_get(lots, 0), "scheme"));
	json_t *lot;
	size_t i;

	json_array_foreach ((json_t *)lots, i, lot)
		if (wins_of(json_object_get(lot, "scheme")) != first)
			return refuse(a->refusal, criteria_refusal_code(CRITERIA_E_WINS), "scheme",
				"lot %zu: all lots say the same of how many one may win", i + 1);
	return 0;
}

static bool is_named(const json_t *ids, const char *id)
{
	json_t *value;
	size_t i;

	json_array_foreach ((json_t *)ids, i, value)
		if (g_strcmp0(json_string_value(value), id) == 0)
			return true;
	return false;
}

int lots_check_together(struct act *a, const char *project_id, const json_t *lots)
{
	g_autoptr(GPtrArray) all = NULL;
	int r = project_store_lots(a->txn, project_id, &all);

	for (guint i = 0; !r && i < all->len; i++) {
		const struct lot *lot = g_ptr_array_index(all, i);

		if (wins_of(lot->scheme) && lot->state != LOT_FAILED &&
			!is_named(lots, lot->lot_id))
			return refuse(a->refusal, award_refusal_code(AWARD_E_LOTS), "lots",
				"lot %s is missing", lot->code);
	}
	return r;
}
