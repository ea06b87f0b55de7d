/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/unit/room-client/link/test_cert.h"

#include <glib.h>
#include <glib/gstdio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

static void add_extension(X509 *cert, int nid, const char *value)
{
	X509V3_CTX ctx;
	X509_EXTENSION *extension;

	X509V3_set_ctx(&ctx, cert, cert, NULL, NULL, 0);
	extension = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
	g_assert(extension && X509_add_ext(cert, extension, -1) == 1);
	X509_EXTENSION_free(extension);
}

static X509 *cert_new(EVP_PKEY *key, const char *names, long lasts_s)
{
	X509 *cert = X509_new();
	X509_NAME *name = X509_get_subject_name(cert);

	X509_set_version(cert, X509_VERSION_3);
	ASN1_INTEGER_set(X509_get_serialNumber(cert), g_random_int_range(1, G_MAXINT32));
	X509_gmtime_adj(X509_getm_notBefore(cert), -3600);
	X509_gmtime_adj(X509_getm_notAfter(cert), lasts_s);
	X509_set_pubkey(cert, key);
	X509_NAME_add_entry_by_txt(
		name, "CN", MBSTRING_ASC, (const unsigned char *)"bidroom test", -1, -1, 0);
	X509_set_issuer_name(cert, name);
	add_extension(cert, NID_basic_constraints, "critical,CA:TRUE");
	add_extension(cert, NID_subject_alt_name, names);
	g_assert(X509_sign(cert, key, EVP_sha256()) > 0);
	return cert;
}

void test_cert_make(struct test_cert *c, const char *names, long lasts_s)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *cert = cert_new(key, names, lasts_s);
	FILE *f;

	c->dir = g_dir_make_tmp("bidroom-cert-XXXXXX", NULL);
	g_assert(c->dir);
	c->cert_file = g_build_filename(c->dir, "cert.pem", NULL);
	c->key_file = g_build_filename(c->dir, "key.pem", NULL);
	f = fopen(c->cert_file, "w");
	g_assert(f && PEM_write_X509(f, cert) == 1 && fclose(f) == 0);
	f = fopen(c->key_file, "w");
	g_assert(f && PEM_write_PrivateKey(f, key, NULL, NULL, 0, NULL, NULL) == 1 &&
		 fclose(f) == 0);
	X509_free(cert);
	EVP_PKEY_free(key);
}

void test_cert_done(struct test_cert *c)
{
	g_unlink(c->cert_file);
	g_unlink(c->key_file);
	g_rmdir(c->dir);
	g_free(c->cert_file);
	g_free(c->key_file);
	g_free(c->dir);
}
