/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/session_act.h"

#include <errno.h>
#include <string.h>

#include "server/act/low_price_act.h"
#include "server/act/question_act.h"
#include "server/auth/permission.h"
#include "server/sign/field_cipher.h"
#include "server/store/bid_store.h"
#include "server/store/draw_store.h"
#include "server/store/expert_store.h"
#include "server/store/member_store.h"
#include "server/store/project_store.h"
#include "server/store/report_store.h"
#include "server/store/review_store.h"
#include "server/store/session_store.h"
#include "server/store/sheet_store.h"
#include "server/store/time_vote_store.h"

int session_rule(struct act *a, const struct eval_session *s, const char *id, const char **ret_rule)
{
	PROJECT_AUTO struct project *project = NULL;
	int r = project_store_get(a->txn, s->project_id, &project);

	if (r)
		return r < 0 ? r : -ENOENT;
	const struct rulebook *book = rulebook_by_version(project->rulebook_version);
	if (!book)
		return -EBADMSG;
	*ret_rule = rulebook_quote(book, id, project->regime);
	return 0;
}

static int refuse_flow(struct act *a, int why, const struct eval_session *s)
{
	const char *rule = NULL;
	int r = why == FLOW_E_TIME_SHORT ? session_rule(a, s, "C09", &rule) : 0;

	if (r)
		return r;
	return refuse_rule(a->refusal, flow_refusal_code(why), rule, NULL,
		"the session is at step %s, %s", flow_step_name(s->step), flow_hold_name(s->hold));
}

int session_for_act(struct act *a, const char *session_id, const char *name, bool lock,
	struct eval_session **ret)
{
	EVAL_SESSION_AUTO struct eval_session *s = NULL;
	int r = act_found(a,
		lock ? session_store_lock(a->txn, session_id, &s)
		     : session_store_get(a->txn, session_id, &s),
		"session_id");

	if (r)
		return r;
	r = flow_may(name, s->step, s->hold);
	if (r)
		return refuse_flow(a, r, s);
	*ret = g_steal_pointer(&s);
	return 0;
}

int session_member(struct act *a, const char *session_id, struct member_row **ret)
{
	MEMBER_ROW_AUTO struct member_row *m = NULL;
	int r;

	if (strcmp(a->actor->session_id, session_id) != 0)
		return act_denied(a, "sign in at a seat of this session first");
	r = member_store_by_account(a->txn, session_id, a->actor->account_id, &m);
	if (r < 0)
		return r;
	if (r || !member_counts(m->state))
		return act_denied(a, "this account does not sit on the panel");
	*ret = g_steal_pointer(&m);
	return 0;
}

int session_promised_member(struct act *a, const char *session_id, struct member_row **ret)
{
	MEMBER_ROW_AUTO struct member_row *m = NULL;
	int r = session_member(a, session_id, &m);

	if (r)
		return r;
	if (m->state != MEMBER_PROMISED)
		return refuse(a->refusal, panel_refusal_code(PANEL_E_STATE), NULL,
			"promise to follow the rules first");
	*ret = g_steal_pointer(&m);
	return 0;
}

int session_promise_wait_s(
	const struct act *a, const struct eval_session *s, const struct member_row *m)
{
	int64_t from_us = MAX(s->started_us, m->arrived_us);
	int64_t left_us = from_us + a->env->promise_read_us - a->legal_us;

	return left_us > 0 ? (int)((left_us + CLOCK_SECOND_US - 1) / CLOCK_SECOND_US) : 0;
}

int session_viewer(struct act *a, const char *session_id, uint32_t roles, struct member_row **ret)
{
	*ret = NULL;
	if (act_has_role(a, roles) && !a->actor->session_id[0])
		return 0;
	return session_member(a, session_id, ret);
}

int session_secret_viewer(struct act *a, const char *session_id, struct member_row **ret)
{
	EVAL_SESSION_AUTO struct eval_session *s = NULL;
	int r = session_viewer(
		a, session_id, ROLE_HOST | ROLE_STAFF | ROLE_SUPERVISOR | ROLE_AUDITOR, ret);

	if (r || *ret || act_has_role(a, ROLE_HOST | ROLE_SUPERVISOR))
		return r;
	r = act_found(a, session_store_get(a->txn, session_id, &s), "session_id");
	if (!r && s->step != FLOW_CLOSED)
		return act_denied(a, "the evaluation is secret until its report is signed");
	return r;
}

/* Signed or refused to: who did both, one after the other, has done with the report once. */
static bool is_signed_off(const GPtrArray *signatures, const GPtrArray *refusals, int member_no)
{
	if (report_has_signed(signatures, member_no))
		return true;
	for (guint i = 0; i < refusals->len; i++)
		if (((const struct report_unsigned *)g_ptr_array_index(refusals, i))->member_no ==
			member_no)
			return true;
	return false;
}

static bool has_submitted(const GPtrArray *sheets, const char *lot_id, int member_no)
{
	for (guint i = 0; i < sheets->len; i++) {
		const struct sheet_row *s = g_ptr_array_index(sheets, i);

		if (s->member_no == member_no && s->submitted && strcmp(s->lot_id, lot_id) == 0)
			return true;
	}
	return false;
}

/* Sheets of a lot that failed are waited for by nobody. */
static unsigned count_sheets(const GPtrArray *lots, const GPtrArray *sheets, int member_no)
{
	unsigned n = 0;

	for (guint i = 0; i < lots->len; i++) {
		const struct lot *lot = g_ptr_array_index(lots, i);

		n += lot->state != LOT_FAILED && has_submitted(sheets, lot->lot_id, member_no);
	}
	return n;
}

/* Of members who count. */
static int count_time_votes(
	struct act *a, const char *session_id, const GPtrArray *members, struct flow_counts *c)
{
	g_autoptr(GArray) votes = NULL;
	int r = time_vote_store_standing(a->txn, session_id, &votes);

	for (guint i = 0; !r && i < votes->len; i++) {
		const struct member_row *m = member_row_find(members, g_array_index(votes, int, i));
		c->time_votes += m && member_counts(m->state);
	}
	return r;
}

static int count_members(
	struct act *a, const struct eval_session *s, const GPtrArray *lots, struct flow_counts *c)
{
	g_autoptr(GPtrArray) members = NULL;
	g_autoptr(GPtrArray) sheets = NULL;
	g_autoptr(GPtrArray) signatures = NULL;
	g_autoptr(GPtrArray) refusals = NULL;
	int r = member_store_of_session(a->txn, s->session_id, &members);

	if (!r)
		r = sheet_store_of_session(a->txn, s->session_id, &sheets);
	if (!r)
		r = report_store_signatures(a->txn, s->session_id, &signatures);
	if (!r)
		r = report_store_refusals(a->txn, s->session_id, &refusals);
	if (r)
		return r;
	for (guint i = 0; i < members->len; i++) {
		const struct member_row *m = g_ptr_array_index(members, i);

		if (!member_counts(m->state))
			continue;
		c->members++;
		c->arrived += m->state >= MEMBER_ARRIVED;
		c->promised += m->state == MEMBER_PROMISED;
		c->sheets_submitted += count_sheets(lots, sheets, m->no);
		c->signed_off += is_signed_off(signatures, refusals, m->no);
	}
	return count_time_votes(a, s->session_id, members, c);
}

static unsigned stages_of(const struct lot *lot)
{
	const json_t *items = json_object_get(lot->scheme, "review");
	unsigned stages = 0;
	json_t *item;
	size_t i;

	json_array_foreach ((json_t *)items, i, item) {
		enum review_stage stage =
			review_stage_from_name(json_string_value(json_object_get(item, "stage")));

		if (stage)
			stages |= FLOW_BIT(flow_step_of_stage(stage));
	}
	return stages;
}

int session_stages(struct act *a, const char *session_id, unsigned *ret)
{
	g_autoptr(GPtrArray) lots = NULL;
	int r = session_store_lots(a->txn, session_id, &lots);

	*ret = 0;
	for (guint i = 0; !r && i < lots->len; i++)
		*ret |= stages_of(g_ptr_array_index(lots, i));
	return r;
}

/* A stage that was not counted leaves all of its lot's bids open. */
static int count_review(
	struct act *a, const struct lot *lot, const GPtrArray *counts, struct flow_counts *c)
{
	g_autoptr(GPtrArray) bids = NULL, items = NULL;
	int r = session_bids_of(a, lot->lot_id, &bids);

	if (!r && !review_items_read(json_object_get(lot->scheme, "review"), &items))
		r = -EBADMSG;
	for (guint i = 0; !r && i < items->len; i++) {
		const struct review_item *item = g_ptr_array_index(items, i);

		if (review_count_find(counts, lot->lot_id, item->stage))
			continue;
		if (item->stage == REVIEW_QUALIFICATION)
			c->bids_open_qualification += bids->len;
		else
			c->bids_open_preliminary += bids->len;
	}
	return r;
}

static int count_lots(
	struct act *a, const struct eval_session *s, const GPtrArray *lots, struct flow_counts *c)
{
	g_autoptr(GPtrArray) counts = NULL;
	int r = review_store_counts(a->txn, s->session_id, &counts);

	for (guint i = 0; !r && i < lots->len; i++) {
		const struct lot *lot = g_ptr_array_index(lots, i);

		if (lot->state == LOT_FAILED)
			continue;
		r = count_review(a, lot, counts, c);
		c->lots++;
		c->lots_opened += lot->state == LOT_OPENED || lot->state == LOT_RANKED;
		c->lots_ranked += lot->state == LOT_RANKED;
	}
	return r;
}

int session_count(struct act *a, const struct eval_session *s, struct flow_counts *ret)
{
	struct flow_counts c = {
		.has_leader = s->leader_no != 0, .venues_open = s->venues_open};
	DRAW_ROW_AUTO struct draw_row *draw = NULL;
	REPORT_ROW_AUTO struct report_row *report = NULL;
	g_autoptr(GPtrArray) lots = NULL;
	int r = draw_store_by_session(a->txn, s->session_id, &draw);

	if (r)
		return r < 0 ? r : -ENOENT;
	c.drawn = draw->record != NULL;
	r = report_store_get(a->txn, s->session_id, &report);
	if (r < 0)
		return r;
	c.has_report = report != NULL;
	r = session_store_lots(a->txn, s->session_id, &lots);
	if (!r)
		r = count_members(a, s, lots, &c);
	if (!r)
		r = count_lots(a, s, lots, &c);
	if (!r)
		r = question_count_open(a, s->session_id, &c.questions_open);
	if (!r)
		r = low_price_count_open(a, s, NULL, &c.low_prices_open);
	if (!r)
		*ret = c;
	return r;
}

/* Nobody came in place of a member who left: the panel would not be lawful. */
static int check_panel(struct act *a, const struct eval_session *s, const struct flow_counts *c)
{
	if (s->step == FLOW_CREATED || (int64_t)c->members == s->panel_size)
		return 0;
	return refuse(a->refusal, flow_refusal_code(FLOW_E_NOT_ALL_ARRIVED), NULL,
		"the panel has %u of %d members; draw again", c->members, (int)s->panel_size);
}

int session_set_timer(struct act *a, const struct eval_session *s, int64_t ends_us)
{
	int r = session_store_set_step_ends(a->txn, s->session_id, ends_us);
	json_t *body;

	if (r)
		return r < 0 ? r : -EIO;
	body = json_pack("{s:s}", "step", flow_step_name(s->step));
	if (ends_us)
		json_object_set_new(body, "deadline_us", json_integer(ends_us));
	return act_event(a, "session.timer", "session", s->session_id, body);
}

int session_set_step(
	struct act *a, const struct eval_session *s, enum flow_step to, const char *rollback_id)
{
	json_t *body = json_pack("{s:s, s:s, s:s*}", "from", flow_step_name(s->step), "to",
		flow_step_name(to), "rollback", rollback_id);
	int r = session_store_set_step(a->txn, s->session_id, to);

	/* Records of before do not say it: nobody looked at prices there. */
	if (to == FLOW_SCORING)
		json_object_set_new(body, "low_prices", json_true());
	if (!r)
		r = time_vote_store_end(a->txn, s->session_id, a->real_us);
	if (r) {
		json_decref(body);
		return r < 0 ? r : -EIO;
	}
	r = act_event(a, to >= FLOW_CLOSED ? "session.closed" : "session.step", "session",
		s->session_id, body);
	return r || to != FLOW_SCORING ? r : low_price_check_all(a, s);
}

int session_move(struct act *a, const struct eval_session *s, enum flow_step to)
{
	struct flow_state state = {.step = s->step, .hold = s->hold};
	struct flow_counts counts;
	int r = session_count(a, s, &counts);

	if (!r)
		r = session_stages(a, s->session_id, &state.stages);
	if (r)
		return r;
	r = flow_advance(&state, to, &counts);
	if (r)
		return refuse_flow(a, r, s);
	r = check_panel(a, s, &counts);
	return r ? r : session_set_step(a, s, to, NULL);
}

int session_bids_of(struct act *a, const char *lot_id, GPtrArray **ret)
{
	g_autoptr(GPtrArray) bids = NULL;
	int r = bid_store_of_lot(a->txn, lot_id, &bids);

	if (r)
		return r;
	for (guint i = bids->len; i-- > 0;)
		if (((struct bid_row *)g_ptr_array_index(bids, i))->state != BID_OPENED)
			g_ptr_array_remove_index(bids, i);
	*ret = g_steal_pointer(&bids);
	return 0;
}

char *member_alias(int member_no)
{
	return g_strdup_printf("%d号专家", member_no);
}

#define PURPOSE "session.member"

static char *row_id(const char *session_id, int member_no)
{
	return g_strdup_printf("%s/%d", session_id, member_no);
}

static int open_text(
	struct act *a, const char *purpose, const char *id, GBytes *wrapped, char **ret)
{
	g_autoptr(GBytes) plain = NULL;
	int r = field_cipher_open(a->env->cipher, purpose, id, wrapped, &plain);
	size_t len;

	if (r)
		return r < 0 ? r : -EBADMSG;
	const char *text = g_bytes_get_data(plain, &len);
	*ret = g_strndup(text, len);
	return 0;
}

int member_identity(struct act *a, const char *session_id, const struct member_row *m,
	char **ret_expert_id, char **ret_name)
{
	g_autofree char *id = row_id(session_id, m->no);
	g_autofree char *expert_id = NULL;
	EXPERT_AUTO struct expert *expert = NULL;
	int r = open_text(a, PURPOSE, id, m->expert_enc, &expert_id);

	if (!r && ret_name)
		r = expert_store_get(a->txn, expert_id, &expert);
	if (!r && ret_name)
		r = open_text(a, "expert.name", expert_id, expert->name_enc, ret_name);
	if (r)
		return r < 0 ? r : -ENOENT;
	if (ret_expert_id)
		*ret_expert_id = g_steal_pointer(&expert_id);
	return 0;
}

int member_wrap(
	struct act *a, const char *session_id, int member_no, const char *expert_id, GBytes **ret)
{
	g_autofree char *id = row_id(session_id, member_no);

	return field_cipher_seal(a->env->cipher, PURPOSE, id, expert_id, strlen(expert_id), ret);
}
