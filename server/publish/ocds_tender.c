/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tender block of a release. */
#include <stdbool.h>
#include <string.h>

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

json_t *ocds_document(
	const struct site *site, const struct ocds_process *p, const struct notice_row *n)
{
	g_autofree char *url =
		g_strdup_printf("%s/notices/%s.html", site->public_url, n->notice_id);
	static const char *const types[] = {
		[STAGE_TENDER] = "tenderNotice",
		[STAGE_CHANGE] = "clarifications",
		[STAGE_CANDIDATES] = "evaluationReports",
		[STAGE_AWARD] = "awardNotice",
		[STAGE_CONTRACT] = "contractNotice",
		[STAGE_END] = "cancellationDetails",
	};
	json_t *out = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "id", n->notice_id,
		"documentType", types[notice_stage_of(n)], "title", n->title, "description",
		notice_kind_title(n->notice.kind), "url", url, "format", "text/html", "language",
		"zh");

	ocds_put_time(out, "datePublished", n->published_us);
	g_autofree char *media = notice_media_text(n->media);
	ocds_put_text(out, "otherMedia", media);
	if (json_array_size(n->lot_nos))
		ocds_put_related_lots(out, p, n);
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
	/* Its release has the id of the notice. */
	ocds_put_text(out, "amendsReleaseID", n->follows);
	ocds_put_time(out, "date", n->published_us);
	ocds_put_text(out, "rationale", notice_public_text(n, "reason"));
	json_array_append_new(list, out);
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

json_t *ocds_tender(const struct site *site, const struct ocds_process *p,
	const struct notice_row *n, int64_t at_us)
{
	json_t *out = tender_base(p);

	ocds_put_text(out, "status", ocds_status(p, at_us));
	if (n->notice.bid_deadline_us)
		ocds_put_times(out, p, at_us);
	if (!json_array_size(n->lot_nos))
		ocds_put_called_for(out, n);
	json_object_set_new(out, "lots", ocds_lots(p, n, at_us));
	json_object_set_new(out, "documents", json_pack("[o]", ocds_document(site, p, n)));
	put_enquiry(out, n);
	put_amendment(out, n);
	return out;
}

json_t *ocds_tender_compiled(const struct site *site, const struct ocds_process *p, int64_t at_us)
{
	json_t *out = tender_base(p), *documents = json_array();

	for (guint i = 0; i < p->chain->len; i++) {
		const struct notice_row *n = g_ptr_array_index(p->chain, i);

		if (!json_array_size(n->lot_nos))
			ocds_put_called_for(out, n);
		put_enquiry(out, n);
		put_amendment(out, n);
		json_array_append_new(documents, ocds_document(site, p, n));
	}
	ocds_put_text(out, "status", ocds_status(p, at_us));
	ocds_put_times(out, p, at_us);
	json_object_set_new(out, "lots", ocds_lots(p, NULL, at_us));
	json_object_set_new(out, "documents", documents);
	return out;
}
