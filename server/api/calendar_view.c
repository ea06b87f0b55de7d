/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The calendar of all clocks (期限日历): what published notices started, what finished reports,
 * objections and complaints started, and what is to be published. What is published is everybody's
 * to see; the rest is shown to those of its project, to the centre's staff and to supervisors.
 */
#include "server/api/views.h"

#include <errno.h>

#include "server/act/deposit_lot.h"
#include "server/act/project_party.h"
#include "server/auth/permission.h"
#include "server/store/calendar_store.h"
#include "server/store/complaint_store.h"
#include "server/store/objection_store.h"
#include "server/store/project_store.h"
#include "server/trade/medium.h"
#include "server/trade/notice_clocks.h"
#include "server/trade/tender.h"

/* No rule counts longer from a publication: what it started then has run out. */
#define LOOK_BACK_US (90 * CALENDAR_DAY_US)
#define PAGE 500

struct calendar_page {
	struct act *a;
	json_t *items;
	bool past;           /* also what has run out and asks for nothing more */
	bool own;            /* of one's own projects only */
	GHashTable *parties; /* project_id: whether the actor belongs to it */
};

static int is_party(struct calendar_page *p, const char *project_id, bool *ret)
{
	PROJECT_AUTO struct project *project = NULL;
	void *known;
	int r;

	*ret = act_has_role(p->a, ROLE_STAFF | ROLE_SUPERVISOR);
	if (*ret)
		return 0;
	if (g_hash_table_lookup_extended(p->parties, project_id, NULL, &known)) {
		*ret = GPOINTER_TO_INT(known);
		return 0;
	}
	r = project_store_get(p->a->txn, project_id, &project);
	if (!r)
		r = project_is_party(p->a, project, ret);
	if (!r)
		g_hash_table_insert(p->parties, g_strdup(project_id), GINT_TO_POINTER((int)*ret));
	return r <= 0 ? r : -EBADMSG;
}

static void out_clock(
	struct calendar_page *p, json_t *row, const struct legal_clock_row *c, bool mine)
{
	out_text(row, "what", c->what);
	if (c->rule)
		out_text(row, "rule", c->rule);
	out_time(row, "start", c->start_us);
	out_time(row, "end", c->end_us);
	json_object_set_new(row, "over", json_boolean(c->end_us <= p->a->legal_us));
	json_object_set_new(row, "mine", json_boolean(mine));
	json_array_append_new(p->items, row);
}

static json_t *notice_row(const struct calendar_notice *n)
{
	return json_pack("{s:s, s:s, s:s, s:s, s:s}", "notice_id", n->notice_id, "project_id",
		n->project_id, "project_name", n->project_name, "kind",
		notice_kind_name(n->notice.kind), "title", n->title);
}

/* A deadline and the lots that have it. */
struct deadline {
	int64_t us;
	json_t *lot_nos;
};

static void deadline_clear(void *d)
{
	json_decref(((struct deadline *)d)->lot_nos);
}

static void add_deadline(GArray *list, int64_t us, int64_t lot_no)
{
	struct deadline *d = NULL, fresh = {us, NULL};

	for (guint i = 0; i < list->len && !d; i++)
		if (g_array_index(list, struct deadline, i).us == us)
			d = &g_array_index(list, struct deadline, i);
	if (!d) {
		fresh.lot_nos = json_array();
		g_array_append_val(list, fresh);
		d = &g_array_index(list, struct deadline, list->len - 1);
	}
	if (lot_no)
		json_array_append_new(d->lot_nos, json_integer(lot_no));
}

/*
 * Changes move the deadline of lots, each of which has its own; one that ended before has none.
 * Applications and sales of assets have none of a lot: there the newest change says it.
 */
static int read_deadlines(struct calendar_page *p, const struct calendar_notice *n, GArray *list)
{
	g_autoptr(GPtrArray) lots = NULL;
	int64_t changed_us = 0;
	bool of_lots = false;
	int r = notice_kind_is_tender(n->notice.kind)
			? project_store_lots(p->a->txn, n->project_id, &lots)
			: calendar_store_changed_deadline(p->a->txn, n->notice_id, &changed_us);

	for (guint i = 0; !r && lots && i < lots->len; i++) {
		const struct lot *l = g_ptr_array_index(lots, i);

		of_lots = of_lots || l->deadline_us;
		if (l->deadline_us && l->state != LOT_FAILED)
			add_deadline(list, l->deadline_us, l->no);
	}
	if (!r && !of_lots)
		add_deadline(list, changed_us ? changed_us : n->notice.bid_deadline_us, 0);
	return r;
}

static void out_notice_clock(struct calendar_page *p, const struct calendar_notice *n,
	const struct legal_clock_row *c, const json_t *lot_nos, bool mine)
{
	if (c->end_us <= p->a->legal_us && !p->past)
		return;
	json_t *row = notice_row(n);
	if (json_array_size(lot_nos))
		json_object_set(row, "lot_nos", (json_t *)lot_nos);
	out_clock(p, row, c, mine);
}

/* Of each deadline its clocks; the others once. */
static int out_notice_clocks(struct calendar_page *p, const struct calendar_notice *n,
	const struct rulebook *book, bool mine)
{
	g_autoptr(GArray) deadlines = g_array_new(FALSE, FALSE, sizeof(struct deadline));
	g_array_set_clear_func(deadlines, deadline_clear);
	int r = read_deadlines(p, n, deadlines);

	for (guint i = 0; !r && i < MAX(1, deadlines->len); i++) {
		g_autoptr(GArray) clocks =
			g_array_new(FALSE, FALSE, sizeof(struct legal_clock_row));
		const struct deadline *d =
			deadlines->len ? &g_array_index(deadlines, struct deadline, i) : NULL;
		struct notice notice = n->notice;

		notice.bid_deadline_us = d ? d->us : 0;
		notice_clocks(&notice, n->published_us, book, p->a->env->calendar, clocks);
		for (guint k = 0; k < clocks->len; k++) {
			const struct legal_clock_row *c =
				&g_array_index(clocks, struct legal_clock_row, k);

			if (c->of_deadline ? d != NULL : i == 0)
				out_notice_clock(p, n, c,
					c->of_deadline && deadlines->len > 1 ? d->lot_nos : NULL,
					mine);
		}
	}
	return r;
}

/* It is still to be seen in one of the media it names. */
static void out_media(struct calendar_page *p, const struct calendar_notice *n,
	const struct rulebook *book, bool mine)
{
	struct legal_clock_row c = {NULL, "media", n->published_us, 0, false};

	c.end_us = medium_due_us(book, p->a->env->calendar, notice_kind_regime(n->notice.kind),
		n->published_us, &c.rule);
	if (c.end_us && n->n_seen < n->n_media)
		out_clock(p, notice_row(n), &c, mine);
}

static int out_notice(struct calendar_page *p, const void *row)
{
	const struct calendar_notice *n = row;
	const struct rulebook *book = rulebook_by_version(n->rulebook_version);
	bool mine = false;
	int r = book ? is_party(p, n->project_id, &mine) : -EBADMSG;

	if (r || (p->own && !mine))
		return r;
	r = out_notice_clocks(p, n, book, mine);
	if (!r)
		out_media(p, n, book, mine);
	return r;
}

static int out_scheduled(struct calendar_page *p, const void *row)
{
	const struct calendar_notice *n = row;
	struct legal_clock_row c = {NULL, "scheduled", 0, n->publish_at_us, false};
	bool mine = false;
	int r = is_party(p, n->project_id, &mine);

	if (!r && mine)
		out_clock(p, notice_row(n), &c, mine);
	return r;
}

/* A report is there and not all of it is published yet. */
static int out_report(struct calendar_page *p, const void *row)
{
	const struct unpublished_report *u = row;
	const struct rulebook *book = rulebook_by_version(u->rulebook_version);
	struct legal_clock_row c;
	bool mine = false;
	int r = book ? is_party(p, u->project_id, &mine) : -EBADMSG;

	if (r || !mine || !report_clock(u->regime, u->closed_us, book, p->a->env->calendar, &c))
		return r;
	out_clock(p,
		json_pack("{s:s, s:s, s:s, s:s}", "session_id", u->session_id, "project_id",
			u->project_id, "project_name", u->project_name, "title", u->title),
		&c, mine);
	return 0;
}

/* An objection waits for its answer. */
static int out_objection(struct calendar_page *p, const void *row)
{
	const struct open_objection *o = row;
	const struct rulebook *book = rulebook_by_version(o->rulebook_version);
	struct legal_clock_row c = {tender_answer_rule(o->regime, TENDER_OBJECTION),
		"objection_answer", o->asked_us, 0, false};
	bool mine = false;
	int r = book ? is_party(p, o->project_id, &mine) : -EBADMSG;

	if (r || !mine || !c.rule)
		return r;
	c.end_us = tender_answer_due(
		book, p->a->env->calendar, o->regime, TENDER_OBJECTION, o->asked_us);
	out_clock(p,
		json_pack("{s:s, s:s, s:s}", "project_id", o->project_id, "project_name",
			o->project_name, "title", o->project_name),
		&c, mine);
	return 0;
}

/*
 * What a complaint wants of the regulator is the supervisors' to know; that it suspends the
 * trading, and until when, also theirs whose project it is.
 */
static int out_complaint(struct calendar_page *p, const void *row)
{
	const struct complaint_row *c = row;
	const struct rulebook *book = rulebook_by_version(c->rulebook_version);
	g_autoptr(GArray) clocks = g_array_new(FALSE, FALSE, sizeof(struct legal_clock_row));
	bool supervises = act_has_role(p->a, ROLE_SUPERVISOR), mine = false;
	int r = book ? is_party(p, c->project_id, &mine) : -EBADMSG;

	if (r || !mine)
		return r;
	complaint_clocks(book, p->a->env->calendar, &c->times, clocks);
	for (guint i = 0; i < clocks->len; i++) {
		const struct legal_clock_row *clock =
			&g_array_index(clocks, struct legal_clock_row, i);
		bool suspension = g_str_equal(clock->what, "suspension_end");

		/* A suspension that is over asks for nothing. */
		if (suspension ? clock->end_us <= p->a->legal_us : !supervises)
			continue;
		out_clock(p,
			json_pack("{s:s, s:s, s:s, s:s*}", "project_id", c->project_id,
				"project_name", c->project_name, "title", c->project_name,
				"complaint_id", supervises ? c->complaint_id : NULL),
			clock, mine);
	}
	return 0;
}

static int read_complaints(struct calendar_page *p, const char *after, GPtrArray **ret)
{
	return complaint_store_open(p->a->txn, after, PAGE, ret);
}

/* The first of a lot's bonds that are not ordered back. */
static int first_return(
	struct calendar_page *p, const struct deposit_lot_case *l, struct legal_clock_row *ret)
{
	g_autoptr(GPtrArray) list = NULL;
	int r = deposit_store_payments(p->a->txn, l->c.lot->lot_id, &list);

	for (guint i = 0; !r && i < list->len; i++) {
		const struct deposit_payment *d = g_ptr_array_index(list, i);
		struct deposit_fate fate;
		if (d->returned_us)
			continue;
		r = deposit_fate(p->a, l, d, &fate);
		if (!r && fate.due_us && (!ret->end_us || fate.due_us < ret->end_us)) {
			ret->end_us = fate.due_us;
			ret->rule = fate.rule;
		}
	}
	return r;
}

/*
 * Bonds wait to be given back. As long as the bids are not opened nobody but the centre may know
 * that there are any.
 */
static int out_deposits(struct calendar_page *p, const void *row)
{
	const struct deposit_lot *d = row;
	DEPOSIT_LOT_AUTO struct deposit_lot_case l = {0};
	struct legal_clock_row c = {NULL, "deposit_return", 0, 0, false};
	bool mine = false;
	int r = is_party(p, d->project_id, &mine);

	if (r || !mine)
		return r;
	r = deposit_lot_read(p->a, d->lot_id, false, &l);
	if (!r && !deposit_lot_told(&l) && !act_has_role(p->a, ROLE_STAFF))
		return 0;
	if (!r)
		r = first_return(p, &l, &c);
	if (r || !c.end_us)
		return r <= 0 ? r : -EBADMSG;
	json_t *item = json_pack("{s:s, s:s, s:s, s:[I]}", "project_id", d->project_id,
		"project_name", l.c.project->name, "title", l.c.lot->name, "lot_nos",
		(json_int_t)l.c.lot->no);
	out_clock(p, item, &c, mine);
	return 0;
}

static int read_deposits(struct calendar_page *p, const char *after, GPtrArray **ret)
{
	return deposit_store_lots(p->a->txn, after, PAGE, ret);
}

/* A contract is to be published, and its copy filed, which nobody records. */
static int out_contract(struct calendar_page *p, const void *row)
{
	const struct calendar_due *d = row;
	const struct rulebook *book = rulebook_by_version(d->rulebook_version);
	g_autoptr(GArray) clocks = g_array_new(FALSE, FALSE, sizeof(struct legal_clock_row));
	bool mine = false;
	int r = book ? is_party(p, d->project_id, &mine) : -EBADMSG;

	if (r || !mine)
		return r;
	contract_clocks(d->at_us, d->told, book, p->a->env->calendar, clocks);
	for (guint i = 0; i < clocks->len; i++) {
		const struct legal_clock_row *c = &g_array_index(clocks, struct legal_clock_row, i);

		if (c->end_us <= p->a->legal_us && !p->past &&
			g_str_equal(c->what, "contract_filing"))
			continue;
		out_clock(p,
			json_pack("{s:s, s:s, s:s, s:[I]}", "project_id", d->project_id,
				"project_name", d->project_name, "title", d->title, "lot_nos",
				(json_int_t)d->lot_no),
			c, mine);
	}
	return 0;
}

/* Something held back is to be disclosed from that day on. */
static int out_withheld(struct calendar_page *p, const void *row)
{
	const struct calendar_due *d = row;
	struct legal_clock_row c = {NULL, "disclosure", 0, d->at_us, false};
	bool mine = false;
	int r = is_party(p, d->project_id, &mine);

	if (!r && mine)
		out_clock(p,
			json_pack("{s:s, s:s, s:s, s:s, s:s}", "notice_id", d->id, "project_id",
				d->project_id, "project_name", d->project_name, "kind",
				notice_kind_name(d->kind), "title", d->title),
			&c, mine);
	return r;
}

static int read_contracts(struct calendar_page *p, const char *after, GPtrArray **ret)
{
	return calendar_store_contracts(p->a->txn, p->a->legal_us - LOOK_BACK_US, after, PAGE, ret);
}

static int read_withheld(struct calendar_page *p, const char *after, GPtrArray **ret)
{
	return calendar_store_withheld(p->a->txn, after, PAGE, ret);
}

static int read_notices(struct calendar_page *p, const char *after, GPtrArray **ret)
{
	return calendar_store_notices(p->a->txn, p->a->legal_us - LOOK_BACK_US, after, PAGE, ret);
}

static int read_scheduled(struct calendar_page *p, const char *after, GPtrArray **ret)
{
	return calendar_store_scheduled(p->a->txn, after, PAGE, ret);
}

static int read_reports(struct calendar_page *p, const char *after, GPtrArray **ret)
{
	return calendar_store_unpublished(p->a->txn, after, PAGE, ret);
}

/* The same of an objection to the candidates or the result. */
static int out_result_objection(struct calendar_page *p, const void *row)
{
	const struct objection_row *o = row;
	const struct rulebook *book = rulebook_by_version(o->rulebook_version);
	struct legal_clock_row c = {NULL, "result_objection_answer", o->received_us, 0, false};
	bool mine = false;
	int r = book ? is_party(p, o->project_id, &mine) : -EBADMSG;

	if (r || !mine)
		return r;
	c.end_us =
		objection_answer_due(book, p->a->env->calendar, o->regime, o->received_us, &c.rule);
	out_clock(p,
		json_pack("{s:s, s:s, s:s}", "project_id", o->project_id, "project_name",
			o->project_name, "title", o->notice_title),
		&c, mine);
	return 0;
}

static int read_result_objections(struct calendar_page *p, const char *after, GPtrArray **ret)
{
	return objection_store_open(p->a->txn, after, PAGE, ret);
}

static int read_objections(struct calendar_page *p, const char *after, GPtrArray **ret)
{
	return calendar_store_objections(p->a->txn, after, PAGE, ret);
}

/* The rows of the store begin with their id. */
static int out_all(struct calendar_page *p,
	int (*read)(struct calendar_page *p, const char *after, GPtrArray **ret),
	int (*out)(struct calendar_page *p, const void *row))
{
	char after[ID_SIZE] = "";
	guint n = PAGE;
	int r = 0;

	while (!r && n == PAGE) {
		g_autoptr(GPtrArray) rows = NULL;

		r = read(p, after, &rows);
		n = r ? 0 : rows->len;
		for (guint i = 0; !r && i < n; i++) {
			const char *id = g_ptr_array_index(rows, i);

			g_strlcpy(after, id, sizeof(after));
			r = out(p, id);
		}
	}
	return r;
}

static const struct field fields[] = {
	{"past", FIELD_BOOL, false},
	{"own", FIELD_BOOL, false},
	{NULL},
};

static const struct {
	int (*read)(struct calendar_page *p, const char *after, GPtrArray **ret);
	int (*out)(struct calendar_page *p, const void *row);
} parts[] = {
	{read_notices, out_notice},
	{read_reports, out_report},
	{read_objections, out_objection},
	{read_result_objections, out_result_objection},
	{read_complaints, out_complaint},
	{read_scheduled, out_scheduled},
	{read_deposits, out_deposits},
	{read_contracts, out_contract},
	{read_withheld, out_withheld},
};

static int run(struct act *a, const json_t *in, json_t *out)
{
	struct calendar_page p = {
		.a = a,
		.items = json_array(),
		.past = in_bool(in, "past", false),
		.own = in_bool(in, "own", false),
		.parties = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
	};
	int r = 0;

	json_object_set_new(out, "items", p.items);
	out_time(out, "now", a->legal_us);
	for (size_t i = 0; !r && i < G_N_ELEMENTS(parts); i++)
		r = out_all(&p, parts[i].read, parts[i].out);
	g_hash_table_unref(p.parties);
	return r;
}

const struct act_kind calendar_view = {
	.name = "calendar.get", .fields = fields, .run = run, .flags = ACT_READ};
