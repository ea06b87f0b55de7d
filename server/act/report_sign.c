/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The signature inside the PDF, made by the document key where the member sits, over the file with
 * all signatures before it. Whose certificate is there has declared what he signs: report_certify.
 */
#include "server/act/acts.h"

#include <errno.h>
#include <openssl/sha.h>

#include "proto/report_statement.h"
#include "server/act/document_sign.h"
#include "server/act/report_signing.h"
#include "server/act/session_act.h"
#include "server/store/member_store.h"
#include "server/store/report_store.h"
#include "server/store/session_store.h"

static const struct field fields[] = {
	{"session_id", FIELD_ID, true},
	{"certificate", FIELD_HEX, true, REPORT_DIGEST_LEN, REPORT_DIGEST_LEN},
	{"digest", FIELD_HEX, true, REPORT_DIGEST_LEN, REPORT_DIGEST_LEN},
	{"signature", FIELD_BASE64, true, P256_SIG_LEN, P256_SIG_LEN},
	{NULL},
};

static int put(struct act *a, const json_t *in, const struct report_certificate *c,
	const struct report_signing *s, GBytes **ret)
{
	const struct document_slot slot = {.certificate = c->certificate,
		.prepared = s->prepared,
		.position = s->position,
		.e_moved = "report.moved",
		.e_refused = "report.signature"};

	return document_sign_put(a, in, &slot, ret);
}

static int add_increment(struct act *a, const char *session_id, const struct report_certificate *c,
	const struct report_signing *s, GBytes *file)
{
	size_t before = g_bytes_get_size(s->file);
	g_autoptr(GBytes) increment =
		g_bytes_new_from_bytes(file, before, g_bytes_get_size(file) - before);
	int r = report_file_store_append(
		a->txn, session_id, s->position, c, increment, a->legal_us);

	return r <= 0 ? r : refuse(a->refusal, "report.moved", "digest", NULL);
}

static int add_signature(struct act *a, const char *session_id, const struct report_certificate *c)
{
	struct report_signature row = {.member_no = c->member_no,
		.signature = c->signature,
		.opinion = c->opinion,
		.signed_us = a->legal_us};
	int r;

	g_strlcpy(row.key_id, c->key_id, sizeof(row.key_id));
	r = report_store_add_signature(a->txn, session_id, &row);
	return r <= 0 ? r : refuse(a->refusal, "report.signed", NULL, NULL);
}

static int record(
	struct act *a, const char *session_id, const struct report_certificate *c, GBytes *file)
{
	REPORT_ROW_AUTO struct report_row *report = NULL;
	uint8_t sha256[32];
	gsize len;
	int r = report_store_get(a->txn, session_id, &report);

	if (r)
		return r < 0 ? r : -ENOENT;
	json_t *body = report_signing_body(a, c, report->pdf_sha256);
	const void *bytes = g_bytes_get_data(file, &len);
	SHA256(bytes, len, sha256);
	out_int(body, "signed_size", (int64_t)len);
	out_hex(body, "signed_sha256", sha256, sizeof(sha256));
	return act_event(a, "report.signed", "session", session_id, body);
}

static int run(struct act *a, const json_t *in, json_t *out)
{
	g_autoptr(GBytes) certificate = in_hex(in, "certificate"), file = NULL;
	REPORT_CERTIFICATE_AUTO struct report_certificate *c = NULL;
	REPORT_SIGNING_AUTO struct report_signing signing = {0};
	EVAL_SESSION_AUTO struct eval_session *s = NULL;
	MEMBER_ROW_AUTO struct member_row *m = NULL;
	int r = session_for_act(a, in_text(in, "session_id"), "report.sign", true, &s);

	if (!r)
		r = session_promised_member(a, s->session_id, &m);
	if (!r)
		r = report_signing_certificate(a, s->session_id, m->no, certificate, &c);
	/* Who has signed is told so, not that the file is another one now. */
	if (!r)
		r = add_signature(a, s->session_id, c);
	if (!r)
		r = report_signing_prepare(a, s->session_id, c, &signing);
	if (!r)
		r = put(a, in, c, &signing, &file);
	if (!r)
		r = add_increment(a, s->session_id, c, &signing, file);
	return r ? r : record(a, s->session_id, c, file);
}

const struct act_kind report_sign_act = {.name = "report.sign", .fields = fields, .run = run};
