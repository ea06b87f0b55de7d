/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* X.509 certificates for keys on P-256, and where a key and its certificate lie: two PEM files in
 * the directory of keys. */

#include <stdbool.h>
#include <stdint.h>

#include <openssl/types.h>

enum certificate_refusal {
	CERTIFICATE_E_NO_FILE = 1,    /* certificate or key is not there */
	CERTIFICATE_E_EXISTS,         /* one of them is there already */
	CERTIFICATE_E_OPEN_TO_OTHERS, /* group or others may read the key */
	CERTIFICATE_E_DAMAGED,        /* not a PEM certificate or P-256 key */
	CERTIFICATE_E_MISMATCH,       /* the key is not the certificate's */
};

struct certificate_plan {
	const char *organisation, *unit, *name; /* unit: NULL for none; cut to what X.520 allows */
	int64_t from_us, until_us;
	bool issues_others;
};

/* The certificate of a public key; issuer NULL: signed by the key itself. NULL: libcrypto failed.
 * Freed with X509_free(). */
X509 *certificate_make(
	const struct certificate_plan *plan, EVP_PKEY *key, X509 *issuer, EVP_PKEY *issuer_key);

/* Makes stem.key (0600) and stem.crt, refusing where one of them is. */
int certificate_write(const char *dir, const char *stem, EVP_PKEY *key, X509 *certificate);
int certificate_load(const char *dir, const char *stem, EVP_PKEY **ret_key, X509 **ret);
