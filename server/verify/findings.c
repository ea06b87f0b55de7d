/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/verify/findings.h"

#include <stdarg.h>

/* Places and texts quote the record, and whoever made it is not trusted: nothing in it may look
 * like a line of ours, or speak to the terminal. */
static void print(struct findings *f, const char *kind, const char *place, const char *fmt,
	va_list args) G_GNUC_PRINTF(4, 0);
static void print(
	struct findings *f, const char *kind, const char *place, const char *fmt, va_list args)
{
	g_autofree char *text = g_strdup_vprintf(fmt, args);
	g_autofree char *line = g_strdup_printf("%s %s: %s", kind, place, text);

	for (unsigned char *at = (unsigned char *)line; *at; at++)
		/* C1 controls too, in UTF-8. */
		if (*at < 0x20 || *at == 0x7f || (*at == 0xc2 && at[1] >= 0x80 && at[1] <= 0x9f))
			*at = '?';
	fprintf(f->out, "%s\n", line);
}

void finding_fault(struct findings *f, const char *place, const char *fmt, ...)
{
	va_list args;

	f->n_faults++;
	if (f->n_shown++ >= FINDINGS_SHOWN_MAX)
		return;
	va_start(args, fmt);
	print(f, "FAULT", place, fmt, args);
	va_end(args);
}

void finding_note(struct findings *f, const char *place, const char *fmt, ...)
{
	va_list args;

	f->n_notes++;
	va_start(args, fmt);
	print(f, "note", place, fmt, args);
	va_end(args);
}

int findings_end(struct findings *f, const char *what)
{
	if (f->n_faults)
		fprintf(f->out, "%s: %u faults\n", what, f->n_faults);
	else
		fprintf(f->out, "%s: whole\n", what);
	return f->n_faults ? 1 : 0;
}
