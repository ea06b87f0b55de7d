/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/sign/cms.h"

#include <errno.h>

#include <openssl/cms.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#define STEM "centre"
#define VALID_US (INT64_C(3650) * 86400 * 1000000)

G_DEFINE_AUTOPTR_CLEANUP_FUNC(BIO, BIO_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CMS_ContentInfo, CMS_ContentInfo_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_PKEY, EVP_PKEY_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(X509, X509_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(X509_STORE, X509_STORE_free)

struct cms_signer {
	X509 *certificate;
	EVP_PKEY *key;
};

struct cms_signer *cms_signer_free(struct cms_signer *s)
{
	if (!s)
		return NULL;
	X509_free(s->certificate);
	EVP_PKEY_free(s->key);
	g_free(s);
	return NULL;
}

int cms_signer_create(const char *dir, const char *centre_name, int64_t real_us)
{
	const struct certificate_plan plan = {.organisation = centre_name,
		.name = centre_name,
		.from_us = real_us,
		.until_us = real_us + VALID_US};
	g_autoptr(EVP_PKEY) key = EVP_EC_gen("P-256");
	g_autoptr(X509) certificate = key ? certificate_make(&plan, key, NULL, NULL) : NULL;

	return certificate ? certificate_write(dir, STEM, key, certificate) : -EIO;
}

int cms_signer_load(const char *dir, struct cms_signer **ret)
{
	struct cms_signer *s = g_new0(struct cms_signer, 1);
	int r = certificate_load(dir, STEM, &s->key, &s->certificate);

	if (r)
		cms_signer_free(s);
	else
		*ret = s;
	return r;
}

static GBytes *take_bytes(BIO *bio)
{
	char *data;
	long len = BIO_get_mem_data(bio, &data);

	return g_bytes_new(data, (gsize)len);
}

GBytes *cms_signer_certificate(const struct cms_signer *s)
{
	g_autoptr(BIO) bio = BIO_new(BIO_s_mem());

	if (!bio || !PEM_write_bio_X509(bio, s->certificate))
		g_error("cannot write a certificate that was read");
	return take_bytes(bio);
}

void cms_signer_digest(const struct cms_signer *s, uint8_t ret[static 32])
{
	unsigned len = 32;

	if (X509_digest(s->certificate, EVP_sha256(), ret, &len) != 1)
		g_error("cannot digest a certificate that was read");
}

char *cms_signer_name(const struct cms_signer *s)
{
	const X509_NAME *subject = X509_get_subject_name(s->certificate);
	int at = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
	const X509_NAME_ENTRY *entry = at < 0 ? NULL : X509_NAME_get_entry(subject, at);
	unsigned char *utf8 = NULL;
	int len = entry ? ASN1_STRING_to_UTF8(&utf8, X509_NAME_ENTRY_get_data(entry)) : 0;
	char *name = g_strndup((const char *)utf8, len > 0 ? (gsize)len : 0);

	OPENSSL_free(utf8);
	return name;
}

int cms_sign(const struct cms_signer *s, const void *data, size_t len, GBytes **ret_der)
{
	const unsigned flags = CMS_DETACHED | CMS_BINARY | CMS_PARTIAL;
	g_autoptr(CMS_ContentInfo) cms = NULL;
	g_autoptr(BIO) in = NULL, out = NULL;

	g_assert(len <= CMS_DATA_MAX);
	in = BIO_new_mem_buf(data, (int)len);
	out = BIO_new(BIO_s_mem());
	cms = CMS_sign(NULL, NULL, NULL, NULL, flags);
	if (!in || !out || !cms ||
		!CMS_add1_signer(cms, s->certificate, s->key, EVP_sha256(),
			CMS_BINARY | CMS_CADES | CMS_NOSMIMECAP) ||
		!CMS_final(cms, in, NULL, flags) || !i2d_CMS_bio(out, cms)) {
		ERR_clear_error();
		return -EIO;
	}
	*ret_der = take_bytes(out);
	return 0;
}

static X509_STORE *trust(GBytes *pem, int64_t at_us)
{
	g_autoptr(X509_STORE) store = X509_STORE_new();
	g_autoptr(BIO) bio =
		BIO_new_mem_buf(g_bytes_get_data(pem, NULL), (int)g_bytes_get_size(pem));
	X509_VERIFY_PARAM *param = X509_STORE_get0_param(store);
	X509 *certificate;

	while ((certificate = PEM_read_bio_X509(bio, NULL, NULL, NULL))) {
		X509_STORE_add_cert(store, certificate);
		X509_free(certificate);
	}
	/* The certificate itself is trusted, whoever issued it, and not only for mail. */
	X509_VERIFY_PARAM_set_flags(param, X509_V_FLAG_PARTIAL_CHAIN);
	X509_VERIFY_PARAM_set_purpose(param, X509_PURPOSE_ANY);
	X509_VERIFY_PARAM_set_time(param, (time_t)(at_us / 1000000));
	return g_steal_pointer(&store);
}

static CMS_ContentInfo *parse(GBytes *der)
{
	gsize len;
	const unsigned char *data = g_bytes_get_data(der, &len), *at = data;
	g_autoptr(CMS_ContentInfo) cms = NULL;

	if (len < 1 || len > CMS_SIGNATURE_MAX)
		return NULL;
	cms = d2i_CMS_ContentInfo(NULL, &at, (long)len);
	if (!cms || at != data + len || OBJ_obj2nid(CMS_get0_type(cms)) != NID_pkcs7_signed ||
		CMS_is_detached(cms) != 1 || sk_CMS_SignerInfo_num(CMS_get0_SignerInfos(cms)) != 1)
		return NULL;
	return g_steal_pointer(&cms);
}

int cms_verify(GBytes *der, const void *data, size_t len, GBytes *trusted_pem, int64_t at_us)
{
	g_autoptr(CMS_ContentInfo) cms = parse(der);
	g_autoptr(X509_STORE) store = NULL;
	g_autoptr(BIO) in = NULL;
	int r = 0;

	if (!cms || len > CMS_DATA_MAX) {
		ERR_clear_error();
		return CMS_E_FORM;
	}
	ERR_clear_error();
	store = trust(trusted_pem, at_us);
	ERR_clear_error();
	in = BIO_new_mem_buf(data, (int)len);
	if (CMS_verify(cms, NULL, store, in, NULL, CMS_BINARY) != 1)
		r = ERR_GET_REASON(ERR_peek_error()) == CMS_R_CERTIFICATE_VERIFY_ERROR
			    ? CMS_E_UNTRUSTED
			    : CMS_E_BAD_SIGNATURE;
	ERR_clear_error();
	return r;
}
