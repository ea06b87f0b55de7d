/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The tender file (招标文件) as everybody may see it, with what the bidder who asks has of it; the
 * questions and answers; and what waits: for a bidder the changes, for the agency the questions.
 */
#include "server/api/views.h"

#include <string.h>

#include "server/act/notice_attachment.h"
#include "server/act/project_party.h"
#include "server/act/tender_hand.h"
#include "server/store/visit_store.h"
#include "server/auth/permission.h"

#define PAGE 100

static const struct field fields[] = {
	{"project_id", FIELD_ID, true},
	{NULL},
};

static int out_files(
	struct act *a, const struct notice_row *n, const struct tender_hand *h, json_t *row)
{
	json_t *list = NULL, *file;
	size_t i;
	int r = notice_attachments_json(a->txn, n->notice_id, &list);

	if (r)
		return r;
	json_array_foreach (list, i, file)
		out_time(file, "fetched_at", tender_fetched_us(h, in_text(file, "attachment_id")));
	json_object_set_new(row, "files", list);
	return 0;
}

static int out_notice(struct act *a, const struct tender_case *c, const struct notice_row *n,
	const struct tender_hand *h, json_t *row)
{
	int64_t at_us;

	out_text(row, "notice_id", n->notice_id);
	out_text(row, "kind", notice_kind_name(n->notice.kind));
	out_text(row, "title", n->title);
	out_text(row, "state", notice_state_name(n->state));
	out_time(row, "published_at", n->published_us);
	if (n->notice.affects_bids)
		json_object_set_new(row, "affects_bids", json_true());
	json_object_set_new(row, "waiting",
		json_boolean(
			tender_is_change(c, n, &at_us) && tender_waits(h, n->notice_id, at_us)));
	if (tender_is_part(n))
		return out_files(a, n, h, row);
	json_object_set_new(row, "files", json_array());
	return 0;
}

static int out_visits(
	struct act *a, const struct tender_case *c, const struct tender_hand *h, json_t *out)
{
	g_autoptr(GPtrArray) visits = NULL;
	json_t *list = json_array();
	int r = visit_store_list(a->txn, c->project->project_id, &visits);

	json_object_set_new(out, "visits", list);
	for (guint i = 0; !r && i < visits->len; i++) {
		const struct site_visit *v = g_ptr_array_index(visits, i);
		json_t *row = json_object();
		out_text(row, "visit_id", v->visit_id);
		out_time(row, "starts_at", v->starts_us);
		out_text(row, "place", v->place);
		if (v->note)
			out_text(row, "note", v->note);
		out_time(row, "announced_at", v->announced_us);
		out_time(row, "cancelled_at", v->cancelled_us);
		if (v->reason)
			out_text(row, "reason", v->reason);
		json_object_set_new(row, "waiting",
			json_boolean(tender_waits(h, v->visit_id, site_visit_at(v))));
		json_array_append_new(list, row);
	}
	return r;
}

static int run_documents(struct act *a, const json_t *in, json_t *out)
{
	TENDER_CASE_AUTO struct tender_case c = {0};
	TENDER_HAND_AUTO struct tender_hand hand = {0};
	json_t *list = json_array();
	int r = tender_case_read(a, in_text(in, "project_id"), false, &c);

	json_object_set_new(out, "notices", list);
	if (!r)
		r = tender_hand_read(a, &c, &hand);
	if (r)
		return r;
	out_text(out, "project_id", c.project->project_id);
	out_text(out, "name", c.project->name);
	out_text(out, "regime", regime_name(c.project->regime));
	out_time(out, "offer_start", c.times.offer_start_us);
	out_time(out, "offer_end", c.times.offer_end_us);
	out_time(out, "deadline", c.times.deadline_us);
	project_out_joint(c.project, out);
	for (guint i = 0; !r && i < c.notices->len; i++) {
		const struct notice_row *n = g_ptr_array_index(c.notices, i);
		int64_t at_us;
		if (!tender_is_part(n) && !tender_is_change(&c, n, &at_us))
			continue;
		json_t *row = json_object();
		json_array_append_new(list, row);
		r = out_notice(a, &c, n, &hand, row);
	}
	return r ? r : out_visits(a, &c, &hand, out);
}

const struct act_kind tender_documents_view = {
	.name = "tender.documents", .fields = fields, .run = run_documents, .flags = ACT_READ};

static void out_due(
	struct act *a, const struct tender_case *c, const struct tender_question *q, json_t *row)
{
	int64_t due_us =
		tender_answer_due(c->book, a->env->calendar, c->times.regime, q->kind, q->asked_us);

	if (!due_us || q->answer)
		return;
	out_text(row, "rule", tender_answer_rule(c->times.regime, q->kind));
	out_time(row, "due", due_us);
	json_object_set_new(row, "overdue", json_boolean(a->legal_us >= due_us));
}

/* What is answered is everybody's; what is not, its asker's and the project's own people's. */
static int run_questions(struct act *a, const json_t *in, json_t *out)
{
	TENDER_CASE_AUTO struct tender_case c = {0};
	TENDER_HAND_AUTO struct tender_hand hand = {0};
	g_autoptr(GPtrArray) list = NULL;
	json_t *items = json_array();
	bool party = false;
	int r = tender_case_read(a, in_text(in, "project_id"), false, &c);

	json_object_set_new(out, "items", items);
	if (!r && act_has_role(a, ROLE_AGENCY | ROLE_STAFF | ROLE_BUYER))
		r = project_is_party(a, c.project, &party);
	if (!r)
		r = tender_hand_read(a, &c, &hand);
	if (!r)
		r = tender_store_questions(a->txn, c.project->project_id, &list);
	for (guint i = 0; !r && i < list->len; i++) {
		const struct tender_question *q = g_ptr_array_index(list, i);
		bool mine = strcmp(q->account_id, a->actor->account_id) == 0;
		if (!q->answer && !mine && !party)
			continue;
		json_t *row = tender_question_json(q);
		if (mine)
			json_object_set_new(row, "mine", json_true());
		json_object_set_new(row, "waiting",
			json_boolean(
				q->answer && tender_waits(&hand, q->question_id, q->answered_us)));
		if (mine || party)
			out_due(a, &c, q, row);
		json_array_append_new(items, row);
	}
	return r;
}

const struct act_kind tender_questions_view = {
	.name = "tender.questions", .fields = fields, .run = run_questions, .flags = ACT_READ};

static const struct field page_fields[] = {
	{"after", FIELD_NAME, false, 0, 64},
	{"limit", FIELD_INT, false, 1, PAGE},
	{NULL},
};

static const char *after_of(const json_t *in)
{
	const char *after = in_text(in, "after");

	return after ? after : "";
}

/* Whose question it is to answer, by project: asked once of each. */
static int is_mine(struct act *a, GHashTable *mine, const struct project *p, bool *ret)
{
	void *known;
	int r = 0;

	if (g_hash_table_lookup_extended(mine, p->project_id, NULL, &known)) {
		*ret = GPOINTER_TO_INT(known);
		return 0;
	}
	r = project_is_party(a, p, ret);
	if (!r)
		g_hash_table_insert(mine, g_strdup(p->project_id), GINT_TO_POINTER(*ret));
	return r;
}

static int out_open(struct act *a, const struct tender_question *q, GHashTable *mine, json_t *items)
{
	TENDER_CASE_AUTO struct tender_case c = {0};
	PROJECT_AUTO struct project *p = NULL;
	bool party = false;
	int r = act_found(a, project_store_get(a->txn, q->project_id, &p), "project_id");

	if (!r)
		r = is_mine(a, mine, p, &party);
	if (!r && party)
		r = tender_case_read(a, q->project_id, false, &c);
	if (r || !party)
		return r;
	json_t *row = tender_question_json(q);
	out_text(row, "project_id", q->project_id);
	out_text(row, "project_name", p->name);
	out_due(a, &c, q, row);
	json_array_append_new(items, row);
	return 0;
}

/* Reads on through those of others until the page is full or there are no more. */
static int run_open(struct act *a, const json_t *in, json_t *out)
{
	g_autoptr(GHashTable) mine = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	size_t limit = (size_t)in_int(in, "limit", PAGE);
	g_autofree char *last = g_strdup(after_of(in));
	json_t *items = json_array();
	guint n = PAGE;
	int r = 0;

	json_object_set_new(out, "items", items);
	while (!r && n == PAGE && json_array_size(items) < limit) {
		g_autoptr(GPtrArray) list = NULL;
		r = tender_store_open_questions(a->txn, last, PAGE, &list);
		n = r ? 0 : list->len;
		for (guint i = 0; !r && i < n && json_array_size(items) < limit; i++) {
			const struct tender_question *q = g_ptr_array_index(list, i);
			r = out_open(a, q, mine, items);
			g_free(last);
			last = g_strdup(q->question_id);
		}
	}
	json_object_set_new(
		out, "next", json_array_size(items) == limit ? json_string(last) : json_null());
	return r;
}

const struct act_kind tender_open_questions_view = {
	.name = "tender.open_questions", .fields = page_fields, .run = run_open, .flags = ACT_READ};

static void add_waiting(
	json_t *list, const char *id, const char *what, const char *title, int64_t at_us)
{
	json_t *row = json_object();

	out_text(row, "subject_id", id);
	out_text(row, "what", what);
	out_text(row, "title", title);
	out_time(row, "at", at_us);
	json_array_append_new(list, row);
}

static int out_waiting(
	struct act *a, const struct tender_case *c, const struct tender_hand *h, json_t *waiting)
{
	g_autoptr(GPtrArray) list = NULL, visits = NULL;
	int64_t at_us;
	int r = tender_store_questions(a->txn, c->project->project_id, &list);

	if (!r)
		r = visit_store_list(a->txn, c->project->project_id, &visits);
	for (guint i = 0; !r && i < visits->len; i++) {
		const struct site_visit *v = g_ptr_array_index(visits, i);
		if (tender_waits(h, v->visit_id, site_visit_at(v)))
			add_waiting(waiting, v->visit_id, "visit", v->place, site_visit_at(v));
	}

	for (guint i = 0; !r && i < c->notices->len; i++) {
		const struct notice_row *n = g_ptr_array_index(c->notices, i);
		if (tender_is_change(c, n, &at_us) && tender_waits(h, n->notice_id, at_us))
			add_waiting(waiting, n->notice_id,
				n->state == NOTICE_WITHDRAWN ? "withdrawn" : "notice", n->title,
				at_us);
	}
	for (guint i = 0; !r && i < list->len; i++) {
		const struct tender_question *q = g_ptr_array_index(list, i);
		if (q->answer && tender_waits(h, q->question_id, q->answered_us))
			add_waiting(waiting, q->question_id, "answer", q->shown, q->answered_us);
	}
	return r;
}

static int out_tender(struct act *a, const struct tender_holding *held, json_t *items)
{
	TENDER_CASE_AUTO struct tender_case c = {0};
	TENDER_HAND_AUTO struct tender_hand hand = {0};
	json_t *row = json_object(), *waiting = json_array();
	int r = tender_case_read(a, held->project_id, false, &c);

	json_array_append_new(items, row);
	json_object_set_new(row, "waiting", waiting);
	if (!r)
		r = tender_hand_read(a, &c, &hand);
	if (r)
		return r;
	out_text(row, "project_id", held->project_id);
	out_text(row, "name", c.project->name);
	out_time(row, "fetched_at", held->first_us);
	out_time(row, "deadline", c.times.deadline_us);
	return out_waiting(a, &c, &hand, waiting);
}

static int run_own(struct act *a, const json_t *in, json_t *out)
{
	unsigned limit = (unsigned)in_int(in, "limit", PAGE);
	g_autoptr(GPtrArray) list = NULL;
	json_t *items = json_array();
	int r = tender_store_holdings(a->txn, a->actor->account_id, after_of(in), limit, &list);

	json_object_set_new(out, "items", items);
	for (guint i = 0; !r && i < list->len; i++)
		r = out_tender(a, g_ptr_array_index(list, i), items);
	if (r)
		return r;
	const struct tender_holding *last =
		list->len == limit ? g_ptr_array_index(list, limit - 1) : NULL;
	json_object_set_new(out, "next", last ? json_string(last->project_id) : json_null());
	return 0;
}

const struct act_kind tender_list_own_view = {
	.name = "tender.list_own", .fields = page_fields, .run = run_own, .flags = ACT_READ};
