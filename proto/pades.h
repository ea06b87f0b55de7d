/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * A signature in a PDF (ISO 32000-1 §12.8, ETSI.CAdES.detached): a hole in the file holds a CMS
 * container in hex, and all bytes around it are what is signed. Whoever signs hashes those bytes,
 * puts the digest and that of his certificate into the signed attributes, and signs these by ECDSA
 * P-256 over SHA-256; nothing else is needed where the key is, and a second implementation needs
 * only the template in pades.c. No signing time stands in the attributes: the PDF tells it.
 *
 * A file may hold several, each behind the one before it; these functions look at the last, which
 * covers the file to its end.
 */

#include <stdint.h>

#include <glib.h>

#include "proto/p256.h"

#define PADES_DIGEST_LEN 32
#define PADES_ATTRIBUTES_LEN 135
#define PADES_FILE_MAX (64u * 1024 * 1024)
/* A container with two certificates is below 2 KB. */
#define PADES_CONTAINER_MAX 6144
#define PADES_NAME_SIZE 257 /* 64 characters, which is what X.520 allows, in UTF-8 */

enum pades_refusal {
	PADES_E_FORM = 1,  /* no PDF whose last signature covers it to the end */
	PADES_E_SIGNATURE, /* of other bytes, or altered */
	PADES_E_ISSUER,    /* no certificate in it was issued by the one that was named */
	PADES_E_KEY,       /* not a P-256 certificate with a name */
};

/* Signed are the bytes [0, hole) and [hole_end, end). */
struct pades_range {
	size_t hole, hole_end, end;
};

/* Of the last signature. The hole, with its brackets, may hold hex digits or zeros. */
int pades_find(const void *pdf, size_t len, struct pades_range *ret);
/* SHA-256 of what is signed. */
void pades_digest(const void *pdf, const struct pades_range *range, uint8_t ret[PADES_DIGEST_LEN]);
/* What the key signs, in DER. */
void pades_attributes(const uint8_t digest[PADES_DIGEST_LEN],
	const uint8_t certificate_sha256[PADES_DIGEST_LEN], uint8_t ret[PADES_ATTRIBUTES_LEN]);

/* The container of a signature by the certificate's key (both DER); the issuer's certificate goes
 * with it. 0, PADES_E_KEY, PADES_E_SIGNATURE when it does not hold, or a fault. */
int pades_container(const uint8_t attributes[PADES_ATTRIBUTES_LEN], const uint8_t sig[P256_SIG_LEN],
	GBytes *certificate, GBytes *issuer, GBytes **ret);
/* Writes it into the hole. PADES_E_FORM: there is no room. */
int pades_fill(void *pdf, const struct pades_range *range, GBytes *container);

struct pades_signer {
	uint8_t certificate_sha256[PADES_DIGEST_LEN];
	struct p256_public key;
	char name[PADES_NAME_SIZE]; /* the certificate's common name, UTF-8 */
};

/* Of a certificate in DER: the signer it names. */
int pades_signer_of(GBytes *certificate, struct pades_signer *ret);

/* Checks the last signature as of at_us. *ret: who made it. */
int pades_check(const void *pdf, size_t len, const uint8_t issuer_sha256[PADES_DIGEST_LEN],
	int64_t at_us, struct pades_signer *ret);

/* The same for a certificate nobody vouches for here, as of a centre's seal: that the signature
 * holds under it, and over the file to its end. *ret: digest and name of the certificate, "" where
 * it gives none; the key is not looked at. */
int pades_check_seal(const void *pdf, size_t len, struct pades_signer *ret);
