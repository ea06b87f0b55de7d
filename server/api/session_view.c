/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Evaluation sessions as each role may see them. Names are shown from arrival on, to those who lead
 * and watch and to the member himself; others see the alias. Of sheets only the progress is told.
 */
#include "server/api/views.h"

#include <errno.h>
#include <string.h>

#include "server/act/leader_act.h"
#include "server/act/personal_reason.h"
#include "server/act/session_act.h"
#include "server/auth/permission.h"
#include "server/store/bid_store.h"
#include "server/store/member_store.h"
#include "server/store/project_store.h"
#include "server/store/report_store.h"
#include "server/store/review_store.h"
#include "server/store/room_store.h"
#include "server/store/session_store.h"
#include "server/store/sheet_store.h"
#include "server/store/venue_store.h"

#define PAGE 100
/* Who may know the members' names once they have arrived. */
#define MAY_KNOW (ROLE_HOST | ROLE_STAFF | ROLE_SUPERVISOR | ROLE_AUDITOR)
/* Who may look without sitting in the session. */
#define MAY_LOOK (MAY_KNOW | ROLE_VENUE | ROLE_WITNESS)

static void out_summary(json_t *out, const struct eval_session *s)
{
	out_text(out, "session_id", s->session_id);
	out_text(out, "title", s->title);
	out_text(out, "step", flow_step_name(s->step));
	out_text(out, "hold", flow_hold_name(s->hold));
	if (s->hold_reason)
		out_text(out, "hold_reason", s->hold_reason);
	out_text(out, "project_id", s->project_id);
	out_text(out, "project_code", s->project_code);
	out_text(out, "project_name", s->project_name);
	out_time(out, "scheduled_at", s->scheduled_us);
	out_time(out, "started_at", s->started_us);
	out_time(out, "closed_at", s->closed_us);
	out_time(out, "step_ends_at", s->step_ends_us);
	out_text(out, "draw_id", s->draw_id);
}

static const struct field list_fields[] = {
	{"after", FIELD_NAME, false, 0, 64},
	{"limit", FIELD_INT, false, 1, PAGE},
	{NULL},
};

static int run_list(struct act *a, const json_t *in, json_t *out)
{
	const char *after = in_text(in, "after");
	unsigned limit = (unsigned)in_int(in, "limit", PAGE);
	g_autoptr(GPtrArray) sessions = NULL;
	json_t *items = json_array();
	int r = session_store_list(a->txn, after ? after : "", limit, &sessions);

	json_object_set_new(out, "items", items);
	if (r)
		return r;
	for (guint i = 0; i < sessions->len; i++) {
		json_t *row = json_object();
		out_summary(row, g_ptr_array_index(sessions, i));
		json_array_append_new(items, row);
	}
	const struct eval_session *last =
		sessions->len == limit ? g_ptr_array_index(sessions, limit - 1) : NULL;
	out_text(out, "next", last ? last->session_id : NULL);
	return 0;
}

const struct act_kind session_list_view = {
	.name = "session.list", .fields = list_fields, .run = run_list, .flags = ACT_READ};

/* Everything one look at a session needs. */
struct look {
	struct eval_session *session;
	struct room_session room;
	struct member_row *me; /* NULL for who does not sit there */
	GPtrArray *members, *lots, *sheets, *signatures, *refusals;
	GPtrArray *ballots, *counts; /* of the review */
	GPtrArray **rejections;      /* of the lots, by index */
	unsigned stages;
	bool *signed_by; /* by index of members */
	int *n_scores;   /* of a full sheet, by index of lots */
	unsigned n_counting;
};

static void look_clear(struct look *l)
{
	eval_session_free(l->session);
	member_row_free(l->me);
	for (guint i = 0; l->rejections && i < l->lots->len; i++)
		g_clear_pointer(&l->rejections[i], g_ptr_array_unref);
	g_free(l->rejections);
	g_clear_pointer(&l->members, g_ptr_array_unref);
	g_clear_pointer(&l->lots, g_ptr_array_unref);
	g_clear_pointer(&l->sheets, g_ptr_array_unref);
	g_clear_pointer(&l->signatures, g_ptr_array_unref);
	g_clear_pointer(&l->refusals, g_ptr_array_unref);
	g_clear_pointer(&l->ballots, g_ptr_array_unref);
	g_clear_pointer(&l->counts, g_ptr_array_unref);
	g_free(l->signed_by);
	g_free(l->n_scores);
}

static int count_scores(struct act *a, const struct lot *lot, const GPtrArray *rejections, int *ret)
{
	g_autoptr(GPtrArray) bids = NULL;
	int r = session_bids_of(a, lot->lot_id, &bids);
	guint n = r || lot->state == LOT_FAILED ? 0 : bids->len;

	for (guint i = 0; n && i < rejections->len; i++)
		n -= !((const struct rejection *)g_ptr_array_index(rejections, i))->scored;
	if (!r)
		*ret = (int)(n * json_array_size(json_object_get(lot->scheme, "items")));
	return r;
}

static int read_review(struct act *a, const char *session_id, struct look *l)
{
	int r = review_store_ballots(a->txn, session_id, &l->ballots);

	if (!r)
		r = review_store_counts(a->txn, session_id, &l->counts);
	if (!r)
		r = session_stages(a, session_id, &l->stages);
	l->rejections = g_new0(GPtrArray *, l->lots->len + 1);
	for (guint i = 0; !r && i < l->lots->len; i++)
		r = review_store_rejections(a->txn,
			((const struct lot *)g_ptr_array_index(l->lots, i))->lot_id,
			&l->rejections[i]);
	return r;
}

static int look_read(struct act *a, const char *session_id, struct look *l)
{
	int r = act_found(a, session_store_get(a->txn, session_id, &l->session), "session_id");

	if (!r)
		r = session_viewer(a, session_id, MAY_LOOK, &l->me);
	if (!r)
		r = act_found(a, room_store_session(a->txn, session_id, &l->room), "session_id");
	if (r)
		return r;
	r = member_store_of_session(a->txn, session_id, &l->members);
	if (!r)
		r = session_store_lots(a->txn, session_id, &l->lots);
	if (!r)
		r = sheet_store_of_session(a->txn, session_id, &l->sheets);
	if (!r)
		r = report_store_signatures(a->txn, session_id, &l->signatures);
	if (!r)
		r = report_store_refusals(a->txn, session_id, &l->refusals);
	if (r)
		return r < 0 ? r : -ENOENT;
	l->signed_by = g_new0(bool, l->members->len + 1);
	for (guint i = 0; i < l->members->len; i++) {
		const struct member_row *m = g_ptr_array_index(l->members, i);

		l->n_counting += member_counts(m->state);
		l->signed_by[i] = report_has_signed(l->signatures, m->no);
	}
	r = read_review(a, session_id, l);
	l->n_scores = g_new0(int, l->lots->len + 1);
	for (guint i = 0; !r && i < l->lots->len; i++)
		r = count_scores(
			a, g_ptr_array_index(l->lots, i), l->rejections[i], &l->n_scores[i]);
	return r;
}

static const struct sheet_row *sheet_of(const struct look *l, const char *lot_id, int member_no)
{
	for (guint i = 0; i < l->sheets->len; i++) {
		const struct sheet_row *s = g_ptr_array_index(l->sheets, i);
		if (s->member_no == member_no && strcmp(s->lot_id, lot_id) == 0)
			return s;
	}
	return NULL;
}

static const struct report_unsigned *refusal_of(const struct look *l, int member_no)
{
	for (guint i = 0; i < l->refusals->len; i++) {
		const struct report_unsigned *r = g_ptr_array_index(l->refusals, i);

		if (r->member_no == member_no)
			return r;
	}
	return NULL;
}

static json_t *progress(const struct look *l, int member_no)
{
	json_t *list = json_array();

	for (guint i = 0; i < l->lots->len; i++) {
		const struct lot *lot = g_ptr_array_index(l->lots, i);
		const struct sheet_row *s = sheet_of(l, lot->lot_id, member_no);

		json_array_append_new(
			list, json_pack("{s:s, s:i, s:i, s:b}", "lot_id", lot->lot_id, "filled",
				      s ? s->filled : 0, "of", l->n_scores[i], "submitted",
				      s && s->submitted));
	}
	return list;
}

/* Members do not learn from which city the others speak. */
static void out_seat(json_t *row, const struct look *l, const struct member_row *m)
{
	out_text(row, "seat_id", m->seat_id);
	out_text(row, "seat_label", m->seat_label);
	if (!l->me || l->me->no == m->no) {
		out_text(row, "venue_id", m->venue_id);
		out_text(row, "venue_name", m->venue_name);
	}
	json_object_set_new(row, "online", json_boolean(m->online));
	out_time(row, "arrived_at", m->arrived_us);
}

/* With its salt anybody who is told the reason can find its digest in the ledger. */
static void out_reason(
	json_t *row, const char *name, const char *text, const char *salt_name, const uint8_t *salt)
{
	out_text(row, name, text);
	if (salt)
		out_hex(row, salt_name, salt, PERSONAL_SALT_LEN);
}

/*
 * Who will not sign, and why members left: that it is so is for all, the reason is personal, for
 * those who lead and watch and for whom it concerns.
 */
static void out_reasons(struct act *a, const struct look *l, guint i, json_t *row)
{
	const struct member_row *m = g_ptr_array_index(l->members, i);
	bool told = l->me ? l->me->no == m->no : act_has_role(a, MAY_KNOW);
	const struct report_unsigned *refusal = refusal_of(l, m->no);

	if (m->left_reason && told)
		out_reason(row, "left_reason", m->left_reason, "left_salt",
			m->left_salted ? m->left_salt : NULL);
	if (!refusal || l->signed_by[i])
		return;
	json_object_set_new(row, "refused", json_true());
	if (refusal->reason && told)
		out_reason(row, "refused_reason", refusal->reason, "refused_salt",
			refusal->salted ? refusal->salt : NULL);
}

static int out_member(struct act *a, const struct look *l, guint i, json_t *list)
{
	const struct member_row *m = g_ptr_array_index(l->members, i);
	bool known = !l->me ? act_has_role(a, MAY_KNOW) : l->me->no == m->no;
	g_autofree char *alias = member_alias(m->no);
	g_autofree char *name = NULL;
	json_t *row = json_object();

	json_array_append_new(list, row);
	out_int(row, "member_no", m->no);
	out_text(row, "alias", alias);
	out_text(row, "state", member_state_name(m->state));
	json_object_set_new(row, "leader", json_boolean(l->session->leader_no == m->no));
	json_object_set_new(row, "signed", json_boolean(l->signed_by[i]));
	json_object_set_new(row, "sheets", progress(l, m->no));
	out_reasons(a, l, i, row);
	if (!m->account_id[0])
		return 0;
	out_seat(row, l, m);
	int r = known ? member_identity(a, l->session->session_id, m, NULL, &name) : 0;
	if (name)
		out_text(row, "name", name);
	return r;
}

/* A stage of a lot's review: whose ballots are given, and whether it is counted. */
static json_t *review_row(const struct look *l, const char *lot_id, enum review_stage stage)
{
	int submitted = 0;
	bool given = false;

	for (guint i = 0; i < l->ballots->len; i++) {
		const struct review_ballot *b = g_ptr_array_index(l->ballots, i);
		const struct member_row *m = member_row_find(l->members, b->member_no);

		if (!b->submitted || b->stage != stage || strcmp(b->lot_id, lot_id) != 0)
			continue;
		submitted += m && member_counts(m->state);
		given |= l->me && l->me->no == b->member_no;
	}
	json_t *row = json_pack("{s:s, s:i, s:b}", "stage", review_stage_name(stage), "submitted",
		submitted, "counted", review_count_find(l->counts, lot_id, stage) != NULL);
	if (l->me)
		json_object_set_new(row, "given", json_boolean(given));
	return row;
}

static json_t *reviews_of(const struct look *l, const struct lot *lot)
{
	const json_t *items = json_object_get(lot->scheme, "review");
	json_t *list = json_array(), *item;
	enum review_stage last = 0;
	size_t i;

	json_array_foreach ((json_t *)items, i, item) {
		enum review_stage stage = review_stage_from_name(in_text(item, "stage"));

		if (stage != last)
			json_array_append_new(list, review_row(l, lot->lot_id, stage));
		last = stage;
	}
	return list;
}

/* What became of bids is for those who judge, lead or supervise, once there is a judgement. */
static bool may_know_bids(struct act *a, const struct look *l)
{
	return (l->me || act_has_role(a, MAY_KNOW)) &&
	       !flow_may("session.bids", l->session->step, FLOW_RUNNING);
}

/* Why bids are out. */
static int rejected_of(
	struct act *a, const struct lot *lot, const GPtrArray *rejections, json_t *row)
{
	g_autoptr(GPtrArray) bids = NULL;
	json_t *list = json_array();
	int r = session_bids_of(a, lot->lot_id, &bids);

	json_object_set_new(row, "rejected", list);
	for (guint i = 0; !r && i < rejections->len; i++) {
		const struct rejection *rejection = g_ptr_array_index(rejections, i);
		for (guint b = 0; b < bids->len; b++) {
			const struct bid_row *bid = g_ptr_array_index(bids, b);
			if (strcmp(bid->bid_id, rejection->bid_id) == 0)
				json_array_append_new(
					list, json_pack("{s:s, s:s, s:s}", "bid_id", bid->bid_id,
						      "bidder_name", bid->bidder_name, "reason",
						      rejection->reason));
		}
	}
	return r;
}

static int out_lots(struct act *a, const struct look *l, json_t *out)
{
	json_t *list = json_array();
	int r = 0;

	json_object_set_new(out, "lots", list);
	for (guint i = 0; !r && i < l->lots->len; i++) {
		const struct lot *lot = g_ptr_array_index(l->lots, i);
		int submitted = 0;

		for (guint j = 0; j < l->members->len; j++) {
			const struct member_row *m = g_ptr_array_index(l->members, j);
			const struct sheet_row *s = sheet_of(l, lot->lot_id, m->no);
			submitted += member_counts(m->state) && s && s->submitted;
		}
		json_t *row = json_pack("{s:s, s:s, s:i, s:s, s:s, s:o, s:i, s:i, s:b}", "lot_id",
			lot->lot_id, "code", lot->code, "no", (int)lot->no, "name", lot->name,
			"state", lot_state_name(lot->state), "reviews", reviews_of(l, lot),
			"submitted", submitted, "of", (int)l->n_counting, "result_open",
			lot->state == LOT_RANKED &&
				!flow_may("session.result", l->session->step, FLOW_RUNNING));
		json_array_append_new(list, row);
		if (may_know_bids(a, l))
			r = rejected_of(a, lot, l->rejections[i], row);
	}
	return r;
}

static int out_leader(struct act *a, const struct look *l, json_t *out)
{
	LEADER_BALLOT_AUTO struct leader_ballot ballot = {0};
	struct leader_state state;
	json_t *row, *result;
	int r;

	if (l->session->step < FLOW_LEADER)
		return 0;
	r = leader_ballot_read(a, l->session, &ballot);
	if (r)
		return r;
	leader_ballot_count(&ballot, &state);
	row = json_pack("{s:i, s:i, s:i, s:o}", "round", state.round, "votes", (int)state.n_votes,
		"of", (int)l->n_counting, "candidates", leader_numbers(state.candidates));
	result = leader_result(&state);
	if (result)
		json_object_set_new(row, "result", result);
	if (l->me) {
		bool voted = false;

		for (guint i = 0; i < ballot.votes->len; i++) {
			const struct leader_vote *v =
				&g_array_index(ballot.votes, struct leader_vote, i);
			voted |= v->round == state.round && v->voter_no == l->me->no;
		}
		json_object_set_new(json_object_get(out, "me"), "voted", json_boolean(voted));
	}
	json_object_set_new(out, "leader", row);
	leader_state_clear(&state);
	return 0;
}

static void out_me(const struct look *l, json_t *out)
{
	if (!l->me)
		return;
	json_object_set_new(out, "me",
		json_pack("{s:i, s:b, s:b}", "member_no", l->me->no, "promised",
			l->me->state == MEMBER_PROMISED, "signed",
			report_has_signed(l->signatures, l->me->no)));
}

static int out_report(struct act *a, const struct look *l, json_t *out)
{
	REPORT_ROW_AUTO struct report_row *report = NULL;
	int r = report_store_get(a->txn, l->session->session_id, &report);
	int n = 0, n_refused = 0;

	if (r)
		return r < 0 ? r : 0;
	for (guint i = 0; i < l->members->len; i++) {
		const struct member_row *m = g_ptr_array_index(l->members, i);

		if (!member_counts(m->state))
			continue;
		n += l->signed_by[i];
		n_refused += !l->signed_by[i] && refusal_of(l, m->no);
	}
	json_t *row = json_pack("{s:i, s:i, s:i}", "signatures", n, "refusals", n_refused, "of",
		(int)l->n_counting);
	out_hex(row, "sha256", report->pdf_sha256, sizeof(report->pdf_sha256));
	json_object_set_new(out, "report", row);
	return 0;
}

static void out_steps(const struct look *l, json_t *out)
{
	json_t *steps = json_array(), *next = json_array();

	for (enum flow_step s = FLOW_CREATED; s; s = flow_next(s, l->stages))
		json_array_append_new(steps, json_string(flow_step_name(s)));
	if (flow_next(l->session->step, l->stages))
		json_array_append_new(
			next, json_string(flow_step_name(flow_next(l->session->step, l->stages))));
	json_object_set_new(out, "steps", steps);
	json_object_set_new(out, "next_steps", next);
}

static int out_venues(struct act *a, const struct look *l, json_t *out)
{
	g_autoptr(GPtrArray) venues = NULL;
	json_t *list = json_array();
	int r = venue_store_of_session(a->txn, l->session->session_id, &venues);

	for (guint i = 0; !r && i < venues->len; i++)
		json_array_append_new(list, venue_row(g_ptr_array_index(venues, i)));
	json_object_set_new(out, "venues", list);
	return r;
}

static int look_out(struct act *a, const struct look *l, json_t *out)
{
	json_t *members = json_array();
	int r = 0;

	out_summary(out, l->session);
	json_object_set_new(out, "locked", json_boolean(l->room.locked));
	json_object_set_new(out, "masked", json_boolean(l->room.masked));
	out_steps(l, out);
	r = out_lots(a, l, out);
	out_me(l, out);
	json_object_set_new(out, "members", members);
	for (guint i = 0; !r && i < l->members->len; i++)
		r = out_member(a, l, i, members);
	if (!r)
		r = out_leader(a, l, out);
	if (!r)
		r = out_report(a, l, out);
	return r ? r : out_venues(a, l, out);
}

static const struct field get_fields[] = {
	{"session_id", FIELD_ID, true},
	{NULL},
};

static int run_get(struct act *a, const json_t *in, json_t *out)
{
	struct look look = {0};
	int r = look_read(a, in_text(in, "session_id"), &look);

	if (!r)
		r = look_out(a, &look, out);
	look_clear(&look);
	return r;
}

const struct act_kind session_view = {
	.name = "session.get", .fields = get_fields, .run = run_get, .flags = ACT_READ};
