/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/acts.h"

#include <errno.h>
#include <openssl/sha.h>

#include "server/act/report_candidates.h"
#include "server/act/report_compose.h"
#include "server/act/report_rollbacks.h"
#include "server/act/session_act.h"
#include "server/eval/report_model.h"
#include "server/report/report_pdf.h"
#include "server/store/report_store.h"
#include "server/store/session_store.h"

/* The report is made once, when all lots are ranked; what is signed is this file. */
static const struct field fields[] = {
	{"session_id", FIELD_ID, true},
	{NULL},
};

static int say(struct act *a, const char *session_id, const struct report_row *report,
	const uint8_t model_sha256[static 32])
{
	g_autofree char *pdf = hex_encode(report->pdf_sha256, 32);
	g_autofree char *model = hex_encode(model_sha256, 32);
	uint8_t before[32];
	bool supersedes = false;
	int r = report_superseded(a, session_id, before, &supersedes);

	if (r)
		return r;
	json_t *body = json_pack("{s:s, s:s, s:I}", "pdf_sha256", pdf, "model_sha256", model,
		"size", (json_int_t)g_bytes_get_size(report->pdf));
	if (report->candidates)
		json_object_set(body, "candidates", report->candidates);
	if (supersedes)
		out_hex(body, "supersedes", before, sizeof(before));
	return act_event(a, "report.made", "session", session_id, body);
}

static int print(struct act *a, json_t *model, struct report_row *report, uint8_t model_sha256[32])
{
	size_t len;
	int r = report_pdf(model, &report->pdf);

	if (!r)
		r = report_model_digest(model, model_sha256);
	if (r)
		return r < 0 ? r : refuse(a->refusal, report_refusal_code(r), NULL, NULL);
	const void *bytes = g_bytes_get_data(report->pdf, &len);
	SHA256(bytes, len, report->pdf_sha256);
	return 0;
}

static int check_ranked(struct act *a, const struct eval_session *s)
{
	struct flow_counts counts;
	int r = session_count(a, s, &counts);

	if (!r && counts.lots_ranked < counts.lots)
		return refuse(a->refusal, flow_refusal_code(FLOW_E_NOT_RANKED), NULL,
			"%u of %u lots are ranked", counts.lots_ranked, counts.lots);
	return r;
}

static int run(struct act *a, const json_t *in, json_t *out)
{
	EVAL_SESSION_AUTO struct eval_session *s = NULL;
	REPORT_ROW_AUTO struct report_row *report = g_new0(struct report_row, 1);
	uint8_t model_sha256[32];
	int r = session_for_act(a, in_text(in, "session_id"), "report.make", true, &s);

	if (!r)
		r = check_ranked(a, s);
	if (!r)
		r = report_candidates(a, s, &report->candidates);
	if (!r)
		r = report_compose(a, s, report->candidates, &report->model);
	if (!r)
		r = print(a, report->model, report, model_sha256);
	if (r)
		return r;
	report->made_us = a->legal_us;
	r = report_store_insert(a->txn, s->session_id, report);
	if (r > 0)
		return refuse(a->refusal, "report.made", NULL, "it is made once");
	if (r)
		return r;
	out_hex(out, "sha256", report->pdf_sha256, sizeof(report->pdf_sha256));
	return say(a, s->session_id, report, model_sha256);
}

const struct act_kind report_make_act = {.name = "report.make", .fields = fields, .run = run};
