/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/acts.h"

#include <string.h>

#include "server/store/override_store.h"

static const struct field fields[] = {
	{"override_id", FIELD_ID, true},
	{NULL},
};

/* By another person than the one who asked. From then on the rule warns instead of refusing. */
static int run(struct act *a, const json_t *in, json_t *out)
{
	OVERRIDE_AUTO struct rule_override *o = NULL;
	int r = act_found(
		a, override_store_lock(a->txn, in_text(in, "override_id"), &o), "override_id");

	if (!r && *o->granted_by)
		r = refuse(a->refusal, "override.granted", NULL, "by %s", o->granted_by_name);
	if (!r && strcmp(o->asked_by, a->actor->account_id) == 0)
		r = refuse(a->refusal, "override.same_person", NULL, NULL);
	if (!r)
		r = override_store_grant(
			a->txn, o->override_id, a->actor->account_id, a->legal_us);
	if (r)
		return r;
	out_text(out, "rule", o->rule);
	return act_event(a, "rule.overridden", "notice", o->notice_id,
		json_pack("{s:s, s:s, s:s, s:s}", "override_id", o->override_id, "rule", o->rule,
			"reason", o->reason, "asked_by", o->asked_by));
}

const struct act_kind override_grant_act = {
	.name = "override.grant", .fields = fields, .run = run};
