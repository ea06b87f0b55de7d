/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/unit/room-client/ui/work_bench.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void typing_is_saved_after_a_pause(void **state)
{
	UiWork *w = *state;

	sheet_there(w);
	ui_work_score(w, "l1", 0, 0, "4");
	ui_work_score(w, "l1", 0, 0, "45");
	ui_work_score(w, "l1", 0, 0, "45");
	check_told("sheet l1 1;sheet l1 1;");
	wait_for_call();
	ui_work_score(w, "l1", 0, 0, "45.5"); /* while the first is on its way */
	answer("PUT /sessions/s1/lots/l1/sheet v4 {\"scores\":{\"b1\":{\"i\":\"45\"}}}", 200,
		"{\"version\":5}");
	check_told("sheet l1 2;sheet l1 1;");
	wait_for_call();
	answer("PUT /sessions/s1/lots/l1/sheet v5 {\"scores\":{\"b1\":{\"i\":\"45.5\"}}}", 200,
		"{\"version\":6}");
	check_told("sheet l1 2;sheet l1 3;");
}

static void what_was_not_saved_is_sent_again(void **state)
{
	UiWork *w = *state;

	sheet_there(w);
	ui_work_score(w, "l1", 0, 0, "45");
	wait_for_call();
	answer("PUT /sessions/s1/lots/l1/sheet v4 {\"scores\":{\"b1\":{\"i\":\"45\"}}}", 0, "");
	check_told("sheet l1 1;sheet l1 2;sheet l1 4;");
	wait_for_call();
	answer("PUT /sessions/s1/lots/l1/sheet v4 {\"scores\":{\"b1\":{\"i\":\"45\"}}}", 412,
		"{\"code\":\"act.changed\"}");
	answer("GET /sessions/s1/lots/l1/sheet v-1 -", 200,
		SHEET("draft", "9", "{\"b1\":{\"i\":\"1\"}}"));
	assert_string_equal(score_sheet_text(ui_work_sheet(w, "l1"), 0, 0), "45");
	wait_for_call();
	answer("PUT /sessions/s1/lots/l1/sheet v9 {\"scores\":{\"b1\":{\"i\":\"45\"}}}", 200,
		"{\"version\":10}");
	assert_int_equal(ui_work_draft(w, "l1"), DRAFT_SAVED);
}

#define SHEET_OF(bids, version, scores)                                                \
	"{\"state\":\"draft\",\"version\":" version ",\"bids\":[" bids "],\"items\":[" \
	"{\"id\":\"i\",\"name\":\"方案\",\"max\":\"60\"}],\"scores\":" scores "}"
#define BID(id) "{\"bid_id\":\"" id "\",\"bidder_name\":\"甲\"}"
#define GET_SHEET "GET /sessions/s1/lots/l1/sheet v-1 -"
#define PUT_SHEET(version, score) \
	"PUT /sessions/s1/lots/l1/sheet v" version " {\"scores\":{\"b1\":{\"i\":\"" score "\"}}}"

static void a_paper_that_did_not_come_is_asked_for_later(void **state)
{
	UiWork *w = *state;

	at_step(w, SESSION("scoring", "", ""));
	assert_null(ui_work_sheet(w, "l1"));
	answer(GET_SHEET, 409, "{\"code\":\"session.step\"}");
	check_told("refused session.step;");
	assert_null(ui_work_sheet(w, "l1")); /* as the page does when anything changes */
	assert_true(g_queue_is_empty(bench.calls));
	wait_for_call();
	answer(GET_SHEET, 0, "");
	assert_null(ui_work_sheet(w, "l1"));
	assert_true(g_queue_is_empty(bench.calls));
	wait_for_call();
	answer(GET_SHEET, 200, "{}"); /* no sheet */
	check_told("");               /* once is enough */
	assert_true(ui_work_facts(w)->paper_refused);
	wait_for_call();
	answer(GET_SHEET, 200, SHEET("draft", "4", "{}"));
	check_told("sheet l1 0;");
	assert_false(ui_work_facts(w)->paper_refused);
	settle();
	assert_true(g_queue_is_empty(bench.calls));
}

static void each_wait_is_longer(void **state)
{
	int64_t before = g_get_monotonic_time(), waited = 0;
	UiWork *w = *state;

	at_step(w, SESSION("scoring", "", ""));
	ui_work_sheet(w, "l1");
	for (int i = 0; i < 3; i++) {
		answer(GET_SHEET, 0, "");
		before = g_get_monotonic_time();
		wait_for_call();
		waited = g_get_monotonic_time() - before;
	}
	assert_true(waited >= (int64_t)3 * AGAIN_MS * 1000);
}

static void bids_that_go_leave_the_others_as_they_were_typed(void **state)
{
	UiWork *w = *state;
	unsigned serial;

	at_step(w, SESSION("scoring", "", ""));
	ui_work_sheet(w, "l1");
	answer(GET_SHEET, 200, SHEET_OF(BID("b0") "," BID("b1"), "4", "{}"));
	ui_work_score(w, "l1", 1, 0, "45");
	serial = score_sheet_serial(ui_work_sheet(w, "l1"));
	event(w, "bid.reject_voted");
	answer(GET_SHEET, 200, SHEET_OF(BID("b0") "," BID("b1"), "4", "{}"));
	answer("GET /sessions/s1 v-1 -", 200, SESSION("scoring", "", ""));
	assert_int_equal(score_sheet_serial(ui_work_sheet(w, "l1")), serial); /* the same cells */
	event(w, "bid.rejected");
	answer(GET_SHEET, 200, SHEET_OF(BID("b1") "," BID("b2"), "4", "{}"));
	answer("GET /sessions/s1 v-1 -", 200, SESSION("scoring", "", ""));
	assert_string_equal(score_sheet_text(ui_work_sheet(w, "l1"), 0, 0), "45");
	assert_string_equal(score_sheet_text(ui_work_sheet(w, "l1"), 1, 0), "");
	assert_int_not_equal(score_sheet_serial(ui_work_sheet(w, "l1")), serial);
	wait_for_call();
	answer(PUT_SHEET("4", "45"), 200, "{\"version\":5}");
	event(w, "lot.failed");
	answer(GET_SHEET, 200, SHEET_OF(BID("b1"), "5", "{\"b1\":{\"i\":\"45\"}}"));
	answer("GET /sessions/s1 v-1 -", 200, SESSION("scoring", "", ""));
	event(w, "sheet.submitted"); /* another member's */
	answer("GET /sessions/s1 v-1 -", 200, SESSION("scoring", "", ""));
	assert_true(g_queue_is_empty(bench.calls));
}

static void an_answer_that_is_older_than_the_draft_takes_nothing_back(void **state)
{
	UiWork *w = *state;

	sheet_there(w);
	ui_work_score(w, "l1", 0, 0, "45");
	wait_for_call();
	event(w, "bid.rejected"); /* asks while the draft is on its way */
	event(w, "bid.rejected");
	answer(PUT_SHEET("4", "45"), 200, "{\"version\":5}");
	answer(GET_SHEET, 200, SHEET("draft", "4", "{}")); /* overtaken by the second event */
	answer("GET /sessions/s1 v-1 -", 200, SESSION("scoring", "", ""));
	answer(GET_SHEET, 200, SHEET("draft", "5", "{\"b1\":{\"i\":\"45\"}}"));
	answer("GET /sessions/s1 v-1 -", 200, SESSION("scoring", "", ""));
	ui_work_score(w, "l1", 0, 0, "46");
	wait_for_call();
	event(w, "bid.rejected");
	answer(PUT_SHEET("5", "46"), 200, "{\"version\":6}");
	answer(GET_SHEET, 200, SHEET("draft", "5", "{\"b1\":{\"i\":\"45\"}}"));
	answer("GET /sessions/s1 v-1 -", 200, SESSION("scoring", "", ""));
	assert_string_equal(score_sheet_text(ui_work_sheet(w, "l1"), 0, 0), "46");
	ui_work_score(w, "l1", 0, 0, "47");
	wait_for_call();
	answer(PUT_SHEET("6", "47"), 200, "{\"version\":7}");
}

/* What is not lawful could not be saved, and is nowhere else. */
static void another_window_s_draft_replaces_what_was_saved(void **state)
{
	UiWork *w = *state;
	unsigned serial;

	at_step(w, SESSION("scoring", "", ""));
	ui_work_sheet(w, "l1");
	answer(GET_SHEET, 200, SHEET_OF(BID("b1") "," BID("b2"), "4", "{}"));
	ui_work_score(w, "l1", 0, 0, "45");
	ui_work_score(w, "l1", 1, 0, "61");
	wait_for_call();
	answer(PUT_SHEET("4", "45"), 200, "{\"version\":5}");
	serial = score_sheet_serial(ui_work_sheet(w, "l1"));
	event(w, "bid.rejected");
	answer(GET_SHEET, 200,
		SHEET_OF(BID("b1") "," BID("b2"), "6",
			"{\"b1\":{\"i\":\"50\"},\"b2\":{\"i\":\"7\"}}"));
	answer("GET /sessions/s1 v-1 -", 200, SESSION("scoring", "", ""));
	assert_string_equal(score_sheet_text(ui_work_sheet(w, "l1"), 0, 0), "50");
	assert_string_equal(score_sheet_text(ui_work_sheet(w, "l1"), 1, 0), "61");
	assert_int_not_equal(score_sheet_serial(ui_work_sheet(w, "l1")), serial);
	ui_work_score(w, "l1", 1, 0, "");
	wait_for_call();
	answer(PUT_SHEET("6", "50"), 200, "{\"version\":7}");
}

/* Otherwise what he is asked about would be another paper, again and again. */
static void what_came_again_is_the_same_paper(void **state)
{
	UiWork *w = *state;
	unsigned serial;

	sheet_there(w);
	serial = score_sheet_serial(ui_work_sheet(w, "l1"));
	event(w, "bid.rejected");
	answer(GET_SHEET, 200, SHEET("draft", "4", "{}"));
	answer("GET /sessions/s1 v-1 -", 200, SESSION("scoring", "", ""));
	assert_int_equal(score_sheet_serial(ui_work_sheet(w, "l1")), serial);
	event(w, "bid.rejected");
	answer(GET_SHEET, 200, SHEET("draft", "5", "{\"b1\":{\"i\":\"45\"}}"));
	answer("GET /sessions/s1 v-1 -", 200, SESSION("scoring", "", ""));
	assert_string_equal(score_sheet_text(ui_work_sheet(w, "l1"), 0, 0), "45");
	assert_int_not_equal(score_sheet_serial(ui_work_sheet(w, "l1")), serial);
}

static void a_draft_waits_for_the_end_of_a_pause(void **state)
{
	UiWork *w = *state;

	sheet_there(w);
	ui_work_score(w, "l1", 0, 0, "45");
	at_step(w, SESSION("scoring", "", ",\"hold\":\"paused\""));
	settle();
	assert_true(g_queue_is_empty(bench.calls));
	assert_int_equal(ui_work_draft(w, "l1"), DRAFT_WAITING);
	at_step(w, SESSION("scoring", "", ",\"hold\":\"running\""));
	wait_for_call();
	answer(PUT_SHEET("4", "45"), 200, "{\"version\":5}");
	assert_int_equal(ui_work_draft(w, "l1"), DRAFT_SAVED);
}

/* The pause was over before it was heard of. */
static void a_draft_that_was_refused_is_sent_again(void **state)
{
	UiWork *w = *state;

	sheet_there(w);
	ui_work_score(w, "l1", 0, 0, "45");
	for (int i = 0; i < 2; i++) {
		wait_for_call();
		answer(PUT_SHEET("4", "45"), 409, "{\"code\":\"session.held\"}");
		answer(GET_SHEET, 200, SHEET("draft", "4", "{}"));
		assert_true(ui_work_facts(w)->paper_refused);
	}
	check_told("sheet l1 1;sheet l1 2;sheet l1 4;refused session.held;sheet l1 4;"
		   "sheet l1 2;sheet l1 4;sheet l1 4;"); /* refused: once */
	wait_for_call();
	answer(PUT_SHEET("4", "45"), 200, "{\"version\":5}");
	assert_int_equal(ui_work_draft(w, "l1"), DRAFT_SAVED);
	assert_false(ui_work_facts(w)->paper_refused);
	settle();
	assert_true(g_queue_is_empty(bench.calls));
}

static void a_draft_without_a_sign_in_is_sent_when_there_is_one(void **state)
{
	UiWork *w = *state;

	sheet_there(w);
	bench.no_sign_in = true;
	ui_work_score(w, "l1", 0, 0, "45");
	settle();
	assert_int_equal(ui_work_draft(w, "l1"), DRAFT_FAILED);
	bench.no_sign_in = false;
	wait_for_call();
	answer(PUT_SHEET("4", "45"), 200, "{\"version\":5}");
}

static void submitting_again_commits_to_the_same(void **state)
{
	UiWork *w = *state;
	g_autofree char *first = NULL, *second = NULL;

	sheet_there(w);
	ui_work_score(w, "l1", 0, 0, "60");
	ui_work_submit(w, "l1");
	first = submit_line();
	assert_true(
		g_str_has_prefix(first, "POST /sessions/s1/lots/l1/sheet/submit v-1 {\"salt\":\""));
	answer(first, 0, "");
	answer("GET /sessions/s1/lots/l1/sheet v-1 -", 200, SHEET("draft", "4", "{}"));
	answer("GET /sessions/s1 v-1 -", 200, SESSION("scoring", "", ""));
	ui_work_submit(w, "l1");
	second = submit_line();
	assert_string_equal(first, second);
	answer(second, 200, "{\"commitment\":\"00\"}");
	answer("GET /sessions/s1/lots/l1/sheet v-1 -", 200,
		SHEET("submitted", "5", "{\"b1\":{\"i\":\"60\"}}"));
	answer("GET /sessions/s1 v-1 -", 200, SESSION("scoring", "", ""));
	assert_true(score_sheet_is_submitted(ui_work_sheet(w, "l1")));
	ui_work_score(w, "l1", 0, 0, "1");
	assert_string_equal(score_sheet_text(ui_work_sheet(w, "l1"), 0, 0), "60");
}

static void a_draft_outlives_a_submission_that_failed(void **state)
{
	UiWork *w = *state;
	g_autofree char *line = NULL;

	sheet_there(w);
	ui_work_score(w, "l1", 0, 0, "45");
	ui_work_submit(w, "l1");
	ui_work_score(w, "l1", 0, 0, "46"); /* while it is on its way */
	settle();
	line = submit_line();
	assert_int_equal(g_queue_get_length(bench.calls), 1); /* no draft beside it */
	answer(line, 409, "{\"code\":\"session.held\"}");
	answer(GET_SHEET, 200, SHEET("draft", "4", "{}"));
	answer("GET /sessions/s1 v-1 -", 200, SESSION("scoring", "", ""));
	assert_string_equal(score_sheet_text(ui_work_sheet(w, "l1"), 0, 0), "46");
	wait_for_call();
	answer(PUT_SHEET("4", "46"), 200, "{\"version\":5}");
}

/* The draft that is saved, and the paper that comes again, do not mend it. */
static void a_submission_that_was_refused_is_no_matter_of_the_draft(void **state)
{
	UiWork *w = *state;
	g_autofree char *line = NULL;

	sheet_there(w);
	ui_work_score(w, "l1", 0, 0, "45");
	wait_for_call();
	answer(PUT_SHEET("4", "45"), 409, "{\"code\":\"session.held\"}");
	answer(GET_SHEET, 200, SHEET("draft", "4", "{}"));
	assert_true(ui_work_facts(w)->paper_refused);
	ui_work_submit(w, "l1");
	assert_false(ui_work_facts(w)->paper_refused);
	line = submit_line();
	g_string_set_size(bench.told, 0);
	answer(line, 409, "{\"code\":\"sheet.incomplete\"}");
	assert_false(ui_work_facts(w)->paper_refused);
	answer(GET_SHEET, 200, SHEET("draft", "4", "{}"));
	check_told("refused sheet.incomplete;changed;sheet l1 4;");
	assert_false(ui_work_facts(w)->paper_refused);
}

#define BALLOT(state, version)                                                      \
	"{\"state\":\"" state "\",\"version\":" version ",\"open\":true,\"bids\":[" \
	"{\"bid_id\":\"b1\"}],\"items\":[{\"id\":\"i\"}],\"votes\":{\"b1\":{\"i\":" \
	"{\"pass\":true}}}}"
#define GET_BALLOT "GET /sessions/s1/lots/l1/review/responsiveness v-1 -"
#define STEP "preliminary"

/* A member of the committee is another, so that an earlier stage is counted anew. */
static void a_ballot_that_is_undone_is_given_again(void **state)
{
	static const char *const events[] = {
		"review.reopened", "sheet.reopened", "review.counted", "member.replaced"};
	const char *const name = "l1/responsiveness";
	UiWork *w = *state;
	g_autofree char *first = NULL, *second = NULL;

	at_step(w, SESSION(STEP, "", ""));
	ui_work_ballot(w, name);
	answer(GET_BALLOT, 200, BALLOT("draft", "2"));
	ui_work_submit(w, name);
	first = submit_line();
	answer(first, 200, "{}");
	answer(GET_BALLOT, 200, BALLOT("submitted", "3"));
	answer("GET /sessions/s1 v-1 -", 200, SESSION(STEP, "", ""));
	assert_false(ballot_is_open(ui_work_ballot(w, name)));
	for (size_t i = 0; i < G_N_ELEMENTS(events); i++) {
		event(w, events[i]);
		answer(GET_BALLOT, 200, BALLOT("draft", "4"));
		answer("GET /sessions/s1 v-1 -", 200, SESSION(STEP, "", ""));
		assert_true(ballot_is_open(ui_work_ballot(w, name)));
	}
	ui_work_submit(w, name);
	second = submit_line();
	assert_true(g_str_has_prefix(
		second, "POST /sessions/s1/lots/l1/review/responsiveness/submit v-1 {\"salt\":\""));
	assert_string_not_equal(first, second); /* another commitment */
}

static void what_was_submitted_is_no_draft_any_more(void **state)
{
	UiWork *w = *state;
	g_autofree char *line = NULL;

	sheet_there(w);
	ui_work_score(w, "l1", 0, 0, "45");
	ui_work_submit(w, "l1");
	line = submit_line();
	answer(line, 200, "{}");
	answer(GET_SHEET, 0, "");
	answer("GET /sessions/s1 v-1 -", 200, SESSION("scoring", "", ""));
	ui_work_score(w, "l1", 0, 0, "46"); /* the old cells are still there */
	assert_int_equal(ui_work_draft(w, "l1"), DRAFT_CLEAN);
	wait_for_call();
	answer(GET_SHEET, 200, SHEET("submitted", "5", "{\"b1\":{\"i\":\"45\"}}"));
	assert_true(score_sheet_is_submitted(ui_work_sheet(w, "l1")));
	settle();
	assert_true(g_queue_is_empty(bench.calls));
}

static void an_answer_about_a_paper_that_is_gone_says_nothing_about_the_next(void **state)
{
	UiWork *w = *state;

	at_step(w, SESSION("scoring", "", ""));
	ui_work_sheet(w, "l1");
	event(w, "session.step");
	answer_later();
	answer("GET /sessions/s1 v-1 -", 200, SESSION("signing", "", ""));
	event(w, "session.step");
	answer_later();
	answer("GET /sessions/s1 v-1 -", 200, SESSION("scoring", "", ""));
	assert_null(ui_work_sheet(w, "l1"));
	answer(GET_SHEET, 200, SHEET("draft", "4", "{}"));
	assert_null(ui_work_sheet(w, "l1"));
	answer(GET_SHEET, 200, SHEET("draft", "9", "{}"));
	ui_work_score(w, "l1", 0, 0, "45");
	wait_for_call();
	answer(PUT_SHEET("9", "45"), 200, "{\"version\":10}");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			typing_is_saved_after_a_pause, bench_setup, bench_teardown),
		cmocka_unit_test_setup_teardown(
			what_was_not_saved_is_sent_again, bench_setup, bench_teardown),
		cmocka_unit_test_setup_teardown(
			a_paper_that_did_not_come_is_asked_for_later, bench_setup, bench_teardown),
		cmocka_unit_test_setup_teardown(each_wait_is_longer, bench_setup, bench_teardown),
		cmocka_unit_test_setup_teardown(
			an_answer_about_a_paper_that_is_gone_says_nothing_about_the_next,
			bench_setup, bench_teardown),
		cmocka_unit_test_setup_teardown(bids_that_go_leave_the_others_as_they_were_typed,
			bench_setup, bench_teardown),
		cmocka_unit_test_setup_teardown(
			an_answer_that_is_older_than_the_draft_takes_nothing_back, bench_setup,
			bench_teardown),
		cmocka_unit_test_setup_teardown(another_window_s_draft_replaces_what_was_saved,
			bench_setup, bench_teardown),
		cmocka_unit_test_setup_teardown(
			what_came_again_is_the_same_paper, bench_setup, bench_teardown),
		cmocka_unit_test_setup_teardown(
			a_draft_waits_for_the_end_of_a_pause, bench_setup, bench_teardown),
		cmocka_unit_test_setup_teardown(
			a_draft_that_was_refused_is_sent_again, bench_setup, bench_teardown),
		cmocka_unit_test_setup_teardown(a_draft_without_a_sign_in_is_sent_when_there_is_one,
			bench_setup, bench_teardown),
		cmocka_unit_test_setup_teardown(
			submitting_again_commits_to_the_same, bench_setup, bench_teardown),
		cmocka_unit_test_setup_teardown(
			a_draft_outlives_a_submission_that_failed, bench_setup, bench_teardown),
		cmocka_unit_test_setup_teardown(
			a_submission_that_was_refused_is_no_matter_of_the_draft, bench_setup,
			bench_teardown),
		cmocka_unit_test_setup_teardown(
			a_ballot_that_is_undone_is_given_again, bench_setup, bench_teardown),
		cmocka_unit_test_setup_teardown(
			what_was_submitted_is_no_draft_any_more, bench_setup, bench_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
