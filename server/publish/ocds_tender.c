/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tender and award blocks of a release. */
#include <stdbool.h>
#include <string.h>

#include "server/eval/criteria.h"
#include "server/publish/notice_plain.h"
#include "server/publish/notice_withheld.h"
#include "server/publish/ocds_parts.h"

/* 公开招标 is open; whoever is invited or asked is a choice of the buyer. */
static void put_method(json_t *tender, const char *method)
{
	static const struct {
		const char *name, *code, *details;
	} methods[] = {
		{"open", "open", "公开招标"},
		{"invited", "selective", "邀请招标"},
		{"negotiation", "limited", "竞争性谈判"},
		{"consultation", "limited", "竞争性磋商"},
		{"inquiry", "limited", "询价"},
		{"auction", "open", "拍卖"},
		{"listing", "open", "挂牌"},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(methods); i++) {
		if (strcmp(methods[i].name, method) != 0)
			continue;
		ocds_put_text(tender, "procurementMethod", methods[i].code);
		ocds_put_text(tender, "procurementMethodDetails", methods[i].details);
	}
}

static json_t *criterion(const char *name, const char *type, struct decimal points)
{
	return json_pack("{s:s, s:s, s:[{s:o, s:s}]}", "type", type, "name", name, "numbers",
		"number", ocds_number(points), "weight", "pointsExact");
}

/* Items and price, with the points each can bring. */
static json_t *award_criteria(const struct lot *lot)
{
	struct criteria *c = NULL;
	json_t *list = json_array();

	if (!lot->scheme || criteria_read(lot->scheme, &c, NULL) != 0) {
		json_decref(list);
		return NULL;
	}
	for (guint i = 0; i < c->items->len; i++) {
		const struct criteria_item *item = g_ptr_array_index(c->items, i);
		json_array_append_new(list, criterion(item->name, "quality", item->max));
	}
	if (price_method_scores(c->price.method))
		json_array_append_new(list, criterion("价格", "price", c->price.weight));
	criteria_free(c);
	return json_pack(
		"{s:s, s:o}", "weightingDescription", "各项满分之和为100分", "criteria", list);
}

static const char *lot_status(const struct ocds_process *p, const struct notice_row *n)
{
	switch (notice_stage_of(n)) {
	case STAGE_AWARD:
		return "complete";
	case STAGE_END:
		return notice_kind_ends_with(n, "_failure") ? "unsuccessful" : "cancelled";
	default:
		return "active";
	}
}

/* Bids are sealed and opened through the network: when, and how long their keys are waited for. */
static json_t *bid_opening(const struct ocds_process *p, int64_t opening_us)
{
	json_t *opening = json_object();

	ocds_put_time(opening, "date", opening_us);
	if (p->project->regime != REGIME_ASSET && p->project->window_minutes > 0) {
		g_autofree char *how = g_strdup_printf(
			"网上开标，投标人自开标起%d分钟内解密", (int)p->project->window_minutes);
		ocds_put_text(opening, "description", how);
	}
	return opening;
}

static json_t *lots(const struct ocds_process *p, const struct notice_row *n, int64_t opening_us)
{
	json_t *list = json_array();

	for (guint i = 0; i < p->lots->len; i++) {
		const struct lot *lot = g_ptr_array_index(p->lots, i);
		json_t *out = json_pack("{s:s, s:s, s:s}", "id", lot->code, "title", lot->name,
			"status", lot_status(p, n));
		if (lot->has_ceiling)
			ocds_put_value(out, "value", lot->ceiling);
		json_t *criteria = award_criteria(lot);
		if (criteria)
			json_object_set_new(out, "awardCriteria", criteria);
		if (opening_us)
			json_object_set_new(out, "bidOpening", bid_opening(p, opening_us));
		json_array_append_new(list, out);
	}
	return list;
}

static json_t *document(const struct site *site, const struct notice_row *n)
{
	g_autofree char *url =
		g_strdup_printf("%s/notices/%s.html", site->public_url, n->notice_id);
	static const char *const types[] = {
		[STAGE_TENDER] = "tenderNotice",
		[STAGE_CHANGE] = "clarifications",
		[STAGE_CANDIDATES] = "evaluationReports",
		[STAGE_AWARD] = "awardNotice",
		[STAGE_END] = "cancellationDetails",
	};
	json_t *out = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "id", n->notice_id,
		"documentType", types[notice_stage_of(n)], "title", n->title, "description",
		notice_kind_title(n->notice.kind), "url", url, "format", "text/html", "language",
		"zh");

	ocds_put_time(out, "datePublished", n->published_us);
	g_autofree char *media = notice_media_text(n->media);
	ocds_put_text(out, "otherMedia", media);
	return out;
}

/* A clarification is question and answer in one text; who asked stays unnamed. */
static void put_enquiry(json_t *tender, const struct notice_row *n)
{
	json_t *list = json_object_get(tender, "enquiries");

	if (!notice_kind_ends_with(n, "_clarification"))
		return;
	if (!list) {
		list = json_array();
		json_object_set_new(tender, "enquiries", list);
		json_object_set_new(tender, "hasEnquiries", json_true());
	}
	json_t *out = json_pack(
		"{s:s, s:s, s:s}", "id", n->notice_id, "title", n->title, "answer", n->body_md);
	ocds_put_time(out, "date", n->published_us);
	ocds_put_time(out, "dateAnswered", n->published_us);
	json_array_append_new(list, out);
}

static void put_amendment(json_t *tender, const struct notice_row *n)
{
	json_t *list = json_object_get(tender, "amendments");

	if (notice_stage_of(n) != STAGE_CHANGE && notice_stage_of(n) != STAGE_END)
		return;
	if (!list) {
		list = json_array();
		json_object_set_new(tender, "amendments", list);
	}
	json_t *out = json_pack("{s:s, s:s, s:s}", "id", n->notice_id, "description", n->title,
		"releaseID", n->notice_id);
	ocds_put_time(out, "date", n->published_us);
	ocds_put_text(out, "rationale", notice_public_text(n, "reason"));
	json_array_append_new(list, out);
}

static const char *status_of(const struct notice_row *n)
{
	static const char *const statuses[] = {
		[STAGE_TENDER] = "active",
		[STAGE_CHANGE] = "active",
		[STAGE_CANDIDATES] = "active",
		[STAGE_AWARD] = "complete",
		[STAGE_END] = "cancelled",
	};

	return notice_kind_ends_with(n, "_failure") ? "unsuccessful" : statuses[notice_stage_of(n)];
}

/* What holds for the whole process, whichever notice tells it. */
static json_t *tender_base(const struct ocds_process *p)
{
	const struct project *project = p->project;
	const char *category = lot_category_name(project->category);
	json_t *out = json_pack("{s:s, s:s, s:[s]}", "id", project->code, "title", project->name,
		"submissionMethod", "electronicSubmission");

	json_object_set_new(out, "procuringEntity",
		project->agency_name
			? json_pack("{s:s, s:s}", "id", "agency", "name", project->agency_name)
			: json_pack("{s:s, s:s}", "id", "buyer", "name", project->buyer_name));
	put_method(out, project->method);
	if (!strcmp(category, "works") || !strcmp(category, "goods") ||
		!strcmp(category, "services"))
		ocds_put_text(out, "mainProcurementCategory", category);
	ocds_put_value(out, "value", project->budget);
	return out;
}

static void put_times(json_t *tender, const struct ocds_process *p, const struct notice_row *n,
	int64_t *opening_us)
{
	const struct notice *t = &n->notice;

	if (t->bid_deadline_us) {
		*opening_us = t->opening_us;
		ocds_put_period(tender, "tenderPeriod", t->offer_start_us, t->bid_deadline_us);
		json_object_set_new(tender, "bidOpening", bid_opening(p, t->opening_us));
	}
	ocds_put_text(tender, "eligibilityCriteria", notice_public_text(n, "qualification"));
	ocds_put_text(tender, "submissionMethodDetails", notice_public_text(n, "submission"));
	ocds_put_text(tender, "description", notice_public_text(n, "scope"));
}

json_t *ocds_tender(
	const struct site *site, const struct ocds_process *p, const struct notice_row *n)
{
	json_t *out = tender_base(p);
	int64_t opening_us = 0;

	ocds_put_text(out, "status", status_of(n));
	put_times(out, p, n, &opening_us);
	json_object_set_new(out, "lots", lots(p, n, opening_us));
	json_object_set_new(out, "documents", json_pack("[o]", document(site, n)));
	put_enquiry(out, n);
	put_amendment(out, n);
	return out;
}

json_t *ocds_tender_compiled(const struct site *site, const struct ocds_process *p)
{
	const struct notice_row *last = g_ptr_array_index(p->chain, p->chain->len - 1);
	json_t *out = tender_base(p), *documents = json_array();
	int64_t opening_us = 0;

	for (guint i = 0; i < p->chain->len; i++) {
		const struct notice_row *n = g_ptr_array_index(p->chain, i);
		put_times(out, p, n, &opening_us);
		put_enquiry(out, n);
		put_amendment(out, n);
		json_array_append_new(documents, document(site, n));
	}
	ocds_put_text(out, "status",
		last->withdrawn_us && notice_stage_of(last) == STAGE_TENDER ? "withdrawn"
									    : status_of(last));
	json_object_set_new(out, "lots", lots(p, last, opening_us));
	json_object_set_new(out, "documents", documents);
	return out;
}

const char *ocds_winner(const struct notice_row *n)
{
	return notice_stage_of(n) == STAGE_AWARD ? notice_public_text(n, "winner") : NULL;
}

static void put_related_lots(json_t *award, const struct ocds_process *p)
{
	json_t *list = json_array();

	for (guint i = 0; i < p->lots->len; i++)
		json_array_append_new(list,
			json_string(((const struct lot *)g_ptr_array_index(p->lots, i))->code));
	json_object_set_new(award, "relatedLots", list);
}

/* What every expert gave, of the lots whose result this notice tells. */
static void put_evaluations(json_t *out, const struct ocds_process *p, const struct notice_row *n)
{
	json_t *list = json_array();

	for (guint i = 0; i < p->lots->len; i++) {
		const struct lot *lot = g_ptr_array_index(p->lots, i);
		const json_t *award = told_award_by(p->awards, lot->lot_id, n);

		if (award)
			json_array_append_new(list,
				json_pack("{s:s, s:O}", "relatedLot", lot->code, "result", award));
	}
	if (json_array_size(list))
		json_object_set(out, "evaluations", list);
	json_decref(list);
}

json_t *ocds_award(
	const struct site *site, const struct ocds_process *p, const struct notice_row *n)
{
	enum notice_stage stage = notice_stage_of(n);
	const char *winner = ocds_winner(n);

	if (stage != STAGE_CANDIDATES && stage != STAGE_AWARD)
		return NULL;
	json_t *out =
		json_pack("{s:s, s:s, s:s, s:[o]}", "id", n->notice_id, "title", n->title, "status",
			n->withdrawn_us        ? "cancelled"
			: stage == STAGE_AWARD ? "active"
					       : "pending",
			"documents", document(site, n));
	ocds_put_time(out, "date", n->published_us);
	ocds_put_text(out, "description", notice_public_text(n, "items"));
	put_related_lots(out, p);
	if (winner)
		json_object_set_new(out, "suppliers", ocds_suppliers(winner));
	ocds_put_period(
		out, "publicityPeriod", n->notice.publicity_start_us, n->notice.publicity_end_us);
	ocds_put_text(out, "committee", notice_public_text(n, "judges"));
	ocds_put_text(out, "objections", notice_public_text(n, "objection"));
	ocds_put_text(out, "candidates", notice_public_text(n, "candidates"));
	ocds_put_text(out, "priceDetails",
		notice_public_text(n, "winner_price") ? notice_public_text(n, "winner_price")
						      : notice_public_text(n, "prices"));
	put_evaluations(out, p, n);
	return out;
}
