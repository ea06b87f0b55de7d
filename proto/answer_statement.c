/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/answer_statement.h"

GString *answer_statement(const char *question_id, const char *text, const char *answer)
{
	GString *statement = g_string_new("bidroom.answer.v1\n");
	g_autofree char *asked = g_compute_checksum_for_string(G_CHECKSUM_SHA256, text, -1);
	g_autofree char *said = g_compute_checksum_for_string(G_CHECKSUM_SHA256, answer, -1);

	g_string_append_printf(statement, "%s\n%s\n%s\n", question_id, asked, said);
	return statement;
}
