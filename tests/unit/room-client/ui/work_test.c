/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/unit/room-client/ui/work_bench.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "proto/base64.h"
#include "proto/report_statement.h"

static void each_step_has_its_task(void **state)
{
	UiWork *w = *state;

	assert_int_equal(task(w), WORK_NONE);
	at_step(w, SESSION("checkin", "", ""));
	assert_int_equal(task(w), WORK_WAIT);
	at_step(w, SESSION("leader", "", ",\"leader\":{\"round\":1,\"votes\":1,\"of\":2}"));
	assert_int_equal(task(w), WORK_LEADER);
	assert_int_equal(ui_work_n_candidates(w), 2);
	assert_string_equal(ui_work_candidate(w, 0).name, "1号专家");
	assert_string_equal(ui_work_candidate(w, 1).name, "吴");
	at_step(w, SESSION("leader", ",\"voted\":true",
			   ",\"leader\":{\"round\":2,\"votes\":1,\"of\":2,\"candidates\":[2]}"));
	assert_true(ui_work_facts(w)->done);
	assert_int_equal(ui_work_n_candidates(w), 1);
	at_step(w, SESSION("scoring", "", ""));
	assert_int_equal(task(w), WORK_SCORE);
	assert_int_equal(ui_work_n_lots(w), 1); /* the failed one is not judged */
	assert_false(ui_work_facts(w)->done);
	at_step(w, SESSION("scoring", "", ",\"hold\":\"paused\",\"hold_reason\":\"停电\""));
	assert_int_equal(task(w), WORK_HELD);
	assert_string_equal(ui_work_facts(w)->why, "停电");
	at_step(w, SESSION("closed", "", ""));
	assert_int_equal(task(w), WORK_OVER);
	at_step(w, "{\"step\":\"scoring\",\"members\":[],\"lots\":[]}");
	assert_int_equal(task(w), WORK_NONE);
	ui_work_clear(w);
	assert_string_equal(ui_work_facts(w)->step, "");
}

static void events_while_it_is_asked_ask_once_more(void **state)
{
	UiWork *w = *state;

	notice(w, "joined");
	notice(w, "room_event");
	notice(w, "room_event");
	assert_int_equal(g_queue_get_length(bench.calls), 1);
	answer("GET /sessions/s1 v-1 -", 200, SESSION("checkin", "", ""));
	check_told(""); /* it is older than the last event */
	answer("GET /sessions/s1 v-1 -", 200, SESSION("scoring", "", ""));
	check_told("changed;");
	assert_true(g_queue_is_empty(bench.calls));
	notice(w, "level");
	event(w, "room.mute");
	assert_true(g_queue_is_empty(bench.calls));
	event(w, "session.step");
	assert_int_equal(g_queue_get_length(bench.calls), 1);
}

static void a_session_that_did_not_come_is_asked_for_again(void **state)
{
	static const int passing[] = {0, 503, 429};
	UiWork *w = *state;

	notice(w, "joined");
	for (size_t i = 0; i < G_N_ELEMENTS(passing); i++) {
		answer("GET /sessions/s1 v-1 -", passing[i], "");
		assert_true(g_queue_is_empty(bench.calls)); /* not at once */
		wait_for_call();
	}
	answer("GET /sessions/s1 v-1 -", 200, "[]");
	wait_for_call();
	/* An event does not wait, and then nothing does any more. */
	answer("GET /sessions/s1 v-1 -", 0, "");
	event(w, "session.step");
	answer("GET /sessions/s1 v-1 -", 200, SESSION("scoring", "", ""));
	check_told("changed;");
	while (g_main_context_iteration(NULL, FALSE))
		;
	assert_int_equal(task(w), WORK_SCORE);
	notice(w, "joined");
	answer("GET /sessions/s1 v-1 -", 404, "{}");
	assert_int_equal(task(w), WORK_SCORE);
	settle();
	assert_true(g_queue_is_empty(bench.calls));
}

static void who_is_no_member_any_more_is_out(void **state)
{
	UiWork *w = *state;

	notice(w, "joined");
	answer("GET /sessions/s1 v-1 -", 403, "{}");
	assert_int_equal(task(w), WORK_NONE); /* he never was one */
	check_told("");
	at_step(w, SESSION("scoring", "", ""));
	notice(w, "joined");
	answer("GET /sessions/s1 v-1 -", 403, "{}");
	assert_int_equal(task(w), WORK_OUT);
	check_told("changed;");
	at_step(w, "{\"step\":\"scoring\",\"me\":{\"member_no\":3},\"lots\":[],"
		   "\"members\":[{\"member_no\":3,\"state\":\"replaced\"}]}");
	assert_int_equal(task(w), WORK_OUT);
}

#define MADE_UP(step, state, me, leads)                                       \
	"{\"step\":\"" step "\",\"me\":{\"member_no\":2" me "},\"members\":[" \
	"{\"member_no\":1,\"state\":\"promised\",\"leader\":" leads "},"      \
	"{\"member_no\":2,\"state\":\"" state "\",\"leader\":false}],"        \
	"\"leader\":{\"round\":2,\"votes\":0,\"of\":2},\"lots\":[]}"

static void who_comes_later_promises_and_votes_first(void **state)
{
	UiWork *w = *state;

	at_step(w, MADE_UP("scoring", "arrived", "", "false"));
	assert_int_equal(task(w), WORK_PROMISE);
	assert_false(ui_work_facts(w)->done);
	at_step(w, MADE_UP("scoring", "promised", ",\"promised\":true", "false"));
	assert_int_equal(task(w), WORK_LEADER);
	assert_false(ui_work_facts(w)->done);
	at_step(w, MADE_UP("scoring", "promised", ",\"voted\":true", "false"));
	assert_int_equal(task(w), WORK_SCORE); /* no need to wait for the others' votes */
	at_step(w, MADE_UP("qualification", "promised", "", "true"));
	assert_int_equal(task(w), WORK_REVIEW);
	at_step(w, MADE_UP("leader", "arrived", "", "true"));
	assert_int_equal(task(w), WORK_PROMISE);
	at_step(w, MADE_UP("leader", "promised", "", "true"));
	assert_int_equal(task(w), WORK_WAIT); /* the vote is over */
	at_step(w, MADE_UP("leader", "promised", ",\"voted\":true", "true"));
	assert_int_equal(task(w), WORK_LEADER);
	assert_true(ui_work_facts(w)->done);
	at_step(w, MADE_UP("signing", "promised", "", "false"));
	assert_int_equal(task(w), WORK_SIGN);
}

static unsigned turn_at(UiWork *w, const char *session)
{
	at_step(w, session);
	return ui_work_facts(w)->turn;
}

static void a_turn_is_a_session_a_step_a_task_and_a_round(void **state)
{
	UiWork *w = *state;
	unsigned promise, vote, second, score, after;

	assert_int_equal(ui_work_facts(w)->turn, 0);
	promise = turn_at(w, SESSION("promise", "", ""));
	answer("GET /lots/l1/opening v-1 -", 200, "{}");
	assert_int_not_equal(promise, 0);
	assert_int_equal(turn_at(w, SESSION("promise", ",\"promised\":true", "")), promise);
	assert_int_equal(turn_at(w, SESSION("promise", "", ",\"hold\":\"paused\"")), promise);
	assert_int_equal(turn_at(w, SESSION("promise", "", "")), promise);
	vote = turn_at(w, SESSION("scoring", "", ",\"leader\":{\"round\":1}"));
	second = turn_at(w, SESSION("scoring", "", ",\"leader\":{\"round\":2}"));
	score = turn_at(w, SESSION("scoring", ",\"voted\":true", ",\"leader\":{\"round\":2}"));
	assert_int_equal(turn_at(w, SESSION("scoring", "", "")), score); /* rounds are of votes */
	assert_true(promise < vote && vote < second && second < score);
	ui_work_clear(w);
	assert_int_equal(ui_work_facts(w)->turn, 0);
	after = turn_at(w, SESSION("scoring", "", ""));
	assert_true(after > score); /* whoever sits here now finds nothing of before */
	assert_int_equal(turn_at(w, "{\"step\":\"scoring\",\"members\":[],\"lots\":[]}"), 0);
}

static void without_a_sign_in_there_is_no_work(void **state)
{
	bench.no_sign_in = true;
	notice(*state, "joined");
	notice(*state, "room_event");
	assert_int_equal(task(*state), WORK_NONE);
	check_told("");
}

static void who_bids_is_seen_before_the_promise(void **state)
{
	UiWork *w = *state;

	at_step(w, SESSION("promise", "", ""));
	answer("GET /lots/l1/opening v-1 -", 200,
		"{\"bids\":[{\"bidder_name\":\"甲\"},{\"bidder_name\":\"乙\"},{\"bidder_name\":\"甲\"},{}]}");
	assert_int_equal(ui_work_bidders(w)->len, 2);
	g_string_set_size(bench.told, 0);
	assert_true(g_queue_is_empty(bench.calls));
	ui_work_promise(w);
	ui_work_promise(w); /* a second press while the first is on its way */
	check_told("changed;");
	answer("POST /sessions/s1/promise v-1 {\"conflict\":false}", 409,
		"{\"code\":\"session.step\",\"title\":\"Not now\"}");
	check_told("refused session.step;changed;");
	answer("GET /sessions/s1 v-1 -", 200, SESSION("promise", ",\"promised\":true", ""));
	assert_true(ui_work_facts(w)->done);
	assert_true(g_queue_is_empty(bench.calls));
}

static void who_bids_is_asked_for_until_it_is_known(void **state)
{
	UiWork *w = *state;

	at_step(w, SESSION("promise", "", ""));
	answer("GET /lots/l1/opening v-1 -", 0, "");
	notice(w, "room_event");
	answer("GET /sessions/s1 v-1 -", 200, SESSION("promise", "", ""));
	assert_true(g_queue_is_empty(bench.calls)); /* it waits */
	wait_for_call();
	answer("GET /lots/l1/opening v-1 -", 403, "{}"); /* not yet: the next event may tell */
	settle();
	assert_true(g_queue_is_empty(bench.calls));
	notice(w, "room_event");
	answer("GET /sessions/s1 v-1 -", 200, SESSION("promise", "", ""));
	answer("GET /lots/l1/opening v-1 -", 200, "{\"bids\":[{\"bidder_name\":\"甲\"}]}");
	assert_int_equal(ui_work_bidders(w)->len, 1);
	ui_work_clear(w);
	assert_int_equal(ui_work_bidders(w)->len, 0);
}

static void stepping_back_names_its_grounds(void **state)
{
	static const char *const grounds[] = {"relative", "interest", NULL};

	at_step(*state, SESSION("checkin", "", ""));
	ui_work_recuse(*state, grounds);
	answer("POST /sessions/s1/recuse v-1 {\"grounds\":[\"relative\",\"interest\"]}", 0, "");
	check_told("changed;refused no_answer;changed;");
}

/* ---- the report ---- */

#define PDF "%PDF-1.7 a report"

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

static void the_key_is_made_known_and_signs(void **state)
{
	UiWork *w = *state;
	g_autofree char *sha256 = g_compute_checksum_for_string(G_CHECKSUM_SHA256, PDF, -1);
	g_autofree char *key_line = NULL, *line = NULL;
	uint8_t key[ED25519_KEY_LEN], digest[32], sig[ED25519_SIG_LEN];
	char key_text[BASE64_SIZE(ED25519_KEY_LEN)];
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
	assert_true(g_str_has_prefix(line, "POST /sessions/s1/report/signatures v-1 {"));
	body = json_loads(strchr(line, '{'), 0, NULL);
	assert_string_equal(
		json_string_value(json_object_get(body, "opinion")), "对二号投标人有不同意见");
	assert_string_equal(json_string_value(json_object_get(body, "sha256")), sha256);
	g_checksum_update(sum, (const guchar *)PDF, -1);
	g_checksum_get_digest(sum, digest, &len);
	const char *signature = json_string_value(json_object_get(body, "signature"));
	assert_true(base64_decode_exact(signature, strlen(signature), sig, sizeof(sig)));
	assert_int_equal(
		report_statement_verify("s1", 2, digest, "对二号投标人有不同意见", key, sig), 0);
	answer(line, 200, "{}");
	answer("GET /sessions/s1 v-1 -", 200, SESSION("signing", ",\"signed\":true", ""));
	assert_true(ui_work_facts(w)->done);
	assert_false(ui_work_facts(w)->busy);
}

static void a_session_that_is_gone_says_nothing_about_the_next(void **state)
{
	UiWork *w = *state;

	notice(w, "joined");
	ui_work_clear(w);
	notice(w, "joined");
	answer("GET /sessions/s1 v-1 -", 200, SESSION("scoring", "", ""));
	assert_int_equal(task(w), WORK_NONE);
	answer("GET /sessions/s1 v-1 -", 200, SESSION("checkin", "", ""));
	assert_int_equal(task(w), WORK_WAIT);
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
	step_meanwhile(w, SESSION("summary", "", ""));
	g_string_set_size(bench.told, 0);
	answer("GET /me v-1 -", 200, "{\"account\":{\"id\":\"acc7\"},\"keys\":[]}");
	check_told("changed;");
	assert_false(ui_work_facts(w)->busy);
}

static void the_client_may_go_at_any_time(void **state)
{
	UiWork *w = *state;

	sheet_there(w);
	ui_work_score(w, "l1", 0, 0, "45");
	ui_work_submit(w, "l1");
	calls_drop();
	ui_work_clear(w);
	assert_int_equal(task(w), WORK_NONE);
	assert_false(ui_work_facts(w)->busy);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			each_step_has_its_task, bench_setup, bench_teardown),
		cmocka_unit_test_setup_teardown(
			events_while_it_is_asked_ask_once_more, bench_setup, bench_teardown),
		cmocka_unit_test_setup_teardown(a_session_that_did_not_come_is_asked_for_again,
			bench_setup, bench_teardown),
		cmocka_unit_test_setup_teardown(
			who_is_no_member_any_more_is_out, bench_setup, bench_teardown),
		cmocka_unit_test_setup_teardown(
			who_comes_later_promises_and_votes_first, bench_setup, bench_teardown),
		cmocka_unit_test_setup_teardown(
			a_turn_is_a_session_a_step_a_task_and_a_round, bench_setup, bench_teardown),
		cmocka_unit_test_setup_teardown(
			without_a_sign_in_there_is_no_work, bench_setup, bench_teardown),
		cmocka_unit_test_setup_teardown(
			who_bids_is_seen_before_the_promise, bench_setup, bench_teardown),
		cmocka_unit_test_setup_teardown(
			who_bids_is_asked_for_until_it_is_known, bench_setup, bench_teardown),
		cmocka_unit_test_setup_teardown(
			stepping_back_names_its_grounds, bench_setup, bench_teardown),
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
		cmocka_unit_test_setup_teardown(a_session_that_is_gone_says_nothing_about_the_next,
			bench_setup, bench_teardown),
		cmocka_unit_test_setup_teardown(a_report_that_is_gone_says_nothing_about_the_next,
			bench_setup, bench_teardown),
		cmocka_unit_test_setup_teardown(
			a_report_that_is_gone_is_not_signed, bench_setup, bench_teardown),
		cmocka_unit_test_setup_teardown(
			the_client_may_go_at_any_time, bench_setup, bench_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
