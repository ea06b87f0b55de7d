/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/acts.h"

#include <string.h>

#include "server/act/notice_draft.h"
#include "server/act/notice_facts.h"
#include "server/store/override_store.h"

static const struct field fields[] = {
	{"notice_id", FIELD_ID, true},
	{"rule", FIELD_TEXT, true, 1, 8},
	{"reason", FIELD_TEXT, true, 1, 500},
	{NULL},
};

static int insert(struct act *a, const struct notice_row *row, const json_t *in, json_t *out)
{
	struct rule_override o = {.reason = (char *)in_text(in, "reason"), .asked_us = a->legal_us};
	int r;

	id_new(o.override_id);
	g_strlcpy(o.notice_id, row->notice_id, sizeof(o.notice_id));
	g_strlcpy(o.rule, in_text(in, "rule"), sizeof(o.rule));
	g_strlcpy(o.asked_by, a->actor->account_id, sizeof(o.asked_by));
	r = override_store_insert(a->txn, &o);
	if (r)
		return r < 0 ? r
			     : refuse(a->refusal, "override.asked", "rule",
				       "it was asked for this rule already");
	out_text(out, "override_id", o.override_id);
	return act_event(a, "rule.override_asked", "notice", row->notice_id,
		json_pack("{s:s, s:s, s:s}", "override_id", o.override_id, "rule", o.rule, "reason",
			o.reason));
}

/* Asks that one rule shall not hold for one notice that is not published yet, and says why. */
static int run(struct act *a, const json_t *in, json_t *out)
{
	NOTICE_AUTO struct notice_row *row = NULL;
	NOTICE_FACTS_AUTO struct notice_facts facts = {0};
	int r = act_found(
		a, notice_store_lock(a->txn, in_text(in, "notice_id"), &row), "notice_id");

	if (!r && row->publish_seq)
		r = refuse(a->refusal, notice_refusal_code(NOTICE_E_STATE), NULL,
			"it is published");
	if (!r)
		r = notice_facts_read(a, row, &facts);
	if (r)
		return r;
	const struct rule *rule = rulebook_find(facts.c.book, in_text(in, "rule"));
	if (!rule || !(rule->regimes & REGIME_BIT(facts.project->regime)))
		return refuse(a->refusal, "input.not_found", "rule",
			"the project's rulebook has no such rule");
	return insert(a, row, in, out);
}

const struct act_kind override_ask_act = {
	.name = "override.ask", .fields = fields, .run = run, .flags = ACT_CREATES};
