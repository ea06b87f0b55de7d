/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Supervision: the wall of running sessions, the patrol log (巡查日志) of one with the rounds that
 * are due or were missed, and the warnings (监督提示) with what became of them.
 */
#include "server/api/views.h"

#include <string.h>

#include "server/act/supervision_act.h"
#include "server/eval/patrol.h"
#include "server/store/account_store.h"
#include "server/store/event_store.h"
#include "server/store/replay_store.h"
#include "server/store/seat_store.h"
#include "server/store/session_store.h"

#define SESSIONS_MAX 1000

static int out_author(struct act *a, const struct event *e, json_t *row)
{
	ACCOUNT_AUTO struct account *author = NULL;
	int r = account_store_get(a->txn, e->actor, &author);

	if (author)
		out_text(row, "author", author->name);
	return r == STORE_E_NONE ? 0 : r;
}

/* The rounds of a session by the times of its entries. */
static void rounds_of(
	struct act *a, const struct eval_session *s, const GPtrArray *events, GArray *ret)
{
	g_autoptr(GArray) looked = g_array_new(FALSE, FALSE, sizeof(int64_t));

	for (guint i = 0; i < events->len; i++) {
		const struct event *e = g_ptr_array_index(events, i);
		/* Legal time, as the session's own. */
		if (strcmp(e->kind->name, "patrol.logged") == 0)
			g_array_append_val(looked, e->legal_us);
	}
	if (s->started_us)
		patrol_rounds(s->started_us, s->closed_us ? s->closed_us : a->legal_us,
			s->closed_us != 0, a->env->patrol_interval_us,
			(const int64_t *)(void *)looked->data, looked->len, ret);
}

static json_t *round_row(const struct patrol_round *r)
{
	json_t *row = json_object();

	out_time(row, "from", r->from_us);
	out_time(row, "to", r->to_us);
	out_time(row, "done_at", r->done_us);
	out_text(row, "state", patrol_state_name(r->state));
	return row;
}

static json_t *warning_row(struct act *a, const GPtrArray *events, const struct event *issued)
{
	json_t *row = json_pack("{s:s, s:s}", "warning_id", issued->event_id, "text",
		in_text(issued->body, "text"));

	out_time(row, "at", issued->real_us);
	for (guint i = 0; i < events->len; i++) {
		const struct event *e = g_ptr_array_index(events, i);
		const char *about = in_text(e->body, "warning");

		if (!about || strcmp(about, issued->event_id) != 0)
			continue;
		json_t *what = json_object();
		out_time(what, "at", e->real_us);
		if (strcmp(e->kind->name, "warning.answered") == 0) {
			out_text(what, "text", in_text(e->body, "text"));
			json_object_set_new(row, "answer", what);
		} else {
			out_text(what, "key", in_text(e->body, "key"));
			json_object_set_new(row, "closed", what);
		}
	}
	return row;
}

static int out_warnings(struct act *a, const GPtrArray *events, json_t *out)
{
	json_t *list = json_array();
	int r = 0;

	json_object_set_new(out, "warnings", list);
	for (guint i = 0; !r && i < events->len; i++) {
		const struct event *e = g_ptr_array_index(events, i);

		if (strcmp(e->kind->name, "warning.issued") != 0)
			continue;
		json_t *row = warning_row(a, events, e);
		json_array_append_new(list, row);
		r = out_author(a, e, row);
	}
	return r;
}

static const struct field session_fields[] = {
	{"session_id", FIELD_ID, true},
	{NULL},
};

/* For those who must answer them. */
static int run_warnings(struct act *a, const json_t *in, json_t *out)
{
	g_autoptr(GPtrArray) events = NULL;
	int r = supervision_events(a, in_text(in, "session_id"), NULL, &events);

	return r ? r : out_warnings(a, events, out);
}

const struct act_kind warning_list_view = {
	.name = "warning.list", .fields = session_fields, .run = run_warnings, .flags = ACT_READ};

static int out_entry(struct act *a, const struct event *e, json_t *list)
{
	json_t *row =
		json_pack("{s:I, s:s}", "no", (json_int_t)e->subject_no, "kind", e->kind->name);

	json_array_append_new(list, row);
	out_time(row, "at", e->real_us);
	if (in_text(e->body, "text"))
		out_text(row, "text", in_text(e->body, "text"));
	if (in_text(e->body, "seat_name"))
		out_text(row, "seat_name", in_text(e->body, "seat_name"));
	if (in_has(e->body, "finding"))
		json_object_set(row, "finding", json_object_get(e->body, "finding"));
	return out_author(a, e, row);
}

static int run_log(struct act *a, const json_t *in, json_t *out)
{
	const char *session_id = in_text(in, "session_id");
	g_autoptr(GArray) rounds = g_array_new(FALSE, FALSE, sizeof(struct patrol_round));
	EVAL_SESSION_AUTO struct eval_session *s = NULL;
	g_autoptr(GPtrArray) events = NULL;
	json_t *entries = json_array(), *list = json_array();
	int r = act_found(a, session_store_get(a->txn, session_id, &s), "session_id");

	json_object_set_new(out, "entries", entries);
	json_object_set_new(out, "rounds", list);
	if (!r)
		r = supervision_events(a, session_id, NULL, &events);
	for (guint i = 0; !r && i < events->len; i++)
		r = out_entry(a, g_ptr_array_index(events, i), entries);
	if (r)
		return r;
	out_int(out, "interval_s", a->env->patrol_interval_us / CLOCK_SECOND_US);
	rounds_of(a, s, events, rounds);
	for (guint i = 0; i < rounds->len; i++)
		json_array_append_new(
			list, round_row(&g_array_index(rounds, struct patrol_round, i)));
	return out_warnings(a, events, out);
}

const struct act_kind patrol_list_view = {
	.name = "patrol.list", .fields = session_fields, .run = run_log, .flags = ACT_READ};

static int count_seats(struct act *a, const char *session_id, json_t *row)
{
	g_autoptr(GPtrArray) seats = NULL;
	int n = 0, r = seat_store_of_session(a->txn, session_id, &seats);

	for (guint i = 0; !r && i < seats->len; i++) {
		const struct seat_row *seat = g_ptr_array_index(seats, i);
		n += seat->has_device && !seat->removed && !seat->left;
	}
	if (!r)
		out_int(row, "seats", n);
	return r;
}

static bool is_of_lot(const struct event *e, const char *kind, const char *lot)
{
	return strcmp(e->kind->name, kind) == 0 && strcmp(in_text(e->body, "lot"), lot) == 0;
}

/* Whether the lot was ranked anew behind this event: then that says what is odd about it now. */
static bool is_ranked_since(const GPtrArray *events, const struct event *found)
{
	for (guint i = 0; i < events->len; i++) {
		const struct event *e = g_ptr_array_index(events, i);

		if (e->subject_no > found->subject_no &&
			is_of_lot(e, "lot.ranked", in_text(found->body, "lot")))
			return true;
	}
	return false;
}

/* What is odd about scores and prices of the lots as they are ranked now. */
static int count_score_findings(struct act *a, const struct eval_session *s, int64_t *ret)
{
	g_autofree char *subject = g_strdup_printf("session:%s", s->session_id);
	g_autoptr(GPtrArray) found = NULL, ranked = NULL;
	int r;

	*ret = 0;
	/* What was ranked before a step back (回退) is void. */
	if (s->step < FLOW_SUMMARY)
		return 0;
	r = event_store_all_of_subject(a->txn, subject, "lot.findings", &found);
	if (!r)
		r = event_store_all_of_subject(a->txn, subject, "lot.ranked", &ranked);
	for (guint i = 0; !r && i < found->len; i++) {
		const struct event *e = g_ptr_array_index(found, i);

		if (!is_ranked_since(ranked, e))
			*ret += in_int(e->body, "count", 0);
	}
	return r;
}

static bool is_finding(const struct event *e)
{
	return strcmp(e->kind->name, "patrol.logged") == 0 && in_bool(e->body, "finding", false);
}

static int wall_row(struct act *a, const struct eval_session *s, json_t *items)
{
	g_autoptr(GArray) rounds = g_array_new(FALSE, FALSE, sizeof(struct patrol_round));
	g_autoptr(GPtrArray) events = NULL;
	struct replay_session room = {0};
	json_t *row = json_pack("{s:s, s:s, s:s}", "session_id", s->session_id, "title", s->title,
		"step", flow_step_name(s->step));
	int open = 0, missed = 0, findings = 0;
	int64_t score_findings = 0;

	json_array_append_new(items, row);
	out_time(row, "started_at", s->started_us);
	int r = replay_store_session(a->txn, s->session_id, a->real_us, &room);
	if (r)
		return r;
	json_object_set_new(row, "live", json_boolean(replay_session_is_live(&room)));
	replay_session_clear(&room);
	r = count_seats(a, s->session_id, row);
	if (!r)
		r = supervision_events(a, s->session_id, NULL, &events);
	if (!r)
		r = count_score_findings(a, s, &score_findings);
	if (r)
		return r;
	for (guint i = 0; i < events->len; i++) {
		const struct event *e = g_ptr_array_index(events, i);
		open += (strcmp(e->kind->name, "warning.issued") == 0) -
			(strcmp(e->kind->name, "warning.closed") == 0);
		findings += is_finding(e);
	}
	rounds_of(a, s, events, rounds);
	for (guint i = 0; i < rounds->len; i++)
		missed += g_array_index(rounds, struct patrol_round, i).state == PATROL_MISSED;
	if (rounds->len)
		json_object_set_new(row, "round",
			round_row(&g_array_index(rounds, struct patrol_round, rounds->len - 1)));
	out_int(row, "rounds_missed", missed);
	out_int(row, "warnings_open", open);
	out_int(row, "patrol_findings", findings);
	out_int(row, "score_findings", score_findings);
	return 0;
}

static const struct field no_fields[] = {{NULL}};

static int run_wall(struct act *a, const json_t *in, json_t *out)
{
	g_autoptr(GPtrArray) sessions = NULL;
	json_t *items = json_array();
	int r = session_store_list(a->txn, "", SESSIONS_MAX, &sessions);

	json_object_set_new(out, "items", items);
	for (guint i = 0; !r && i < sessions->len; i++) {
		const struct eval_session *s = g_ptr_array_index(sessions, i);
		if (supervision_is_running(s))
			r = wall_row(a, s, items);
	}
	return r;
}

const struct act_kind supervision_wall_view = {
	.name = "supervision.wall", .fields = no_fields, .run = run_wall, .flags = ACT_READ};
