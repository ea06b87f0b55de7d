/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_ACT_DOCUMENT_SIGN_H
#define SERVER_ACT_DOCUMENT_SIGN_H

/* What all signatures inside a PDF of this house share (评标报告、开标记录): the certificate goes out,
 * digest and signature come in. */
#include "server/act/act.h"

struct document_slot {
	GBytes *certificate;             /* DER, of the key that signs */
	GBytes *prepared;                /* the file with room for the signature */
	int position;                    /* which signature that is, from 1 */
	const char *e_moved, *e_refused; /* codes: the file is another one now; it does not hold */
};

/* The member `signature` of in, over `digest`, put into the slot. *ret: the signed file. */
int document_sign_put(
	struct act *a, const json_t *in, const struct document_slot *slot, GBytes **ret);

/* The answer to who asked for a certificate: it, its digest, and its issuer's. */
void document_sign_answer(
	const struct act *a, GBytes *certificate, const uint8_t sha256[static 32], json_t *out);

/* Into an event's body: SHA-256 of the certificate that issued it. */
void document_sign_issuer(const struct act *a, json_t *body);

#endif
