/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/pdf_increment.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>
#include <glib/gstdio.h>
#include <openssl/evp.h>
#include <openssl/sha.h>

#include "proto/pades.h"
#include "server/eval/report_model.h"
#include "server/report/report_pdf.h"
#include "server/sign/document_ca.h"

#define MADE_US INT64_C(1752480000000000) /* 2025-07-14 */
#define BIDS 23
#define MEMBERS 7
#ifdef __SANITIZE_ADDRESS__
#define MAX_US 20000000 /* what a sanitizer adds is nobody's to wait for */
#else
#define MAX_US 2000000
#endif

static struct {
	char *dir;
	struct document_ca *ca;
	uint8_t issuer[32];
	int64_t now_us;
	GBytes *steps[MEMBERS + 1]; /* the printed report, and after each signature */
	int64_t took_us;
} bench;

/* 23 bidders, 7 members: as large as a real one. */
static json_t *full_model(void)
{
	struct report_column columns[MEMBERS + 3] = {{"投标人", REPORT_LEFT}};
	json_t *model = report_model_new("教学楼改造工程评标报告", MADE_US);

	for (int i = 1; i < MEMBERS + 3; i++)
		columns[i] = (struct report_column){"专家", REPORT_RIGHT};
	for (int s = 0; s < N_REPORT_SECTIONS; s++) {
		report_add_table(model, s, "第一包", columns, G_N_ELEMENTS(columns));
		for (int b = 0; b < BIDS; b++) {
			g_autofree char *name = g_strdup_printf("山东省第%d建筑工程公司", b);
			const char *cells[MEMBERS + 3] = {name};

			for (int i = 1; i < MEMBERS + 3; i++)
				cells[i] = "88.89";
			report_add_row(model, s, cells, G_N_ELEMENTS(cells));
		}
	}
	report_model_finish(model);
	return model;
}

/* Of this process alone: the machine may be busy with others. */
static int64_t processor_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return t.tv_sec * INT64_C(1000000) + t.tv_nsec / 1000;
}

/* As a client signs: it hashes what it sees, and its key signs the attributes. */
static GBytes *client_signs(GBytes *prepared, EVP_PKEY *key, GBytes *certificate)
{
	uint8_t digest[32], certificate_sha256[32], attributes[PADES_ATTRIBUTES_LEN];
	uint8_t sig[P256_SIG_LEN];
	struct pades_range range;
	GBytes *container = NULL;
	size_t len;
	uint8_t *pdf;

	SHA256(g_bytes_get_data(certificate, NULL), g_bytes_get_size(certificate),
		certificate_sha256);
	pdf = g_bytes_unref_to_data(g_bytes_ref(prepared), &len);
	assert_int_equal(pades_find(pdf, len, &range), 0);
	pades_digest(pdf, &range, digest);
	pades_attributes(digest, certificate_sha256, attributes);
	assert_int_equal(p256_sign(key, attributes, sizeof(attributes), sig), 0);
	assert_int_equal(pades_container(attributes, sig, certificate,
				 document_ca_certificate(bench.ca), &container),
		0);
	assert_int_equal(pades_fill(pdf, &range, container), 0);
	g_bytes_unref(container);
	return g_bytes_new_take(pdf, len);
}

static GBytes *signed_by(GBytes *pdf, unsigned no, const char *name)
{
	const struct pdf_signer signer = {no, name, MADE_US + no * INT64_C(60000000)};
	struct document_signer subject = {.organisation = "评标会", .name = name};
	g_autoptr(GBytes) prepared = NULL, certificate = NULL;
	EVP_PKEY *key;
	GBytes *file;

	assert_int_equal(p256_generate(&key), 0);
	assert_int_equal(p256_public_of(key, &subject.key), 0);
	assert_int_equal(document_ca_issue(bench.ca, &subject, bench.now_us, &certificate), 0);
	assert_int_equal(pdf_increment(pdf, &signer, &prepared), 0);
	file = client_signs(prepared, key, certificate);
	EVP_PKEY_free(key);
	return file;
}

static int sign_all(void **state)
{
	static const char *const names[MEMBERS] = {
		"张三丰", "李四", "王五", "赵六", "钱七", "孙八", "欧阳 Ö(九)"};
	json_t *model = full_model();
	GBytes *issuer;

	bench.dir = g_dir_make_tmp("increment-XXXXXX", NULL);
	bench.now_us = g_get_real_time();
	assert_int_equal(document_ca_open(bench.dir, bench.now_us, &bench.ca), 0);
	issuer = document_ca_certificate(bench.ca);
	SHA256(g_bytes_get_data(issuer, NULL), g_bytes_get_size(issuer), bench.issuer);
	int64_t from = processor_us();
	assert_int_equal(report_pdf(model, &bench.steps[0]), 0);
	for (unsigned i = 0; i < MEMBERS; i++)
		bench.steps[i + 1] = signed_by(bench.steps[i], i + 1, names[i]);
	bench.took_us = processor_us() - from;
	json_decref(model);
	return 0;
}

static int forget_all(void **state)
{
	const char *argv[] = {"rm", "-r", bench.dir, NULL};

	for (int i = 0; i <= MEMBERS; i++)
		g_bytes_unref(bench.steps[i]);
	document_ca_free(bench.ca);
	assert_true(g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL,
		NULL, NULL, NULL));
	g_free(bench.dir);
	return 0;
}

/* ---- what others say ---- */

static char *path_of(const char *name)
{
	return g_build_filename(bench.dir, name, NULL);
}

static char *written(const char *name, const void *bytes, size_t len)
{
	char *path = path_of(name);

	assert_true(g_file_set_contents(path, bytes, (gssize)len, NULL));
	return path;
}

/* Exit code; *ret_out is what was printed. */
static int run(const char *const *argv, char **ret_out)
{
	g_autofree char *errors = NULL;
	int status = -1;

	assert_true(g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL,
		ret_out, &errors, &status, NULL));
	return g_spawn_check_wait_status(status, NULL) ? 0 : 1;
}

static char *pdfsig(GBytes *pdf)
{
	g_autofree char *path =
		written("file.pdf", g_bytes_get_data(pdf, NULL), g_bytes_get_size(pdf));
	const char *argv[] = {"pdfsig", "-nocert", path, NULL};
	char *out = NULL;

	run(argv, &out);
	return out;
}

static unsigned count(const char *text, const char *what)
{
	unsigned n = 0;

	for (const char *at = text; (at = strstr(at, what)); at += strlen(what))
		n++;
	return n;
}

static void pdfsig_accepts_each_signature(void **state)
{
	for (int i = 1; i <= MEMBERS; i++) {
		g_autofree char *out = pdfsig(bench.steps[i]);

		assert_int_equal(count(out, "Signature is Valid."), i);
		assert_int_equal(count(out, "ETSI.CAdES.detached"), i);
		assert_int_equal(count(out, "- Total document signed"), 1);
	}
}

static int openssl_verify(GBytes *pdf)
{
	const uint8_t *bytes = g_bytes_get_data(pdf, NULL), *ca;
	size_t len = g_bytes_get_size(pdf), ca_len;
	struct pades_range range;
	g_autoptr(GByteArray) content = g_byte_array_new();
	g_autofree char *ca_path = NULL, *der_path = NULL, *content_path = NULL, *out = NULL;
	g_autofree char *ca_pem = path_of("documents.crt");
	g_autoptr(GByteArray) der = g_byte_array_new();

	ca = g_bytes_get_data(document_ca_certificate(bench.ca), &ca_len);
	assert_int_equal(pades_find(bytes, len, &range), 0);
	g_byte_array_append(content, bytes, (guint)range.hole);
	g_byte_array_append(content, bytes + range.hole_end, (guint)(len - range.hole_end));
	for (size_t at = range.hole + 1; at + 1 < range.hole_end; at += 2) {
		char digits[3] = {(char)bytes[at], (char)bytes[at + 1], 0};
		uint8_t byte = (uint8_t)strtoul(digits, NULL, 16);

		g_byte_array_append(der, &byte, 1);
	}
	ca_path = written("ca.der", ca, ca_len);
	der_path = written("sig.der", der->data, der->len);
	content_path = written("content", content->data, content->len);
	const char *argv[] = {"openssl", "cms", "-verify", "-inform", "DER", "-in", der_path,
		"-content", content_path, "-binary", "-cades", "-CAfile", ca_pem, "-purpose", "any",
		"-out", "/dev/null", NULL};
	return run(argv, &out);
}

static void openssl_accepts_each_signature(void **state)
{
	for (int i = 1; i <= MEMBERS; i++)
		assert_int_equal(openssl_verify(bench.steps[i]), 0);
}

static void we_accept_each_signature(void **state)
{
	struct pades_signer signer, other;

	for (int i = 1; i <= MEMBERS; i++) {
		assert_int_equal(pades_check(g_bytes_get_data(bench.steps[i], NULL),
					 g_bytes_get_size(bench.steps[i]), bench.issuer,
					 bench.now_us, &signer),
			0);
		if (i > 1)
			assert_memory_not_equal(
				signer.certificate_sha256, other.certificate_sha256, 32);
		other = signer;
	}
}

/* Some bytes around the hole; all of them would take minutes. Not everything in a container is
 * signed: what stands in the hole the ledger's digest of the file covers. */
static void a_flipped_byte_is_found(void **state)
{
	GBytes *file = bench.steps[MEMBERS];
	size_t len = g_bytes_get_size(file);
	g_autofree uint8_t *bytes = g_memdup2(g_bytes_get_data(file, NULL), len);
	struct pades_range range;
	struct pades_signer signer;

	assert_int_equal(pades_find(bytes, len, &range), 0);
	for (size_t at = 0; at < len; at += 997) {
		if (at > range.hole && at < range.hole_end - 1)
			continue;
		bytes[at] ^= 1;
		assert_int_not_equal(
			pades_check(bytes, len, bench.issuer, bench.now_us, &signer), 0);
		bytes[at] ^= 1;
	}
	assert_int_equal(pades_check(bytes, len, bench.issuer, bench.now_us, &signer), 0);
	/* In the printed part, which all signatures cover. */
	bytes[200] ^= 1;
	g_autoptr(GBytes) altered = g_bytes_new(bytes, len);
	g_autofree char *out = pdfsig(altered);
	assert_int_equal(count(out, "Signature is Valid."), 0);
	assert_int_equal(count(out, "Digest Mismatch"), MEMBERS);
}

static void a_stranger_issued_nothing(void **state)
{
	uint8_t stranger[32] = {1};
	struct pades_signer signer;

	assert_int_equal(pades_check(g_bytes_get_data(bench.steps[1], NULL),
				 g_bytes_get_size(bench.steps[1]), stranger, bench.now_us, &signer),
		PADES_E_ISSUER);
	/* Before it was valid. */
	assert_int_equal(pades_check(g_bytes_get_data(bench.steps[1], NULL),
				 g_bytes_get_size(bench.steps[1]), bench.issuer, MADE_US, &signer),
		PADES_E_ISSUER);
}

static char *extracted(GBytes *pdf)
{
	g_autofree char *path =
		written("text.pdf", g_bytes_get_data(pdf, NULL), g_bytes_get_size(pdf));
	const char *argv[] = {"pdftotext", "-layout", path, "-", NULL};
	char *out = NULL;

	assert_int_equal(run(argv, &out), 0);
	return out;
}

static void nothing_that_is_read_changes(void **state)
{
	g_autofree char *before = extracted(bench.steps[0]),
			*after = extracted(bench.steps[MEMBERS]);
	size_t len = g_bytes_get_size(bench.steps[0]);

	assert_string_equal(before, after);
	assert_non_null(strstr(after, "十、澄清、说明、补正事项纪要"));
	for (int i = 1; i <= MEMBERS; i++) {
		assert_memory_equal(g_bytes_get_data(bench.steps[i], NULL),
			g_bytes_get_data(bench.steps[i - 1], NULL), len);
		len = g_bytes_get_size(bench.steps[i]);
	}
}

static void other_files_are_refused(void **state)
{
	static const char *const texts[] = {"", "startxref\n", "startxref\n0\n%%EOF",
		"%PDF-1.4\nstartxref\n9999999999\n%%EOF\n",
		"xref\n0 99999999999\ntrailer\n<< /Root 1 0 R /Size 2 >>\nstartxref\n0\n%%EOF\n",
		"xref\n1 1\n0000000000 00000 n \ntrailer\n<< /Root 1 0 R /Size 2 /Prev 0 "
		">>\nstartxref\n0\n%%EOF\n",
		"xref\n5 1\n0000000000 00000 n \ntrailer\n<< /Root 1 0 R /Size 2 /Prev 0 "
		">>\nstartxref\n0\n%%EOF\n"};
	const struct pdf_signer signer = {1, "张", MADE_US};

	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_autoptr(GBytes) pdf = g_bytes_new_static(texts[i], strlen(texts[i]));
		GBytes *out = NULL;

		assert_int_equal(pdf_increment(pdf, &signer, &out), PDF_INCREMENT_E_FORM);
		assert_null(out);
	}
}

static void a_reason_stands_in_the_signature(void **state)
{
	struct pdf_signer signer = {.no = 9, .name = "张", .at_us = MADE_US, .reason = "未作表示"};
	const char hex[] = "/Reason <FEFF672A4F5C8868793A>";
	g_autoptr(GBytes) with = NULL, without = NULL;
	size_t len;
	const char *bytes;

	assert_int_equal(pdf_increment(bench.steps[0], &signer, &with), 0);
	signer.reason = NULL;
	assert_int_equal(pdf_increment(bench.steps[0], &signer, &without), 0);
	bytes = g_bytes_get_data(with, &len);
	assert_non_null(memmem(bytes, len, hex, sizeof(hex) - 1));
	bytes = g_bytes_get_data(without, &len);
	assert_null(memmem(bytes, len, "/Reason", 7));
}

static void it_is_fast(void **state)
{
	print_message("%d bidders, %d members: printed and signed in %.2f s, %zu bytes\n", BIDS,
		MEMBERS, (double)bench.took_us / 1e6, g_bytes_get_size(bench.steps[MEMBERS]));
	assert_true(bench.took_us < MAX_US);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pdfsig_accepts_each_signature),
		cmocka_unit_test(openssl_accepts_each_signature),
		cmocka_unit_test(we_accept_each_signature),
		cmocka_unit_test(a_flipped_byte_is_found),
		cmocka_unit_test(a_stranger_issued_nothing),
		cmocka_unit_test(nothing_that_is_read_changes),
		cmocka_unit_test(other_files_are_refused),
		cmocka_unit_test(a_reason_stands_in_the_signature),
		cmocka_unit_test(it_is_fast),
	};

	return cmocka_run_group_tests(tests, sign_all, forget_all);
}
