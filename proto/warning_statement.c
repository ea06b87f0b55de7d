/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/warning_statement.h"

#include "proto/hex.h"

#include <string.h>

#include <openssl/sha.h>

static void append_digest(GString *to, const char *text)
{
	uint8_t digest[SHA256_DIGEST_LENGTH];

	SHA256((const unsigned char *)text, strlen(text), digest);
	g_autofree char *hex = hex_encode(digest, sizeof(digest));
	g_string_append_printf(to, "%s\n", hex);
}

GString *warning_statement(
	const char *session_id, const char *warning_id, const char *text, const char *answer)
{
	GString *statement = g_string_new("bidroom.warning.v1\n");

	g_string_append_printf(statement, "%s\n%s\n", session_id, warning_id);
	append_digest(statement, text);
	append_digest(statement, answer);
	return statement;
}
