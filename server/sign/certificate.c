/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/sign/certificate.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#define NAME_CHARS_MAX 64 /* of an X.520 name */

G_DEFINE_AUTOPTR_CLEANUP_FUNC(X509, X509_free)

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

static bool add_extension(X509 *certificate, X509 *issuer, int nid, const char *value)
{
	X509V3_CTX ctx;
	X509_EXTENSION *e;
	bool good;

	X509V3_set_ctx_nodb(&ctx);
	X509V3_set_ctx(&ctx, issuer, certificate, NULL, NULL, 0);
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

static bool add_name(X509_NAME *subject, const char *field, const char *text)
{
	g_autofree char *cut = NULL;

	if (!text)
		return true;
	cut = g_utf8_substring(text, 0, MIN(g_utf8_strlen(text, -1), NAME_CHARS_MAX));
	return X509_NAME_add_entry_by_txt(
		subject, field, MBSTRING_UTF8, (const uint8_t *)cut, -1, -1, 0);
}

static bool add_names(X509 *c, const struct certificate_plan *plan)
{
	X509_NAME *subject = X509_get_subject_name(c);

	return X509_NAME_add_entry_by_txt(
		       subject, "C", MBSTRING_ASC, (const uint8_t *)"CN", -1, -1, 0) &&
	       add_name(subject, "O", plan->organisation) && add_name(subject, "OU", plan->unit) &&
	       add_name(subject, "CN", plan->name);
}

static bool add_extensions(X509 *c, X509 *issuer, bool issues_others)
{
	return add_extension(c, issuer, NID_basic_constraints,
		       issues_others ? "critical,CA:TRUE,pathlen:0" : "critical,CA:FALSE") &&
	       add_extension(c, issuer, NID_key_usage,
		       issues_others ? "critical,keyCertSign"
				     : "critical,digitalSignature,nonRepudiation") &&
	       add_extension(c, issuer, NID_subject_key_identifier, "hash") &&
	       (issuer == c ||
		       add_extension(c, issuer, NID_authority_key_identifier, "keyid:always"));
}

X509 *certificate_make(
	const struct certificate_plan *plan, EVP_PKEY *key, X509 *issuer, EVP_PKEY *issuer_key)
{
	g_autoptr(X509) c = X509_new();
	time_t from = (time_t)(plan->from_us / 1000000), until = (time_t)(plan->until_us / 1000000);

	if (!c || !X509_set_version(c, X509_VERSION_3) || !set_serial(c) ||
		!X509_time_adj_ex(X509_getm_notBefore(c), 0, 0, &from) ||
		!X509_time_adj_ex(X509_getm_notAfter(c), 0, 0, &until) ||
		!X509_set_pubkey(c, key) || !add_names(c, plan) ||
		!X509_set_issuer_name(c, X509_get_subject_name(issuer ? issuer : c)) ||
		!add_extensions(c, issuer ? issuer : c, plan->issues_others) ||
		!X509_sign(c, issuer ? issuer_key : key, EVP_sha256())) {
		ERR_clear_error();
		return NULL;
	}
	return g_steal_pointer(&c);
}

static char *name_of(const char *stem, const char *end)
{
	return g_strconcat(stem, end, NULL);
}

int certificate_write(const char *dir, const char *stem, EVP_PKEY *key, X509 *certificate)
{
	g_autofree char *key_file = name_of(stem, ".key"), *file = name_of(stem, ".crt");
	g_autofree char *old = g_build_filename(dir, file, NULL);
	FILE *f;
	int r;

	/* A key beside somebody else's certificate would only be in the way. */
	if (access(old, F_OK) == 0)
		return CERTIFICATE_E_EXISTS;
	f = open_in(dir, key_file, O_WRONLY | O_CREAT | O_EXCL, 0600);
	if (!f)
		return errno == EEXIST ? CERTIFICATE_E_EXISTS : -errno;
	r = close_synced(f, PEM_write_PrivateKey(f, key, NULL, NULL, 0, NULL, NULL));
	if (r)
		return r;
	f = open_in(dir, file, O_WRONLY | O_CREAT | O_EXCL, 0644);
	if (!f)
		return errno == EEXIST ? CERTIFICATE_E_EXISTS : -errno;
	return close_synced(f, PEM_write_X509(f, certificate));
}

static int load_key(const char *dir, const char *name, EVP_PKEY **ret)
{
	FILE *f = open_in(dir, name, O_RDONLY, 0);
	char group[32] = "";
	struct stat st;
	int r = 0;

	if (!f)
		return errno == ENOENT ? CERTIFICATE_E_NO_FILE : -errno;
	if (fstat(fileno(f), &st) < 0)
		r = -errno;
	else if (st.st_mode & 077)
		r = CERTIFICATE_E_OPEN_TO_OTHERS;
	else
		*ret = PEM_read_PrivateKey(f, NULL, NULL, (void *)"");
	fclose(f);
	if (!r && (!*ret || !EVP_PKEY_get_group_name(*ret, group, sizeof group, NULL) ||
			  strcmp(group, "prime256v1") != 0))
		r = CERTIFICATE_E_DAMAGED;
	return r;
}

static int load_certificate(const char *dir, const char *name, X509 **ret)
{
	FILE *f = open_in(dir, name, O_RDONLY, 0);

	if (!f)
		return errno == ENOENT ? CERTIFICATE_E_NO_FILE : -errno;
	*ret = PEM_read_X509(f, NULL, NULL, NULL);
	fclose(f);
	return *ret ? 0 : CERTIFICATE_E_DAMAGED;
}

int certificate_load(const char *dir, const char *stem, EVP_PKEY **ret_key, X509 **ret)
{
	g_autofree char *key_file = name_of(stem, ".key"), *file = name_of(stem, ".crt");
	g_autoptr(X509) certificate = NULL;
	EVP_PKEY *key = NULL;
	int r = load_key(dir, key_file, &key);

	if (!r)
		r = load_certificate(dir, file, &certificate);
	if (!r && X509_check_private_key(certificate, key) != 1)
		r = CERTIFICATE_E_MISMATCH;
	ERR_clear_error();
	if (r) {
		EVP_PKEY_free(key);
		return r;
	}
	*ret_key = key;
	*ret = g_steal_pointer(&certificate);
	return 0;
}
