/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/unit/room-client/ui/work_bench.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define WAIT_S 30
#define QUIET_MS 150

struct asked {
	char *line; /* method, path, version, body */
	work_answered *answered;
	void *data;
	GDestroyNotify done;
};

const uint8_t bench_seed[ED25519_KEY_LEN] = {7};
struct work_bench bench;

static void asked_drop(struct asked *a)
{
	a->done(a->data);
	g_free(a->line);
	g_free(a);
}

void calls_drop(void)
{
	g_queue_clear_full(bench.calls, (GDestroyNotify)asked_drop);
}

static bool call(void *user, const struct work_call *c, work_answered *answered, void *data,
	GDestroyNotify done)
{
	struct asked *a;
	char *body = c->body ? json_dumps(c->body, JSON_COMPACT | JSON_SORT_KEYS) : NULL;

	if (bench.no_sign_in) {
		free(body);
		done(data);
		return false;
	}
	a = g_new(struct asked, 1);
	*a = (struct asked){g_strdup_printf("%s %s v%d %s", c->method, c->path, (int)c->version,
				    body ? body : "-"),
		answered, data, done};
	free(body);
	g_queue_push_tail(bench.calls, a);
	return true;
}

static int sign(
	void *user, const char *account, const void *data, size_t len, struct work_signature *ret)
{
	int r = ed25519_public(bench_seed, ret->key);

	assert_string_equal(account, "acc7");
	ret->given = bench.key_given;
	return r ? r : ed25519_sign(bench_seed, data, len, ret->sig);
}

/* Answers the oldest call, which must be this one. */
void answer(const char *line, int status, const char *body)
{
	struct asked *a = g_queue_pop_head(bench.calls);
	g_autoptr(GBytes) bytes = g_bytes_new(body, strlen(body));
	json_auto_t *json = json_loads(body, 0, NULL);

	assert_non_null(a);
	assert_string_equal(a->line, line);
	a->answered(a->data, status, json, bytes);
	asked_drop(a);
}

void answer_later(void)
{
	g_queue_push_tail(bench.calls, g_queue_pop_head(bench.calls));
}

void check_told(const char *expected)
{
	assert_string_equal(bench.told->str, expected);
	g_string_set_size(bench.told, 0);
}

static void changed(UiWork *w, void *user)
{
	g_string_append(bench.told, "changed;");
}

static void sheet(UiWork *w, const char *lot, void *user)
{
	g_string_append_printf(bench.told, "sheet %s %d;", lot, (int)ui_work_draft(w, lot));
}

static void questions(UiWork *w, gpointer user)
{
	g_string_append(bench.told, "questions;");
}

static void report(UiWork *w, void *user)
{
	g_string_append(bench.told, "report;");
}

static void refused(UiWork *w, const char *code, const char *title, void *user)
{
	g_string_append_printf(bench.told, "refused %s;", code);
}

int bench_setup(void **state)
{
	const struct ui_work_out out = {
		.call = call, .pause_ms = PAUSE_MS, .again_ms = AGAIN_MS, .sign = sign};
	UiWork *w = ui_work_new(&out);

	bench.calls = g_queue_new();
	bench.told = g_string_new(NULL);
	bench.no_sign_in = bench.key_given = false;
	g_signal_connect(w, "changed", G_CALLBACK(changed), NULL);
	g_signal_connect(w, "paper", G_CALLBACK(sheet), NULL);
	g_signal_connect(w, "questions", G_CALLBACK(questions), NULL);
	g_signal_connect(w, "report", G_CALLBACK(report), NULL);
	g_signal_connect(w, "refused", G_CALLBACK(refused), NULL);
	*state = w;
	return 0;
}

int bench_teardown(void **state)
{
	g_queue_free_full(bench.calls, (GDestroyNotify)asked_drop);
	g_object_unref(*state);
	g_string_free(bench.told, TRUE);
	return 0;
}

void event(UiWork *w, const char *kind)
{
	json_auto_t *state = json_pack("{s:s}", "session", "s1");
	json_auto_t *fields = json_pack("{s:s}", "kind", kind);

	ui_work_notice(w, "room_event", fields, state);
}

void notice(UiWork *w, const char *name)
{
	json_auto_t *state = json_pack("{s:s}", "session", "s1");

	ui_work_notice(w, name, NULL, state);
}

void at_step(UiWork *w, const char *session)
{
	notice(w, "room_event");
	answer("GET /sessions/s1 v-1 -", 200, session);
	g_string_set_size(bench.told, 0);
}

static gboolean too_late(void *user)
{
	fail_msg("nothing was sent");
	return G_SOURCE_REMOVE;
}

void wait_for_call(void)
{
	guint timer = g_timeout_add_seconds(WAIT_S, too_late, NULL);

	while (g_queue_is_empty(bench.calls))
		g_main_context_iteration(NULL, TRUE);
	g_source_remove(timer);
}

static gboolean raise_flag(void *user)
{
	*(bool *)user = true;
	return G_SOURCE_REMOVE;
}

/* As long as whatever would come by itself takes, and then some. */
void settle(void)
{
	bool over = false;

	g_timeout_add(QUIET_MS, raise_flag, &over);
	while (!over)
		g_main_context_iteration(NULL, TRUE);
}

char *submit_line(void)
{
	return g_strdup(((struct asked *)g_queue_peek_head(bench.calls))->line);
}

void sheet_there(UiWork *w)
{
	at_step(w, SESSION("scoring", "", ""));
	assert_null(ui_work_sheet(w, "l1"));
	assert_null(ui_work_sheet(w, "l1"));
	answer("GET /sessions/s1/lots/l1/sheet v-1 -", 200, SHEET("draft", "4", "{}"));
	check_told("sheet l1 0;");
	assert_non_null(ui_work_sheet(w, "l1"));
}

enum work_task task(UiWork *w)
{
	return ui_work_facts(w)->task;
}
