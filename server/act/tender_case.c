/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/tender_case.h"

#include <errno.h>
#include <string.h>

void tender_case_clear(struct tender_case *c)
{
	project_free(c->project);
	g_clear_pointer(&c->notices, g_ptr_array_unref);
	*c = (struct tender_case){0};
}

static enum notice_effect effect_of(const struct notice_row *n)
{
	return notice_kind_row(n->notice.kind)->effect;
}

bool tender_invites(const struct notice_row *n, int lot_no)
{
	return n->state == NOTICE_PUBLISHED && effect_of(n) == EFFECT_ANNOUNCE &&
	       notice_means_lot(n->lot_nos, lot_no);
}

bool tender_is_part(const struct notice_row *n)
{
	return n->state == NOTICE_PUBLISHED && notice_kind_makes_tender(n->notice.kind);
}

bool tender_is_change(const struct tender_case *c, const struct notice_row *n, int64_t *ret_at_us)
{
	bool withdrawn = n->state == NOTICE_WITHDRAWN;

	*ret_at_us = withdrawn ? n->withdrawn_us : n->published_us;
	return withdrawn || effect_of(n) == EFFECT_CHANGE || effect_of(n) == EFFECT_END ||
	       (effect_of(n) == EFFECT_ANNOUNCE && n->publish_seq > c->first_seq);
}

/* Assets are sold elsewhere: their lots have no deadline, the notices tell it. */
static int64_t listing_deadline(const struct tender_case *c)
{
	int64_t deadline_us = 0;

	for (guint i = 0; i < c->notices->len; i++) {
		const struct notice_row *n = g_ptr_array_index(c->notices, i);
		if (tender_is_part(n) && n->notice.bid_deadline_us)
			deadline_us = n->notice.bid_deadline_us;
	}
	return deadline_us;
}

/*
 * The first of the lots that take bids: of those whose deadline is still to come, where there are
 * such, for one that is over and not closed yet says nothing about the others. When none takes bids
 * any more, the last there was.
 */
static int read_deadline(struct act *a, const struct tender_case *c, struct tender_times *t)
{
	enum lot_state taking = t->regime == REGIME_ASSET ? LOT_DRAFT : LOT_BIDDING;
	g_autoptr(GPtrArray) lots = NULL;
	int64_t open_us = 0, past_us = 0, last_us = 0;
	int r = project_store_lots(a->txn, c->project->project_id, &lots);

	t->over = true;
	for (guint i = 0; !r && i < lots->len; i++) {
		const struct lot *l = g_ptr_array_index(lots, i);
		last_us = MAX(last_us, l->deadline_us);
		if (l->state != taking)
			continue;
		if (l->deadline_us <= a->legal_us)
			past_us = MAX(past_us, l->deadline_us);
		else
			open_us = open_us ? MIN(open_us, l->deadline_us) : l->deadline_us;
		t->over = false;
	}
	t->deadline_us = t->regime == REGIME_ASSET ? listing_deadline(c)
			 : open_us                 ? open_us
			 : past_us                 ? past_us
						   : last_us;
	return r;
}

static int read_times(struct act *a, struct tender_case *c)
{
	struct tender_times *t = &c->times;

	t->regime = c->project->regime;
	if (c->announced) {
		t->offer_start_us =
			MAX(c->announced->notice.offer_start_us, c->announced->published_us);
		t->offer_end_us = c->announced->notice.offer_end_us;
	}
	return read_deadline(a, c, t);
}

static void find_announcements(struct tender_case *c)
{
	for (guint i = 0; i < c->notices->len; i++) {
		const struct notice_row *n = g_ptr_array_index(c->notices, i);
		if (effect_of(n) != EFFECT_ANNOUNCE)
			continue;
		if (!c->first_seq)
			c->first_seq = n->publish_seq;
		if (n->state == NOTICE_PUBLISHED)
			c->announced = n;
	}
}

int tender_case_read(struct act *a, const char *project_id, bool lock, struct tender_case *ret)
{
	int r = lock ? project_store_lock(a->txn, project_id, &ret->project)
		     : project_store_get(a->txn, project_id, &ret->project);

	r = act_found(a, r, "project_id");
	if (!r)
		r = notice_store_published_of(
			a->txn, project_id, NOTICES_OF_PROJECT_MAX, &ret->notices);
	if (r)
		return r;
	if (!ret->notices->len)
		return act_found(a, STORE_E_NONE, "project_id");
	find_announcements(ret);
	ret->book = rulebook_by_version(ret->project->rulebook_version);
	return ret->book ? read_times(a, ret) : -EBADMSG;
}

int tender_takes_bids(struct act *a, const char *project_id, bool *ret)
{
	TENDER_CASE_AUTO struct tender_case c = {0};
	PROJECT_AUTO struct project *project = NULL;
	int r = project_store_takes_bids(a->txn, project_id, ret);

	if (!r && !*ret)
		r = project_store_get(a->txn, project_id, &project);
	if (r || *ret || project->regime != REGIME_ASSET)
		return r;
	r = tender_case_read(a, project_id, false, &c);
	*ret = !r && !c.times.over && a->legal_us < c.times.deadline_us;
	return r;
}

int tender_open_objection(struct act *a, const struct project *p, char ret_id[static ID_SIZE])
{
	g_autoptr(GPtrArray) list = NULL;
	int r = tender_store_questions(a->txn, p->project_id, &list);

	*ret_id = '\0';
	for (guint i = 0; !r && !*ret_id && i < list->len; i++) {
		const struct tender_question *q = g_ptr_array_index(list, i);
		if (!q->answer && tender_ask_pauses(p->regime, q->kind))
			g_strlcpy(ret_id, q->question_id, ID_SIZE);
	}
	return r;
}

int tender_case_require_offer(struct act *a, const struct tender_case *c)
{
	return c->announced ? 0
			    : refuse(a->refusal, tender_refusal_code(TENDER_E_NOT_OFFERED), NULL,
				      "no tender notice is in force");
}

json_t *tender_question_json(const struct tender_question *q)
{
	json_t *out = json_object();

	out_text(out, "question_id", q->question_id);
	out_text(out, "kind", tender_ask_name(q->kind));
	out_text(out, "question", q->shown ? q->shown : q->said);
	out_time(out, "asked_at", q->asked_us);
	if (!q->answer)
		return out;
	out_text(out, "answer", q->answer);
	out_time(out, "answered_at", q->answered_us);
	json_object_set_new(out, "affects_bids", json_boolean(q->affects_bids));
	return out;
}
