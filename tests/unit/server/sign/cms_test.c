/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>

#include "server/core/clock.h"
#include "server/sign/cms.h"

static const char text[] = "评标报告";

static char *new_dir(void)
{
	char *dir = g_dir_make_tmp("cms-XXXXXX", NULL);

	assert_non_null(dir);
	return dir;
}

static char *file_in(const char *dir, const char *name)
{
	return g_build_filename(dir, name, NULL);
}

static void remove_dir(char *dir)
{
	g_autofree char *key = file_in(dir, "centre.key"), *crt = file_in(dir, "centre.crt");

	g_unlink(key);
	g_unlink(crt);
	g_rmdir(dir);
	g_free(dir);
}

static struct cms_signer *new_signer(const char *dir)
{
	struct cms_signer *s = NULL;

	assert_int_equal(
		cms_signer_create(dir, "枣庄市市中区公共资源交易中心", clock_real_us()), 0);
	assert_int_equal(cms_signer_load(dir, &s), 0);
	return s;
}

static void test_sign_and_verify(void **state)
{
	char *dir = new_dir(), *other_dir = new_dir();
	struct cms_signer *s = new_signer(dir), *other = new_signer(other_dir);
	g_autoptr(GBytes) der = NULL;
	g_autoptr(GBytes) trusted = cms_signer_certificate(s);
	g_autoptr(GBytes) stranger = cms_signer_certificate(other);
	g_autoptr(GBytes) nobody = g_bytes_new("", 0);
	int64_t now = clock_real_us();

	assert_int_equal(cms_sign(s, text, sizeof text, &der), 0);
	assert_int_equal(cms_verify(der, text, sizeof text, trusted, now), 0);
	assert_int_equal(cms_verify(der, text, sizeof text - 1, trusted, now), CMS_E_BAD_SIGNATURE);
	assert_int_equal(
		cms_verify(der, "评标报吿", sizeof text, trusted, now), CMS_E_BAD_SIGNATURE);
	assert_int_equal(cms_verify(der, text, sizeof text, stranger, now), CMS_E_UNTRUSTED);
	assert_int_equal(cms_verify(der, text, sizeof text, nobody, now), CMS_E_UNTRUSTED);
	assert_int_equal(cms_verify(der, text, sizeof text, trusted, now - 2 * CLOCK_DAY_US),
		CMS_E_UNTRUSTED);
	assert_int_equal(cms_verify(der, text, sizeof text, trusted, now + 3651 * CLOCK_DAY_US),
		CMS_E_UNTRUSTED);
	cms_signer_free(s);
	cms_signer_free(other);
	remove_dir(dir);
	remove_dir(other_dir);
}

/* No byte of the signature value may change, no part of the whole may be missing. */
static void test_altered_signatures(void **state)
{
	char *dir = new_dir();
	struct cms_signer *s = new_signer(dir);
	g_autoptr(GBytes) der = NULL;
	g_autoptr(GBytes) trusted = cms_signer_certificate(s);
	g_autofree uint8_t *copy = NULL;
	gsize len;

	assert_int_equal(cms_sign(s, text, sizeof text, &der), 0);
	copy = g_memdup2(g_bytes_get_data(der, &len), g_bytes_get_size(der));
	for (gsize i = len - 64; i < len; i++) {
		g_autoptr(GBytes) bad = NULL;

		copy[i] ^= 1;
		bad = g_bytes_new(copy, len);
		assert_true(cms_verify(bad, text, sizeof text, trusted, clock_real_us()) > 0);
		copy[i] ^= 1;
	}
	for (gsize n = 0; n < len; n += 7) {
		g_autoptr(GBytes) cut = g_bytes_new(copy, n);

		assert_int_equal(
			cms_verify(cut, text, sizeof text, trusted, clock_real_us()), CMS_E_FORM);
	}
	cms_signer_free(s);
	remove_dir(dir);
}

static void test_files(void **state)
{
	char *dir = new_dir(), *other = new_dir();
	g_autofree char *key = file_in(dir, "centre.key"), *crt = file_in(dir, "centre.crt");
	g_autofree char *other_key = file_in(other, "centre.key");
	g_autofree char *pem = NULL;
	struct cms_signer *s = NULL;
	GStatBuf st;
	gsize len;

	assert_int_equal(cms_signer_load(dir, &s), CMS_E_NO_FILE);
	assert_int_equal(cms_signer_create(dir, "中心", clock_real_us()), 0);
	assert_int_equal(cms_signer_create(dir, "中心", clock_real_us()), CMS_E_EXISTS);
	assert_int_equal(g_stat(key, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(g_chmod(key, 0640), 0);
	assert_int_equal(cms_signer_load(dir, &s), CMS_E_OPEN_TO_OTHERS);

	/* Another centre's key. */
	assert_int_equal(cms_signer_create(other, "中心", clock_real_us()), 0);
	assert_true(g_file_get_contents(other_key, &pem, &len, NULL));
	assert_true(g_file_set_contents_full(
		key, pem, (gssize)len, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
	g_chmod(key, 0600);
	assert_int_equal(cms_signer_load(dir, &s), CMS_E_MISMATCH);
	assert_true(
		g_file_set_contents_full(key, "no key", -1, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
	g_chmod(key, 0600);
	assert_int_equal(cms_signer_load(dir, &s), CMS_E_DAMAGED);
	assert_int_equal(g_unlink(crt), 0);
	assert_null(s);
	remove_dir(dir);
	remove_dir(other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sign_and_verify),
		cmocka_unit_test(test_altered_signatures),
		cmocka_unit_test(test_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
