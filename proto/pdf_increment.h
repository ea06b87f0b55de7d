/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * Room for one more signature behind a PDF: an incremental update (ISO 32000-1 §7.5.6) with a
 * signature dictionary (§12.8) whose hole proto/pades fills. Not a byte of the file before is
 * touched, so signatures in it stay good. The same arguments give the same bytes: that is how a
 * verifier sees that the house put nothing else behind a report. What is made differently one day
 * needs another name, or reports of before cannot be verified any more.
 *
 * For files of this house: made by cairo with a table of cross references (PDF 1.4) and without
 * annotations on the first page, or by this function before. Pure, any thread.
 */

#include <stdint.h>

#include <glib.h>

enum pdf_increment_refusal {
	PDF_INCREMENT_E_FORM = 1, /* not such a file */
};

struct pdf_signer {
	unsigned no;      /* names the field; another one for each signature of a file */
	const char *name; /* who signs, UTF-8 */
	int64_t at_us;    /* when, as the file says */
	const char *reason; /* what the signature says of the file, UTF-8, or NULL */
};

/* *ret: the file and behind it the increment, which proto/pades_find() finds. */
int pdf_increment(GBytes *pdf, const struct pdf_signer *signer, GBytes **ret);
