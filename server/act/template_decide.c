/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A template (范本) is agreed to by a second person (双人复核) or declined, and retired, with a
 * reason. */
#include "server/act/acts.h"

#include <string.h>

#include "server/act/template_act.h"
#include "server/trade/template.h"

static const struct field approve_fields[] = {
	{"template_id", FIELD_ID, true},
	{NULL},
};

static int take(struct act *a, const json_t *in, struct template **ret)
{
	int r = act_found(
		a, template_store_lock(a->txn, in_text(in, "template_id"), ret), "template_id");

	if (!r)
		r = act_require_version(a, (*ret)->version);
	if (!r && (*ret)->retired_us)
		r = template_refuse(a, TEMPLATE_E_STATE, "template_id", "it is retired");
	return r;
}

static int put(struct act *a, struct template *t, json_t *out)
{
	t->changed_us = a->legal_us;
	out_int(out, "version", t->version + 1);
	return template_store_update(a->txn, t);
}

static int run_approve(struct act *a, const json_t *in, json_t *out)
{
	TEMPLATE_AUTO struct template *t = NULL;
	int r = take(a, in, &t);

	if (!r && !t->proposed)
		r = template_refuse(a, TEMPLATE_E_STATE, "template_id", "nothing is proposed");
	if (!r && strcmp(t->proposed_by, a->actor->account_id) == 0)
		r = template_refuse(a, TEMPLATE_E_SAME_PERSON, "template_id",
			"another person than the proposer");
	if (r)
		return r;
	json_decref(t->body);
	t->body = g_steal_pointer(&t->proposed);
	g_strlcpy(t->approved_by, a->actor->account_id, sizeof(t->approved_by));
	r = put(a, t, out);
	return r ? r : template_event(a, "template.approved", t, t->body, NULL);
}

const struct act_kind template_approve_act = {
	.name = "template.approve", .fields = approve_fields, .run = run_approve};

static const struct field decline_fields[] = {
	{"template_id", FIELD_ID, true},
	{"reason", FIELD_TEXT, true, 1, 500},
	{NULL},
};

/* What is in use stays so; what never was is retired. Who proposed it may take it back. */
static int run_decline(struct act *a, const json_t *in, json_t *out)
{
	TEMPLATE_AUTO struct template *t = NULL;
	json_auto_t *declined = NULL;
	int r = take(a, in, &t);

	if (!r && !t->proposed)
		r = template_refuse(a, TEMPLATE_E_STATE, "template_id", "nothing is proposed");
	if (r)
		return r;
	declined = g_steal_pointer(&t->proposed);
	if (!t->body)
		t->retired_us = a->legal_us;
	r = put(a, t, out);
	return r ? r : template_event(a, "template.declined", t, declined, in_text(in, "reason"));
}

const struct act_kind template_decline_act = {
	.name = "template.decline", .fields = decline_fields, .run = run_decline};

static const struct field retire_fields[] = {
	{"template_id", FIELD_ID, true},
	{"reason", FIELD_TEXT, true, 1, 500},
	{NULL},
};

static int run_retire(struct act *a, const json_t *in, json_t *out)
{
	TEMPLATE_AUTO struct template *t = NULL;
	int r = take(a, in, &t);

	if (r)
		return r;
	t->retired_us = a->legal_us;
	r = put(a, t, out);
	return r ? r
		 : template_event(a, "template.retired", t, t->body ? t->body : t->proposed,
			   in_text(in, "reason"));
}

const struct act_kind template_retire_act = {
	.name = "template.retire", .fields = retire_fields, .run = run_retire};
