/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the session says becomes facts of the work: which task it is, who may lead, which lots are
 * judged, and who bids. */
#include <string.h>

#include "room-client/ui/work_inner.h"

/* ---- the task ---- */

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

static bool member_is(const json_t *member, const char *state)
{
	return strcmp(json_text(member, "state"), state) == 0;
}

static bool has_leader(const json_t *session)
{
	size_t i;
	json_t *member;

	json_array_foreach (json_object_get(session, "members"), i, member) {
		if (json_is_true(json_object_get(member, "leader")))
			return true;
	}
	return false;
}

static bool me_is(const json_t *session, const char *field)
{
	return json_is_true(json_object_get(json_object_get(session, "me"), field));
}

static bool is_held(const json_t *session)
{
	const char *hold = json_text(session, "hold");

	return *hold && strcmp(hold, "running") != 0;
}

static enum work_task task_of_step(const char *step)
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
		{"dissolved", WORK_OVER},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(tasks); i++) {
		if (strcmp(step, tasks[i].step) == 0)
			return tasks[i].task;
	}
	return WORK_WAIT;
}

/* Who comes in place of a member that left promises first, while the others judge already; and a
 * leader who left is voted for anew. */
static enum work_task what_is_first(const json_t *session, const json_t *me, enum work_task task)
{
	bool judging = task == WORK_LEADER || task == WORK_REVIEW || task == WORK_SCORE;
	bool votes = json_object_get(session, "leader") && !has_leader(session);

	if (!judging)
		return task;
	if (member_is(me, "arrived"))
		return WORK_PROMISE;
	if (votes && !me_is(session, "voted"))
		return WORK_LEADER;
	/* He came after the vote. */
	return task == WORK_LEADER && !me_is(session, "voted") ? WORK_WAIT : task;
}

static enum work_task task_of(const json_t *session, const json_t *me)
{
	if (!me)
		return WORK_NONE;
	if (member_is(me, "recused") || member_is(me, "replaced"))
		return WORK_OUT;
	if (is_held(session))
		return WORK_HELD;
	return what_is_first(session, me, task_of_step(json_text(session, "step")));
}

static bool all_submitted(UiWork *w)
{
	for (guint i = 0; i < w->lots->len; i++) {
		if (!g_array_index(w->lots, struct work_lot, i).submitted)
			return false;
	}
	return true;
}

static bool is_done(UiWork *w)
{
	switch (w->facts.task) {
	case WORK_PROMISE:
		return me_is(w->session, "promised");
	case WORK_LEADER:
		return me_is(w->session, "voted");
	case WORK_SCORE:
		return all_submitted(w);
	case WORK_SIGN:
		return me_is(w->session, "signed");
	default:
		return false;
	}
}

/* In a pause the turn stays, and with it what was filled in. */
static void turn_take(UiWork *w)
{
	const struct work_facts *f = &w->facts;
	g_autofree char *key = g_strdup_printf("%s %s %d %d", f->session, f->step, (int)f->task,
		f->task == WORK_LEADER ? f->round : 0);

	if (f->task == WORK_HELD || g_strcmp0(key, w->turn_key) == 0)
		return;
	g_free(w->turn_key);
	w->turn_key = g_steal_pointer(&key);
	w->facts.turn = f->task == WORK_NONE ? 0 : ++w->last_turn;
}

/* ---- lots and candidates ---- */

static bool sheet_given(const json_t *me, const char *lot)
{
	size_t i;
	json_t *sheet;

	json_array_foreach (json_object_get(me, "sheets"), i, sheet) {
		if (strcmp(json_text(sheet, "lot_id"), lot) == 0)
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
			.lot = json_text(lot, "lot_id"),
			.name = json_text(lot, "name"),
			.no = (int)json_integer_value(json_object_get(lot, "no")),
			/* Who came after it was ranked has no part in it. */
			.submitted = sheet_given(me, json_text(lot, "lot_id")) ||
				     strcmp(json_text(lot, "state"), "ranked") == 0,
		};

		/* Its name goes into paths. */
		if (ident_is_valid(row.lot, strlen(row.lot)) &&
			strcmp(json_text(lot, "state"), "failed") != 0)
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
		const char *name = json_text(member, "name");
		const struct work_candidate c = {
			(int)no, *name ? name : json_text(member, "alias")};

		if (member_is(member, "promised") && may_lead(allowed, no))
			g_array_append_val(w->candidates, c);
	}
	w->facts.round = (int)json_integer_value(json_object_get(leader, "round"));
	w->facts.votes = (int)json_integer_value(json_object_get(leader, "votes"));
	w->facts.of = (int)json_integer_value(json_object_get(leader, "of"));
}

/* From the election to the scoring. */
static bool may_ask_time(UiWork *w)
{
	const json_t *time = json_object_get(w->session, "time");
	bool in_time = w->facts.task == WORK_LEADER || w->facts.task == WORK_REVIEW ||
		       w->facts.task == WORK_SCORE;

	return in_time && time && !json_is_true(json_object_get(time, "voted"));
}

/* From the election of the leader on, who alone of the members asks. */
static void take_steps_back(UiWork *w, const json_t *me)
{
	bool begun = false;
	size_t i;
	json_t *step;

	g_ptr_array_set_size(w->steps_back, 0);
	if (!json_is_true(json_object_get(me, "leader")) || w->facts.task == WORK_HELD ||
		w->facts.task == WORK_OVER)
		return;
	json_array_foreach (json_object_get(w->session, "steps"), i, step) {
		const char *name = json_string_value(step);

		begun = begun || g_strcmp0(name, "leader") == 0;
		if (g_strcmp0(name, w->facts.step) == 0)
			return;
		if (begun && name)
			g_ptr_array_add(w->steps_back, (gpointer)name);
	}
	g_ptr_array_set_size(w->steps_back, 0);
}

static const json_t *lot_of(UiWork *w, const char *id)
{
	size_t i;
	json_t *lot;

	json_array_foreach (json_object_get(w->session, "lots"), i, lot) {
		if (strcmp(json_text(lot, "lot_id"), id) == 0)
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
		if (qualifies != (strcmp(json_text(review, "stage"), "qualification") == 0))
			continue;
		stage = json_text(review, "stage");
		if (!json_is_true(json_object_get(review, "counted")))
			break;
	}
	ret_paper[0] = '\0';
	if (ident_is_valid(stage, strlen(stage)))
		g_snprintf(ret_paper, WORK_PAPER_SIZE, "%s/%s", lot, stage);
}

/* ---- who bids, which an expert must know to declare a conflict ---- */

static void opening_take(UiWork *w, const json_t *opening)
{
	size_t i;
	json_t *bid;

	json_array_foreach (json_object_get(opening, "bids"), i, bid) {
		const char *name = json_text(bid, "bidder_name");

		if (*name && !g_ptr_array_find_with_equal_func(w->bidders, name, g_str_equal, NULL))
			g_ptr_array_add(w->bidders, g_strdup(name));
	}
	g_signal_emit(w, work_signals[WORK_CHANGED], 0);
}

static void opening_answered(void *user, int status, const json_t *body, GBytes *bytes)
{
	const struct work_asked *asked = user;
	UiWork *w = asked->work;

	if (work_session_is_gone(asked))
		return;
	if (status == 200) {
		w->openings_retry.n_failures = 0;
		opening_take(w, body);
		return;
	}
	g_hash_table_remove(w->openings, asked->paper);
	if (work_may_pass(status) && !w->openings_retry.timer)
		work_retry_later(w, &w->openings_retry);
}

static void openings_ask(void *user)
{
	UiWork *w = user;

	if (w->facts.task != WORK_PROMISE || w->openings_retry.timer)
		return;
	for (guint i = 0; i < w->lots->len; i++) {
		const char *lot = g_array_index(w->lots, struct work_lot, i).lot;
		g_autofree char *path = g_strdup_printf("/lots/%s/opening", lot);

		if (g_hash_table_contains(w->openings, lot))
			continue;
		if (work_send("GET", path, -1, NULL, opening_answered, work_asked_new(w, lot)))
			g_hash_table_add(w->openings, g_strdup(lot));
	}
}

/* ---- the session ---- */

/* The server says how long the promise (承诺书) is still to be read, and decides. */
static int64_t promise_at_us(const json_t *me)
{
	json_int_t wait_s = json_integer_value(json_object_get(me, "promise_wait_s"));

	return g_get_monotonic_time() + CLAMP(wait_s, 0, 3600) * G_USEC_PER_SEC;
}

static void take_session(UiWork *w, const json_t *session)
{
	json_t *before = w->session;
	const json_t *me = json_object_get(session, "me"), *row;
	bool was_held = w->facts.task == WORK_HELD;

	w->session = json_deep_copy(session);
	w->facts.member_no = (int)json_integer_value(json_object_get(me, "member_no"));
	row = me ? my_row(w->session, w->facts.member_no) : NULL;
	w->facts.task = task_of(w->session, row);
	if (strcmp(w->facts.step, json_text(session, "step")) != 0 || w->facts.task == WORK_NONE ||
		w->facts.task == WORK_OUT) {
		work_papers_forget(w);
		work_report_forget(w);
	}
	g_strlcpy(w->facts.step, json_text(session, "step"), sizeof(w->facts.step));
	g_strlcpy(w->facts.alias, json_text(row, "alias"), sizeof(w->facts.alias));
	w->facts.why = json_text(w->session, "hold_reason");
	w->facts.rolling = strcmp(json_text(w->session, "hold"), "rolling") == 0;
	w->facts.promise_at_us = promise_at_us(me);
	take_steps_back(w, row);
	w->facts.may_ask_time = may_ask_time(w);
	take_lots(w, row);
	take_candidates(w);
	w->facts.done = is_done(w);
	turn_take(w);
	json_decref(before);
	g_signal_emit(w, work_signals[WORK_CHANGED], 0);
	if (was_held && w->facts.task != WORK_HELD)
		work_papers_resume(w);
	openings_ask(w);
}

/* The server does not know him as a member any more. Who never was one is told nothing. */
static void take_out(UiWork *w)
{
	if (!w->facts.member_no)
		return;
	work_papers_forget(w);
	work_report_forget(w);
	w->facts.task = WORK_OUT;
	w->facts.done = false;
	turn_take(w);
	g_signal_emit(w, work_signals[WORK_CHANGED], 0);
}

/* A refusal of what nobody asked for by hand is not told: it comes again with the next event. */
static void session_answered(void *user, int status, const json_t *body, GBytes *bytes)
{
	UiWork *w = ((struct work_asked *)user)->work;
	bool came = status == 200 && json_is_object(body);
	bool later = !came && (status == 200 || work_may_pass(status));

	if (work_session_is_gone(user))
		return;
	w->asking = false;
	if (w->ask_again) {
		work_refresh(w);
		return;
	}
	if (later)
		work_retry_later(w, &w->session_retry);
	else
		work_retry_stop(&w->session_retry);
	if (came)
		take_session(w, body);
	else if (status == 403)
		take_out(w);
}

void work_refresh(UiWork *w)
{
	g_autofree char *path = g_strconcat("/sessions/", w->facts.session, NULL);

	w->ask_again = w->asking;
	if (w->asking || !*w->facts.session)
		return;
	work_retry_hold(&w->session_retry);
	w->asking = work_send("GET", path, -1, NULL, session_answered, work_asked_new(w, ""));
}

static void session_again(void *user)
{
	work_refresh(user);
}

void work_session_init(UiWork *w)
{
	w->bidders = g_ptr_array_new_with_free_func(g_free);
	w->steps_back = g_ptr_array_new();
	w->openings = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	w->candidates = g_array_new(FALSE, FALSE, sizeof(struct work_candidate));
	w->lots = g_array_new(FALSE, FALSE, sizeof(struct work_lot));
	w->session_retry = (struct work_retry){session_again, w, 0, 0};
	w->openings_retry = (struct work_retry){openings_ask, w, 0, 0};
}

void work_session_forget(UiWork *w)
{
	work_retry_stop(&w->session_retry);
	work_retry_stop(&w->openings_retry);
	g_array_set_size(w->candidates, 0);
	g_array_set_size(w->lots, 0);
	g_ptr_array_set_size(w->bidders, 0);
	g_ptr_array_set_size(w->steps_back, 0);
	g_hash_table_remove_all(w->openings);
	w->asking = w->ask_again = false;
	w->session_no++;
	memset(&w->facts, 0, sizeof(w->facts));
	g_clear_pointer(&w->turn_key, g_free);
	json_decref(w->session);
	w->session = NULL;
}
