/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/unit/room-client/ui/work_bench.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "proto/base64.h"
#include "proto/hex.h"
#include "proto/pades.h"
#include "proto/report_statement.h"

#define PDF "%PDF-1.7 <report>"

static void report_there(UiWork *w, const char *sha256)
{
	g_autofree char *body = g_strdup_printf("{\"sha256\":\"%s\",\"signatures\":[]}", sha256);

	at_step(w, SESSION("signing", "", ",\"report\":{\"signatures\":1,\"of\":2}"));
	assert_false(ui_work_report(w).there);
	assert_false(ui_work_report(w).there);
	answer("GET /sessions/s1/report v-1 -", 200, body);
	answer("GET /sessions/s1/report.pdf v-1 -", 200, PDF);
	check_told("report;");
	assert_true(ui_work_report(w).there);
	assert_int_equal(ui_work_report(w).n_signatures, 1);
}

static void a_report_that_is_another_is_not_signed(void **state)
{
	report_there(*state, "00");
	assert_false(ui_work_report(*state).same);
	ui_work_report_shown(*state);
	ui_work_sign(*state, "");
	assert_true(g_queue_is_empty(bench.calls));
}

static void a_report_that_did_not_come_is_asked_for_again(void **state)
{
	UiWork *w = *state;

	at_step(w, SESSION("signing", "", ",\"report\":{\"signatures\":1,\"of\":2}"));
	ui_work_report(w);
	answer("GET /sessions/s1/report v-1 -", 503, "");
	ui_work_report(w);
	assert_true(g_queue_is_empty(bench.calls));
	wait_for_call();
	answer("GET /sessions/s1/report v-1 -", 200, "{\"sha256\":\"00\"}");
	answer("GET /sessions/s1/report.pdf v-1 -", 0, "");
	wait_for_call();
	answer("GET /sessions/s1/report v-1 -", 200, "{\"sha256\":\"00\"}");
	answer("GET /sessions/s1/report.pdf v-1 -", 200, PDF);
	check_told("report;");
}

static void what_was_not_shown_is_not_signed(void **state)
{
	UiWork *w = *state;
	g_autofree char *sha256 = g_compute_checksum_for_string(G_CHECKSUM_SHA256, PDF, -1);

	ui_work_report_shown(w); /* there is none */
	ui_work_sign(w, "");
	assert_true(g_queue_is_empty(bench.calls));
	report_there(w, sha256);
	assert_false(ui_work_report(w).shown);
	ui_work_sign(w, "");
	assert_true(g_queue_is_empty(bench.calls));
	ui_work_report_shown(w);
	assert_true(ui_work_report(w).shown);
	at_step(w, SESSION("summary", "", ""));
	assert_false(ui_work_report(w).shown);
}

static void a_key_that_was_given_is_not_made_known_by_us(void **state)
{
	UiWork *w = *state;
	g_autofree char *sha256 = g_compute_checksum_for_string(G_CHECKSUM_SHA256, PDF, -1);

	bench.key_given = true;
	report_there(w, sha256);
	ui_work_report_shown(w);
	ui_work_sign(w, "");
	answer("GET /me v-1 -", 200, "{\"account\":{\"id\":\"acc7\"},\"keys\":[]}");
	check_told("changed;refused key_unknown;changed;");
	answer("GET /sessions/s1 v-1 -", 200, SESSION("signing", "", ""));
	assert_true(g_queue_is_empty(bench.calls));
}

/* The certificate of the answers is "a". */
#define CERTIFICATE "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"
#define GET_TO_SIGN "GET /sessions/s1/report/certificates/" CERTIFICATE "/to-sign.pdf v-1 -"
/* Behind the 17 bytes of PDF: 55 up to the hole, the hole, and one more. */
#define TO_SIGN " ...... /ByteRange [0 72         78         1         ]<0000>."
#define LONGER " ..more /ByteRange [0 72         78         1         ]<0000>."

static void check_signed_inside(
	const char *file, const struct p256_public *key, int status, const char *reply)
{
	g_autofree char *line = submit_line(), *hex = NULL;
	json_auto_t *body = json_loads(strchr(line, '{'), 0, NULL);
	uint8_t digest[32], certificate[32], attributes[PADES_ATTRIBUTES_LEN], sig[P256_SIG_LEN];
	struct pades_range range;

	assert_true(g_str_has_prefix(line, "POST /sessions/s1/report/signatures v-1 {"));
	assert_string_equal(json_string_value(json_object_get(body, "certificate")), CERTIFICATE);
	assert_int_equal(pades_find(file, strlen(file), &range), 0);
	pades_digest(file, &range, digest);
	hex = hex_encode(digest, sizeof(digest));
	assert_string_equal(json_string_value(json_object_get(body, "digest")), hex);
	assert_true(hex_decode_exact(CERTIFICATE, 64, certificate, sizeof(certificate)));
	pades_attributes(digest, certificate, attributes);
	const char *text = json_string_value(json_object_get(body, "signature"));
	assert_true(base64_decode_exact(text, strlen(text), sig, sizeof(sig)));
	assert_int_equal(p256_verify(key, attributes, sizeof(attributes), sig), 0);
	answer(line, status, reply);
}

static void the_key_is_made_known_and_signs(void **state)
{
	UiWork *w = *state;
	g_autofree char *sha256 = g_compute_checksum_for_string(G_CHECKSUM_SHA256, PDF, -1);
	g_autofree char *key_line = NULL, *line = NULL;
	uint8_t key[ED25519_KEY_LEN], digest[32], sig[ED25519_SIG_LEN];
	char key_text[BASE64_SIZE(ED25519_KEY_LEN)];
	struct p256_public public_key;
	g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
	json_auto_t *body = NULL;
	gsize len = sizeof(digest);

	report_there(w, sha256);
	assert_true(ui_work_report(w).same);
	ui_work_report_shown(w);
	ui_work_sign(w, "  对二号投标人有不同意见 ");
	answer("GET /me v-1 -", 200,
		"{\"account\":{\"id\":\"acc7\"},\"keys\":[{\"purpose\":\"seat\",\"public_key\":\"x\"}]}");
	ed25519_public(bench_seed, key);
	base64_encode(key, sizeof(key), key_text);
	key_line = g_strdup_printf(
		"POST /me/keys v-1 {\"alg\":\"ed25519\",\"public_key\":\"%s\",\"purpose\":\"expert\"}",
		key_text);
	answer(key_line, 201, "{\"kid\":\"k\"}");
	line = submit_line();
	assert_true(g_str_has_prefix(line, "POST /sessions/s1/report/certificates v-1 {"));
	body = json_loads(strchr(line, '{'), 0, NULL);
	assert_string_equal(
		json_string_value(json_object_get(body, "opinion")), "对二号投标人有不同意见");
	assert_string_equal(json_string_value(json_object_get(body, "sha256")), sha256);
	g_checksum_update(sum, (const guchar *)PDF, -1);
	g_checksum_get_digest(sum, digest, &len);
	const char *signature = json_string_value(json_object_get(body, "signature"));
	assert_true(base64_decode_exact(signature, strlen(signature), sig, sizeof(sig)));
	const char *document_key = json_string_value(json_object_get(body, "public_key"));
	assert_int_equal(p256_spki_from_text(document_key, &public_key), 0);
	const struct report_statement statement = {
		"s1", 2, digest, "对二号投标人有不同意见", &public_key};
	assert_int_equal(report_statement_verify(&statement, key, sig), 0);
	answer(line, 201, "{\"certificate\":\"YQ==\"}"); /* "a" */
	answer(GET_TO_SIGN, 200, PDF TO_SIGN);
	check_signed_inside(PDF TO_SIGN, &public_key, 409, "{\"code\":\"report.moved\"}");
	/* Another member was faster: his signature is covered as well. */
	answer(GET_TO_SIGN, 200, PDF LONGER);
	check_signed_inside(PDF LONGER, &public_key, 200, "{}");
	answer("GET /sessions/s1 v-1 -", 200, SESSION("signing", ",\"signed\":true", ""));
	assert_true(ui_work_facts(w)->done);
	assert_false(ui_work_facts(w)->busy);
}

/* A hole in the report itself, which would leave its words unsigned. */
#define INSIDE " ...... /ByteRange [0 9          17         62        ]      ."

/* The server may put behind the report what it likes; what was read stays what it was. */
static void another_report_is_not_signed(void **state)
{
	UiWork *w = *state;
	g_autofree char *sha256 = g_compute_checksum_for_string(G_CHECKSUM_SHA256, PDF, -1);
	static const char *const files[] = {
		"%PDF-1.7 <retort>" TO_SIGN, PDF, PDF INSIDE, PDF " and no hole", ""};
	struct pades_range range;

	assert_int_equal(pades_find(PDF INSIDE, strlen(PDF INSIDE), &range), 0);

	for (size_t i = 0; i < G_N_ELEMENTS(files); i++) {
		g_autofree char *key_line = NULL, *line = NULL;

		report_there(w, sha256);
		ui_work_report_shown(w);
		ui_work_sign(w, "");
		answer("GET /me v-1 -", 200, "{\"account\":{\"id\":\"acc7\"},\"keys\":[]}");
		key_line = submit_line();
		answer(key_line, 201, "{}");
		line = submit_line();
		answer(line, 201, "{\"certificate\":\"YQ==\"}");
		check_told("changed;");
		answer(GET_TO_SIGN, 200, files[i]);
		check_told("refused report.digest;changed;");
		answer("GET /sessions/s1 v-1 -", 200, SESSION("signing", "", ""));
		at_step(w, SESSION("summary", "", ""));
	}
}

#define SIGNING SESSION("signing", "", ",\"report\":{\"signatures\":1,\"of\":2}")

/* What was asked before stays unanswered. */
static void step_meanwhile(UiWork *w, const char *session)
{
	event(w, "session.step");
	answer_later();
	answer("GET /sessions/s1 v-1 -", 200, session);
}

static void a_report_that_is_gone_says_nothing_about_the_next(void **state)
{
	UiWork *w = *state;

	at_step(w, SIGNING);
	ui_work_report(w);
	step_meanwhile(w, SESSION("summary", "", ""));
	step_meanwhile(w, SIGNING);
	ui_work_report(w);
	answer("GET /sessions/s1/report v-1 -", 200, "{\"sha256\":\"00\"}");
	answer("GET /sessions/s1/report v-1 -", 200, "{\"sha256\":\"00\"}");
	step_meanwhile(w, SESSION("summary", "", ""));
	step_meanwhile(w, SIGNING);
	ui_work_report(w);
	answer("GET /sessions/s1/report.pdf v-1 -", 200, PDF);
	assert_false(ui_work_report(w).there);
}

static void a_report_that_is_gone_is_not_signed(void **state)
{
	UiWork *w = *state;
	g_autofree char *sha256 = g_compute_checksum_for_string(G_CHECKSUM_SHA256, PDF, -1);

	report_there(w, sha256);
	ui_work_report_shown(w);
	ui_work_sign(w, "");
	assert_true(ui_work_facts(w)->busy);
	step_meanwhile(w, SESSION("summary", "", ""));
	assert_false(ui_work_facts(w)->busy);
	g_string_set_size(bench.told, 0);
	answer("GET /me v-1 -", 200, "{\"account\":{\"id\":\"acc7\"},\"keys\":[]}");
	check_told("");
	assert_true(g_queue_is_empty(bench.calls));
}

/* Whatever comes too late for the signing it was for, the next one goes on. */
static void an_answer_to_an_earlier_signing_says_nothing(void **state)
{
	static const char me[] = "{\"account\":{\"id\":\"acc7\"},\"keys\":[]}";
	static const char *const answers[] = {me, "{}", "{\"certificate\":\"YQ==\"}", PDF TO_SIGN};
	UiWork *w = *state;
	g_autofree char *sha256 = g_compute_checksum_for_string(G_CHECKSUM_SHA256, PDF, -1);
	g_autofree char *report = g_strdup_printf("{\"sha256\":\"%s\"}", sha256);

	for (size_t n = 0; n <= G_N_ELEMENTS(answers); n++) {
		g_autofree char *late = NULL, *next = NULL;

		report_there(w, sha256);
		ui_work_report_shown(w);
		ui_work_sign(w, "");
		for (size_t i = 0; i < n; i++) {
			g_autofree char *line = submit_line();
			answer(line, 200, answers[i]);
		}
		step_meanwhile(w, SESSION("summary", "", ""));
		step_meanwhile(w, SIGNING);
		ui_work_report(w);
		answer_later();
		answer("GET /sessions/s1/report v-1 -", 200, report);
		answer_later();
		answer("GET /sessions/s1/report.pdf v-1 -", 200, PDF);
		ui_work_report_shown(w);
		ui_work_sign(w, "");
		g_string_set_size(bench.told, 0);
		late = submit_line();
		answer(late, 403, "{\"code\":\"denied\"}");
		check_told("");
		assert_true(ui_work_facts(w)->busy);
		answer("GET /me v-1 -", 200, me);
		next = submit_line();
		assert_true(g_str_has_prefix(next, "POST /me/keys v-1 {"));
		calls_drop();
		at_step(w, SESSION("summary", "", ""));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			a_report_that_is_another_is_not_signed, bench_setup, bench_teardown),
		cmocka_unit_test_setup_teardown(
			a_report_that_did_not_come_is_asked_for_again, bench_setup, bench_teardown),
		cmocka_unit_test_setup_teardown(
			what_was_not_shown_is_not_signed, bench_setup, bench_teardown),
		cmocka_unit_test_setup_teardown(
			a_key_that_was_given_is_not_made_known_by_us, bench_setup, bench_teardown),
		cmocka_unit_test_setup_teardown(
			the_key_is_made_known_and_signs, bench_setup, bench_teardown),
		cmocka_unit_test_setup_teardown(
			another_report_is_not_signed, bench_setup, bench_teardown),
		cmocka_unit_test_setup_teardown(a_report_that_is_gone_says_nothing_about_the_next,
			bench_setup, bench_teardown),
		cmocka_unit_test_setup_teardown(
			a_report_that_is_gone_is_not_signed, bench_setup, bench_teardown),
		cmocka_unit_test_setup_teardown(
			an_answer_to_an_earlier_signing_says_nothing, bench_setup, bench_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
