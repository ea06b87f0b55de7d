/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/sign/document_ca.h"

#include <errno.h>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include "server/sign/certificate.h"

#define STEM "documents"
#define NAME "评标云室文件签名"
/* As long as the longest retention of what it signs, and then some. */
#define VALID_US (INT64_C(40) * 365 * 86400 * 1000000)
/* A certificate begins a little earlier: clocks of those who check differ. */
#define SKEW_US (INT64_C(60) * 1000000)

G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_PKEY, EVP_PKEY_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(X509, X509_free)

struct document_ca {
	EVP_PKEY *key;
	X509 *certificate;
	GBytes *der;
	int64_t until_us;
};

struct document_ca *document_ca_free(struct document_ca *ca)
{
	if (!ca)
		return NULL;
	EVP_PKEY_free(ca->key);
	X509_free(ca->certificate);
	g_clear_pointer(&ca->der, g_bytes_unref);
	g_free(ca);
	return NULL;
}

static int der_of(X509 *certificate, GBytes **ret)
{
	unsigned char *der = NULL;
	int len = i2d_X509(certificate, &der);

	if (len <= 0) {
		ERR_clear_error();
		return -EIO;
	}
	*ret = g_bytes_new(der, (size_t)len);
	OPENSSL_free(der);
	return 0;
}

static int create(const char *dir, int64_t real_us)
{
	const struct certificate_plan plan = {.organisation = NAME,
		.name = NAME,
		.from_us = real_us - SKEW_US,
		.until_us = real_us + VALID_US,
		.issues_others = true};
	g_autoptr(EVP_PKEY) key = EVP_EC_gen("P-256");
	g_autoptr(X509) certificate = key ? certificate_make(&plan, key, NULL, NULL) : NULL;

	return certificate ? certificate_write(dir, STEM, key, certificate) : -EIO;
}

static int read_until(struct document_ca *ca)
{
	struct tm tm;

	if (ASN1_TIME_to_tm(X509_get0_notAfter(ca->certificate), &tm) != 1)
		return CERTIFICATE_E_DAMAGED;
	ca->until_us = (int64_t)timegm(&tm) * 1000000;
	return der_of(ca->certificate, &ca->der);
}

int document_ca_open(const char *dir, int64_t real_us, struct document_ca **ret)
{
	struct document_ca *ca = g_new0(struct document_ca, 1);
	int r = certificate_load(dir, STEM, &ca->key, &ca->certificate);

	if (r == CERTIFICATE_E_NO_FILE) {
		r = create(dir, real_us);
		/* Another process of the house may have been first. */
		if (!r || r == CERTIFICATE_E_EXISTS)
			r = certificate_load(dir, STEM, &ca->key, &ca->certificate);
	}
	if (!r)
		r = read_until(ca);
	if (r)
		document_ca_free(ca);
	else
		*ret = ca;
	return r;
}

GBytes *document_ca_certificate(const struct document_ca *ca)
{
	return ca->der;
}

bool document_ca_issued(const struct document_ca *ca, GBytes *certificate)
{
	size_t len;
	const uint8_t *at = g_bytes_get_data(certificate, &len);
	g_autoptr(X509) c = d2i_X509(NULL, &at, (long)len);
	bool issued = c && X509_verify(c, ca->key) == 1;

	ERR_clear_error();
	return issued;
}

int document_ca_issue(const struct document_ca *ca, const struct document_signer *signer,
	int64_t real_us, GBytes **ret)
{
	const struct certificate_plan plan = {.organisation = signer->organisation,
		.unit = signer->unit,
		.name = signer->name,
		.from_us = real_us - SKEW_US,
		.until_us = ca->until_us};
	uint8_t spki[P256_SPKI_LEN];
	const uint8_t *at = spki;
	g_autoptr(EVP_PKEY) key = NULL;
	g_autoptr(X509) certificate = NULL;

	p256_spki_encode(&signer->key, spki);
	key = d2i_PUBKEY(NULL, &at, sizeof(spki));
	if (key)
		certificate = certificate_make(&plan, key, ca->certificate, ca->key);
	ERR_clear_error();
	return certificate ? der_of(certificate, ret) : -EIO;
}
