/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/sign/document_ca.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <glib/gstdio.h>
#include <openssl/evp.h>

#include "proto/pades.h"
#include "server/sign/certificate.h"

#define NOW_US INT64_C(1772323200000000)

static struct {
	char *dirs[2];
	struct document_ca *cas[2];
} bench;

static char *path_of(int house, const char *name)
{
	return g_build_filename(bench.dirs[house], name, NULL);
}

static int open_houses(void **state)
{
	for (int i = 0; i < 2; i++) {
		bench.dirs[i] = g_dir_make_tmp("documents-XXXXXX", NULL);
		assert_int_equal(document_ca_open(bench.dirs[i], NOW_US, &bench.cas[i]), 0);
	}
	return 0;
}

static int close_houses(void **state)
{
	for (int i = 0; i < 2; i++) {
		g_autofree char *key = path_of(i, "documents.key");
		g_autofree char *certificate = path_of(i, "documents.crt");

		g_remove(key);
		g_remove(certificate);
		g_rmdir(bench.dirs[i]);
		g_free(bench.dirs[i]);
		document_ca_free(bench.cas[i]);
	}
	return 0;
}

static GBytes *issue(const struct document_ca *ca, const char *name)
{
	struct document_signer signer = {.organisation = "评标会", .name = name};
	GBytes *certificate = NULL;
	EVP_PKEY *key;

	assert_int_equal(p256_generate(&key), 0);
	assert_int_equal(p256_public_of(key, &signer.key), 0);
	assert_int_equal(document_ca_issue(ca, &signer, NOW_US, &certificate), 0);
	EVP_PKEY_free(key);
	return certificate;
}

static void it_knows_what_it_issued(void **state)
{
	g_autoptr(GBytes) own = issue(bench.cas[0], "张三丰"),
			  other = issue(bench.cas[1], "张三丰");
	g_autoptr(GBytes) nonsense = g_bytes_new_static("x", 1);

	assert_true(document_ca_issued(bench.cas[0], own));
	assert_false(document_ca_issued(bench.cas[0], other));
	assert_false(document_ca_issued(bench.cas[0], nonsense));
}

/* What X.520 has room for of it; proto/pades says the same name to whoever verifies. */
static void the_name_is_the_signers(void **state)
{
	g_autofree char *long_name = g_strnfill(100, 'x');
	g_autoptr(GBytes) one = issue(bench.cas[0], "欧阳 Ö(九)"),
			  two = issue(bench.cas[0], long_name);
	g_autoptr(GBytes) nonsense = g_bytes_new_static("x", 1);
	struct pades_signer signer;

	assert_int_equal(pades_signer_of(one, &signer), 0);
	assert_string_equal(signer.name, "欧阳 Ö(九)");
	assert_int_equal(pades_signer_of(two, &signer), 0);
	assert_int_equal(strlen(signer.name), 64);
	assert_int_equal(pades_signer_of(nonsense, &signer), PADES_E_KEY);
}

static int opened_again(int house)
{
	struct document_ca *ca = NULL;
	int r = document_ca_open(bench.dirs[house], NOW_US, &ca);

	document_ca_free(ca);
	return r;
}

static void put_back(const char *path, const char *text, gsize len)
{
	assert_true(g_file_set_contents_full(
		path, text, (gssize)len, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
}

static void a_damaged_pair_is_refused(void **state)
{
	g_autofree char *crt = path_of(0, "documents.crt"), *key = path_of(0, "documents.key");
	g_autofree char *other = path_of(1, "documents.crt");
	g_autofree char *own_text = NULL, *other_text = NULL;
	gsize own_len, other_len;

	assert_int_equal(opened_again(0), 0);
	assert_true(g_file_get_contents(crt, &own_text, &own_len, NULL));
	assert_true(g_file_get_contents(other, &other_text, &other_len, NULL));
	put_back(crt, other_text, other_len);
	assert_int_equal(opened_again(0), CERTIFICATE_E_MISMATCH);
	put_back(crt, "x", 1);
	assert_int_equal(opened_again(0), CERTIFICATE_E_DAMAGED);
	put_back(crt, own_text, own_len);
	assert_int_equal(g_chmod(key, 0644), 0);
	assert_int_equal(opened_again(0), CERTIFICATE_E_OPEN_TO_OTHERS);
	assert_int_equal(g_chmod(key, 0600), 0);
	assert_int_equal(opened_again(0), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_knows_what_it_issued),
		cmocka_unit_test(the_name_is_the_signers),
		cmocka_unit_test(a_damaged_pair_is_refused),
	};

	return cmocka_run_group_tests(tests, open_houses, close_houses);
}
