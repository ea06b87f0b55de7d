/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The server is this test: each call is written down and answered when the test wants. */
#include "room-client/ui/work.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "proto/base64.h"
#include "proto/report_statement.h"

#define WAIT_S 30

struct asked {
	char *line; /* method, path, version, body */
	work_answered *answered;
	void *data;
	GDestroyNotify done;
};

static GQueue *calls; /* struct asked, oldest first */
static GString *told; /* signals, in one line */
static bool no_sign_in;
static const uint8_t seed[ED25519_KEY_LEN] = {7};

static void asked_drop(struct asked *a)
{
	a->done(a->data);
	g_free(a->line);
	g_free(a);
}

static bool call(void *user, const struct work_call *c, work_answered *answered, void *data,
	GDestroyNotify done)
{
	struct asked *a;
	char *body = c->body ? json_dumps(c->body, JSON_COMPACT | JSON_SORT_KEYS) : NULL;

	if (no_sign_in) {
		free(body);
		done(data);
		return false;
	}
	a = g_new(struct asked, 1);
	*a = (struct asked){g_strdup_printf("%s %s v%d %s", c->method, c->path, (int)c->version,
				    body ? body : "-"),
		answered, data, done};
	free(body);
	g_queue_push_tail(calls, a);
	return true;
}

static int sign(void *user, const void *data, size_t len, uint8_t ret_key[ED25519_KEY_LEN],
	uint8_t ret_sig[ED25519_SIG_LEN])
{
	int r = ed25519_public(seed, ret_key);

	return r ? r : ed25519_sign(seed, data, len, ret_sig);
}

/* Answers the oldest call, which must be this one. */
static void answer(const char *line, int status, const char *body)
{
	struct asked *a = g_queue_pop_head(calls);
	g_autoptr(GBytes) bytes = g_bytes_new(body, strlen(body));
	json_auto_t *json = json_loads(body, 0, NULL);

	assert_non_null(a);
	assert_string_equal(a->line, line);
	a->answered(a->data, status, json, bytes);
	asked_drop(a);
}

static void check_told(const char *expected)
{
	assert_string_equal(told->str, expected);
	g_string_set_size(told, 0);
}

static void changed(UiWork *w, void *user)
{
	g_string_append(told, "changed;");
}

static void sheet(UiWork *w, const char *lot, void *user)
{
	g_string_append_printf(told, "sheet %s %d;", lot, (int)ui_work_draft(w, lot));
}

static void report(UiWork *w, void *user)
{
	g_string_append(told, "report;");
}

static void refused(UiWork *w, const char *code, const char *title, void *user)
{
	g_string_append_printf(told, "refused %s;", code);
}

static int setup(void **state)
{
	const struct ui_work_out out = {.call = call, .sign = sign};
	UiWork *w = ui_work_new(&out);

	calls = g_queue_new();
	told = g_string_new(NULL);
	no_sign_in = false;
	g_signal_connect(w, "changed", G_CALLBACK(changed), NULL);
	g_signal_connect(w, "paper", G_CALLBACK(sheet), NULL);
	g_signal_connect(w, "report", G_CALLBACK(report), NULL);
	g_signal_connect(w, "refused", G_CALLBACK(refused), NULL);
	*state = w;
	return 0;
}

static int teardown(void **state)
{
	g_queue_free_full(calls, (GDestroyNotify)asked_drop);
	g_object_unref(*state);
	g_string_free(told, TRUE);
	return 0;
}

static void event(UiWork *w, const char *kind)
{
	json_auto_t *state = json_pack("{s:s}", "session", "s1");
	json_auto_t *fields = json_pack("{s:s}", "kind", kind);

	ui_work_notice(w, "room_event", fields, state);
}

static void notice(UiWork *w, const char *name)
{
	json_auto_t *state = json_pack("{s:s}", "session", "s1");

	ui_work_notice(w, name, NULL, state);
}

#define SESSION(step, me, more)                                                               \
	"{\"step\":\"" step "\",\"me\":{\"member_no\":2" me "},\"members\":["                 \
	"{\"member_no\":1,\"alias\":\"1号专家\",\"state\":\"promised\"},"                  \
	"{\"member_no\":2,\"alias\":\"2号专家\",\"name\":\"吴\",\"state\":\"promised\","  \
	"\"sheets\":[{\"lot_id\":\"l1\",\"submitted\":false}]},"                              \
	"{\"member_no\":3,\"alias\":\"3号专家\",\"state\":\"recused\"}],"                  \
	"\"lots\":[{\"lot_id\":\"l1\",\"no\":1,\"name\":\"监理一\",\"state\":\"opened\"}," \
	"{\"lot_id\":\"l2\",\"no\":2,\"name\":\"监理二\",\"state\":\"failed\"}]" more "}"

static void at_step(UiWork *w, const char *session)
{
	notice(w, "room_event");
	answer("GET /sessions/s1 v-1 -", 200, session);
	g_string_set_size(told, 0);
}

static enum work_task task(UiWork *w)
{
	return ui_work_facts(w)->task;
}

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
	assert_int_equal(g_queue_get_length(calls), 1);
	answer("GET /sessions/s1 v-1 -", 200, SESSION("checkin", "", ""));
	check_told(""); /* it is older than the last event */
	answer("GET /sessions/s1 v-1 -", 200, SESSION("scoring", "", ""));
	check_told("changed;");
	assert_true(g_queue_is_empty(calls));
	notice(w, "level");
	event(w, "room.mute");
	assert_true(g_queue_is_empty(calls));
	event(w, "session.step");
	assert_int_equal(g_queue_get_length(calls), 1);
}

static void without_a_sign_in_there_is_no_work(void **state)
{
	no_sign_in = true;
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
	g_string_set_size(told, 0);
	ui_work_promise(w);
	ui_work_promise(w); /* a second press while the first is on its way */
	check_told("changed;");
	answer("POST /sessions/s1/promise v-1 {\"conflict\":false}", 409,
		"{\"code\":\"session.step\",\"title\":\"Not now\"}");
	check_told("refused session.step;changed;");
	answer("GET /sessions/s1 v-1 -", 200, SESSION("promise", ",\"promised\":true", ""));
	assert_true(ui_work_facts(w)->done);
	assert_true(g_queue_is_empty(calls));
}

static void stepping_back_names_its_grounds(void **state)
{
	static const char *const grounds[] = {"relative", "interest", NULL};

	at_step(*state, SESSION("checkin", "", ""));
	ui_work_recuse(*state, grounds);
	answer("POST /sessions/s1/recuse v-1 {\"grounds\":[\"relative\",\"interest\"]}", 0, "");
	check_told("changed;refused no_answer;changed;");
}

/* ---- sheets ---- */

#define SHEET(state, version, scores)                                                              \
	"{\"state\":\"" state "\",\"version\":" version ",\"bids\":[{\"bid_id\":\"b1\","           \
	"\"bidder_name\":\"甲\"}],\"items\":[{\"id\":\"i\",\"name\":\"方案\",\"max\":\"60\"}]," \
	"\"scores\":" scores "}"

static void sheet_there(UiWork *w)
{
	at_step(w, SESSION("scoring", "", ""));
	assert_null(ui_work_sheet(w, "l1"));
	assert_null(ui_work_sheet(w, "l1"));
	answer("GET /sessions/s1/lots/l1/sheet v-1 -", 200, SHEET("draft", "4", "{}"));
	check_told("sheet l1 0;");
	assert_non_null(ui_work_sheet(w, "l1"));
}

static gboolean too_late(void *user)
{
	fail_msg("nothing was sent");
	return G_SOURCE_REMOVE;
}

static void wait_for_call(void)
{
	guint timer = g_timeout_add_seconds(WAIT_S, too_late, NULL);

	while (g_queue_is_empty(calls))
		g_main_context_iteration(NULL, TRUE);
	g_source_remove(timer);
}

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

static char *submit_line(void)
{
	return g_strdup(((struct asked *)g_queue_peek_head(calls))->line);
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
	ui_work_sign(*state, "");
	assert_true(g_queue_is_empty(calls));
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
	ui_work_sign(w, "  对二号投标人有不同意见 ");
	answer("GET /me v-1 -", 200, "{\"keys\":[{\"purpose\":\"seat\",\"public_key\":\"x\"}]}");
	ed25519_public(seed, key);
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

static void the_client_may_go_at_any_time(void **state)
{
	UiWork *w = *state;

	sheet_there(w);
	ui_work_score(w, "l1", 0, 0, "45");
	ui_work_submit(w, "l1");
	g_queue_clear_full(calls, (GDestroyNotify)asked_drop);
	ui_work_clear(w);
	assert_int_equal(task(w), WORK_NONE);
	assert_false(ui_work_facts(w)->busy);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(each_step_has_its_task, setup, teardown),
		cmocka_unit_test_setup_teardown(
			events_while_it_is_asked_ask_once_more, setup, teardown),
		cmocka_unit_test_setup_teardown(
			without_a_sign_in_there_is_no_work, setup, teardown),
		cmocka_unit_test_setup_teardown(
			who_bids_is_seen_before_the_promise, setup, teardown),
		cmocka_unit_test_setup_teardown(stepping_back_names_its_grounds, setup, teardown),
		cmocka_unit_test_setup_teardown(typing_is_saved_after_a_pause, setup, teardown),
		cmocka_unit_test_setup_teardown(what_was_not_saved_is_sent_again, setup, teardown),
		cmocka_unit_test_setup_teardown(
			submitting_again_commits_to_the_same, setup, teardown),
		cmocka_unit_test_setup_teardown(
			a_report_that_is_another_is_not_signed, setup, teardown),
		cmocka_unit_test_setup_teardown(the_key_is_made_known_and_signs, setup, teardown),
		cmocka_unit_test_setup_teardown(the_client_may_go_at_any_time, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
