/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/report_compose.h"

#include <errno.h>
#include <string.h>

#include "server/act/report_candidates.h"
#include "server/act/report_faults.h"
#include "server/act/report_low_prices.h"
#include "server/act/report_questions.h"
#include "server/act/report_rollbacks.h"
#include "server/act/session_act.h"
#include "server/act/sheet_act.h"
#include "server/eval/avoidance.h"
#include "server/eval/award.h"
#include "server/eval/report_model.h"
#include "server/eval/review.h"
#include "server/store/bid_store.h"
#include "server/store/draw_store.h"
#include "server/store/member_store.h"
#include "server/store/project_store.h"
#include "server/store/review_store.h"
#include "server/store/session_store.h"
#include "server/store/venue_store.h"

/* One report on its way. */
struct composing {
	struct act *a;
	const struct eval_session *session;
	json_t *model;
	const json_t *candidates; /* may be NULL */
	GPtrArray *members; /* struct member_row */
	GPtrArray *names;   /* of the members, in step */
	size_t bids_needed; /* for a lot to go on after the qualification */
};

static void composing_clear(struct composing *c)
{
	json_decref(c->model);
	g_clear_pointer(&c->members, g_ptr_array_unref);
	g_clear_pointer(&c->names, g_ptr_array_unref);
}

static int read_members(struct composing *c)
{
	int r = member_store_of_session(c->a->txn, c->session->session_id, &c->members);

	c->names = g_ptr_array_new_with_free_func(g_free);
	for (guint i = 0; !r && i < c->members->len; i++) {
		const struct member_row *m = g_ptr_array_index(c->members, i);
		char *name = NULL;

		if (m->account_id[0])
			r = member_identity(c->a, c->session->session_id, m, NULL, &name);
		g_ptr_array_add(c->names, name);
	}
	return r;
}

static const char *regime_label(enum regime regime)
{
	return regime == REGIME_GP ? "政府采购" : "招标投标";
}

static void add_project(struct composing *c, const struct project *p)
{
	char text[DECIMAL_TEXT_SIZE];

	report_add_pair(c->model, REPORT_BASICS, "项目名称", p->name);
	report_add_pair(c->model, REPORT_BASICS, "项目编号", p->code);
	report_add_pair(c->model, REPORT_BASICS, "项目类别", regime_label(p->regime));
	report_add_pair(c->model, REPORT_BASICS, p->regime == REGIME_GP ? "采购人" : "招标人",
		p->buyer_name);
	report_add_pair(c->model, REPORT_BASICS, "代理机构", p->agency_name);
	report_add_pair(c->model, REPORT_BASICS, "预算（元）", decimal_format(p->budget, 2, text));
	report_add_pair(c->model, REPORT_BASICS, "规则库版本", p->rulebook_version);
}

static int add_places(struct composing *c)
{
	g_autoptr(GPtrArray) venues = NULL;
	g_autoptr(GString) text = g_string_new(NULL);
	int r = venue_store_of_session(c->a->txn, c->session->session_id, &venues);

	for (guint i = 0; !r && i < venues->len; i++) {
		const struct venue *v = g_ptr_array_index(venues, i);
		g_string_append_printf(text, "%s%s（%s）", i ? "、" : "", v->name, v->city);
	}
	if (!r)
		report_add_pair(c->model, REPORT_BASICS, "评审地点", text->str);
	return r;
}

static int add_draw(struct composing *c)
{
	DRAW_ROW_AUTO struct draw_row *draw = NULL;
	char time[CLOCK_TEXT_SIZE];
	int r = draw_store_by_session(c->a->txn, c->session->session_id, &draw);

	if (r)
		return r < 0 ? r : -ENOENT;
	report_add_pair(c->model, REPORT_BASICS, "专家抽取时间", report_time(draw->drawn_us, time));
	report_add_pair(c->model, REPORT_BASICS, "专家抽取种子",
		json_string_value(json_object_get(draw->record, "seed")));
	return 0;
}

static int add_basics(struct composing *c)
{
	PROJECT_AUTO struct project *p = NULL;
	char time[CLOCK_TEXT_SIZE];
	const char *rule;
	int r = project_store_get(c->a->txn, c->session->project_id, &p);

	if (r)
		return r < 0 ? r : -ENOENT;
	const struct rulebook *book = rulebook_by_version(p->rulebook_version);
	if (!book)
		return -EBADMSG;
	c->bids_needed = review_bids_needed(book, p->regime, REVIEW_QUALIFICATION, &rule);
	add_project(c, p);
	report_add_pair(c->model, REPORT_BASICS, "评标会", c->session->title);
	report_add_pair(
		c->model, REPORT_BASICS, "评审开始时间", report_time(c->session->started_us, time));
	report_add_pair(c->model, REPORT_BASICS, "报告生成时间", report_time(c->a->legal_us, time));
	r = add_places(c);
	return r ? r : add_draw(c);
}

static const char *standing(const struct composing *c, const struct member_row *m)
{
	if (m->state == MEMBER_RECUSED)
		return "已回避，其评审意见无效";
	if (m->state == MEMBER_REPLACED)
		return "已更换，其评审意见无效";
	return c->session->leader_no == m->no ? "组长" : "成员";
}

static void add_committee(struct composing *c)
{
	static const struct report_column columns[] = {{"序号", REPORT_CENTER},
		{"姓名", REPORT_LEFT}, {"身份", REPORT_LEFT}, {"评审场地", REPORT_LEFT},
		{"席位", REPORT_CENTER}, {"签到时间", REPORT_CENTER}};

	report_add_table(
		c->model, REPORT_COMMITTEE, "评标委员会成员", columns, G_N_ELEMENTS(columns));
	for (guint i = 0; i < c->members->len; i++) {
		const struct member_row *m = g_ptr_array_index(c->members, i);
		char no[16], time[CLOCK_TEXT_SIZE];
		const char *cells[] = {no, g_ptr_array_index(c->names, i), standing(c, m),
			m->venue_name, m->seat_label, report_time(m->arrived_us, time)};

		if (!m->account_id[0]) /* called, but never came */
			continue;
		g_snprintf(no, sizeof(no), "%d", m->no);
		report_add_row(c->model, REPORT_COMMITTEE, cells, G_N_ELEMENTS(cells));
	}
}

static const char *price_text(const struct lot *lot, const struct bid_row *b, char *buf)
{
	return strcmp(lot->price_form, "amount") == 0 ? decimal_format(b->price, 2, buf) : "—";
}

static int add_opening(struct composing *c, const struct lot *lot)
{
	static const struct report_column columns[] = {{"序号", REPORT_CENTER},
		{"投标人", REPORT_LEFT}, {"报价（元）", REPORT_RIGHT}, {"解密", REPORT_LEFT},
		{"递交时间", REPORT_CENTER}};
	g_autoptr(GPtrArray) bids = NULL;
	int r = bid_store_of_lot(c->a->txn, lot->lot_id, &bids);

	if (r)
		return r;
	report_add_table(c->model, REPORT_OPENING, lot->name, columns, G_N_ELEMENTS(columns));
	for (guint i = 0; i < bids->len; i++) {
		const struct bid_row *b = g_ptr_array_index(bids, i);
		char no[16], price[DECIMAL_TEXT_SIZE], time[CLOCK_TEXT_SIZE];
		const char *cells[] = {no, b->bidder_name ? b->bidder_name : "—",
			b->state == BID_OPENED ? price_text(lot, b, price) : "—",
			bid_fate(b->state, g_strcmp0(b->opened_by, "holders") == 0),
			report_time(b->finalised_us, time)};

		g_snprintf(no, sizeof(no), "%d", (int)b->no);
		report_add_row(c->model, REPORT_OPENING, cells, G_N_ELEMENTS(cells));
	}
	return 0;
}

static void add_qualified(struct composing *c, const struct sheet_lot *l)
{
	static const struct report_column columns[] = {
		{"序号", REPORT_CENTER}, {"投标人", REPORT_LEFT}, {"报价（元）", REPORT_RIGHT}};

	report_add_table(c->model, REPORT_QUALIFIED, l->lot->name, columns, G_N_ELEMENTS(columns));
	for (guint i = 0; i < l->bids->len; i++) {
		const struct bid_row *b = g_ptr_array_index(l->bids, i);
		char no[16], price[DECIMAL_TEXT_SIZE];

		if (sheet_lot_rejection(l, b->bid_id))
			continue;
		const char *cells[] = {no, b->bidder_name, price_text(l->lot, b, price)};

		g_snprintf(no, sizeof(no), "%d", (int)b->no);
		report_add_row(c->model, REPORT_QUALIFIED, cells, G_N_ELEMENTS(cells));
	}
}

static const char *item_name(const struct sheet_lot *l, const char *id)
{
	for (guint i = 0; i < l->criteria->review->len; i++) {
		const struct review_item *item = g_ptr_array_index(l->criteria->review, i);

		if (g_strcmp0(item->id, id) == 0)
			return item->name;
	}
	return id;
}

static const char *name_of_bid(const struct sheet_lot *l, const char *bid_id)
{
	for (guint i = 0; i < l->bids->len; i++) {
		const struct bid_row *b = g_ptr_array_index(l->bids, i);

		if (g_strcmp0(b->bid_id, bid_id) == 0)
			return b->bidder_name;
	}
	return "—";
}

/* "2号专家：理由；…" */
static char *dissent_text(const json_t *dissent)
{
	GString *text = g_string_new(NULL);
	json_t *row;
	size_t i;

	json_array_foreach ((json_t *)dissent, i, row) {
		g_autofree char *alias = member_alias((int)in_int(row, "member_no", 0));
		const char *reason = in_text(row, "reason");

		g_string_append_printf(text, "%s%s%s%s", i ? "；" : "", alias, reason ? "：" : "",
			reason ? reason : "");
	}
	return g_string_free(text, FALSE);
}

static void add_reviewed(struct composing *c, const struct sheet_lot *l, const json_t *row)
{
	json_t *item;
	size_t i;

	json_array_foreach (json_object_get(row, "items"), i, item) {
		g_autofree char *dissent = dissent_text(json_object_get(item, "dissent"));
		char pass[16], fail[16];
		const char *cells[] = {name_of_bid(l, in_text(row, "bid_id")),
			item_name(l, in_text(item, "item_id")), pass, fail,
			g_strcmp0(in_text(item, "state"), review_state_name(REVIEW_PASSED)) == 0
				? "通过"
				: "不通过",
			dissent};

		g_snprintf(pass, sizeof(pass), "%d", (int)in_int(item, "pass", 0));
		g_snprintf(fail, sizeof(fail), "%d", (int)in_int(item, "fail", 0));
		report_add_row(c->model, REPORT_QUALIFIED, cells, G_N_ELEMENTS(cells));
	}
}

/* What the members found of each bid, item by item, with who disagreed. */
static void add_review(struct composing *c, const struct sheet_lot *l, const GPtrArray *counts)
{
	static const struct report_column columns[] = {{"投标人", REPORT_LEFT},
		{"评审因素", REPORT_LEFT}, {"通过", REPORT_CENTER}, {"不通过", REPORT_CENTER},
		{"结论", REPORT_CENTER}, {"不同意见", REPORT_LEFT}};

	for (guint i = 0; i < counts->len; i++) {
		const struct review_count_row *count = g_ptr_array_index(counts, i);
		g_autofree char *caption = NULL;
		json_t *row;
		size_t j;

		if (strcmp(count->lot_id, l->lot->lot_id) != 0)
			continue;
		caption = g_strdup_printf("%s　%s", l->lot->name, review_stage_label(count->stage));
		report_add_table(
			c->model, REPORT_QUALIFIED, caption, columns, G_N_ELEMENTS(columns));
		json_array_foreach (count->result, j, row)
			add_reviewed(c, l, row);
	}
}

/* A lot that failed in the review has no ranking: who was rejected and why is all there is. */
static void add_failed(struct composing *c, const struct sheet_lot *l)
{
	g_autofree char *text = g_strdup_printf(
		"%s　合格投标人不足%zu家，终止评审。", l->lot->name, c->bids_needed);

	for (guint i = 0; i < l->rejections->len; i++) {
		const struct rejection *rejection = g_ptr_array_index(l->rejections, i);
		g_autofree char *label =
			g_strdup_printf("%s　%s", l->lot->name, name_of_bid(l, rejection->bid_id));

		report_add_pair(c->model, REPORT_REJECTED, label, rejection->reason);
	}
	report_add_text(c->model, REPORT_RECOMMENDED, text);
}

/* The stored result's rows follow the rank; the report's tables follow the order of receipt. */
static const json_t *result_row(const struct lot *lot, const char *bid_id)
{
	const json_t *rows = json_object_get(lot->result, "rows");
	json_t *row;
	size_t i;

	json_array_foreach ((json_t *)rows, i, row) {
		const char *id = json_string_value(json_object_get(row, "bid_id"));
		if (g_strcmp0(id, bid_id) == 0)
			return row;
	}
	return NULL;
}

static struct decimal decimal_of(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));
	struct decimal d = decimal_from_int(0);

	if (text)
		decimal_parse_text(text, &d);
	return d;
}

/* The names, borrowed, of those whose scores the result holds, in its order. */
static int names_of_result(struct composing *c, const struct lot *lot, GPtrArray **ret)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new();
	json_t *no;
	size_t i;

	json_array_foreach (json_object_get(lot->result, "members"), i, no) {
		guint at = 0;

		while (at < c->members->len &&
			((const struct member_row *)g_ptr_array_index(c->members, at))->no !=
				(int)json_integer_value(no))
			at++;
		if (at == c->members->len)
			return -EBADMSG;
		g_ptr_array_add(names, g_ptr_array_index(c->names, at));
	}
	*ret = g_steal_pointer(&names);
	return 0;
}

static int read_result(const struct sheet_lot *l, size_t n_members, struct report_bid *bids,
	struct rank_row *rows, struct decimal *totals)
{
	for (guint i = 0; i < l->bids->len; i++) {
		const struct bid_row *b = g_ptr_array_index(l->bids, i);
		const json_t *row = result_row(l->lot, b->bid_id);
		const json_t *members = json_object_get(row, "members");

		const struct rejection *rejection = sheet_lot_rejection(l, b->bid_id);

		if (!row || (!rejection && json_array_size(members) != n_members))
			return -EBADMSG;
		for (size_t m = 0; m < json_array_size(members) && m < n_members; m++)
			totals[i * n_members + m] = decimal_of(json_array_get(members, m), "total");
		bids[i] = (struct report_bid){.bidder = b->bidder_name,
			.has_price = strcmp(l->lot->price_form, "amount") == 0,
			.price = b->price,
			.rejected = rejection ? rejection->reason : NULL,
			.totals = &totals[i * n_members]};
		rows[i] = (struct rank_row){
			.rank = (unsigned)json_integer_value(json_object_get(row, "rank")),
			.tied = json_is_true(json_object_get(row, "tied")),
			.mean = decimal_of(row, "mean"),
			.price_score = decimal_of(row, "price_score"),
			.total = decimal_of(row, "total")};
	}
	return 0;
}

static int add_lot(struct composing *c, const struct lot *lot)
{
	SHEET_LOT_AUTO struct sheet_lot l = {0};
	g_autoptr(GPtrArray) counts = NULL, names = NULL;
	int r = add_opening(c, lot);

	if (!r)
		r = review_store_counts(c->a->txn, c->session->session_id, &counts);
	if (!r)
		r = sheet_lot_read(c->a, c->session->session_id, lot->lot_id, &l);
	if (r)
		return r;
	add_review(c, &l, counts);
	if (l.lot->state == LOT_FAILED) {
		add_failed(c, &l);
		return 0;
	}
	if (!l.lot->result)
		return refuse(c->a->refusal, flow_refusal_code(FLOW_E_NOT_RANKED), NULL,
			"lot %s has no result yet", lot->code);
	r = names_of_result(c, l.lot, &names);
	if (r)
		return r;
	size_t n_members = names->len;
	g_autofree struct report_bid *bids = g_new0(struct report_bid, l.bids->len + 1);
	g_autofree struct rank_row *rows = g_new0(struct rank_row, l.bids->len + 1);
	g_autofree struct decimal *totals = g_new0(struct decimal, l.bids->len * n_members + 1);
	r = read_result(&l, n_members, bids, rows, totals);
	if (r)
		return r;
	add_qualified(c, &l);
	g_autofree struct award_row *awards = report_candidates_rows(c->candidates, l.lot, l.bids);
	report_add_lot(c->model, lot->name, l.criteria, bids, rows, awards, l.bids->len,
		(const char *const *)names->pdata, n_members);
	return 0;
}

static int compose(struct composing *c)
{
	g_autoptr(GPtrArray) lots = NULL;
	int r = read_members(c);

	if (!r)
		r = add_basics(c);
	if (!r)
		r = report_add_rollbacks(c->a, c->session, c->model);
	if (!r)
		r = report_add_faults(c->a, c->session, c->model);
	if (!r)
		r = session_store_lots(c->a->txn, c->session->session_id, &lots);
	if (r)
		return r;
	add_committee(c);
	for (guint i = 0; !r && i < lots->len; i++)
		r = add_lot(c, g_ptr_array_index(lots, i));
	if (!r)
		r = report_add_questions(c->a, c->session, c->model);
	if (!r)
		r = report_add_low_prices(c->a, c->session, c->model);
	if (!r)
		report_model_finish(c->model);
	return r;
}

int report_compose(
	struct act *a, const struct eval_session *s, const json_t *candidates, json_t **ret_model)
{
	g_autofree char *title = g_strdup_printf("%s评标报告", s->project_name);
	struct composing c = {.a = a,
		.session = s,
		.model = report_model_new(title, a->legal_us),
		.candidates = candidates};
	int r = compose(&c);

	if (!r)
		*ret_model = json_incref(c.model);
	composing_clear(&c);
	return r;
}
