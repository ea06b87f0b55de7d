/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/pades.h"

#include "proto/crypto_auto.h"
#include "proto/hex.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/pkcs7.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CMS_ContentInfo, CMS_ContentInfo_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PKCS7, PKCS7_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PKCS7_SIGNER_INFO, PKCS7_SIGNER_INFO_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(X509, X509_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(X509_STORE, X509_STORE_free)

/* ---- the hole ---- */

#define MARK "/ByteRange ["

static bool number(const char **at, const char *end, size_t *ret)
{
	size_t n = 0, digits = 0;

	while (*at < end && **at == ' ')
		(*at)++;
	for (; *at < end && g_ascii_isdigit(**at) && digits < 10; digits++, (*at)++)
		n = n * 10 + (size_t)(**at - '0');
	*ret = n;
	return digits > 0;
}

static const char *last_mark(const char *pdf, size_t len)
{
	const size_t mark = strlen(MARK);

	for (size_t at = len >= mark ? len - mark + 1 : 0; at-- > 0;)
		if (pdf[at] == MARK[0] && memcmp(pdf + at, MARK, mark) == 0)
			return pdf + at + mark;
	return NULL;
}

int pades_find(const void *pdf, size_t len, struct pades_range *ret)
{
	/* What came may be nothing at all, at no address. */
	const char *bytes = len ? pdf : "", *end = bytes + len;
	const char *at = len <= PADES_FILE_MAX ? last_mark(bytes, len) : NULL;
	size_t from, hole, hole_end, rest;

	if (!at || !number(&at, end, &from) || !number(&at, end, &hole) ||
		!number(&at, end, &hole_end) || !number(&at, end, &rest))
		return PADES_E_FORM;
	if (from != 0 || hole_end > len || len - hole_end != rest || hole >= hole_end ||
		hole_end - hole < 4 || (hole_end - hole) % 2 || bytes[hole] != '<' ||
		bytes[hole_end - 1] != '>')
		return PADES_E_FORM;
	*ret = (struct pades_range){hole, hole_end, len};
	return 0;
}

void pades_digest(const void *pdf, const struct pades_range *range, uint8_t ret[PADES_DIGEST_LEN])
{
	const uint8_t *bytes = pdf;
	g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
	gsize len = PADES_DIGEST_LEN;

	g_checksum_update(sum, bytes, (gssize)range->hole);
	g_checksum_update(sum, bytes + range->hole_end, (gssize)(range->end - range->hole_end));
	g_checksum_get_digest(sum, ret, &len);
}

int pades_fill(void *pdf, const struct pades_range *range, GBytes *container)
{
	size_t len;
	const void *der = g_bytes_get_data(container, &len);
	g_autofree char *hex = hex_encode(der, len);

	if (2 * len > range->hole_end - range->hole - 2)
		return PADES_E_FORM;
	memcpy((char *)pdf + range->hole + 1, hex, 2 * len);
	return 0;
}

/* ---- signed attributes ---- */

/* Content type, message digest, signing certificate v2: a SET OF in the order DER asks for. */
static const uint8_t attributes_head[] = {0x31, 0x81, 0x84,
	/* contentType: id-data */
	0x30, 0x18, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x03, 0x31, 0x0b,
	0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x01,
	/* messageDigest */
	0x30, 0x2f, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x04, 0x31, 0x22,
	0x04, 0x20};
static const uint8_t attributes_middle[] = {/* signingCertificateV2, by SHA-256 */
	0x30, 0x37, 0x06, 0x0b, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x10, 0x02, 0x2f,
	0x31, 0x28, 0x30, 0x26, 0x30, 0x24, 0x30, 0x22, 0x04, 0x20};

G_STATIC_ASSERT(sizeof(attributes_head) + sizeof(attributes_middle) + 2 * PADES_DIGEST_LEN ==
		PADES_ATTRIBUTES_LEN);

void pades_attributes(const uint8_t digest[PADES_DIGEST_LEN],
	const uint8_t certificate_sha256[PADES_DIGEST_LEN], uint8_t ret[PADES_ATTRIBUTES_LEN])
{
	memcpy(ret, attributes_head, sizeof(attributes_head));
	ret += sizeof(attributes_head);
	memcpy(ret, digest, PADES_DIGEST_LEN);
	ret += PADES_DIGEST_LEN;
	memcpy(ret, attributes_middle, sizeof(attributes_middle));
	memcpy(ret + sizeof(attributes_middle), certificate_sha256, PADES_DIGEST_LEN);
}

/* ---- the container ---- */

static X509 *certificate_of(GBytes *der)
{
	size_t len;
	const uint8_t *at = g_bytes_get_data(der, &len), *end = at + len;
	X509 *certificate = d2i_X509(NULL, &at, (long)len);

	if (certificate && at != end)
		g_clear_pointer(&certificate, X509_free);
	ERR_clear_error();
	return certificate;
}

static int set_signature(PKCS7_SIGNER_INFO *si, const uint8_t sig[P256_SIG_LEN])
{
	g_autoptr(ECDSA_SIG) pair = ECDSA_SIG_new();
	BIGNUM *r = BN_bin2bn(sig, P256_SIG_LEN / 2, NULL);
	BIGNUM *s = BN_bin2bn(sig + P256_SIG_LEN / 2, P256_SIG_LEN / 2, NULL);
	unsigned char *der = NULL;
	int len;

	if (!pair || !r || !s || ECDSA_SIG_set0(pair, r, s) != 1) {
		BN_free(r);
		BN_free(s);
		return -EIO;
	}
	len = i2d_ECDSA_SIG(pair, &der);
	if (len <= 0)
		return -EIO;
	ASN1_STRING_set0(si->enc_digest, der, len);
	return 0;
}

static int set_attributes(PKCS7_SIGNER_INFO *si, const uint8_t attributes[PADES_ATTRIBUTES_LEN])
{
	const uint8_t *at = attributes + 3, *end = attributes + PADES_ATTRIBUTES_LEN;

	si->auth_attr = sk_X509_ATTRIBUTE_new_null();
	while (si->auth_attr && at < end) {
		X509_ATTRIBUTE *attribute = d2i_X509_ATTRIBUTE(NULL, &at, end - at);

		if (!attribute || !sk_X509_ATTRIBUTE_push(si->auth_attr, attribute)) {
			X509_ATTRIBUTE_free(attribute);
			return -EIO;
		}
	}
	return si->auth_attr ? 0 : -EIO;
}

/* libcrypto's own signing wants the private key; its structures can be filled without. */
static int make_signer_info(const uint8_t attributes[PADES_ATTRIBUTES_LEN],
	const uint8_t sig[P256_SIG_LEN], X509 *certificate, PKCS7_SIGNER_INFO **ret)
{
	g_autoptr(PKCS7_SIGNER_INFO) si = PKCS7_SIGNER_INFO_new();
	int r;

	if (!si || !ASN1_INTEGER_set(si->version, 1) ||
		!X509_NAME_set(&si->issuer_and_serial->issuer, X509_get_issuer_name(certificate)) ||
		!ASN1_STRING_copy(
			si->issuer_and_serial->serial, X509_get0_serialNumber(certificate)) ||
		!X509_ALGOR_set0(si->digest_alg, OBJ_nid2obj(NID_sha256), V_ASN1_NULL, NULL) ||
		!X509_ALGOR_set0(
			si->digest_enc_alg, OBJ_nid2obj(NID_ecdsa_with_SHA256), V_ASN1_UNDEF, NULL))
		return -EIO;
	r = set_attributes(si, attributes);
	if (!r)
		r = set_signature(si, sig);
	if (!r)
		*ret = g_steal_pointer(&si);
	return r;
}

static int make_container(PKCS7_SIGNER_INFO *si, X509 *certificate, X509 *issuer, GBytes **ret)
{
	g_autoptr(PKCS7) p7 = PKCS7_new();
	unsigned char *der = NULL;
	int len;

	if (!p7 || !PKCS7_set_type(p7, NID_pkcs7_signed) ||
		!PKCS7_content_new(p7, NID_pkcs7_data) || !PKCS7_set_detached(p7, 1) ||
		!PKCS7_add_certificate(p7, certificate) || !PKCS7_add_certificate(p7, issuer) ||
		!PKCS7_add_signer(p7, si)) {
		PKCS7_SIGNER_INFO_free(si);
		return -EIO;
	}
	len = i2d_PKCS7(p7, &der);
	if (len <= 0)
		return -EIO;
	*ret = g_bytes_new(der, (size_t)len);
	OPENSSL_free(der);
	return 0;
}

int pades_container(const uint8_t attributes[PADES_ATTRIBUTES_LEN], const uint8_t sig[P256_SIG_LEN],
	GBytes *certificate_der, GBytes *issuer_der, GBytes **ret)
{
	g_autoptr(X509) certificate = certificate_of(certificate_der);
	g_autoptr(X509) issuer = certificate_of(issuer_der);
	PKCS7_SIGNER_INFO *si = NULL;
	struct p256_public key;
	int r;

	if (!certificate || !issuer || p256_public_of(X509_get0_pubkey(certificate), &key) != 0)
		return PADES_E_KEY;
	r = p256_verify(&key, attributes, PADES_ATTRIBUTES_LEN, sig);
	if (r)
		return r < 0 ? r : PADES_E_SIGNATURE;
	r = make_signer_info(attributes, sig, certificate, &si);
	if (!r)
		r = make_container(si, certificate, issuer, ret);
	ERR_clear_error();
	return r;
}

/* ---- checking ---- */

static CMS_ContentInfo *container_of(const char *pdf, const struct pades_range *range)
{
	size_t n = (range->hole_end - range->hole - 2) / 2;
	g_autofree uint8_t *der = NULL;
	const uint8_t *at;

	if (n > 4 * PADES_CONTAINER_MAX)
		return NULL;
	der = g_malloc(n);
	/* What follows the container in the hole are zeros; its own length says where it ends. */
	if (!hex_decode_exact(pdf + range->hole + 1, 2 * n, der, n))
		return NULL;
	at = der;
	CMS_ContentInfo *cms = d2i_CMS_ContentInfo(NULL, &at, (long)n);
	if (!cms)
		return NULL;
	for (; at < der + n && *at == 0; at++)
		;
	if (at == der + n && OBJ_obj2nid(CMS_get0_type(cms)) == NID_pkcs7_signed &&
		CMS_is_detached(cms) == 1 && sk_CMS_SignerInfo_num(CMS_get0_SignerInfos(cms)) == 1)
		return cms;
	CMS_ContentInfo_free(cms);
	return NULL;
}

static bool has_digest(const X509 *certificate, const uint8_t sha256[PADES_DIGEST_LEN])
{
	uint8_t digest[EVP_MAX_MD_SIZE];
	unsigned len = 0;

	return X509_digest(certificate, EVP_sha256(), digest, &len) == 1 &&
	       len == PADES_DIGEST_LEN && memcmp(digest, sha256, len) == 0;
}

static X509_STORE *trust(
	CMS_ContentInfo *cms, const uint8_t sha256[PADES_DIGEST_LEN], int64_t at_us)
{
	STACK_OF(X509) *certificates = CMS_get1_certs(cms);
	X509_STORE *store = NULL;

	for (int i = 0; i < sk_X509_num(certificates) && !store; i++) {
		X509 *c = sk_X509_value(certificates, i);

		if (!has_digest(c, sha256) || !(store = X509_STORE_new()))
			continue;
		X509_STORE_add_cert(store, c);
		X509_VERIFY_PARAM_set_purpose(X509_STORE_get0_param(store), X509_PURPOSE_ANY);
		X509_VERIFY_PARAM_set_time(X509_STORE_get0_param(store), (time_t)(at_us / 1000000));
	}
	sk_X509_pop_free(certificates, X509_free);
	return store;
}

static int check(CMS_ContentInfo *cms, GByteArray *content, X509_STORE *store)
{
	g_autoptr(BIO) in = BIO_new_mem_buf(content->data, (int)content->len);

	if (!in)
		return -EIO;
	if (CMS_verify(cms, NULL, store, in, NULL, CMS_BINARY | CMS_CADES) == 1)
		return 0;
	return ERR_GET_REASON(ERR_peek_error()) == CMS_R_CERTIFICATE_VERIFY_ERROR
		       ? PADES_E_ISSUER
		       : PADES_E_SIGNATURE;
}

static bool name_of(X509 *c, char ret[PADES_NAME_SIZE])
{
	const X509_NAME *subject = X509_get_subject_name(c);
	int at = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
	const X509_NAME_ENTRY *entry = at < 0 ? NULL : X509_NAME_get_entry(subject, at);
	unsigned char *text = NULL;
	int len = entry ? ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(entry)) : -1;
	bool good = len > 0 && len < PADES_NAME_SIZE && g_utf8_validate((char *)text, len, NULL);

	if (good) {
		memcpy(ret, text, (size_t)len);
		ret[len] = '\0';
	}
	OPENSSL_free(text);
	return good;
}

static int signer_of(X509 *c, struct pades_signer *ret)
{
	unsigned len = 0;

	if (!c || p256_public_of(X509_get0_pubkey(c), &ret->key) != 0 || !name_of(c, ret->name))
		return PADES_E_KEY;
	return X509_digest(c, EVP_sha256(), ret->certificate_sha256, &len) == 1 ? 0 : -EIO;
}

int pades_signer_of(GBytes *certificate, struct pades_signer *ret)
{
	g_autoptr(X509) c = certificate_of(certificate);
	int r = signer_of(c, ret);

	ERR_clear_error();
	return r;
}

static int only_signer(CMS_ContentInfo *cms, struct pades_signer *ret)
{
	STACK_OF(X509) *signers = CMS_get0_signers(cms);
	int r = signer_of(sk_X509_num(signers) == 1 ? sk_X509_value(signers, 0) : NULL, ret);

	sk_X509_free(signers);
	return r;
}

/* What is signed: all but the hole. */
static GByteArray *content_of(const uint8_t *pdf, const struct pades_range *range)
{
	GByteArray *content = g_byte_array_sized_new((guint)range->end);

	g_byte_array_append(content, pdf, (guint)range->hole);
	g_byte_array_append(content, pdf + range->hole_end, (guint)(range->end - range->hole_end));
	return content;
}

int pades_check(const void *pdf, size_t len, const uint8_t issuer_sha256[PADES_DIGEST_LEN],
	int64_t at_us, struct pades_signer *ret)
{
	g_autoptr(CMS_ContentInfo) cms = NULL;
	g_autoptr(X509_STORE) store = NULL;
	g_autoptr(GByteArray) content = NULL;
	struct pades_range range;
	int r = pades_find(pdf, len, &range);

	if (r)
		return r;
	cms = container_of(pdf, &range);
	store = cms ? trust(cms, issuer_sha256, at_us) : NULL;
	ERR_clear_error();
	if (!store)
		return cms ? PADES_E_ISSUER : PADES_E_FORM;
	content = content_of(pdf, &range);
	r = check(cms, content, store);
	if (!r)
		r = only_signer(cms, ret);
	ERR_clear_error();
	return r;
}

static int sealed_by(CMS_ContentInfo *cms, struct pades_signer *ret)
{
	STACK_OF(X509) *signers = CMS_get0_signers(cms);
	X509 *c = sk_X509_num(signers) == 1 ? sk_X509_value(signers, 0) : NULL;
	unsigned len = 0;
	int r = c ? -EIO : PADES_E_KEY;

	*ret = (struct pades_signer){0};
	if (c && X509_digest(c, EVP_sha256(), ret->certificate_sha256, &len) == 1)
		r = 0;
	if (c && !name_of(c, ret->name))
		ret->name[0] = '\0';
	sk_X509_free(signers);
	return r;
}

int pades_check_seal(const void *pdf, size_t len, struct pades_signer *ret)
{
	g_autoptr(CMS_ContentInfo) cms = NULL;
	g_autoptr(GByteArray) content = NULL;
	g_autoptr(BIO) in = NULL;
	struct pades_range range;
	int r = pades_find(pdf, len, &range);

	if (r)
		return r;
	cms = container_of(pdf, &range);
	if (!cms) {
		ERR_clear_error();
		return PADES_E_FORM;
	}
	content = content_of(pdf, &range);
	in = BIO_new_mem_buf(content->data, (int)content->len);
	r = !in ? -EIO
	    : CMS_verify(cms, NULL, NULL, in, NULL, CMS_BINARY | CMS_NO_SIGNER_CERT_VERIFY) == 1
		    ? sealed_by(cms, ret)
		    : PADES_E_SIGNATURE;
	ERR_clear_error();
	return r;
}
