/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/verify/findings.h"

#include <stdarg.h>

static void print(
	struct findings *f, const char *kind, const char *place, const char *fmt, va_list args)
{
	fprintf(f->out, "%s %s: ", kind, place);
	vfprintf(f->out, fmt, args);
	fputc('\n', f->out);
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
