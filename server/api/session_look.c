/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/api/session_look.h"

#include <errno.h>
#include <string.h>

#include "server/act/session_act.h"
#include "server/eval/panel.h"
#include "server/store/bid_store.h"
#include "server/store/member_store.h"
#include "server/store/project_store.h"
#include "server/store/report_store.h"
#include "server/store/review_store.h"
#include "server/store/session_store.h"
#include "server/store/sheet_store.h"

void session_look_clear(struct session_look *l)
{
	eval_session_free(l->session);
	member_row_free(l->me);
	for (guint i = 0; l->rejections && i < l->lots->len; i++)
		g_clear_pointer(&l->rejections[i], g_ptr_array_unref);
	g_free(l->rejections);
	g_clear_pointer(&l->members, g_ptr_array_unref);
	g_clear_pointer(&l->lots, g_ptr_array_unref);
	g_clear_pointer(&l->sheets, g_ptr_array_unref);
	g_clear_pointer(&l->signatures, g_ptr_array_unref);
	g_clear_pointer(&l->refusals, g_ptr_array_unref);
	g_clear_pointer(&l->ballots, g_ptr_array_unref);
	g_clear_pointer(&l->counts, g_ptr_array_unref);
	g_free(l->signed_by);
	g_free(l->n_scores);
}

static int count_scores(struct act *a, const struct lot *lot, const GPtrArray *rejections, int *ret)
{
	g_autoptr(GPtrArray) bids = NULL;
	int r = session_bids_of(a, lot->lot_id, &bids);
	guint n = r || lot->state == LOT_FAILED ? 0 : bids->len;

	for (guint i = 0; n && i < rejections->len; i++)
		n -= !((const struct rejection *)g_ptr_array_index(rejections, i))->scored;
	if (!r)
		*ret = (int)(n * json_array_size(json_object_get(lot->scheme, "items")));
	return r;
}

static int read_review(struct act *a, const char *session_id, struct session_look *l)
{
	int r = review_store_ballots(a->txn, session_id, &l->ballots);

	if (!r)
		r = review_store_counts(a->txn, session_id, &l->counts);
	if (!r)
		r = session_stages(a, session_id, &l->stages);
	l->rejections = g_new0(GPtrArray *, l->lots->len + 1);
	for (guint i = 0; !r && i < l->lots->len; i++)
		r = review_store_rejections(a->txn,
			((const struct lot *)g_ptr_array_index(l->lots, i))->lot_id,
			&l->rejections[i]);
	return r;
}

int session_look_read(struct act *a, const char *session_id, struct session_look *l)
{
	int r = act_found(a, session_store_get(a->txn, session_id, &l->session), "session_id");

	if (!r)
		r = session_viewer(a, session_id, SESSION_MAY_LOOK, &l->me);
	if (!r)
		r = act_found(a, room_store_session(a->txn, session_id, &l->room), "session_id");
	if (r)
		return r;
	r = member_store_of_session(a->txn, session_id, &l->members);
	if (!r)
		r = session_store_lots(a->txn, session_id, &l->lots);
	if (!r)
		r = sheet_store_of_session(a->txn, session_id, &l->sheets);
	if (!r)
		r = report_store_signatures(a->txn, session_id, &l->signatures);
	if (!r)
		r = report_store_refusals(a->txn, session_id, &l->refusals);
	if (r)
		return r < 0 ? r : -ENOENT;
	l->signed_by = g_new0(bool, l->members->len + 1);
	for (guint i = 0; i < l->members->len; i++) {
		const struct member_row *m = g_ptr_array_index(l->members, i);

		l->n_counting += member_counts(m->state);
		l->signed_by[i] = report_has_signed(l->signatures, m->no);
	}
	r = read_review(a, session_id, l);
	l->n_scores = g_new0(int, l->lots->len + 1);
	for (guint i = 0; !r && i < l->lots->len; i++)
		r = count_scores(
			a, g_ptr_array_index(l->lots, i), l->rejections[i], &l->n_scores[i]);
	return r;
}

const struct sheet_row *session_look_sheet(
	const struct session_look *l, const char *lot_id, int member_no)
{
	for (guint i = 0; i < l->sheets->len; i++) {
		const struct sheet_row *s = g_ptr_array_index(l->sheets, i);
		if (s->member_no == member_no && strcmp(s->lot_id, lot_id) == 0)
			return s;
	}
	return NULL;
}

const struct report_unsigned *session_look_refusal(const struct session_look *l, int member_no)
{
	for (guint i = 0; i < l->refusals->len; i++) {
		const struct report_unsigned *r = g_ptr_array_index(l->refusals, i);

		if (r->member_no == member_no)
			return r;
	}
	return NULL;
}

bool session_look_may_know_bids(struct act *a, const struct session_look *l)
{
	return (l->me || act_has_role(a, SESSION_MAY_KNOW)) &&
	       !flow_may("session.bids", l->session->step, FLOW_RUNNING);
}
