/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/ui/work.h"

#include <string.h>

#include "room-client/ui/work_inner.h"

G_DEFINE_FINAL_TYPE(UiWork, ui_work, G_TYPE_OBJECT)

guint work_signals[N_WORK_SIGNALS];

const char *work_text(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text ? text : "";
}

/* ---- calls ---- */

struct work_asked *work_asked_new(UiWork *w, const char *paper)
{
	struct work_asked *asked = g_new0(struct work_asked, 1);

	asked->work = w;
	g_strlcpy(asked->paper, paper, sizeof(asked->paper));
	return asked;
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

	return out->call(out->user, &call, answered, asked, asked_free);
}

bool work_is_good(UiWork *w, int status, const json_t *body)
{
	const char *code = work_text(body, "code");

	if (status >= 200 && status < 300)
		return true;
	if (status == 0)
		code = "no_answer";
	else if (!*code)
		code = "bad_answer";
	g_signal_emit(w, work_signals[WORK_REFUSED], 0, code, work_text(body, "title"));
	return false;
}

void work_set_busy(UiWork *w, bool busy)
{
	w->facts.busy = busy;
	g_signal_emit(w, work_signals[WORK_CHANGED], 0);
}

/* ---- the session becomes facts ---- */

static const json_t *my_row(const json_t *session, int member_no)
{
	size_t i;
	json_t *member;

	json_array_foreach (json_object_get(session, "members"), i, member) {
		if (json_integer_value(json_object_get(member, "member_no")) == member_no)
			return member;
	}
	return NULL;
}

static bool is_out(const json_t *member)
{
	const char *state = work_text(member, "state");

	return strcmp(state, "recused") == 0 || strcmp(state, "replaced") == 0;
}

static enum work_task task_of(const json_t *session, const json_t *me)
{
	static const struct {
		const char *step;
		enum work_task task;
	} tasks[] = {
		{"promise", WORK_PROMISE},
		{"leader", WORK_LEADER},
		{"qualification", WORK_REVIEW},
		{"preliminary", WORK_REVIEW},
		{"scoring", WORK_SCORE},
		{"signing", WORK_SIGN},
		{"closed", WORK_OVER},
	};
	const char *hold = work_text(session, "hold"), *step = work_text(session, "step");

	if (!me)
		return WORK_NONE;
	if (is_out(me))
		return WORK_OUT;
	if (*hold && strcmp(hold, "running") != 0)
		return WORK_HELD;
	for (size_t i = 0; i < G_N_ELEMENTS(tasks); i++) {
		if (strcmp(step, tasks[i].step) == 0)
			return tasks[i].task;
	}
	return WORK_WAIT;
}

static bool all_submitted(UiWork *w)
{
	for (guint i = 0; i < w->lots->len; i++) {
		if (!g_array_index(w->lots, struct work_lot, i).submitted)
			return false;
	}
	return true;
}

static bool is_done(UiWork *w, const json_t *session)
{
	static const struct {
		enum work_task task;
		const char *field;
	} given[] = {{WORK_PROMISE, "promised"}, {WORK_LEADER, "voted"}, {WORK_SIGN, "signed"}};
	const json_t *me = json_object_get(session, "me");

	if (w->facts.task == WORK_SCORE)
		return all_submitted(w);
	for (size_t i = 0; i < G_N_ELEMENTS(given); i++) {
		if (w->facts.task == given[i].task)
			return json_is_true(json_object_get(me, given[i].field));
	}
	return false;
}

static bool sheet_given(const json_t *me, const char *lot)
{
	size_t i;
	json_t *sheet;

	json_array_foreach (json_object_get(me, "sheets"), i, sheet) {
		if (strcmp(work_text(sheet, "lot_id"), lot) == 0)
			return json_is_true(json_object_get(sheet, "submitted"));
	}
	return false;
}

static void take_lots(UiWork *w, const json_t *me)
{
	size_t i;
	json_t *lot;

	g_array_set_size(w->lots, 0);
	json_array_foreach (json_object_get(w->session, "lots"), i, lot) {
		const struct work_lot row = {
			.lot = work_text(lot, "lot_id"),
			.name = work_text(lot, "name"),
			.no = (int)json_integer_value(json_object_get(lot, "no")),
			.submitted = sheet_given(me, work_text(lot, "lot_id")),
		};

		if (strcmp(work_text(lot, "state"), "failed") != 0)
			g_array_append_val(w->lots, row);
	}
}

static bool may_lead(const json_t *allowed, json_int_t no)
{
	size_t i;
	json_t *one;

	if (json_array_size(allowed) == 0)
		return true;
	json_array_foreach ((json_t *)allowed, i, one) {
		if (json_integer_value(one) == no)
			return true;
	}
	return false;
}

static void take_candidates(UiWork *w)
{
	const json_t *leader = json_object_get(w->session, "leader");
	const json_t *allowed = json_object_get(leader, "candidates");
	size_t i;
	json_t *member;

	g_array_set_size(w->candidates, 0);
	json_array_foreach (json_object_get(w->session, "members"), i, member) {
		json_int_t no = json_integer_value(json_object_get(member, "member_no"));
		const char *name = work_text(member, "name");
		const struct work_candidate c = {
			(int)no, *name ? name : work_text(member, "alias")};

		if (strcmp(work_text(member, "state"), "promised") == 0 && may_lead(allowed, no))
			g_array_append_val(w->candidates, c);
	}
	w->facts.round = (int)json_integer_value(json_object_get(leader, "round"));
	w->facts.votes = (int)json_integer_value(json_object_get(leader, "votes"));
	w->facts.of = (int)json_integer_value(json_object_get(leader, "of"));
}

static void take_session(UiWork *w, const json_t *session)
{
	json_t *before = w->session;
	const json_t *me = json_object_get(session, "me"), *row;

	w->session = json_deep_copy(session);
	w->facts.member_no = (int)json_integer_value(json_object_get(me, "member_no"));
	row = me ? my_row(w->session, w->facts.member_no) : NULL;
	if (strcmp(w->facts.step, work_text(session, "step")) != 0) {
		work_papers_forget(w);
		work_report_forget(w);
	}
	g_strlcpy(w->facts.step, work_text(session, "step"), sizeof(w->facts.step));
	g_strlcpy(w->facts.alias, work_text(row, "alias"), sizeof(w->facts.alias));
	w->facts.why = work_text(w->session, "hold_reason");
	w->facts.task = task_of(w->session, row);
	take_lots(w, row);
	take_candidates(w);
	w->facts.done = is_done(w, w->session);
	json_decref(before);
	g_signal_emit(w, work_signals[WORK_CHANGED], 0);
}

static void bidders_ask(UiWork *w);

/* A refusal of what nobody asked for by hand is not told: it comes again with the next event. */
static void session_answered(void *user, int status, const json_t *body, GBytes *bytes)
{
	UiWork *w = ((struct work_asked *)user)->work;

	w->asking = false;
	if (w->ask_again)
		work_refresh(w);
	else if (status == 200)
		take_session(w, body);
	if (w->facts.task == WORK_PROMISE)
		bidders_ask(w);
}

void work_refresh(UiWork *w)
{
	g_autofree char *path = g_strconcat("/sessions/", w->facts.session, NULL);

	w->ask_again = w->asking;
	if (w->asking || !*w->facts.session)
		return;
	w->asking = work_send("GET", path, -1, NULL, session_answered, work_asked_new(w, ""));
}

/* ---- who bids, which an expert must know to declare a conflict ---- */

static void opening_answered(void *user, int status, const json_t *body, GBytes *bytes)
{
	UiWork *w = ((struct work_asked *)user)->work;
	size_t i;
	json_t *bid;

	json_array_foreach (json_object_get(body, "bids"), i, bid) {
		const char *name = work_text(bid, "bidder_name");

		if (*name && !g_ptr_array_find_with_equal_func(w->bidders, name, g_str_equal, NULL))
			g_ptr_array_add(w->bidders, g_strdup(name));
	}
	g_signal_emit(w, work_signals[WORK_CHANGED], 0);
}

static void bidders_ask(UiWork *w)
{
	if (w->bidders_asked)
		return;
	w->bidders_asked = true;
	for (guint i = 0; i < w->lots->len; i++) {
		const struct work_lot *lot = &g_array_index(w->lots, struct work_lot, i);
		g_autofree char *path = g_strdup_printf("/lots/%s/opening", lot->lot);

		work_send("GET", path, -1, NULL, opening_answered, work_asked_new(w, ""));
	}
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

unsigned ui_work_n_candidates(UiWork *w)
{
	return w->candidates->len;
}

struct work_candidate ui_work_candidate(UiWork *w, unsigned i)
{
	return g_array_index(w->candidates, struct work_candidate, i);
}

static const json_t *lot_of(UiWork *w, const char *id)
{
	size_t i;
	json_t *lot;

	json_array_foreach (json_object_get(w->session, "lots"), i, lot) {
		if (strcmp(work_text(lot, "lot_id"), id) == 0)
			return lot;
	}
	return NULL;
}

void ui_work_ballot_of(UiWork *w, const char *lot, char ret_paper[WORK_PAPER_SIZE])
{
	bool qualifies = strcmp(w->facts.step, "qualification") == 0;
	const char *stage = "";
	size_t i;
	json_t *review;

	json_array_foreach (json_object_get(lot_of(w, lot), "reviews"), i, review) {
		if (qualifies != (strcmp(work_text(review, "stage"), "qualification") == 0))
			continue;
		stage = work_text(review, "stage");
		if (!json_is_true(json_object_get(review, "counted")))
			break;
	}
	ret_paper[0] = '\0';
	if (*stage)
		g_snprintf(ret_paper, WORK_PAPER_SIZE, "%s/%s", lot, stage);
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
static bool tells_of_work(const char *name, const json_t *fields)
{
	if (strcmp(name, "room_event") == 0)
		return !g_str_has_prefix(work_text(fields, "kind"), "room.");
	return strcmp(name, "joined") == 0 || strcmp(name, "rights") == 0;
}

void ui_work_notice(UiWork *w, const char *name, const json_t *fields, const json_t *state)
{
	g_strlcpy(w->facts.session, work_text(state, "session"), sizeof(w->facts.session));
	if (tells_of_work(name, fields))
		work_refresh(w);
}

void ui_work_clear(UiWork *w)
{
	work_papers_forget(w);
	work_report_forget(w);
	g_array_set_size(w->candidates, 0);
	g_array_set_size(w->lots, 0);
	g_ptr_array_set_size(w->bidders, 0);
	w->bidders_asked = w->asking = w->ask_again = false;
	memset(&w->facts, 0, sizeof(w->facts));
	json_decref(w->session);
	w->session = NULL;
	g_signal_emit(w, work_signals[WORK_CHANGED], 0);
}

/* ---- making and ending ---- */

static void ui_work_finalize(GObject *object)
{
	UiWork *w = UI_WORK(object);

	work_report_forget(w);
	g_hash_table_unref(w->papers);
	g_ptr_array_unref(w->bidders);
	g_array_unref(w->candidates);
	g_array_unref(w->lots);
	json_decref(w->session);
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
	work_signals[WORK_REPORT] = g_signal_new(
		"report", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
	work_signals[WORK_REFUSED] = g_signal_new("refused", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
		NULL, G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING);
}

static void ui_work_init(UiWork *w)
{
	w->bidders = g_ptr_array_new_with_free_func(g_free);
	w->candidates = g_array_new(FALSE, FALSE, sizeof(struct work_candidate));
	w->lots = g_array_new(FALSE, FALSE, sizeof(struct work_lot));
	w->papers = work_papers_new();
}

UiWork *ui_work_new(const struct ui_work_out *out)
{
	UiWork *w = g_object_new(UI_TYPE_WORK, NULL);

	w->out = *out;
	return w;
}
