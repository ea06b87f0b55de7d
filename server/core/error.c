/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/core/error.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct refusal_row rows[] = {
#define REFUSAL(code, kind, title) {code, REFUSAL_##kind, title},
#include "server/core/refusals.def"
#undef REFUSAL
};

static int compare_code(const void *key, const void *row)
{
	return strcmp(key, ((const struct refusal_row *)row)->code);
}

const struct refusal_row *refusal_find(const char *code)
{
	return bsearch(code, rows, G_N_ELEMENTS(rows), sizeof(rows[0]), compare_code);
}

const struct refusal_row *refusal_rows(size_t *ret_n)
{
	*ret_n = G_N_ELEMENTS(rows);
	return rows;
}

/* A text that was cut in the middle of a character, or was not UTF-8, ends before the bad byte. */
static void cut_to_utf8(char *text)
{
	const char *end;

	if (!g_utf8_validate(text, -1, &end))
		text[end - text] = '\0';
}

static void G_GNUC_PRINTF(5, 0) fill(struct refusal *r, const char *code, const char *rule,
	const char *field, const char *fmt, va_list args)
{
	const struct refusal_row *row = refusal_find(code);

	assert(row && "the code stands in refusals.def");
	if (!r)
		return;
	*r = (struct refusal){.code = row->code, .rule = rule};
	if (field)
		g_strlcpy(r->field, field, sizeof(r->field));
	if (fmt)
		vsnprintf(r->detail, sizeof(r->detail), fmt, args);
	cut_to_utf8(r->field);
	cut_to_utf8(r->detail);
}

int refuse(struct refusal *r, const char *code, const char *field, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	fill(r, code, NULL, field, fmt, args);
	va_end(args);
	return REFUSED;
}

int refuse_rule(struct refusal *r, const char *code, const char *rule, const char *field,
	const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	fill(r, code, rule, field, fmt, args);
	va_end(args);
	return REFUSED;
}
