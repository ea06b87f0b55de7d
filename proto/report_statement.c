/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/report_statement.h"

#include "proto/hex.h"

#include <string.h>

#include <openssl/sha.h>

static void add_digest(GString *text, const void *data, size_t len)
{
	uint8_t digest[REPORT_DIGEST_LEN];

	SHA256(data, len, digest);
	g_autofree char *hex = hex_encode(digest, sizeof(digest));
	g_string_append_printf(text, "%s\n", hex);
}

GString *report_statement(const struct report_statement *s)
{
	const char *opinion = s->opinion ? s->opinion : "";
	GString *text =
		g_string_new(s->document_key ? "bidroom.report.v2\n" : "bidroom.report.v1\n");
	g_autofree char *pdf = hex_encode(s->pdf_sha256, REPORT_DIGEST_LEN);
	uint8_t spki[P256_SPKI_LEN];

	g_string_append_printf(text, "%s\n%d\n%s\n", s->session_id, s->member_no, pdf);
	add_digest(text, opinion, strlen(opinion));
	if (s->document_key) {
		p256_spki_encode(s->document_key, spki);
		add_digest(text, spki, sizeof(spki));
	}
	return text;
}

char *report_opinion_reason(const char *opinion)
{
	return opinion ? g_strconcat("不同意见：", opinion, NULL) : NULL;
}

int report_statement_verify(const struct report_statement *statement,
	const uint8_t public_key[ED25519_KEY_LEN], const uint8_t sig[ED25519_SIG_LEN])
{
	GString *text = report_statement(statement);
	int r = ed25519_verify(public_key, text->str, text->len, sig);

	g_string_free(text, TRUE);
	return r;
}
