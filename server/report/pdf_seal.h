/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * The centre's electronic seal in a PDF of this house: its certificate's signature over the whole
 * file, in the file (ISO 32000-1 §12.8, ETSI.CAdES.detached), as any reader of PDF shows it.
 */

#include <stdint.h>

#include <glib.h>

struct cms_signer;

struct pdf_seal {
	unsigned no; /* names its field in the file, as in proto/pdf_increment.h */
	int64_t at_us;
	const char *reason; /* what it says of the file, UTF-8, or NULL */
};

/*
 * *ret: the file with the signature in an increment behind it. 0, PDF_INCREMENT_E_FORM
 * (proto/pdf_increment.h) or negative errno. Any thread.
 */
int pdf_seal(
	GBytes *pdf, const struct cms_signer *signer, const struct pdf_seal *seal, GBytes **ret);
