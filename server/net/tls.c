/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/net/tls.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define VALID_DAYS 3650

static bool is_address(const char *name)
{
	unsigned char buf[16];

	return inet_pton(AF_INET, name, buf) == 1 || inet_pton(AF_INET6, name, buf) == 1;
}

static bool add_extension(X509 *cert, int nid, const char *value)
{
	X509V3_CTX ctx;
	X509_EXTENSION *ext;
	bool ok;

	X509V3_set_ctx_nodb(&ctx);
	X509V3_set_ctx(&ctx, cert, cert, NULL, NULL, 0);
	ext = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
	ok = ext && X509_add_ext(cert, ext, -1);
	X509_EXTENSION_free(ext);
	return ok;
}

/* Subject, issuer and subjectAltName from "localhost,127.0.0.1". */
static bool set_names(X509 *cert, const char *names)
{
	g_auto(GStrv) list = g_strsplit(names, ",", -1);
	g_autoptr(GString) san = g_string_new(NULL);
	X509_NAME *subject = X509_get_subject_name(cert);

	for (char **n = list; *n; n++) {
		g_strstrip(*n);
		/* A name with these would write further entries into the extension. */
		if (!**n || (!is_address(*n) && strpbrk(*n, ":;\n")))
			return false;
		g_string_append_printf(
			san, "%s%s:%s", san->len ? "," : "", is_address(*n) ? "IP" : "DNS", *n);
	}
	return san->len &&
	       X509_NAME_add_entry_by_txt(
		       subject, "CN", MBSTRING_UTF8, (const unsigned char *)list[0], -1, -1, 0) &&
	       X509_set_issuer_name(cert, subject) &&
	       add_extension(cert, NID_subject_alt_name, san->str);
}

static bool set_serial(X509 *cert)
{
	BIGNUM *n = BN_new();
	bool ok = n && BN_rand(n, 126, BN_RAND_TOP_ANY, BN_RAND_BOTTOM_ANY) &&
		  BN_to_ASN1_INTEGER(n, X509_get_serialNumber(cert));

	BN_free(n);
	return ok;
}

static X509 *make_certificate(EVP_PKEY *key, const char *names)
{
	X509 *cert = X509_new();

	if (cert && X509_set_version(cert, X509_VERSION_3) && set_serial(cert) &&
		X509_gmtime_adj(X509_getm_notBefore(cert), -3600) &&
		X509_time_adj_ex(X509_getm_notAfter(cert), VALID_DAYS, 0, NULL) &&
		X509_set_pubkey(cert, key) && set_names(cert, names) &&
		add_extension(cert, NID_basic_constraints, "critical,CA:FALSE") &&
		add_extension(cert, NID_key_usage, "critical,digitalSignature") &&
		add_extension(cert, NID_ext_key_usage, "serverAuth") &&
		X509_sign(cert, key, EVP_sha256()) > 0)
		return cert;
	X509_free(cert);
	return NULL;
}

/* Writes beside the final place and renames, so that no half file is ever found. */
static int write_file(const char *path, mode_t mode, BIO *content)
{
	g_autofree char *temporary = g_strdup_printf("%s.new", path);
	char *data;
	long len = BIO_get_mem_data(content, &data);
	int fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
	int r = 0;

	if (fd < 0)
		return -errno;
	if (write(fd, data, (size_t)len) != len || fsync(fd) < 0)
		r = errno ? -errno : -EIO;
	close(fd);
	if (!r && rename(temporary, path) < 0)
		r = -errno;
	if (r < 0)
		unlink(temporary);
	return r;
}

static int write_pair(const char *cert_path, const char *key_path, X509 *cert, EVP_PKEY *key)
{
	BIO *key_pem = BIO_new(BIO_s_mem()), *cert_pem = BIO_new(BIO_s_mem());
	int r = -EIO;

	if (key_pem && cert_pem &&
		PEM_write_bio_PKCS8PrivateKey(key_pem, key, NULL, NULL, 0, NULL, NULL) &&
		PEM_write_bio_X509(cert_pem, cert)) {
		r = write_file(key_path, 0600, key_pem);
		if (!r)
			r = write_file(cert_path, 0644, cert_pem);
		if (r < 0)
			unlink(key_path);
	}
	BIO_free(key_pem);
	BIO_free(cert_pem);
	return r;
}

static int create(const char *cert_path, const char *key_path, const char *names)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *cert = key ? make_certificate(key, names) : NULL;
	int r = cert ? write_pair(cert_path, key_path, cert, key) : -EINVAL;

	X509_free(cert);
	EVP_PKEY_free(key);
	return r;
}

int tls_ensure_certificate(const char *cert_path, const char *key_path, const char *names)
{
	bool has_cert = !access(cert_path, F_OK), has_key = !access(key_path, F_OK);

	if (has_cert && has_key)
		return 0;
	return has_cert || has_key ? -EEXIST : create(cert_path, key_path, names);
}
