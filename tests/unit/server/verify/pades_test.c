/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Signatures inside the PDF, and what a house could do to them with the keys of its own. */
#include "server/verify/verify_session.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/server/verify/record_kit.h"

#define ZEROS "0000000000000000000000000000000000000000000000000000000000000000"

static void set_text(json_t *object, const char *name, const char *text)
{
	json_object_set_new(object, name, json_string(text));
}

static json_t *signed_first(const struct record_kit *k)
{
	return kit_body(k, "report.signed", 0);
}

/* --- What stands in the record ---------------------------------------------------------------- */

static void another_file(struct record_kit *k)
{
	set_text(signed_first(k), "signed_sha256", ZEROS);
}

static void no_file(struct record_kit *k)
{
	json_object_del(signed_first(k), "signed_sha256");
}

static void a_longer_file(struct record_kit *k)
{
	json_object_set_new(signed_first(k), "signed_size", json_integer(99999999));
}

static void no_longer_than_the_report(struct record_kit *k)
{
	json_object_set_new(signed_first(k), "signed_size", json_integer((json_int_t)k->pdf->len));
}

/* The second one reaches no further than the first. */
static void the_same_file_twice(struct record_kit *k)
{
	json_t *second = kit_body(k, "report.signed", 1);

	json_object_set(second, "signed_size", json_object_get(signed_first(k), "signed_size"));
	json_object_set(second, "signed_sha256", json_object_get(signed_first(k), "signed_sha256"));
}

/* In both events: what certifies and what signs. */
static void set_both(struct record_kit *k, const char *name, const char *text)
{
	set_text(kit_body(k, "report.certified", 0), name, text);
	set_text(signed_first(k), name, text);
}

static void another_issuer(struct record_kit *k)
{
	set_both(k, "issuer_sha256", ZEROS);
}

static void no_issuer(struct record_kit *k)
{
	set_both(k, "issuer_sha256", "");
}

static void another_certificate(struct record_kit *k)
{
	set_both(k, "certificate_sha256", ZEROS);
}

static void no_certificate(struct record_kit *k)
{
	set_both(k, "certificate_sha256", "");
}

static void no_document_key(struct record_kit *k)
{
	set_both(k, "public_key", "AAAA");
}

static void nobody_certified(struct record_kit *k)
{
	g_ptr_array_remove_index(k->events, kit_find(k, "report.certified"));
}

static void certified_by_another_account(struct record_kit *k)
{
	set_text(k->events->pdata[kit_find(k, "report.certified")], "actor", "member_2");
}

static void certified_another_certificate(struct record_kit *k)
{
	set_text(kit_body(k, "report.certified", 0), "certificate_sha256", ZEROS);
}

static void certified_afterwards(struct record_kit *k)
{
	guint at = kit_find(k, "report.certified");
	gpointer event = g_ptr_array_steal_index(k->events, at);

	g_ptr_array_insert(k->events, (gint)at + 1, event);
}

/* The member declared an opinion, and the house says that its file does not tell it. */
static void no_opinion_inside(struct record_kit *k)
{
	json_object_del(kit_body(k, "report.signed", 1), "opinion_inside");
}

static void signed_twice(struct record_kit *k)
{
	json_t *again = json_deep_copy(k->events->pdata[kit_find(k, "report.signed")]);

	g_ptr_array_insert(k->events, (gint)kit_find(k, "session.closed"), again);
}

static const struct {
	const char *what;
	void (*alter)(struct record_kit *k);
	const char *said;
} records[] = {
	{"another file", another_file, "member 1: report-signed.pdf is not the file"},
	{"no file", no_file, "member 1: report-signed.pdf is not the file"},
	{"a longer file", a_longer_file, "member 1: report-signed.pdf is too short for it"},
	{"no longer than the report", no_longer_than_the_report,
		"member 1: report-signed.pdf is too short for it"},
	{"the same file twice", the_same_file_twice,
		"member 2: report-signed.pdf is too short for it"},
	{"another issuer", another_issuer, "member 1: does not hold inside report-signed.pdf"},
	{"no issuer", no_issuer, "member 1: does not hold inside report-signed.pdf"},
	{"another certificate", another_certificate, "member 1: is by another certificate"},
	{"no certificate", no_certificate, "member 1: is by another certificate"},
	{"no document key", no_document_key, "member 1: names no document key"},
	{"nobody certified", nobody_certified, "member 1: no event issues the certificate"},
	{"certified by another account", certified_by_another_account,
		"member 1: no event issues the certificate"},
	{"certified another certificate", certified_another_certificate,
		"member 1: no event issues the certificate"},
	{"certified afterwards", certified_afterwards, "member 1: no event issues the certificate"},
	{"no opinion inside", no_opinion_inside, "member 2: is over more than the file"},
	{"signed twice", signed_twice, "member 1: is not the first one"},
};

/* --- What was signed -------------------------------------------------------------------------- */

/* One letter of the increment: the widget is shown on the screen. */
static void another_flag(char *file, size_t len, size_t before)
{
	char *at = memmem(file + before, len - before, "/F 132", 6);

	assert_non_null(at);
	memcpy(at, "/F 004", 6);
}

/* Behind the hole. */
static void another_table(char *file, size_t len, size_t before)
{
	char *at = memmem(file + before, len - before, "<< /Size", 8);

	assert_non_null(at);
	memcpy(at, "<<\t/Size", 8);
}

/* The report itself: the house has its own copy signed. */
static void another_report(char *file, size_t len, size_t before)
{
	char *at = memmem(file, before, "595", 3);

	assert_non_null(at);
	memcpy(at, "596", 3);
}

static const struct {
	const char *what;
	struct kit_forgery forgery;
	const char *said;
} forgeries[] = {
	{"another flag", {.increment = another_flag}, "member 1: is over more than the file"},
	{"another table", {.increment = another_table}, "member 1: is over more than the file"},
	{"another report", {.increment = another_report}, "member 1: is over more than the file"},
	{"another time", {.later_us = 1000000}, "member 1: is over more than the file"},
	{"another field", {.field_no = 7}, "member 1: is over more than the file"},
	{"another key", {.other_key = true}, "member 1: is by another certificate"},
};

/* --- What lies there -------------------------------------------------------------------------- */

static void no_signed_file(struct record_kit *k)
{
	kit_remove_file(k, "report-signed.pdf");
}

static void no_report(struct record_kit *k)
{
	kit_remove_file(k, "report.pdf");
}

static void more_behind(struct record_kit *k)
{
	gsize len;
	g_autofree char *bytes = kit_read_file(k, "report-signed.pdf", &len);
	g_autofree char *more = g_malloc0(len + 1);

	memcpy(more, bytes, len);
	kit_write_file(k, "report-signed.pdf", more, len + 1);
}

static void cut_short(struct record_kit *k)
{
	kit_write_file(k, "report-signed.pdf", g_bytes_get_data(k->signed_pdf, NULL),
		g_bytes_get_size(k->signed_pdf) - 1);
}

static const struct {
	const char *what;
	void (*alter)(struct record_kit *k);
	const char *said;
} files[] = {
	{"no signed file", no_signed_file, "member 1: report-signed.pdf is missing"},
	{"no report", no_report, "member 1: report.pdf is missing"},
	{"more behind", more_behind, "is not report.pdf with the signatures behind it"},
	{"cut short", cut_short, "member 2: report-signed.pdf is too short for it"},
};

static void check_said(struct record_kit *k, const char *what, const char *said)
{
	int n = kit_verify(k);

	if (n <= 0 || !strstr(k->out, said))
		fail_msg("%s: %d faults, \"%s\" is not said:\n%s", what, n, said, k->out);
}

static void test_whole(void **state)
{
	struct record_kit *k = kit_new_signed(NULL);

	kit_write(k);
	if (kit_verify(k) != 0)
		fail_msg("%s", k->out);
	assert_non_null(strstr(k->out, "report signed by 2 of 2 members"));
	kit_free(k);
}

static void test_records(void **state)
{
	for (size_t i = 0; i < G_N_ELEMENTS(records); i++) {
		struct record_kit *k = kit_new_signed(NULL);

		records[i].alter(k);
		kit_write(k);
		check_said(k, records[i].what, records[i].said);
		kit_free(k);
	}
}

/* The house has the file, the certificates and the record; what the member saw it has not. */
static void test_forgeries(void **state)
{
	for (size_t i = 0; i < G_N_ELEMENTS(forgeries); i++) {
		struct record_kit *k = kit_new_signed(&forgeries[i].forgery);

		kit_write(k);
		check_said(k, forgeries[i].what, forgeries[i].said);
		/* The second member's signature is none the worse for it. */
		assert_null(strstr(k->out, "member 2:"));
		kit_free(k);
	}
}

static void test_files(void **state)
{
	for (size_t i = 0; i < G_N_ELEMENTS(files); i++) {
		struct record_kit *k = kit_new_signed(NULL);

		kit_write(k);
		files[i].alter(k);
		check_said(k, files[i].what, files[i].said);
		kit_free(k);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whole),
		cmocka_unit_test(test_records),
		cmocka_unit_test(test_forgeries),
		cmocka_unit_test(test_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
