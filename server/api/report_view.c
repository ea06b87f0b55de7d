/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The report of a session: its data and signatures, and the printed file. */
#include "server/api/views.h"

#include <errno.h>

#include "server/act/report_signing.h"
#include "server/act/session_act.h"
#include "server/auth/permission.h"
#include "server/eval/report_model.h"
#include "server/store/member_store.h"
#include "server/store/report_store.h"
#include "server/store/session_store.h"

static const struct field fields[] = {
	{"session_id", FIELD_ID, true},
	{NULL},
};

/* A member of the session, or one of the other roles the permission names. */
static int may_read(struct act *a, const char *session_id)
{
	EVAL_SESSION_AUTO struct eval_session *s = NULL;
	MEMBER_ROW_AUTO struct member_row *me = NULL;
	int r = session_viewer(
		a, session_id, ROLE_HOST | ROLE_STAFF | ROLE_SUPERVISOR | ROLE_AUDITOR, &me);

	return r ? r : session_for_act(a, session_id, "report.get", false, &s);
}

static int no_report(struct act *a, int r)
{
	return r == STORE_E_NONE ? refuse(a->refusal, flow_refusal_code(FLOW_E_NO_REPORT), NULL,
					   "the host makes it")
				 : r;
}

/* The report itself names the members, so whoever may read it may know them. */
static int signature_row(struct act *a, const char *session_id, const GPtrArray *members,
	const struct report_signature *s, json_t *list)
{
	const struct member_row *m = member_row_find(members, s->member_no);
	g_autofree char *alias = member_alias(s->member_no), *name = NULL;
	size_t len;
	const void *bytes = g_bytes_get_data(s->signature, &len);
	g_autofree char *text = g_base64_encode(bytes, len);
	int r = m ? member_identity(a, session_id, m, NULL, &name) : -EBADMSG;

	if (r)
		return r;
	json_t *row = json_pack("{s:i, s:s, s:s, s:s, s:s}", "member_no", s->member_no, "alias",
		alias, "name", name, "key", s->key_id, "signature", text);
	out_time(row, "signed_at", s->signed_us);
	if (s->opinion)
		out_text(row, "opinion", s->opinion);
	json_array_append_new(list, row);
	return 0;
}

static int out_signatures(struct act *a, const char *session_id, json_t *out)
{
	g_autoptr(GPtrArray) signatures = NULL, members = NULL;
	json_t *list = json_array();
	int r = report_store_signatures(a->txn, session_id, &signatures);

	json_object_set_new(out, "signatures", list);
	if (!r)
		r = member_store_of_session(a->txn, session_id, &members);
	for (guint i = 0; !r && i < signatures->len; i++)
		r = signature_row(a, session_id, members, g_ptr_array_index(signatures, i), list);
	return r;
}

static int run_report(struct act *a, const json_t *in, json_t *out)
{
	const char *session_id = in_text(in, "session_id");
	REPORT_ROW_AUTO struct report_row *report = NULL;
	uint8_t model_sha256[32];
	int r = may_read(a, session_id);

	if (!r)
		r = no_report(a, report_store_get(a->txn, session_id, &report));
	if (r)
		return r;
	if (report_model_digest(report->model, model_sha256))
		return -EBADMSG;
	out_hex(out, "sha256", report->pdf_sha256, sizeof(report->pdf_sha256));
	out_hex(out, "model_sha256", model_sha256, sizeof(model_sha256));
	out_time(out, "made_at", report->made_us);
	json_object_set(out, "model", report->model);
	return out_signatures(a, session_id, out);
}

const struct act_kind report_view = {
	.name = "report.get", .fields = fields, .run = run_report, .flags = ACT_READ};

static int run_pdf(struct act *a, const json_t *in, json_t *out)
{
	const char *session_id = in_text(in, "session_id");
	REPORT_ROW_AUTO struct report_row *report = NULL;
	int r = may_read(a, session_id);

	if (!r)
		r = no_report(a, report_store_get_pdf(a->txn, session_id, &report));
	if (!r)
		out_base64(out, "pdf", report->pdf);
	return r;
}

const struct act_kind report_pdf_view = {
	.name = "report.get", .fields = fields, .run = run_pdf, .flags = ACT_READ};

/* What was printed, and behind it the signatures so far. */
static int run_signed(struct act *a, const json_t *in, json_t *out)
{
	const char *session_id = in_text(in, "session_id");
	g_autoptr(GBytes) file = NULL;
	int n, r = may_read(a, session_id);

	if (!r)
		r = no_report(a, report_file_store_get(a->txn, session_id, &file, &n));
	if (!r)
		out_base64(out, "pdf", file);
	return r;
}

const struct act_kind report_signed_view = {
	.name = "report.get", .fields = fields, .run = run_signed, .flags = ACT_READ};

static const struct field to_sign_fields[] = {
	{"session_id", FIELD_ID, true},
	{"certificate", FIELD_HEX, true, 32, 32},
	{NULL},
};

/* The same with room for the signature of one's own certificate. */
static int run_to_sign(struct act *a, const json_t *in, json_t *out)
{
	const char *session_id = in_text(in, "session_id");
	g_autoptr(GBytes) sha256 = in_hex(in, "certificate");
	REPORT_CERTIFICATE_AUTO struct report_certificate *c = NULL;
	REPORT_SIGNING_AUTO struct report_signing signing = {0};
	EVAL_SESSION_AUTO struct eval_session *s = NULL;
	MEMBER_ROW_AUTO struct member_row *m = NULL;
	int r = session_for_act(a, session_id, "report.sign", false, &s);

	if (!r)
		r = session_promised_member(a, session_id, &m);
	if (!r)
		r = report_signing_certificate(a, session_id, m->no, sha256, &c);
	if (!r)
		r = report_signing_prepare(a, session_id, c, &signing);
	if (!r)
		out_base64(out, "pdf", signing.prepared);
	return r;
}

const struct act_kind report_to_sign_view = {
	.name = "report.certify", .fields = to_sign_fields, .run = run_to_sign, .flags = ACT_READ};

int api_report_pdf(struct api_call *call)
{
	json_auto_t *out = api_act_out(call);

	if (!out)
		return 0;
	const char *name = in_text(out, "name");
	g_autofree char *disposition =
		g_strdup_printf("inline; filename=\"%s.pdf\"", name ? name : "report");
	call->response = response_bytes(200, "application/pdf", in_base64(out, "pdf"));
	response_header(call->response, "content-disposition", disposition);
	response_header(call->response, "cache-control", "no-store");
	return 0;
}
