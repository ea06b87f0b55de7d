/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * What a member signs under a report (评标报告): Ed25519 by his registered key over
 *
 *	"bidroom.report.v2\n" ‖ session id ‖ "\n" ‖ member number ‖ "\n" ‖ digest of the PDF in hex
 *	‖ "\n" ‖ digest of the dissenting opinion in hex ‖ "\n" ‖ digest of the document key (its
 *	SubjectPublicKeyInfo) in hex ‖ "\n"
 *
 * without an opinion its digest is that of the empty text, so that one cannot be added or taken
 * away later. The document key signs inside the PDF (proto/pades); reports of before have none,
 * their first line says v1 and the last is left out. The first line keeps the signature from being
 *taken for one over anything else.
 */

#include "proto/ed25519.h"
#include "proto/p256.h"

#include <stdint.h>

#include <glib.h>

#define REPORT_DIGEST_LEN 32

struct report_statement {
	const char *session_id;
	int member_no;
	const uint8_t *pdf_sha256;              /* REPORT_DIGEST_LEN bytes */
	const char *opinion;                    /* UTF-8, or NULL */
	const struct p256_public *document_key; /* NULL: of before */
};

/* Caller owns it. */
GString *report_statement(const struct report_statement *statement);

/*
 * A dissenting opinion as the signature inside the PDF tells it, its /Reason, so that whoever has
 * the file reads it there. NULL for none; g_free it.
 */
char *report_opinion_reason(const char *opinion);

/* 0, ED25519_E_BAD_SIGNATURE or a fault. */
int report_statement_verify(const struct report_statement *statement,
	const uint8_t public_key[ED25519_KEY_LEN], const uint8_t sig[ED25519_SIG_LEN]);
