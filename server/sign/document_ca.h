/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * Issues the certificates under which persons sign one document (a member the report, a bidder an
 * opening record): a key of the moment, made where the person sits and forgotten afterwards, gets a
 * certificate with the person's name after his registered key has vouched for it. The issuer is a
 * certificate of this house alone, documents.crt and documents.key beside the other keys; it is
 * trusted because the ledger names its digest with every certificate it issues.
 *
 * Immutable once open, any thread.
 */

#include <stdbool.h>
#include <stdint.h>

#include <glib.h>

#include "proto/p256.h"

struct document_ca;

/* Opens it, or makes it where neither file is. 0, enum certificate_refusal or a fault. */
int document_ca_open(const char *dir, int64_t real_us, struct document_ca **ret);
struct document_ca *document_ca_free(struct document_ca *ca);

/* The issuer's certificate in DER; borrowed. */
GBytes *document_ca_certificate(const struct document_ca *ca);

/* Whether it issued this certificate (DER): a house may have got a new one. */
bool document_ca_issued(const struct document_ca *ca, GBytes *certificate);

struct document_signer {
	const char *organisation, *unit, *name; /* unit may be NULL */
	struct p256_public key;
};

/* In DER, from now on as long as the issuer's own. -EIO: libcrypto, or no point of the curve. */
int document_ca_issue(const struct document_ca *ca, const struct document_signer *signer,
	int64_t real_us, GBytes **ret);
