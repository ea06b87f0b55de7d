/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/sheet_act.h"

#include <errno.h>
#include <string.h>

#include "server/act/session_act.h"
#include "server/act/sheet_return.h"
#include "server/eval/score.h"
#include "server/sign/sheet_cipher.h"
#include "server/store/bid_store.h"
#include "server/store/member_store.h"
#include "server/store/project_store.h"
#include "server/store/review_store.h"
#include "server/store/session_store.h"
#include "server/store/sheet_store.h"

void sheet_lot_clear(struct sheet_lot *l)
{
	lot_free(l->lot);
	criteria_free(l->criteria);
	g_clear_pointer(&l->bids, g_ptr_array_unref);
	g_clear_pointer(&l->rejections, g_ptr_array_unref);
	g_free(l->ids);
}

static int find_lot(struct act *a, const char *session_id, const char *lot_id, struct lot **ret)
{
	g_autoptr(GPtrArray) lots = NULL;
	int r = session_store_lots(a->txn, session_id, &lots);

	for (guint i = 0; !r && i < lots->len; i++) {
		struct lot *lot = g_ptr_array_index(lots, i);

		if (strcmp(lot->lot_id, lot_id) != 0)
			continue;
		*ret = g_ptr_array_steal_index(lots, i);
		return 0;
	}
	return r ? r : act_found(a, STORE_E_NONE, "lot_id");
}

const struct rejection *sheet_lot_rejection(const struct sheet_lot *l, const char *bid_id)
{
	for (guint i = 0; i < l->rejections->len; i++) {
		const struct rejection *row = g_ptr_array_index(l->rejections, i);

		if (strcmp(row->bid_id, bid_id) == 0)
			return row;
	}
	return NULL;
}

bool sheet_lot_is_scored(const struct sheet_lot *l, const struct bid_row *b)
{
	const struct rejection *rejection = sheet_lot_rejection(l, b->bid_id);

	return !rejection || rejection->scored;
}

int sheet_lot_read(struct act *a, const char *session_id, const char *lot_id, struct sheet_lot *ret)
{
	SHEET_LOT_AUTO struct sheet_lot l = {0};
	int r = find_lot(a, session_id, lot_id, &l.lot);

	if (!r)
		r = session_bids_of(a, lot_id, &l.bids);
	if (!r)
		r = review_store_rejections(a->txn, lot_id, &l.rejections);
	if (r)
		return r;
	r = criteria_read(l.lot->scheme, &l.criteria, NULL);
	if (r)
		return r < 0 ? r : -EBADMSG;
	l.ids = g_new0(const char *, l.bids->len + 1);
	for (guint i = 0; i < l.bids->len; i++) {
		const struct bid_row *b = g_ptr_array_index(l.bids, i);

		if (sheet_lot_is_scored(&l, b))
			l.ids[l.n_ids++] = b->bid_id;
	}
	*ret = l;
	l = (struct sheet_lot){0};
	return 0;
}

json_t *sheet_lot_bids(const struct sheet_lot *l)
{
	json_t *list = json_array();

	for (guint i = 0; i < l->bids->len; i++) {
		const struct bid_row *b = g_ptr_array_index(l->bids, i);

		if (!sheet_lot_is_scored(l, b))
			continue;
		json_array_append_new(list, json_pack("{s:s, s:i, s:s}", "bid_id", b->bid_id, "no",
						    (int)b->no, "bidder_name", b->bidder_name));
	}
	return list;
}

void sheet_case_clear(struct sheet_case *c)
{
	eval_session_free(c->session);
	member_row_free(c->member);
	sheet_lot_clear(&c->lot);
	sheet_row_free(c->row);
}

int sheet_lot_enter(struct act *a, const json_t *in, const char *name, bool lock,
	struct eval_session **ret_session, struct member_row **ret_member,
	struct sheet_lot *ret_lot)
{
	const char *session_id = in_text(in, "session_id");
	int r;

	/* Before anything is told about the session: whoever asks sits in it. */
	if (strcmp(a->actor->session_id, session_id) != 0)
		return act_denied(a, "sign in at a seat of this session first");
	r = session_for_act(a, session_id, name, lock, ret_session);
	if (!r)
		r = session_promised_member(a, session_id, ret_member);
	return r ? r : sheet_lot_read(a, session_id, in_text(in, "lot_id"), ret_lot);
}

int sheet_case_read(
	struct act *a, const json_t *in, const char *name, bool lock, struct sheet_case *ret)
{
	SHEET_CASE_AUTO struct sheet_case c = {0};
	int r = sheet_lot_enter(a, in, name, lock, &c.session, &c.member, &c.lot);

	if (!r)
		r = sheet_store_get(a->txn, in_text(in, "session_id"), in_text(in, "lot_id"),
			c.member->no, &c.row);
	if (r && r != STORE_E_NONE)
		return r;
	*ret = c;
	c = (struct sheet_case){0};
	return 0;
}

int sheet_check_open(struct act *a, const struct sheet_case *c)
{
	if (c->row && c->row->submitted)
		return refuse(a->refusal, "score.submitted", NULL, "it cannot be changed any more");
	if (c->lot.lot->state != LOT_OPENED)
		return refuse(a->refusal, lot_refusal_code(LOT_E_STATE), "lot_id", "the lot is %s",
			lot_state_name(c->lot.lot->state));
	return 0;
}

int64_t sheet_version(const struct sheet_case *c)
{
	return c->row ? c->row->version : 1;
}

int sheet_check(struct act *a, const struct sheet_case *c, const json_t *scores, bool complete)
{
	struct score_place place = {0};
	int r = score_check(c->lot.criteria, c->lot.ids, c->lot.n_ids, scores, complete, &place);

	if (r > 0)
		return refuse(a->refusal, score_refusal_code(r), "scores", "bid %s, item %s",
			place.bid_id ? place.bid_id : "-", place.item_id ? place.item_id : "-");
	return r ? r : sheet_return_check(a, c, scores);
}

int sheet_seal(struct act *a, const struct sheet_case *c, const json_t *content, GBytes **ret)
{
	const struct sheet_place place = {
		c->session->session_id, c->lot.lot->lot_id, c->member->no};

	return sheet_cipher_seal(a->env->scores, &place, content, ret);
}

int sheet_open(
	struct act *a, const char *session_id, const struct sheet_row *row, json_t **ret_content)
{
	const struct sheet_place place = {session_id, row->lot_id, row->member_no};

	return sheet_cipher_open(a->env->scores, &place, row->content_enc, ret_content);
}
