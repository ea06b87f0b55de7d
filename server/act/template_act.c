/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/template_act.h"

#include <errno.h>
#include <openssl/sha.h>
#include <string.h>

#include "proto/canon.h"
#include "server/act/notice_withheld.h"
#include "server/store/notice_store.h"
#include "server/trade/notice_check.h"
#include "server/trade/template.h"

int template_refuse(struct act *a, int refusal, const char *field, const char *why)
{
	return refuse(a->refusal, template_refusal_code(refusal), field, "%s", why);
}

static struct template_words words_of(const struct project *p)
{
	return (struct template_words){.name = p->name,
		.code = p->code,
		.contact = p->contact,
		.buyer = p->buyer_name,
		.agency = p->agency_name};
}

json_t *template_part(const struct template *t, const json_t *body)
{
	return strcmp(t->subject, "project") == 0
		       ? template_project_part(body)
		       : template_notice_part(notice_kind_from_name(t->kind), body);
}

json_t *template_for_project(const struct template *t, const struct project *project)
{
	struct template_words words = words_of(project);
	json_t *part = template_part(t, t->body), *filled = template_fill(part, &words);

	json_decref(part);
	return filled;
}

/* A draft may still say elsewhere what it holds back. */
static int refuse_leak(struct act *a, const struct notice_row *n)
{
	g_autoptr(GArray) verdicts = verdicts_new();
	json_t *list = NULL;
	int r = notice_withheld_json(a->env, a->txn, n->notice_id, WITHHELD_ALL, &list);

	if (r)
		return r;
	json_t *withheld = notice_withheld_by_field(list);
	struct notice_case c = {.withheld = withheld};
	notice_check_leak(&n->notice, &c, verdicts);
	json_decref(withheld);
	json_decref(list);
	const struct rule_verdict *first = verdicts_first_refusal(verdicts);
	return first ? verdict_refuse(first, a->refusal) : 0;
}

/* Times, lots and the chain belong to the project; what is withheld stays where it is. */
static int from_notice(struct act *a, const char *notice_id, struct template *t)
{
	NOTICE_AUTO struct notice_row *n = NULL;
	PROJECT_AUTO struct project *p = NULL;
	int r = act_found(a, notice_store_get(a->txn, notice_id, &n), "notice_id");

	if (!r)
		r = act_found(a, project_store_get(a->txn, n->project_id, &p), "project_id");
	if (!r)
		r = refuse_leak(a, n);
	if (r)
		return r;
	json_auto_t *draft = json_pack("{s:s, s:s, s:O, s:O}", "title", n->title, "body_md",
		n->body_md, "fields", n->fields, "media", n->media);
	struct template_words words = words_of(p);
	g_strlcpy(t->subject, "notice", sizeof(t->subject));
	g_strlcpy(t->kind, notice_kind_name(n->notice.kind), sizeof(t->kind));
	t->regime = n->regime;
	json_decref(t->proposed);
	t->proposed = template_take_notice(n->notice.kind, draft, &words);
	return 0;
}

static json_t *lots_of(const GPtrArray *lots)
{
	json_t *out = json_array();

	for (guint i = 0; i < lots->len; i++) {
		const struct lot *l = g_ptr_array_index(lots, i);
		json_t *row = json_pack("{s:s, s:s}", "name", l->name, "price_form", l->price_form);

		if (json_object_size(l->scheme))
			json_object_set(row, "scheme", l->scheme);
		json_array_append_new(out, row);
	}
	return out;
}

static json_t *holders_of(const GPtrArray *holders)
{
	json_t *out = json_array();

	for (guint i = 0; i < holders->len; i++) {
		const struct project_holder *h = g_ptr_array_index(holders, i);
		json_array_append_new(out, json_string(h->account_id));
	}
	return out;
}

static json_t *project_body(
	const struct project *p, const GPtrArray *lots, const GPtrArray *holders)
{
	json_auto_t *body = json_deep_copy(p->facts);

	out_text(body, "region", p->region);
	out_text(body, "method", p->method);
	json_object_set_new(body, "lots", lots_of(lots));
	if (p->regime != REGIME_ASSET) {
		out_int(body, "holder_threshold", p->holder_threshold);
		out_int(body, "window_minutes", p->window_minutes);
		out_text(body, "rescue", opening_rescue_name(p->rescue));
		json_object_set_new(body, "holders", holders_of(holders));
	}
	return template_project_part(body);
}

static int from_project(struct act *a, const char *project_id, struct template *t)
{
	PROJECT_AUTO struct project *p = NULL;
	g_autoptr(GPtrArray) lots = NULL, holders = NULL;
	int r = act_found(a, project_store_get(a->txn, project_id, &p), "project_id");

	if (!r)
		r = project_store_lots(a->txn, project_id, &lots);
	if (!r)
		r = project_store_holders(a->txn, project_id, &holders);
	if (r)
		return r;
	g_strlcpy(t->subject, "project", sizeof(t->subject));
	g_strlcpy(t->kind, lot_category_name(p->category), sizeof(t->kind));
	t->regime = p->regime;
	json_decref(t->proposed);
	t->proposed = project_body(p, lots, holders);
	return 0;
}

int template_read_source(struct act *a, const json_t *in, struct template *t)
{
	if (in_has(in, "notice_id") == in_has(in, "project_id"))
		return refuse(a->refusal,
			in_has(in, "notice_id") ? "input.invalid" : "input.missing", "notice_id",
			"a notice or a project");
	return in_has(in, "notice_id") ? from_notice(a, in_text(in, "notice_id"), t)
				       : from_project(a, in_text(in, "project_id"), t);
}

int template_usable(
	struct act *a, const char *template_id, enum regime regime, struct template **ret)
{
	int r = act_found(a, template_store_get(a->txn, template_id, ret), "template_id");

	if (r)
		return r;
	if (!(*ret)->body || (*ret)->retired_us)
		return template_refuse(a, TEMPLATE_E_STATE, "template_id", "it is not in use");
	return (*ret)->regime == regime
		       ? 0
		       : template_refuse(a, TEMPLATE_E_KIND, "template_id", "of another regime");
}

int template_event(struct act *a, const char *kind, const struct template *t, const json_t *body,
	const char *reason)
{
	g_autoptr(GString) text = NULL;
	uint8_t sha[SHA256_DIGEST_LENGTH];
	int r = canon_dump(body, &text);

	if (r)
		return r < 0 ? r : -EINVAL;
	SHA256((const uint8_t *)text->str, text->len, sha);
	json_t *told = json_pack("{s:s, s:s, s:s, s:s, s:s*}", "name", t->name, "subject",
		t->subject, "regime", regime_name(t->regime), "kind", t->kind, "reason", reason);
	out_hex(told, "body_sha256", sha, sizeof(sha));
	return act_event(a, kind, "template", t->template_id, told);
}
