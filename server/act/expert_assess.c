/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Staff records how an expert did in a session that is over (一标一评): yes or no to each item, and
 * a remark. Once for each expert and session; it is read with the expert.
 */
#include "server/act/acts.h"

#include <string.h>

#include "server/act/personal_reason.h"
#include "server/act/session_act.h"
#include "server/store/member_store.h"
#include "server/store/performance_store.h"
#include "server/store/session_store.h"

static const struct field fields[] = {
	{"session_id", FIELD_ID, true},
	{"member_no", FIELD_INT, true, 1, 1000000},
	{"phones_handed_in", FIELD_BOOL, true}, /* 通讯工具上交 */
	{"late", FIELD_BOOL, true},             /* 迟到 */
	{"left_early", FIELD_BOOL, true},       /* 早退 */
	{"leading_remarks", FIELD_BOOL, true},  /* 发表倾向性意见 */
	{"scoring_errors", FIELD_BOOL, true},   /* 评分错误 */
	{"delaying", FIELD_BOOL, true},         /* 拖延评标 */
	{"remark", FIELD_TEXT, false, 1, 500},
	{NULL},
};

static json_t *items_of(const json_t *in)
{
	json_t *items = json_object();

	for (const struct field *f = fields; f->name; f++)
		if (f->type == FIELD_BOOL)
			json_object_set_new(
				items, f->name, json_boolean(in_bool(in, f->name, false)));
	return items;
}

/* A member who came: of nobody else there is anything to say. */
static int find_member(struct act *a, const char *session_id, int no, struct performance_row *row)
{
	g_autoptr(GPtrArray) members = NULL;
	g_autofree char *expert_id = NULL;
	int r = member_store_of_session(a->txn, session_id, &members);
	const struct member_row *m = r ? NULL : member_row_find(members, no);

	if (r)
		return r;
	if (!m || !m->account_id[0])
		return act_found(a, STORE_E_NONE, "member_no");
	r = member_identity(a, session_id, m, &expert_id, NULL);
	if (!r)
		g_strlcpy(row->expert_id, expert_id, sizeof(row->expert_id));
	return r;
}

static int add(struct act *a, const char *remark, struct performance_row *row)
{
	json_auto_t *body = json_pack("{s:s, s:O}", "session", row->session_id, "items", row->items);
	struct personal_reason reason;
	int r;

	personal_reason_take(&reason, remark, body);
	row->remark = (char *)reason.text;
	memcpy(row->remark_salt, reason.salt, sizeof(row->remark_salt));
	r = performance_store_add(a->txn, row);
	if (r > 0)
		return refuse(a->refusal, "expert.assessed", "member_no", NULL);
	return r ? r
		 : act_event(a, "expert.assessed", "expert", row->expert_id, json_incref(body));
}

static int run(struct act *a, const json_t *in, json_t *out)
{
	EVAL_SESSION_AUTO struct eval_session *s = NULL;
	json_auto_t *items = items_of(in);
	struct performance_row row = {.member_no = (int)in_int(in, "member_no", 0),
		.items = items,
		.recorded_us = a->legal_us};
	int r = session_for_act(a, in_text(in, "session_id"), "expert.assess", true, &s);

	if (r)
		return r;
	if (s->step != FLOW_CLOSED && s->step != FLOW_DISSOLVED)
		return refuse(a->refusal, flow_refusal_code(FLOW_E_STEP), NULL,
			"the session is at step %s", flow_step_name(s->step));
	g_strlcpy(row.session_id, s->session_id, sizeof(row.session_id));
	g_strlcpy(row.recorded_by, a->actor->account_id, sizeof(row.recorded_by));
	r = find_member(a, s->session_id, row.member_no, &row);
	return r ? r : add(a, in_text(in, "remark"), &row);
}

const struct act_kind expert_assess_act = {
	.name = "expert.assess", .fields = fields, .run = run};
