/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/ui/work.h"

#include <string.h>

#include "room-client/ui/work_inner.h"

G_DEFINE_FINAL_TYPE(UiWork, ui_work, G_TYPE_OBJECT)

guint work_signals[N_WORK_SIGNALS];

/* ---- calls ---- */

struct work_asked *work_asked_new(UiWork *w, const char *paper)
{
	struct work_asked *asked = g_new0(struct work_asked, 1);

	asked->work = w;
	asked->session_no = w->session_no;
	asked->papers_no = w->papers_no;
	g_strlcpy(asked->paper, paper, sizeof(asked->paper));
	return asked;
}

bool work_session_is_gone(const struct work_asked *asked)
{
	return asked->session_no != asked->work->session_no;
}

bool work_papers_are_gone(const struct work_asked *asked)
{
	return asked->papers_no != asked->work->papers_no;
}

static void asked_free(void *user)
{
	struct work_asked *asked = user;

	g_free(asked->text);
	g_free(asked);
}

bool work_send(const char *method, const char *path, int64_t version, const json_t *body,
	work_answered *answered, struct work_asked *asked)
{
	const struct work_call call = {method, path, version, body};
	const struct ui_work_out *out = &asked->work->out;

	/* Before there is a session, and after it, there is nobody to ask. */
	if (!*asked->work->facts.session) {
		asked_free(asked);
		return false;
	}
	return out->call(out->user, &call, answered, asked, asked_free);
}

void work_refuse(UiWork *w, const char *code, const char *title)
{
	g_signal_emit(w, work_signals[WORK_REFUSED], 0, code, title);
}

bool work_is_good(UiWork *w, int status, const json_t *body)
{
	const char *code = json_text(body, "code");

	if (status >= 200 && status < 300)
		return true;
	if (status == 0)
		code = "no_answer";
	else if (!*code)
		code = "bad_answer";
	work_refuse(w, code, json_text(body, "title"));
	return false;
}

bool work_may_pass(int status)
{
	return status == 0 || status == 429 || status >= 500;
}

void work_set_busy(UiWork *w, bool busy)
{
	w->facts.busy = busy;
	g_signal_emit(w, work_signals[WORK_CHANGED], 0);
}

/* ---- once more ---- */

#define DOUBLED_MOST 4

guint work_retry_ms(UiWork *w, unsigned n_failures)
{
	return w->out.again_ms << MIN(n_failures, DOUBLED_MOST);
}

static gboolean retry_due(void *user)
{
	struct work_retry *retry = user;

	retry->timer = 0;
	retry->again(retry->user);
	return G_SOURCE_REMOVE;
}

void work_retry_later(UiWork *w, struct work_retry *retry)
{
	work_retry_hold(retry);
	retry->timer = g_timeout_add(work_retry_ms(w, retry->n_failures++), retry_due, retry);
}

void work_retry_hold(struct work_retry *retry)
{
	if (retry->timer)
		g_source_remove(retry->timer);
	retry->timer = 0;
}

void work_retry_stop(struct work_retry *retry)
{
	work_retry_hold(retry);
	retry->n_failures = 0;
}

/* ---- what the expert does ---- */

static void act_answered(void *user, int status, const json_t *body, GBytes *bytes)
{
	UiWork *w = ((struct work_asked *)user)->work;

	work_is_good(w, status, body);
	work_set_busy(w, false);
	work_refresh(w);
}

static void act(UiWork *w, const char *what, const json_t *body)
{
	g_autofree char *path = g_strdup_printf("/sessions/%s/%s", w->facts.session, what);

	if (w->facts.busy)
		return;
	if (work_send("POST", path, -1, body, act_answered, work_asked_new(w, "")))
		work_set_busy(w, true);
}

void ui_work_promise(UiWork *w)
{
	json_auto_t *body = json_pack("{s:b}", "conflict", 0);

	act(w, "promise", body);
}

void ui_work_recuse(UiWork *w, const char *const *grounds)
{
	json_t *list = json_array();
	json_auto_t *body = json_pack("{s:o}", "grounds", list);

	for (; *grounds; grounds++)
		json_array_append_new(list, json_string(*grounds));
	act(w, "recuse", body);
}

void ui_work_ask_back(UiWork *w, unsigned step, const char *code, const char *reason)
{
	json_auto_t *body = NULL;

	if (step >= w->steps_back->len)
		return;
	body = json_pack("{s:s, s:s, s:s}", "to", g_ptr_array_index(w->steps_back, step), "code",
		code, "reason", reason);
	act(w, "rollback", body);
}

void ui_work_ask_time(UiWork *w)
{
	act(w, "time-votes", NULL);
}

void ui_work_vote(UiWork *w, int member_no)
{
	json_auto_t *body = json_pack("{s:i}", "member_no", member_no);

	act(w, "leader-votes", body);
}

/* ---- facts ---- */

const struct work_facts *ui_work_facts(UiWork *w)
{
	return &w->facts;
}

const GPtrArray *ui_work_bidders(UiWork *w)
{
	return w->bidders;
}

const GPtrArray *ui_work_steps_back(UiWork *w)
{
	return w->steps_back;
}

unsigned ui_work_n_candidates(UiWork *w)
{
	return w->candidates->len;
}

struct work_candidate ui_work_candidate(UiWork *w, unsigned i)
{
	return g_array_index(w->candidates, struct work_candidate, i);
}

unsigned ui_work_n_lots(UiWork *w)
{
	return w->lots->len;
}

struct work_lot ui_work_lot(UiWork *w, unsigned i)
{
	return g_array_index(w->lots, struct work_lot, i);
}

/* ---- from the client ---- */

/* Who mutes, speaks or leaves the room changes nothing of the work; all other events may, and so
 * may a line that is back. */
static bool tells_of_work(const char *name, const char *kind)
{
	if (strcmp(name, "room_event") == 0)
		return !g_str_has_prefix(kind, "room.");
	return strcmp(name, "joined") == 0 || strcmp(name, "rights") == 0;
}

/* Other bids or lots, or papers that are open now. */
static bool tells_of_papers(const char *name, const char *kind)
{
	static const char *const of_papers[] = {"member.recused", "member.replaced",
		"review.counted", "review.reopened", "sheet.reopened", NULL};

	return strcmp(name, "room_event") == 0 &&
	       (g_str_has_prefix(kind, "bid.") || g_str_has_prefix(kind, "lot.") ||
		       g_strv_contains(of_papers, kind));
}

void ui_work_notice(UiWork *w, const char *name, const json_t *fields, const json_t *state)
{
	const char *kind = json_text(fields, "kind");

	g_strlcpy(w->facts.session, json_text(state, "session"), sizeof(w->facts.session));
	if (tells_of_papers(name, kind))
		work_papers_renew(w);
	if (tells_of_work(name, kind))
		work_refresh(w);
	if (strcmp(name, "room_event") == 0)
		work_questions_notice(w, kind);
}

void ui_work_clear(UiWork *w)
{
	work_papers_forget(w);
	work_report_forget(w);
	work_questions_forget(w);
	work_session_forget(w);
	g_signal_emit(w, work_signals[WORK_CHANGED], 0);
}

/* ---- making and ending ---- */

static void ui_work_finalize(GObject *object)
{
	UiWork *w = UI_WORK(object);

	work_report_forget(w);
	work_questions_forget(w);
	work_session_forget(w);
	g_hash_table_unref(w->papers);
	g_hash_table_unref(w->openings);
	g_ptr_array_unref(w->bidders);
	g_ptr_array_unref(w->steps_back);
	g_array_unref(w->candidates);
	g_array_unref(w->lots);
	G_OBJECT_CLASS(ui_work_parent_class)->finalize(object);
}

static void ui_work_class_init(UiWorkClass *class)
{
	GType type = G_TYPE_FROM_CLASS(class);

	G_OBJECT_CLASS(class)->finalize = ui_work_finalize;
	work_signals[WORK_CHANGED] = g_signal_new(
		"changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
	work_signals[WORK_PAPER] = g_signal_new("paper", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
		NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
	work_signals[WORK_QUESTIONS] = g_signal_new(
		"questions", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
	work_signals[WORK_REPORT] = g_signal_new(
		"report", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
	work_signals[WORK_REFUSED] = g_signal_new("refused", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
		NULL, G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING);
}

static void ui_work_init(UiWork *w)
{
	w->papers = work_papers_new();
	work_session_init(w);
	work_report_init(w);
}

UiWork *ui_work_new(const struct ui_work_out *out)
{
	UiWork *w = g_object_new(UI_TYPE_WORK, NULL);

	w->out = *out;
	return w;
}
