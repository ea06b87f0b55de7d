/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/net/tls.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>
#include <glib.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>
#include <unistd.h>

static char *dir, *cert_path, *key_path;

static int setup(void **state)
{
	dir = g_dir_make_tmp("tls-XXXXXX", NULL);
	cert_path = g_build_filename(dir, "cert.pem", NULL);
	key_path = g_build_filename(dir, "key.pem", NULL);
	return 0;
}

static int teardown(void **state)
{
	unlink(cert_path);
	unlink(key_path);
	rmdir(dir);
	g_free(cert_path);
	g_free(key_path);
	g_free(dir);
	return 0;
}

static X509 *read_cert(void)
{
	FILE *f = fopen(cert_path, "r");
	X509 *cert = PEM_read_X509(f, NULL, NULL, NULL);

	fclose(f);
	return cert;
}

static void test_creates_once(void **state)
{
	struct stat st;
	X509 *first, *second;
	FILE *f;
	EVP_PKEY *key;

	assert_int_equal(
		tls_ensure_certificate(cert_path, key_path, "portal.test, 10.1.2.3,::1"), 0);
	first = read_cert();
	assert_int_equal(X509_check_host(first, "portal.test", 0, 0, NULL), 1);
	assert_int_equal(X509_check_ip_asc(first, "10.1.2.3", 0), 1);
	assert_int_equal(X509_check_ip_asc(first, "::1", 0), 1);
	assert_int_equal(X509_check_host(first, "other.test", 0, 0, NULL), 0);
	assert_int_equal(X509_cmp_current_time(X509_get0_notBefore(first)), -1);
	f = fopen(key_path, "r");
	key = PEM_read_PrivateKey(f, NULL, NULL, NULL);
	fclose(f);
	assert_int_equal(X509_verify(first, key), 1);
	assert_int_equal(stat(key_path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(tls_ensure_certificate(cert_path, key_path, "x"), 0);
	second = read_cert();
	assert_int_equal(X509_cmp(first, second), 0);
	X509_free(first);
	X509_free(second);
	EVP_PKEY_free(key);
}

static void test_refuses(void **state)
{
	assert_int_equal(tls_ensure_certificate(cert_path, key_path, ""), -EINVAL);
	assert_int_equal(tls_ensure_certificate(cert_path, key_path, "a,,b"), -EINVAL);
	assert_int_equal(tls_ensure_certificate(cert_path, key_path, "a:b"), -EINVAL);
	assert_int_equal(tls_ensure_certificate("/nonexistent/c", "/nonexistent/k", "a"), -ENOENT);
	assert_true(g_file_set_contents(cert_path, "x", -1, NULL));
	assert_int_equal(tls_ensure_certificate(cert_path, key_path, "a"), -EEXIST);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_creates_once, setup, teardown),
		cmocka_unit_test_setup_teardown(test_refuses, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
