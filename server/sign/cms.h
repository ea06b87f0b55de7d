/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * Detached CMS signatures (RFC 5652, CAdES attributes) with the centre's certificate: ECDSA P-256
 * over SHA-256, DER. Anybody verifies one with
 *
 *	openssl cms -verify -inform DER -in X.p7s -content X -binary -CAfile centre.crt \
 *		-partial_chain -purpose any
 *
 * Certificate and key are centre.crt and centre.key (PEM) in the directory of keys. A centre puts
 *in what its certification authority gave it; for a demo cms_signer_create() makes a self-signed
 *pair, which proves nothing about who the centre is.
 *
 * A signer is immutable once loaded; signing and verifying may be done on any thread. Files are
 *read and written only by load and create.
 */

#include <stddef.h>
#include <stdint.h>

#include <glib.h>

#include "server/sign/certificate.h"

/* A signature from outside longer than this is not looked at. */
#define CMS_SIGNATURE_MAX (64 * 1024)
#define CMS_DATA_MAX (512u * 1024 * 1024)

enum cms_refusal {
	CMS_E_NO_FILE = CERTIFICATE_E_NO_FILE,
	CMS_E_EXISTS = CERTIFICATE_E_EXISTS,
	CMS_E_OPEN_TO_OTHERS = CERTIFICATE_E_OPEN_TO_OTHERS,
	CMS_E_DAMAGED = CERTIFICATE_E_DAMAGED,
	CMS_E_MISMATCH = CERTIFICATE_E_MISMATCH,
	CMS_E_FORM,          /* not one detached signature in DER, or too long */
	CMS_E_BAD_SIGNATURE, /* of other data, or altered */
	CMS_E_UNTRUSTED,     /* good, but by a certificate that is not trusted at that time */
};

struct cms_signer;

/* Makes centre.key (0600) and a self-signed centre.crt valid for ten years from real_us. */
int cms_signer_create(const char *dir, const char *centre_name, int64_t real_us);
int cms_signer_load(const char *dir, struct cms_signer **ret);
struct cms_signer *cms_signer_free(struct cms_signer *s);

/* The certificate as PEM; a new reference. */
GBytes *cms_signer_certificate(const struct cms_signer *s);

/* SHA-256 of the certificate in DER. */
void cms_signer_digest(const struct cms_signer *s, uint8_t ret[static 32]);

/* The name its certificate gives, UTF-8; new, "" for none. */
char *cms_signer_name(const struct cms_signer *s);

/* -EIO: libcrypto. The signing time inside is the machine's. */
int cms_sign(const struct cms_signer *s, const void *data, size_t len, GBytes **ret_der);

/* Whether der is a signature over the data by one of the certificates in trusted_pem, as of at_us.
 */
int cms_verify(GBytes *der, const void *data, size_t len, GBytes *trusted_pem, int64_t at_us);
