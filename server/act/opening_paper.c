/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The opening record (开标记录) on paper: what was received, opened, read out, objected and
 * answered. Printed once, by the means of the evaluation report, sealed by the centre inside the
 * file, and its digest stands in the ledger; bidders sign behind it (opening.sign).
 */
#include "server/act/acts.h"

#include <errno.h>
#include <openssl/sha.h>

#include "proto/canon.h"
#include "server/act/bid_case.h"
#include "server/act/opening_signing.h"
#include "server/act/deposit_shown.h"
#include "server/eval/report_model.h"
#include "server/report/pdf_seal.h"
#include "server/report/report_pdf.h"
#include "server/store/account_store.h"
#include "server/store/hall_store.h"
#include "server/store/opening_store.h"
#include "server/trade/offer_terms.h"

#define FORMAT "bidroom.opening_paper.v1"

/* Bids are opened through the network, wherever the host sits. */
#define ONLINE "网上开标"
#define WORDS_MAX 200

static const struct field fields[] = {
	{"lot_id", FIELD_ID, true},
	{"place", FIELD_TEXT, false, 1, WORDS_MAX},
	{"witnesses", FIELD_TEXT, false, 1, WORDS_MAX},
	{NULL},
};

enum { BASICS, BIDS, OBJECTIONS, NOTE };
static const struct report_heading headings[] = {
	[BASICS] = {"basics", "基本情况"},
	[BIDS] = {"bids", "投标、解密与唱标"},
	[OBJECTIONS] = {"objections", "开标异议与答复"},
	[NOTE] = {"note", "说明"},
};

struct paper {
	const struct bid_case *c;
	GPtrArray *bids, *objections;
	GHashTable *bonds; /* NULL: the lot asks for none */
	bool bonds_told;   /* the bank's lines are here */
	bool terms;        /* some bid has others than its price */
	struct opening_hall hall;
	int64_t count; /* of the bids handed in, opened or not */
	const char *place;
	char *host, *witnesses; /* who led it, who watched; NULL: nobody did */
};

static void paper_clear(struct paper *p)
{
	g_clear_pointer(&p->bids, g_ptr_array_unref);
	g_clear_pointer(&p->objections, g_ptr_array_unref);
	g_clear_pointer(&p->bonds, g_hash_table_unref);
	opening_hall_clear(&p->hall);
	g_free(p->host);
	g_free(p->witnesses);
}

/* Bids that were too few have no numbers: how many there were the end of the lot says. */
static int count_unopened(struct act *a, struct paper *p)
{
	g_autofree char *subject = g_strdup_printf("lot:%s", p->c->lot->lot_id);
	g_autoptr(GPtrArray) events = NULL;
	int r = event_store_of_subject_kind(a->txn, subject, "lot.failed", 0, 1, &events);

	if (!r && events->len)
		p->count = in_int(((const struct event *)events->pdata[0])->body, "count", 0);
	return r;
}

/* It failed at its deadline with too few bids; one that fails in the review was opened before. */
static bool was_not_opened(const struct lot *lot)
{
	return lot->state == LOT_FAILED && !lot->has_digest_set;
}

/* Who finished the opening; of one that was none who prints its record. */
static int read_host(struct act *a, struct paper *p)
{
	g_autofree char *subject = g_strdup_printf("lot:%s", p->c->lot->lot_id);
	g_autoptr(GPtrArray) events = NULL;
	ACCOUNT_AUTO struct account *account = NULL;
	const char *host = a->actor->account_id;
	int r = event_store_of_subject_kind(a->txn, subject, "lot.opened", 0, 1, &events);

	if (!r && events->len)
		host = ((const struct event *)events->pdata[0])->actor;
	if (!r)
		r = store_fault(account_store_get(a->txn, host, &account));
	p->host = account ? g_strdup(account->name) : NULL;
	return r;
}

/* Those who took a seat in the hall, and those who stood beside the host, whom he names. */
static int read_witnesses(struct act *a, const json_t *in, struct paper *p)
{
	const char *named = in_text(in, "witnesses");
	char *seated = NULL;
	int r = store_fault(hall_store_witnesses(a->txn, p->c->lot->lot_id, &seated));

	if (!seated || !named)
		p->witnesses = seated ? seated : g_strdup(named);
	else {
		p->witnesses = g_strdup_printf("%s、%s", seated, named);
		g_free(seated);
	}
	return r;
}

static int find_terms(struct paper *p, const struct bid_row *b)
{
	BID_TOLD_AUTO struct bid_told told = {0};
	int r = b->state == BID_OPENED ? bid_tell(b, &told) : 0;

	p->terms = told.terms != NULL;
	return r;
}

static int paper_read(struct act *a, const json_t *in, struct paper *p)
{
	const char *lot_id = p->c->lot->lot_id;
	int r = bid_store_of_lot(a->txn, lot_id, &p->bids);

	p->place = in_text(in, "place") ?: ONLINE;
	if (!r)
		r = read_host(a, p);
	if (!r)
		r = read_witnesses(a, in, p);

	if (!r)
		r = opening_store_objections(a->txn, lot_id, &p->objections);
	if (!r)
		r = opening_store_hall(a->txn, lot_id, &p->hall);
	if (!r)
		r = deposit_shown_read(a, lot_id, &p->bonds, &p->bonds_told);
	if (r)
		return r;
	for (guint i = 0; !r && !p->terms && i < p->bids->len; i++)
		r = find_terms(p, g_ptr_array_index(p->bids, i));
	p->count = p->bids->len;
	return r || !was_not_opened(p->c->lot) ? r : count_unopened(a, p);
}

static void add_time(json_t *model, const char *label, int64_t us)
{
	char text[CLOCK_TEXT_SIZE];

	report_add_pair(model, BASICS, label, us ? report_time(us, text) : NULL);
}

static void add_basics(const struct paper *p, json_t *model)
{
	const struct project *project = p->c->project;
	const struct lot *lot = p->c->lot;
	g_autofree char *set =
		lot->has_digest_set ? hex_encode(lot->digest_set, sizeof(lot->digest_set)) : NULL;
	g_autofree char *count = g_strdup_printf("%" G_GINT64_FORMAT, p->count);

	report_add_pair(model, BASICS, "项目名称", project->name);
	report_add_pair(model, BASICS, "项目编号", project->code);
	report_add_pair(model, BASICS, project->regime == REGIME_GP ? "采购人" : "招标人",
		project->buyer_name);
	report_add_pair(model, BASICS, "标段（包）", lot->name);
	report_add_pair(model, BASICS, "标段（包）编号", lot->code);
	report_add_pair(model, BASICS, "开标地点", p->place);
	report_add_pair(model, BASICS, "主持人", p->host);
	report_add_pair(model, BASICS, "见证人", p->witnesses);
	add_time(model, "投标截止时间", lot->deadline_us);
	add_time(model, "截标时间", lot->closed_us);
	add_time(model, "解密截止时间", lot->window_ends_us);
	report_add_pair(model, BASICS, "递交投标文件数", count);
	report_add_pair(model, BASICS, "回执摘要集", set);
}

static const char *bond_text(const struct paper *p, const struct bid_row *b)
{
	const struct deposit_shown *s = b->state == BID_OPENED && p->bonds
						? g_hash_table_lookup(p->bonds, b->account_id)
						: NULL;

	if (b->state != BID_OPENED)
		return "";
	if (!s)
		return p->bonds_told ? "未见" : "未登记";
	return s->form == DEPOSIT_TRANSFER ? "已到账" : "保函（保险）";
}

/* "甲公司（联合体：乙公司、丙公司）" */
static char *bidder_text(const struct bid_row *b, const json_t *consortium)
{
	GString *text = g_string_new(b->bidder_name);
	const json_t *member;
	size_t i;

	json_array_foreach (json_object_get(consortium, "members"), i, member)
		g_string_append_printf(
			text, "%s%s", i ? "、" : "（联合体：", in_text(member, "name"));
	if (consortium)
		g_string_append(text, "）");
	return g_string_free(text, FALSE);
}

enum { BID_NO, BIDDER, PRICE, TERMS, FATE, CAME, READ_OUT, BOND, N_BID_COLUMNS };

/* Terms and bonds have no column where there are none. */
static bool has_column(const struct paper *p, unsigned column)
{
	return column == TERMS ? p->terms : column != BOND || p->bonds;
}

static int add_bid(const struct paper *p, const struct bid_row *b, json_t *model)
{
	bool opened = b->state == BID_OPENED;
	char no[16], price[DECIMAL_TEXT_SIZE], came[CLOCK_TEXT_SIZE], read[CLOCK_TEXT_SIZE];
	BID_TOLD_AUTO struct bid_told told = {0};
	int r = opened ? bid_tell(b, &told) : 0;
	g_autofree char *bidder = opened ? bidder_text(b, told.consortium) : g_strdup("");
	g_autofree char *terms = offer_terms_text(told.terms);
	const char *all[N_BID_COLUMNS] = {
		[BID_NO] = no,
		[BIDDER] = bidder,
		[PRICE] = opened ? decimal_format_exact(b->price, price) : "",
		[TERMS] = terms,
		[FATE] = bid_fate(b->state, g_strcmp0(b->opened_by, "holders") == 0),
		[CAME] = report_time(opening_hall_time(p->hall.attended, b->no), came),
		[READ_OUT] = report_time(opening_hall_time(p->hall.readings, b->no), read),
		[BOND] = bond_text(p, b),
	};
	const char *cells[N_BID_COLUMNS];
	size_t n = 0;

	g_snprintf(no, sizeof(no), "%d", (int)b->no);
	for (unsigned i = 0; i < N_BID_COLUMNS; i++)
		if (has_column(p, i))
			cells[n++] = all[i];
	report_add_row(model, BIDS, cells, n);
	return r;
}

static int add_bids(const struct paper *p, json_t *model)
{
	static const struct report_column all[N_BID_COLUMNS] = {
		[BID_NO] = {"序号", REPORT_CENTER},
		[BIDDER] = {"投标人", REPORT_LEFT},
		[PRICE] = {"报价", REPORT_RIGHT},
		[TERMS] = {"其他主要内容", REPORT_LEFT},
		[FATE] = {"解密情况", REPORT_LEFT},
		[CAME] = {"签到时间", REPORT_CENTER},
		[READ_OUT] = {"唱标时间", REPORT_CENTER},
		[BOND] = {"投标保证金", REPORT_CENTER},
	};
	struct report_column columns[N_BID_COLUMNS];
	size_t n = 0;
	int r = 0;

	if (was_not_opened(p->c->lot)) {
		report_add_text(model, BIDS, "递交的投标文件数量不足，未开标，投标文件未解密。");
		return 0;
	}
	for (unsigned i = 0; i < N_BID_COLUMNS; i++)
		if (has_column(p, i))
			columns[n++] = all[i];
	report_add_table(model, BIDS, "开标一览表", columns, n);
	for (guint i = 0; !r && i < p->bids->len; i++)
		r = add_bid(p, g_ptr_array_index(p->bids, i), model);
	return r;
}

static void add_objections(const struct paper *p, json_t *model)
{
	static const struct report_column columns[] = {{"序号", REPORT_CENTER},
		{"投标序号", REPORT_CENTER}, {"异议", REPORT_LEFT}, {"提出时间", REPORT_CENTER},
		{"答复", REPORT_LEFT}, {"答复时间", REPORT_CENTER}};

	if (p->objections->len)
		report_add_table(model, OBJECTIONS, "异议与答复", columns, G_N_ELEMENTS(columns));
	for (guint i = 0; i < p->objections->len; i++) {
		const struct opening_objection *o = g_ptr_array_index(p->objections, i);
		char no[16], bid[16], raised[CLOCK_TEXT_SIZE], answered[CLOCK_TEXT_SIZE];
		const char *cells[] = {no, bid, o->said, report_time(o->raised_us, raised),
			o->answer, report_time(o->answered_us, answered)};

		g_snprintf(no, sizeof(no), "%d", (int)o->no);
		g_snprintf(bid, sizeof(bid), "%d", (int)o->bid_no);
		report_add_row(model, OBJECTIONS, cells, G_N_ELEMENTS(cells));
	}
}

static int model_of(const struct paper *p, int64_t made_us, json_t **ret)
{
	json_t *model = *ret =
		report_document_new(FORMAT, "开标记录", made_us, headings, G_N_ELEMENTS(headings));

	add_basics(p, model);
	int r = add_bids(p, model);
	add_objections(p, model);
	report_add_text(model, NOTE,
		was_not_opened(p->c->lot)
			? "本记录由系统依据账本生成。"
			: "本记录由系统依据账本生成。投标人的电子签名在本文件内；已签署、"
			  "拒绝签署及其理由、未作表示的，在归档时由中心的末次电子签章如实载明，"
			  "其效力依招标文件的规定。");
	report_model_finish(model);
	return r;
}

/* Who has no certificate prints without a seal, and the event does not say that there is one. */
static int seal(struct act *a, struct opening_paper *paper, json_t *body)
{
	const struct pdf_seal how = {.no = 1, .at_us = a->real_us};
	g_autoptr(GBytes) plain = NULL;
	int r;

	if (!a->env->signer)
		return 0;
	plain = g_steal_pointer(&paper->pdf);
	r = pdf_seal(plain, a->env->signer, &how, &paper->pdf);
	opening_signing_tell_seal(a, body);
	return r <= 0 ? r : -EBADMSG;
}

static int make(struct act *a, const struct paper *p, struct opening_paper *ret, json_t *body)
{
	uint8_t model_sha[32];
	gsize len;
	int r;

	ret->made_us = a->legal_us;
	r = model_of(p, ret->made_us, &ret->model);
	if (!r)
		r = report_document_pdf(ret->model, &ret->pdf);
	if (!r)
		r = seal(a, ret, body);
	if (!r)
		r = canon_digest(ret->model, model_sha);
	if (r)
		return r < 0 ? r : -EINVAL;
	const void *bytes = g_bytes_get_data(ret->pdf, &len);
	SHA256(bytes, len, ret->pdf_sha256);
	out_hex(body, "pdf_sha256", ret->pdf_sha256, sizeof(ret->pdf_sha256));
	out_hex(body, "model_sha256", model_sha, sizeof(model_sha));
	out_int(body, "size", (int64_t)len);
	return 0;
}

static int print(struct act *a, const json_t *in, struct paper *p, json_t *body, json_t *out)
{
	OPENING_PAPER_AUTO struct opening_paper paper = {0};
	int r = paper_read(a, in, p);

	if (!r)
		r = make(a, p, &paper, body);
	if (r)
		return r;
	r = opening_store_add_paper(a->txn, p->c->lot->lot_id, &paper);
	if (r > 0)
		return refuse(a->refusal, "opening.recorded", NULL, "it is printed once");
	out_hex(out, "pdf_sha256", paper.pdf_sha256, sizeof(paper.pdf_sha256));
	return r;
}

/* The opening is over: also one that was none, with too few bids at the deadline. */
static bool is_over(const struct lot *lot)
{
	return lot->state == LOT_OPENED || lot->state == LOT_RANKED ||
	       (lot->state == LOT_FAILED && lot->closed_us);
}

static int run(struct act *a, const json_t *in, json_t *out)
{
	BID_CASE_AUTO struct bid_case c = {0};
	struct paper p = {.c = &c};
	json_auto_t *body = NULL;
	int r = bid_case_lot(a, in_text(in, "lot_id"), true, &c);

	if (!r && !is_over(c.lot))
		r = refuse(a->refusal, opening_refusal_code(OPENING_E_STATE), NULL, "it is %s",
			lot_state_name(c.lot->state));
	if (r)
		return r;
	body = bid_case_body(&c);
	r = print(a, in, &p, body, out);
	paper_clear(&p);
	return r ? r : act_event(a, "opening.recorded", "lot", c.lot->lot_id, json_incref(body));
}

const struct act_kind opening_record_act = {.name = "opening.record", .fields = fields, .run = run};
