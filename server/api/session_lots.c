/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The lots of a session: how far the review and the sheets are, and who is out. */
#include "server/api/session_look.h"

#include <string.h>

#include "server/act/session_act.h"
#include "server/eval/panel.h"
#include "server/store/bid_store.h"
#include "server/store/member_store.h"
#include "server/store/project_store.h"
#include "server/store/review_store.h"
#include "server/store/session_store.h"
#include "server/store/sheet_store.h"

/* A stage of a lot's review: whose ballots are given, and whether it is counted. */
static json_t *review_row(const struct session_look *l, const char *lot_id, enum review_stage stage)
{
	int submitted = 0;
	bool given = false;

	for (guint i = 0; i < l->ballots->len; i++) {
		const struct review_ballot *b = g_ptr_array_index(l->ballots, i);
		const struct member_row *m = member_row_find(l->members, b->member_no);

		if (!b->submitted || b->stage != stage || strcmp(b->lot_id, lot_id) != 0)
			continue;
		submitted += m && member_counts(m->state);
		given |= l->me && l->me->no == b->member_no;
	}
	json_t *row = json_pack("{s:s, s:i, s:b}", "stage", review_stage_name(stage), "submitted",
		submitted, "counted", review_count_find(l->counts, lot_id, stage) != NULL);
	if (l->me)
		json_object_set_new(row, "given", json_boolean(given));
	return row;
}

static json_t *reviews_of(const struct session_look *l, const struct lot *lot)
{
	const json_t *items = json_object_get(lot->scheme, "review");
	json_t *list = json_array(), *item;
	enum review_stage last = 0;
	size_t i;

	json_array_foreach ((json_t *)items, i, item) {
		enum review_stage stage = review_stage_from_name(in_text(item, "stage"));

		if (stage != last)
			json_array_append_new(list, review_row(l, lot->lot_id, stage));
		last = stage;
	}
	return list;
}

/* Why bids are out. */
static int rejected_of(
	struct act *a, const struct lot *lot, const GPtrArray *rejections, json_t *row)
{
	g_autoptr(GPtrArray) bids = NULL;
	json_t *list = json_array();
	int r = session_bids_of(a, lot->lot_id, &bids);

	json_object_set_new(row, "rejected", list);
	for (guint i = 0; !r && i < rejections->len; i++) {
		const struct rejection *rejection = g_ptr_array_index(rejections, i);
		for (guint b = 0; b < bids->len; b++) {
			const struct bid_row *bid = g_ptr_array_index(bids, b);
			if (strcmp(bid->bid_id, rejection->bid_id) == 0)
				json_array_append_new(
					list, json_pack("{s:s, s:s, s:s}", "bid_id", bid->bid_id,
						      "bidder_name", bid->bidder_name, "reason",
						      rejection->reason));
		}
	}
	return r;
}

int session_out_lots(struct act *a, const struct session_look *l, json_t *out)
{
	json_t *list = json_array();
	int r = 0;

	json_object_set_new(out, "lots", list);
	for (guint i = 0; !r && i < l->lots->len; i++) {
		const struct lot *lot = g_ptr_array_index(l->lots, i);
		int submitted = 0;

		for (guint j = 0; j < l->members->len; j++) {
			const struct member_row *m = g_ptr_array_index(l->members, j);
			const struct sheet_row *s = session_look_sheet(l, lot->lot_id, m->no);

			submitted += member_counts(m->state) && s && s->submitted;
		}
		json_t *row = json_pack("{s:s, s:s, s:i, s:s, s:s, s:o, s:i, s:i, s:b}", "lot_id",
			lot->lot_id, "code", lot->code, "no", (int)lot->no, "name", lot->name,
			"state", lot_state_name(lot->state), "reviews", reviews_of(l, lot),
			"submitted", submitted, "of", (int)l->n_counting, "result_open",
			lot->state == LOT_RANKED &&
				!flow_may("session.result", l->session->step, FLOW_RUNNING));
		json_array_append_new(list, row);
		if (session_look_may_know_bids(a, l))
			r = rejected_of(a, lot, l->rejections[i], row);
	}
	return r;
}
