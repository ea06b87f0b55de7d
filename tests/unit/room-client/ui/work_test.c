/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/unit/room-client/ui/work_bench.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

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
	/* Who came after a lot was ranked has no part in it. */
	at_step(w, "{\"step\":\"scoring\",\"me\":{\"member_no\":2},\"members\":[{\"member_no\":2,"
		   "\"state\":\"promised\"}],\"lots\":[{\"lot_id\":\"l1\",\"state\":\"ranked\"}]}");
	assert_true(ui_work_facts(w)->done);
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

#define STEPS ",\"steps\":[\"promise\",\"leader\",\"qualification\",\"scoring\",\"summary\"]"
#define LED(step, more)                                                                  \
	"{\"step\":\"" step "\",\"me\":{\"member_no\":2},\"members\":[{\"member_no\":2," \
	"\"state\":\"promised\",\"leader\":true}],\"lots\":[]" STEPS more "}"

static void the_leader_alone_asks_for_a_step_back(void **state)
{
	UiWork *w = *state;

	at_step(w, SESSION("scoring", "", STEPS));
	assert_int_equal(ui_work_steps_back(w)->len, 0);
	at_step(w, LED("promise", ""));
	assert_int_equal(ui_work_steps_back(w)->len, 0);
	at_step(w, LED("scoring", ""));
	assert_int_equal(ui_work_steps_back(w)->len, 2);
	assert_string_equal(g_ptr_array_index(ui_work_steps_back(w), 1), "qualification");
	ui_work_ask_back(w, 2, "other", "无此环节");
	assert_true(g_queue_is_empty(bench.calls));
	ui_work_ask_back(w, 1, "01", "资格认定有误");
	assert_true(ui_work_facts(w)->busy);
	answer("POST /sessions/s1/rollback v-1 "
	       "{\"code\":\"01\",\"reason\":\"资格认定有误\",\"to\":\"qualification\"}",
		201, "{}");
	answer("GET /sessions/s1 v-1 -", 200, LED("scoring", ",\"hold\":\"rolling\""));
	assert_int_equal(task(w), WORK_HELD);
	assert_true(ui_work_facts(w)->rolling);
	assert_int_equal(ui_work_steps_back(w)->len, 0);
	at_step(w, LED("qualification", ""));
	assert_false(ui_work_facts(w)->rolling);
	assert_int_equal(ui_work_steps_back(w)->len, 1);
}

/* Asked for when somebody looks, and from then on with every event about one. */
static void questions_to_bidders_are_read(void **state)
{
	UiWork *w = *state;

	at_step(w, SESSION("scoring", "", ""));
	event(w, "question.asked");
	answer("GET /sessions/s1 v-1 -", 200, SESSION("scoring", "", ""));
	assert_true(g_queue_is_empty(bench.calls));
	check_told("changed;");
	ui_work_ask_questions(w);
	answer("GET /sessions/s1/questions v-1 -", 200,
		"{\"items\":[{\"bidder_name\":\"甲\",\"text\":\"工期？\",\"state\":\"passed\"}]}");
	check_told("questions;");
	assert_int_equal(ui_work_n_questions(w), 1);
	assert_string_equal(ui_work_question(w, 0).bidder, "甲");
	assert_string_equal(ui_work_question(w, 0).state, "passed");
	assert_string_equal(ui_work_question(w, 0).answer, "");
	event(w, "question.answered");
	answer("GET /sessions/s1 v-1 -", 200, SESSION("scoring", "", ""));
	answer("GET /sessions/s1/questions v-1 -", 403, "{\"code\":\"auth.denied\"}");
	check_told("changed;"); /* what was read stays */
	assert_int_equal(ui_work_n_questions(w), 1);
	ui_work_clear(w);
	assert_int_equal(ui_work_n_questions(w), 0);
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

/* The server says how long; the page counts it down. */
static void the_promise_is_read_first(void **state)
{
	UiWork *w = *state;
	int64_t now_us = g_get_monotonic_time();

	at_step(w, SESSION("promise", ",\"promise_wait_s\":9", ""));
	assert_in_range(ui_work_facts(w)->promise_at_us - now_us, 9 * G_USEC_PER_SEC,
		60 * G_USEC_PER_SEC);
	answer("GET /lots/l1/opening v-1 -", 200, "{\"bids\":[]}");
	at_step(w, SESSION("promise", "", ""));
	assert_true(ui_work_facts(w)->promise_at_us <= g_get_monotonic_time());
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
			questions_to_bidders_are_read, bench_setup, bench_teardown),
		cmocka_unit_test_setup_teardown(
			events_while_it_is_asked_ask_once_more, bench_setup, bench_teardown),
		cmocka_unit_test_setup_teardown(
			the_leader_alone_asks_for_a_step_back, bench_setup, bench_teardown),
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
			the_promise_is_read_first, bench_setup, bench_teardown),
		cmocka_unit_test_setup_teardown(
			who_bids_is_asked_for_until_it_is_known, bench_setup, bench_teardown),
		cmocka_unit_test_setup_teardown(
			stepping_back_names_its_grounds, bench_setup, bench_teardown),
		cmocka_unit_test_setup_teardown(a_session_that_is_gone_says_nothing_about_the_next,
			bench_setup, bench_teardown),
		cmocka_unit_test_setup_teardown(
			the_client_may_go_at_any_time, bench_setup, bench_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
