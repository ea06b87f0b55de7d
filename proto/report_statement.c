/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/report_statement.h"

#include "proto/hex.h"

#include <string.h>

#include <openssl/sha.h>

GString *report_statement(const char *session_id, int member_no,
	const uint8_t pdf_sha256[REPORT_DIGEST_LEN], const char *opinion)
{
	uint8_t opinion_sha256[REPORT_DIGEST_LEN];
	GString *text = g_string_new("bidroom.report.v1\n");

	opinion = opinion ? opinion : "";
	SHA256((const unsigned char *)opinion, strlen(opinion), opinion_sha256);
	g_autofree char *pdf = hex_encode(pdf_sha256, REPORT_DIGEST_LEN);
	g_autofree char *said = hex_encode(opinion_sha256, REPORT_DIGEST_LEN);
	g_string_append_printf(text, "%s\n%d\n%s\n%s\n", session_id, member_no, pdf, said);
	return text;
}

int report_statement_verify(const char *session_id, int member_no,
	const uint8_t pdf_sha256[REPORT_DIGEST_LEN], const char *opinion,
	const uint8_t public_key[ED25519_KEY_LEN], const uint8_t sig[ED25519_SIG_LEN])
{
	GString *text = report_statement(session_id, member_no, pdf_sha256, opinion);
	int r = ed25519_verify(public_key, text->str, text->len, sig);

	g_string_free(text, TRUE);
	return r;
}
