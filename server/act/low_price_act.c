/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/low_price_act.h"

#include <errno.h>
#include <string.h>

#include "server/act/question_act.h"
#include "server/act/review_act.h"
#include "server/act/session_act.h"
#include "server/act/sheet_act.h"
#include "server/store/bid_store.h"
#include "server/store/low_price_store.h"
#include "server/store/member_store.h"
#include "server/store/project_store.h"
#include "server/store/review_store.h"
#include "server/store/session_store.h"

#define CHECKS_MAX 10000

void low_price_case_clear(struct low_price_case *c)
{
	g_clear_pointer(&c->question, question_row_free);
}

/* The last one asked since the bid must explain that was not returned. */
static int find_question(struct act *a, const struct eval_session *s,
	const struct low_price_row *row, struct question_row **ret)
{
	g_autoptr(GPtrArray) rows = NULL;
	int r = question_store_of_session(a->txn, s->session_id, &rows);

	for (guint i = r ? 0 : rows->len; i-- > 0;) {
		const struct question_row *q = g_ptr_array_index(rows, i);

		if (q->low_price && strcmp(q->bid_id, row->bid_id) == 0 &&
			q->asked_us >= row->raised_us && (q->passed || !q->reviewed_us)) {
			r = question_store_get(a->txn, q->question_id, ret);
			return r <= 0 ? r : -EIO;
		}
	}
	return r;
}

/* Those of members who count. */
static int count_votes(struct act *a, const struct eval_session *s, const char *bid_id,
	int member_no, struct low_price_case *c)
{
	g_autoptr(GPtrArray) members = NULL, convinced = NULL, against = NULL;
	int r = member_store_of_session(a->txn, s->session_id, &members);

	if (!r)
		r = low_price_store_votes(a->txn, s->session_id, bid_id, &convinced);
	if (!r)
		r = review_votes_counting(a, s->session_id, bid_id, &against);
	if (r)
		return r;
	c->votes = (struct low_price_votes){.panel = (unsigned)s->panel_size};
	for (guint i = 0; i < convinced->len; i++) {
		const struct low_price_vote *v = g_ptr_array_index(convinced, i);
		const struct member_row *m = member_row_find(members, v->member_no);

		c->votes.convinced += m && member_counts(m->state);
		c->voted |= v->member_no == member_no;
	}
	for (guint i = 0; i < against->len; i++) {
		const struct rejection_vote *v = g_ptr_array_index(against, i);

		if (!low_price_is_clause(v->clause))
			continue;
		c->votes.against++;
		c->voted |= v->member_no == member_no;
	}
	return 0;
}

static int is_rejected(
	struct act *a, const struct low_price_row *row, bool *ret, bool *ret_silent)
{
	g_autoptr(GPtrArray) rejections = NULL;
	int r = review_store_rejections(a->txn, row->lot_id, &rejections);

	*ret = *ret_silent = false;
	for (guint i = 0; !r && i < rejections->len; i++) {
		const struct rejection *rejection = g_ptr_array_index(rejections, i);

		if (strcmp(rejection->bid_id, row->bid_id) != 0)
			continue;
		*ret = true;
		*ret_silent = rejection->cause[0] != '\0';
	}
	return r;
}

static enum low_price_answer answer_of(const struct question_row *q)
{
	if (!q)
		return LOW_PRICE_PENDING;
	if (question_outcome_from_name(q->outcome) == QUESTION_SILENT)
		return LOW_PRICE_SILENT;
	return q->answer ? LOW_PRICE_ANSWERED : LOW_PRICE_PENDING;
}

int low_price_look(struct act *a, const struct eval_session *s, const struct low_price_row *row,
	int member_no, struct low_price_case *ret)
{
	LOW_PRICE_CASE_AUTO struct low_price_case c = {0};
	bool rejected = false;
	int r = find_question(a, s, row, &c.question);

	if (!r)
		r = count_votes(a, s, row->bid_id, member_no, &c);
	if (!r)
		r = is_rejected(a, row, &rejected, &c.silent);
	if (r)
		return r;
	c.outcome = rejected ? LOW_PRICE_REJECTED
			     : low_price_settle(true, answer_of(c.question), &c.votes);
	/* Whatever it must lead to, the bid is in until it is rejected. */
	if (c.outcome == LOW_PRICE_REJECTED && !rejected)
		c.outcome = LOW_PRICE_WAITS;
	*ret = c;
	c.question = NULL;
	return 0;
}

int low_price_count_open(
	struct act *a, const struct eval_session *s, const char *lot_id, unsigned *ret)
{
	g_autoptr(GPtrArray) rows = NULL;
	int r = low_price_store_of_session(a->txn, s->session_id, &rows);

	*ret = 0;
	for (guint i = 0; !r && i < rows->len; i++) {
		LOW_PRICE_CASE_AUTO struct low_price_case c = {0};
		LOT_AUTO struct lot *lot = NULL;
		const struct low_price_row *row = g_ptr_array_index(rows, i);

		if (lot_id && strcmp(row->lot_id, lot_id) != 0)
			continue;
		r = project_store_lot(a->txn, row->lot_id, &lot);
		if (!r)
			r = low_price_look(a, s, row, 0, &c);
		*ret += !r && lot->state != LOT_FAILED && c.outcome == LOW_PRICE_WAITS;
	}
	return r <= 0 ? r : -EIO;
}

int low_price_may_ask(struct act *a, const struct eval_session *s, const char *bid_id)
{
	LOW_PRICE_ROW_AUTO struct low_price_row *row = NULL;
	LOW_PRICE_CASE_AUTO struct low_price_case c = {0};
	int r = low_price_store_get(a->txn, s->session_id, bid_id, &row);

	if (r > 0)
		return refuse(a->refusal, "low_price.none", "bid_id",
			"it need not explain its price; a member may find that it must");
	if (!r)
		r = low_price_look(a, s, row, 0, &c);
	if (!r && c.question)
		r = refuse(a->refusal, "low_price.asked", "bid_id", "it was asked already");
	return r;
}

int low_price_minutes(struct act *a, const char *lot_id, unsigned *ret)
{
	LOT_AUTO struct lot *lot = NULL;
	struct low_price_rule rule;
	const char *field = NULL;
	int r = project_store_lot(a->txn, lot_id, &lot);

	if (r)
		return r < 0 ? r : -EBADMSG;
	if (!low_price_rule_read(json_object_get(lot->scheme, "low_price"), &rule, &field))
		return -EBADMSG;
	*ret = rule.kind ? rule.minutes : 0;
	return 0;
}

int low_price_silent(struct act *a, const struct eval_session *s, const struct question_row *q)
{
	LOW_PRICE_ROW_AUTO struct low_price_row *row = NULL;
	SHEET_LOT_AUTO struct sheet_lot l = {0};
	g_autofree char *reason = NULL;
	int r = low_price_store_get(a->txn, s->session_id, q->bid_id, &row);

	if (r)
		return r < 0 ? r : 0;
	if (row->raised_us > q->asked_us || s->step != FLOW_SCORING ||
		question_outcome_from_name(q->outcome) != QUESTION_SILENT)
		return 0;
	r = sheet_lot_read(a, s->session_id, row->lot_id, &l);
	if (r || l.lot->state == LOT_FAILED || sheet_lot_rejection(&l, row->bid_id))
		return r;
	reason = low_price_silence(row->by);
	return bid_reject_now(a, s, &l, row->bid_id, reason, "silence");
}

static json_t *find_row(const json_t *rows, const char *bid_id)
{
	json_t *row;
	size_t i;

	json_array_foreach ((json_t *)rows, i, row)
		if (g_strcmp0(in_text(row, "bid_id"), bid_id) == 0)
			return row;
	return NULL;
}

/* A rule's finding of before that does not hold any more stands on record, not in the result. */
static bool is_told(const struct low_price_row *row, const struct sheet_lot *l)
{
	return strcmp(row->lot_id, l->lot->lot_id) == 0 &&
	       (!row->finding || low_price_is_found(l, row->bid_id));
}

/* Of a session that was at its scoring before prices were looked at: nobody did. */
static int was_checked(
	struct act *a, const struct eval_session *s, const char *lot_id, bool *ret)
{
	g_autofree char *subject = g_strdup_printf("session:%s", s->session_id);
	g_autoptr(GPtrArray) events = NULL;
	int r = event_store_of_subject_kind(
		a->txn, subject, "low_price.checked", 0, CHECKS_MAX, &events);

	*ret = false;
	for (guint i = 0; !r && i < events->len; i++) {
		const struct event *e = g_ptr_array_index(events, i);

		*ret |= g_strcmp0(in_text(e->body, "lot"), lot_id) == 0;
	}
	return r;
}

int low_price_tell(struct act *a, const struct eval_session *s, const struct sheet_lot *l,
	json_t *result)
{
	g_autoptr(GPtrArray) rows = NULL;
	bool checked = false;
	int r = low_price_store_of_session(a->txn, s->session_id, &rows);

	if (!r)
		r = was_checked(a, s, l->lot->lot_id, &checked);
	if (!r && checked)
		json_object_set_new(result, "low_prices", json_true());
	for (guint i = 0; !r && i < rows->len; i++) {
		LOW_PRICE_CASE_AUTO struct low_price_case c = {0};
		const struct low_price_row *row = g_ptr_array_index(rows, i);
		json_t *out = find_row(json_object_get(result, "rows"), row->bid_id);

		if (!out || !is_told(row, l))
			continue;
		r = low_price_look(a, s, row, 0, &c);
		if (!r && c.outcome != LOW_PRICE_WAITS)
			json_object_set_new(out, "low_price",
				low_price_result(
					row->by, row->finding, c.outcome == LOW_PRICE_REJECTED));
	}
	return r;
}
