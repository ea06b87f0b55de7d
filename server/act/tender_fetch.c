/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A bidder fetches a file of the tender (招标文件), and says later that it has seen what changed.
 * Both are on the record; that there are such bidders, and which, is nobody's business before the
 * opening.
 */
#include "server/act/acts.h"

#include <string.h>

#include "server/act/bid_case.h"
#include "server/act/tender_hand.h"
#include "server/store/visit_store.h"
#include "server/store/attachment_store.h"

static const struct field fetch_fields[] = {
	{"project_id", FIELD_ID, true},
	{"attachment_id", FIELD_ID, true},
	{NULL},
};

/* A file of this tender that is in force; of another notice there is none under this address. */
static int find(struct act *a, const json_t *in, const struct tender_case *c,
	const struct notice_row **ret_notice, struct attachment **ret)
{
	const char *id = in_text(in, "attachment_id");
	int r = act_found(a, attachment_store_get(a->txn, id, ret), "attachment_id");

	if (r)
		return r;
	*ret_notice = notice_row_find(c->notices, (*ret)->notice_id);
	return *ret_notice && tender_is_part(*ret_notice)
		       ? 0
		       : act_found(a, STORE_E_NONE, "attachment_id");
}

static int check_offer(struct act *a, const struct tender_case *c, const struct attachment *at)
{
	TENDER_HAND_AUTO struct tender_hand hand = {0};
	char end[CLOCK_TEXT_SIZE];
	int r = at->offered ? tender_hand_read(a, c, &hand) : 0;

	if (r || !at->offered)
		return r;
	r = tender_may_fetch(&c->times, hand.file_us != 0, a->legal_us);
	return r ? refuse_rule(a->refusal, tender_refusal_code(r),
			   notice_kind_row(c->announced->notice.kind)->offer_rule, NULL,
			   "the files were offered until %s",
			   clock_format_beijing(c->times.offer_end_us, end))
		 : 0;
}

/* Under the copy of this bidder: no other number of its events is taken by it. */
static int copy_event(struct act *a, const struct tender_case *c, const char *kind, json_t *body)
{
	char copy_id[ID_SIZE];
	int r = tender_store_copy(a->txn, c->project->project_id, a->actor->account_id, copy_id);

	if (r) {
		json_decref(body);
		return store_fault(r);
	}
	out_text(body, "project", c->project->project_id);
	return act_event(a, kind, "copy", copy_id, body);
}

/* The first time a file is fetched is an event; of the others the last and their number are kept.
 */
static int record(struct act *a, const struct tender_case *c, const struct notice_row *n,
	const struct attachment *at)
{
	bool first = false;
	int r = tender_store_add_fetch(a->txn, c->project->project_id, at->attachment_id,
		a->actor->account_id, a->legal_us, &first);

	if (r || !first)
		return r;
	json_t *body = json_pack("{s:s, s:s, s:s, s:I}", "notice", n->notice_id, "attachment",
		at->attachment_id, "name", at->name, "size", (json_int_t)at->size);
	out_hex(body, "sha256", at->sha256, sizeof(at->sha256));
	return copy_event(a, c, "tender.fetched", body);
}

static int run_fetch(struct act *a, const json_t *in, json_t *out)
{
	TENDER_CASE_AUTO struct tender_case c = {0};
	ATTACHMENT_AUTO struct attachment *at = NULL;
	const struct notice_row *notice = NULL;
	g_autoptr(GBytes) bytes = NULL;
	int r = tender_case_read(a, in_text(in, "project_id"), false, &c);

	if (!r)
		r = tender_case_require_offer(a, &c);
	if (!r)
		r = find(a, in, &c, &notice, &at);
	if (!r)
		r = check_offer(a, &c, at);
	if (!r)
		r = attachment_file_read(a->env->data_dir, at->attachment_id, &bytes);
	if (!r)
		r = record(a, &c, notice, at);
	if (r)
		return r;
	out_text(out, "name", at->name);
	out_base64(out, "content", bytes);
	return 0;
}

const struct act_kind tender_fetch_act = {
	.name = "tender.fetch", .fields = fetch_fields, .run = run_fetch, .flags = ACT_SECRET};

static const struct field seen_fields[] = {
	{"project_id", FIELD_ID, true},
	{"subject_id", FIELD_ID, true},
	{NULL},
};

/* A visit to the site, or that there will be none. */
static int find_visit(struct act *a, const struct tender_case *c, const char *id, json_t *body,
	int64_t *ret_at_us)
{
	SITE_VISIT_AUTO struct site_visit *v = NULL;
	int r = visit_store_get(a->txn, id, &v);

	if (!r && strcmp(v->project_id, c->project->project_id) != 0)
		return STORE_E_NONE;
	if (r)
		return r;
	*ret_at_us = site_visit_at(v);
	out_text(body, "visit", id);
	out_time(body, "starts_at", v->starts_us);
	out_text(body, "state", v->cancelled_us ? "cancelled" : "announced");
	return 0;
}

/* What it is about and says, and since when it does: a change, or an answer. */
static int find_subject(struct act *a, const struct tender_case *c, const char *id, json_t *body,
	int64_t *ret_at_us)
{
	TENDER_QUESTION_AUTO struct tender_question *q = NULL;
	const struct notice_row *n = notice_row_find(c->notices, id);
	int r;

	if (n && tender_is_change(c, n, ret_at_us)) {
		out_text(body, "notice", id);
		out_text(body, "state", notice_state_name(n->state));
		out_hex(body, "text_sha256", n->text_sha256, sizeof(n->text_sha256));
		return 0;
	}
	r = find_visit(a, c, id, body, ret_at_us);
	if (r != STORE_E_NONE)
		return r;
	r = tender_store_question(a->txn, id, &q);
	if (!r && (!q->answer || strcmp(q->project_id, c->project->project_id) != 0))
		r = STORE_E_NONE;
	if (r)
		return act_found(a, r, "subject_id");
	*ret_at_us = q->answered_us;
	out_text(body, "question", id);
	out_text(body, "shown", q->shown);
	out_text(body, "answer", q->answer);
	return 0;
}

static int check_waits(struct act *a, const struct tender_case *c, const char *id, int64_t at_us)
{
	TENDER_HAND_AUTO struct tender_hand hand = {0};
	int r = tender_hand_read(a, c, &hand);

	if (!r && !hand.first_us)
		return refuse(a->refusal, tender_refusal_code(TENDER_E_NOT_FETCHED), NULL, NULL);
	if (!r && !tender_waits(&hand, id, at_us))
		return refuse(
			a->refusal, tender_refusal_code(TENDER_E_NOT_WAITING), "subject_id", NULL);
	return r;
}

static int run_seen(struct act *a, const json_t *in, json_t *out)
{
	TENDER_CASE_AUTO struct tender_case c = {0};
	json_auto_t *body = json_object();
	const char *subject = in_text(in, "subject_id");
	int64_t at_us = 0;
	int r = tender_case_read(a, in_text(in, "project_id"), false, &c);

	if (!r)
		r = find_subject(a, &c, subject, body, &at_us);
	if (!r)
		r = check_waits(a, &c, subject, at_us);
	if (!r)
		r = tender_store_see(a->txn, a->actor->account_id, subject, a->legal_us);
	if (r)
		return r;
	out_time(body, "at", at_us);
	return copy_event(a, &c, "tender.acknowledged", json_incref(body));
}

const struct act_kind tender_acknowledge_act = {
	.name = "tender.acknowledge", .fields = seen_fields, .run = run_seen};
