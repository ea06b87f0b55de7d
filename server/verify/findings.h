/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_VERIFY_FINDINGS_H
#define SERVER_VERIFY_FINDINGS_H

/*
 * What a verification found: faults, each with its place, and notes that are no faults. Printed as
 * they come, one line each.
 */
#include <glib.h>
#include <stdio.h>

struct findings {
	FILE *out;
	unsigned n_faults, n_notes;
	unsigned n_shown; /* after FINDINGS_SHOWN_MAX faults only the count goes on */
};

#define FINDINGS_SHOWN_MAX 100

/* "FAULT place: text". place names file, offset, leaf, event or track. */
void finding_fault(struct findings *f, const char *place, const char *fmt, ...) G_GNUC_PRINTF(3, 4);
void finding_note(struct findings *f, const char *place, const char *fmt, ...) G_GNUC_PRINTF(3, 4);

/* The last line, and the exit code: 0 whole, 1 faults. */
int findings_end(struct findings *f, const char *what);

#endif
