/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/sign/cms.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/cms.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#define KEY_FILE "centre.key"
#define CERTIFICATE_FILE "centre.crt"
#define VALID_DAYS 3650

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

/* Opens a file of the directory with the mode, as a stdio stream; NULL with errno set. */
static FILE *open_in(const char *dir, const char *name, int flags, mode_t mode)
{
	g_autofree char *path = g_build_filename(dir, name, NULL);
	int fd = open(path, flags | O_CLOEXEC, mode);
	FILE *f;

	if (fd < 0)
		return NULL;
	f = fdopen(fd, flags & O_WRONLY ? "w" : "r");
	if (!f)
		close(fd);
	return f;
}

static int close_synced(FILE *f, bool good)
{
	int r = good && fflush(f) == 0 && fsync(fileno(f)) == 0 ? 0 : -EIO;

	return fclose(f) == 0 ? r : -EIO;
}

static bool add_extension(X509 *certificate, int nid, const char *value)
{
	X509V3_CTX ctx;
	X509_EXTENSION *e;
	bool good;

	X509V3_set_ctx_nodb(&ctx);
	X509V3_set_ctx(&ctx, certificate, certificate, NULL, NULL, 0);
	e = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
	good = e && X509_add_ext(certificate, e, -1);
	X509_EXTENSION_free(e);
	return good;
}

static bool set_serial(X509 *certificate)
{
	uint8_t random[16];
	BIGNUM *n;
	bool good;

	if (RAND_bytes(random, sizeof random) != 1)
		return false;
	random[0] &= 0x7f;
	n = BN_bin2bn(random, sizeof random, NULL);
	good = n && BN_to_ASN1_INTEGER(n, X509_get_serialNumber(certificate));
	BN_free(n);
	return good;
}

static X509 *make_certificate(EVP_PKEY *key, const char *name, int64_t real_us)
{
	g_autoptr(X509) c = X509_new();
	time_t now = (time_t)(real_us / 1000000);
	X509_NAME *subject;

	if (!c || !X509_set_version(c, X509_VERSION_3) || !set_serial(c) ||
		!X509_time_adj_ex(X509_getm_notBefore(c), 0, 0, &now) ||
		!X509_time_adj_ex(X509_getm_notAfter(c), VALID_DAYS, 0, &now) ||
		!X509_set_pubkey(c, key))
		return NULL;
	subject = X509_get_subject_name(c);
	if (!X509_NAME_add_entry_by_txt(
		    subject, "C", MBSTRING_ASC, (const uint8_t *)"CN", -1, -1, 0) ||
		!X509_NAME_add_entry_by_txt(
			subject, "O", MBSTRING_UTF8, (const uint8_t *)name, -1, -1, 0) ||
		!X509_NAME_add_entry_by_txt(
			subject, "CN", MBSTRING_UTF8, (const uint8_t *)name, -1, -1, 0) ||
		!X509_set_issuer_name(c, subject))
		return NULL;
	if (!add_extension(c, NID_basic_constraints, "critical,CA:FALSE") ||
		!add_extension(c, NID_key_usage, "critical,digitalSignature,nonRepudiation") ||
		!add_extension(c, NID_subject_key_identifier, "hash") ||
		!X509_sign(c, key, EVP_sha256()))
		return NULL;
	return g_steal_pointer(&c);
}

static int write_files(const char *dir, EVP_PKEY *key, X509 *certificate)
{
	FILE *f = open_in(dir, KEY_FILE, O_WRONLY | O_CREAT | O_EXCL, 0600);
	int r;

	if (!f)
		return errno == EEXIST ? CMS_E_EXISTS : -errno;
	r = close_synced(f, PEM_write_PrivateKey(f, key, NULL, NULL, 0, NULL, NULL));
	if (r)
		return r;
	f = open_in(dir, CERTIFICATE_FILE, O_WRONLY | O_CREAT | O_EXCL, 0644);
	if (!f)
		return errno == EEXIST ? CMS_E_EXISTS : -errno;
	return close_synced(f, PEM_write_X509(f, certificate));
}

int cms_signer_create(const char *dir, const char *centre_name, int64_t real_us)
{
	g_autofree char *old = g_build_filename(dir, CERTIFICATE_FILE, NULL);
	g_autoptr(EVP_PKEY) key = NULL;
	g_autoptr(X509) certificate = NULL;

	/* A key beside somebody else's certificate would only be in the way. */
	if (access(old, F_OK) == 0)
		return CMS_E_EXISTS;
	key = EVP_EC_gen("P-256");
	certificate = key ? make_certificate(key, centre_name, real_us) : NULL;
	if (!certificate) {
		ERR_clear_error();
		return -EIO;
	}
	return write_files(dir, key, certificate);
}

static int load_key(const char *dir, EVP_PKEY **ret)
{
	FILE *f = open_in(dir, KEY_FILE, O_RDONLY, 0);
	char group[32] = "";
	struct stat st;
	int r = 0;

	if (!f)
		return errno == ENOENT ? CMS_E_NO_FILE : -errno;
	if (fstat(fileno(f), &st) < 0)
		r = -errno;
	else if (st.st_mode & 077)
		r = CMS_E_OPEN_TO_OTHERS;
	else
		*ret = PEM_read_PrivateKey(f, NULL, NULL, (void *)"");
	fclose(f);
	if (!r && (!*ret || !EVP_PKEY_get_group_name(*ret, group, sizeof group, NULL) ||
			  strcmp(group, "prime256v1") != 0))
		r = CMS_E_DAMAGED;
	return r;
}

static int load_certificate(const char *dir, X509 **ret)
{
	FILE *f = open_in(dir, CERTIFICATE_FILE, O_RDONLY, 0);

	if (!f)
		return errno == ENOENT ? CMS_E_NO_FILE : -errno;
	*ret = PEM_read_X509(f, NULL, NULL, NULL);
	fclose(f);
	return *ret ? 0 : CMS_E_DAMAGED;
}

int cms_signer_load(const char *dir, struct cms_signer **ret)
{
	struct cms_signer *s = g_new0(struct cms_signer, 1);
	int r = load_key(dir, &s->key);

	if (!r)
		r = load_certificate(dir, &s->certificate);
	if (!r && X509_check_private_key(s->certificate, s->key) != 1)
		r = CMS_E_MISMATCH;
	ERR_clear_error();
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
