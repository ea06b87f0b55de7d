/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/acts.h"

#include <errno.h>
#include <openssl/sha.h>
#include <string.h>

#include "proto/report_statement.h"
#include "server/act/session_act.h"
#include "server/store/account_store.h"
#include "server/store/member_store.h"
#include "server/store/report_store.h"
#include "server/store/session_store.h"

static const struct field fields[] = {
	{"session_id", FIELD_ID, true},
	{"sha256", FIELD_HEX, true, REPORT_DIGEST_LEN, REPORT_DIGEST_LEN},
	{"signature", FIELD_BASE64, true, ED25519_SIG_LEN, ED25519_SIG_LEN},
	{"opinion", FIELD_TEXT, false, 1, 2000},
	{NULL},
};

/* The member read this file, not another one. */
static int check_digest(struct act *a, const json_t *in, const char *session_id)
{
	REPORT_ROW_AUTO struct report_row *report = NULL;
	g_autoptr(GBytes) digest = in_hex(in, "sha256");
	int r = report_store_get(a->txn, session_id, &report);

	if (r)
		return r < 0 ? r : -ENOENT;
	if (memcmp(g_bytes_get_data(digest, NULL), report->pdf_sha256, REPORT_DIGEST_LEN) != 0)
		return refuse(a->refusal, "report.digest", "sha256", "read the report again");
	return 0;
}

/* The registered key under which the signature holds. */
static int find_key(struct act *a, const json_t *in, const char *session_id, int member_no,
	GBytes *signature, char ret_key_id[static 65])
{
	g_autoptr(GBytes) digest = in_hex(in, "sha256");
	g_autoptr(GPtrArray) keys = NULL;
	int r = account_store_keys(a->txn, a->actor->account_id, "expert", &keys);

	for (guint i = 0; !r && i < keys->len; i++) {
		const struct account_key *key = g_ptr_array_index(keys, i);

		if (g_bytes_get_size(key->public_key) != ED25519_KEY_LEN)
			continue;
		int bad = report_statement_verify(session_id, member_no,
			g_bytes_get_data(digest, NULL), in_text(in, "opinion"),
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
			   "sign the statement for member %d with a registered key", member_no);
}

/* A dissenting opinion (不同意见) stays out of the record's body, which carries its digest. */
static json_t *signed_body(const json_t *in, const struct report_signature *s)
{
	json_t *body = json_pack("{s:i, s:s, s:s, s:s}", "member_no", s->member_no, "key",
		s->key_id, "sha256", in_text(in, "sha256"), "signature", in_text(in, "signature"));
	uint8_t digest[32];

	if (s->opinion) {
		SHA256((const unsigned char *)s->opinion, strlen(s->opinion), digest);
		out_hex(body, "opinion_sha256", digest, sizeof(digest));
	}
	return body;
}

static int run(struct act *a, const json_t *in, json_t *out)
{
	g_autoptr(GBytes) signature = in_base64(in, "signature");
	EVAL_SESSION_AUTO struct eval_session *s = NULL;
	MEMBER_ROW_AUTO struct member_row *m = NULL;
	struct report_signature row = {.signature = signature,
		.opinion = (char *)in_text(in, "opinion"),
		.signed_us = a->legal_us};
	int r = session_for_act(a, in_text(in, "session_id"), "report.sign", true, &s);

	if (!r)
		r = session_promised_member(a, s->session_id, &m);
	if (!r)
		r = check_digest(a, in, s->session_id);
	if (!r)
		r = find_key(a, in, s->session_id, m->no, signature, row.key_id);
	if (r)
		return r;
	row.member_no = m->no;
	r = report_store_add_signature(a->txn, s->session_id, &row);
	if (r > 0)
		return refuse(a->refusal, "report.signed", NULL, NULL);
	if (r)
		return r;
	return act_event(a, "report.signed", "session", s->session_id, signed_body(in, &row));
}

const struct act_kind report_sign_act = {.name = "report.sign", .fields = fields, .run = run};
