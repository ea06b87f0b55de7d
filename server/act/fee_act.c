/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/fee_act.h"

#include <errno.h>
#include <string.h>

#include "server/act/session_act.h"
#include "server/eval/fee.h"
#include "server/store/expert_store.h"
#include "server/store/fee_store.h"
#include "server/store/member_store.h"
#include "server/store/session_store.h"

#define EVENTS_MAX 1000 /* of one kind */

static gint by_time(gconstpointer a, gconstpointer b)
{
	const struct fee_mark *x = a, *y = b;

	return x->at_us < y->at_us ? -1 : x->at_us > y->at_us;
}

/*
 * What its events tell of who was there behind since_us. A pass to the same seat again is the gate
 * again. Nobody is present any more once a session closes, so nothing of before is needed.
 */
static int read_marks(struct act *a, const char *session_id, int64_t since_us, GArray **ret)
{
	static const struct {
		const char *kind;
		enum fee_mark_kind mark;
	} kinds[] = {{"member.arrived", FEE_ARRIVED}, {"member.recused", FEE_LEFT},
		{"member.replaced", FEE_LEFT}, {"seat.assigned", FEE_ARRIVED},
		{"session.closed", FEE_CLOSED}, {"session.reconvened", FEE_RECONVENED},
		{"session.suspended", FEE_SUSPENDED}};
	g_autofree char *subject = g_strdup_printf("session:%s", session_id);
	g_autoptr(GArray) marks = g_array_new(FALSE, FALSE, sizeof(struct fee_mark));
	int r = 0;

	for (size_t k = 0; !r && k < G_N_ELEMENTS(kinds); k++) {
		g_autoptr(GPtrArray) events = NULL;

		r = event_store_of_subject_kind(
			a->txn, subject, kinds[k].kind, 0, EVENTS_MAX, &events);
		for (guint i = 0; !r && i < events->len; i++) {
			const struct event *e = g_ptr_array_index(events, i);
			struct fee_mark m = {
				e->legal_us, kinds[k].mark, (int)in_int(e->body, "member_no", 0)};

			if (m.at_us > since_us)
				g_array_append_val(marks, m);
		}
	}
	g_array_sort(marks, by_time);
	if (!r)
		*ret = g_steal_pointer(&marks);
	return r;
}

struct computing {
	struct act *a;
	const struct eval_session *session;
	GArray *marks;
	struct fee_rate *rates;
	size_t n_rates;
	json_t *rows;
	int64_t total_fen, without_rate;
};

static int add_row(struct computing *c, const struct member_row *m, const struct fee_time *t)
{
	EXPERT_AUTO struct expert *expert = NULL;
	g_autofree char *expert_id = NULL;
	json_t *row = json_object();
	int r = member_identity(c->a, c->session->session_id, m, &expert_id, NULL);

	json_array_append_new(c->rows, row);
	if (!r)
		r = expert_store_get(c->a->txn, expert_id, &expert);
	if (r)
		return r < 0 ? r : -ENOENT;
	const struct fee_rate *rate = fee_rate_of(c->rates, c->n_rates, expert->region);
	out_int(row, "member_no", m->no);
	out_text(row, "region", expert->region);
	out_text(row, "venue", m->venue_name);
	out_text(row, "seat", m->seat_label);
	out_time(row, "from", t->from_us);
	out_time(row, "to", t->to_us);
	out_int(row, "minutes", fee_minutes(t->us));
	c->without_rate += !rate;
	if (!rate)
		return 0;
	out_int(row, "unit_minutes", rate->unit_minutes);
	out_int(row, "unit_fen", rate->unit_fen);
	out_int(row, "min_fen", rate->min_fen);
	out_int(row, "amount_fen", fee_amount(rate, t->us));
	c->total_fen += fee_amount(rate, t->us);
	return 0;
}

static int compute(struct computing *c)
{
	g_autoptr(GPtrArray) members = NULL;
	int r = member_store_of_session(c->a->txn, c->session->session_id, &members);

	for (guint i = 0; !r && i < members->len; i++) {
		const struct member_row *m = g_ptr_array_index(members, i);
		struct fee_time t =
			fee_time((const struct fee_mark *)c->marks->data, c->marks->len, m->no);

		if (t.from_us)
			r = add_row(c, m, &t);
	}
	return r;
}

/* As it is now, from the marks behind the last close that is approved and paid. */
static int compute_sheet(
	struct act *a, const struct eval_session *s, int64_t since_us, struct fee_sheet *ret)
{
	g_autoptr(GPtrArray) list = NULL;
	g_autoptr(GArray) marks = NULL;
	g_autofree struct fee_rate *rates = NULL;
	struct computing c = {.a = a, .session = s, .rows = json_array()};
	int r = fee_store_rates(a->txn, &list);

	if (!r)
		r = read_marks(a, s->session_id, since_us, &marks);
	if (!r) {
		rates = g_new0(struct fee_rate, list->len + 1);
		for (guint i = 0; i < list->len; i++)
			rates[i] = ((struct fee_rate_row *)g_ptr_array_index(list, i))->rate;
		c.rates = rates;
		c.n_rates = list->len;
		c.marks = marks;
		r = compute(&c);
	}
	if (!r) {
		ret->closed_us = s->closed_us;
		ret->content = json_pack("{s:O, s:I, s:I}", "rows", c.rows, "total_fen",
			(json_int_t)c.total_fen, "without_rate", (json_int_t)c.without_rate);
	}
	json_decref(c.rows);
	return r;
}

int fee_read(struct act *a, const struct eval_session *s, GPtrArray **ret)
{
	g_autoptr(GPtrArray) sheets = NULL;
	int r = fee_store_sheets(a->txn, s->session_id, &sheets);

	if (r)
		return r;
	const struct fee_sheet *last =
		sheets->len ? g_ptr_array_index(sheets, sheets->len - 1) : NULL;
	if (s->closed_us && (!last || last->closed_us < s->closed_us)) {
		struct fee_sheet *now = g_new0(struct fee_sheet, 1);

		g_ptr_array_add(sheets, now);
		r = compute_sheet(a, s, last ? last->closed_us : 0, now);
	}
	if (!r)
		*ret = g_steal_pointer(&sheets);
	return r;
}

int fee_add_names(struct act *a, const struct eval_session *s, json_t *sheet)
{
	g_autoptr(GPtrArray) members = NULL;
	json_t *row;
	size_t i;
	int r = member_store_of_session(a->txn, s->session_id, &members);

	json_array_foreach (json_object_get(sheet, "rows"), i, row) {
		const struct member_row *m =
			r ? NULL : member_row_find(members, (int)in_int(row, "member_no", 0));
		g_autofree char *name = NULL;

		if (m)
			r = member_identity(a, s->session_id, m, NULL, &name);
		if (!r && name)
			out_text(row, "name", name);
	}
	return r;
}
