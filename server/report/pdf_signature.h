/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * Signs a PDF of this house by a key that is elsewhere:
 *
 *	pdf_increment()		room for the signature; the client fetches that file
 *	(the client)		hashes it, signs proto/pades attributes by the key its certificate
 *names pdf_signature_put()	the same increment again, and the signature in it
 *
 * Nothing is kept between the two: the increment is a function of the file and the signer. Who puts
 * a signature behind a file that has got another one meanwhile is told so and signs anew.
 */

#include "proto/pdf_increment.h"

enum pdf_signature_refusal {
	PDF_SIGNATURE_E_MOVED = 1, /* made over another file, e.g. before the last signature came */
	PDF_SIGNATURE_E_BAD,       /* does not hold under the certificate */
};

struct pdf_signature {
	GBytes *certificate, *issuer; /* DER */
	GBytes *digest;               /* of the file as the client saw it, around the hole */
	GBytes *value;                /* P-256, r ‖ s */
};

/* prepared: what pdf_increment() made. *ret: the signed file. */
int pdf_signature_put(GBytes *prepared, const struct pdf_signature *signature, GBytes **ret);
