/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A member declares, by his own registered key, that he signs this report, with which opinion, and
 * by which document key; the key gets a certificate with his name. The signature inside the PDF
 * (report.sign) is that key's.
 */
#include "server/act/acts.h"

#include <errno.h>
#include <openssl/sha.h>
#include <string.h>

#include "proto/report_statement.h"
#include "server/act/document_sign.h"
#include "server/act/report_signing.h"
#include "server/act/session_act.h"
#include "server/sign/document_ca.h"
#include "server/store/account_store.h"
#include "server/store/member_store.h"
#include "server/store/report_store.h"
#include "server/store/session_store.h"

#define CERTIFICATES_MAX 100 /* of one member */

static const struct field fields[] = {
	{"session_id", FIELD_ID, true},
	{"sha256", FIELD_HEX, true, REPORT_DIGEST_LEN, REPORT_DIGEST_LEN},
	{"public_key", FIELD_BASE64, true, P256_SPKI_LEN, P256_SPKI_LEN},
	{"signature", FIELD_BASE64, true, ED25519_SIG_LEN, ED25519_SIG_LEN},
	{"opinion", FIELD_TEXT, false, 1, 2000},
	{NULL},
};

/* The member read this file, not another one. */
static int check_digest(
	struct act *a, const json_t *in, const char *session_id, uint8_t ret[static 32])
{
	REPORT_ROW_AUTO struct report_row *report = NULL;
	g_autoptr(GBytes) digest = in_hex(in, "sha256");
	int r = report_store_get(a->txn, session_id, &report);

	if (r)
		return r < 0 ? r : -ENOENT;
	memcpy(ret, report->pdf_sha256, REPORT_DIGEST_LEN);
	if (memcmp(g_bytes_get_data(digest, NULL), ret, REPORT_DIGEST_LEN) != 0)
		return refuse(a->refusal, "report.digest", "sha256", "read the report again");
	return 0;
}

static int check_unsigned(struct act *a, const char *session_id, int member_no)
{
	g_autoptr(GPtrArray) signatures = NULL;
	int r = report_store_signatures(a->txn, session_id, &signatures);

	if (!r && report_has_signed(signatures, member_no))
		return refuse(a->refusal, "report.signed", NULL, NULL);
	return r;
}

/* Who has the file change under him signs it anew under the certificate he has. */
static int check_count(struct act *a, const char *session_id, int member_no)
{
	int64_t n = 0;
	int r = report_file_store_count(a->txn, session_id, member_no, &n);

	if (!r && n >= CERTIFICATES_MAX)
		return refuse(a->refusal, "report.too_many_certificates", NULL, "at most %d",
			CERTIFICATES_MAX);
	return r;
}

/* The registered key under which the declaration holds. */
static int find_key(struct act *a, const struct report_statement *statement, GBytes *signature,
	char ret_key_id[static 65])
{
	g_autoptr(GPtrArray) keys = NULL;
	int r = account_store_keys(a->txn, a->actor->account_id, "expert", &keys);

	for (guint i = 0; !r && i < keys->len; i++) {
		const struct account_key *key = g_ptr_array_index(keys, i);

		if (g_bytes_get_size(key->public_key) != ED25519_KEY_LEN)
			continue;
		int bad = report_statement_verify(statement,
			g_bytes_get_data(key->public_key, NULL), g_bytes_get_data(signature, NULL));
		if (bad < 0)
			return bad;
		if (!bad) {
			g_strlcpy(ret_key_id, key->key_id, 65);
			return 0;
		}
	}
	return r ? r
		 : refuse(a->refusal, "report.signature", "signature",
			   "sign the statement for member %d with a registered key",
			   statement->member_no);
}

static int read_key(struct act *a, GBytes *spki, struct p256_public *ret)
{
	if (p256_spki_decode(g_bytes_get_data(spki, NULL), g_bytes_get_size(spki), ret) != 0)
		return refuse(a->refusal, "account.key_bad", "public_key", "it is no P-256 key");
	return 0;
}

static int issue(struct act *a, const struct eval_session *s, const struct member_row *m,
	const struct p256_public *key, struct report_certificate *c)
{
	g_autofree char *name = NULL, *unit = g_strdup_printf("评标委员会成员%d号", m->no);
	struct document_signer signer = {.organisation = s->title, .unit = unit, .key = *key};
	int r = member_identity(a, s->session_id, m, NULL, &name);

	if (r)
		return r;
	signer.name = name;
	r = document_ca_issue(a->env->documents, &signer, a->real_us, &c->certificate);
	if (r)
		return r;
	gsize len;
	const void *der = g_bytes_get_data(c->certificate, &len);
	SHA256(der, len, c->sha256);
	return report_file_store_add_certificate(a->txn, s->session_id, c);
}

static int run(struct act *a, const json_t *in, json_t *out)
{
	REPORT_CERTIFICATE_AUTO struct report_certificate *c = g_new0(struct report_certificate, 1);
	EVAL_SESSION_AUTO struct eval_session *s = NULL;
	MEMBER_ROW_AUTO struct member_row *m = NULL;
	uint8_t pdf_sha256[REPORT_DIGEST_LEN];
	struct p256_public key;
	int r = session_for_act(a, in_text(in, "session_id"), "report.sign", true, &s);

	if (!r)
		r = session_promised_member(a, s->session_id, &m);
	if (!r)
		r = check_unsigned(a, s->session_id, m->no);
	if (!r)
		r = check_count(a, s->session_id, m->no);
	if (!r)
		r = check_digest(a, in, s->session_id, pdf_sha256);
	if (r)
		return r;
	c->member_no = m->no;
	c->public_key = in_base64(in, "public_key");
	c->signature = in_base64(in, "signature");
	c->opinion = g_strdup(in_text(in, "opinion"));
	c->issued_us = a->legal_us;
	const struct report_statement statement = {.session_id = s->session_id,
		.member_no = m->no,
		.pdf_sha256 = pdf_sha256,
		.opinion = c->opinion,
		.document_key = &key};
	r = read_key(a, c->public_key, &key);
	if (!r)
		r = find_key(a, &statement, c->signature, c->key_id);
	if (!r)
		r = issue(a, s, m, &key, c);
	if (r)
		return r;
	document_sign_answer(a, c->certificate, c->sha256, out);
	return act_event(a, "report.certified", "session", s->session_id,
		report_signing_body(a, c, pdf_sha256));
}

const struct act_kind report_certify_act = {
	.name = "report.certify", .fields = fields, .run = run, .flags = ACT_CREATES};
