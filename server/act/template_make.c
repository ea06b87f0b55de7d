/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A template (范本) made from a draft, or changed after one: in use once a second person agrees. */
#include "server/act/acts.h"

#include <string.h>

#include "db/fault.h"
#include "server/act/template_act.h"
#include "server/trade/template.h"

static const struct field make_fields[] = {
	{"name", FIELD_TEXT, true, 1, TEMPLATE_NAME_MAX},
	TEMPLATE_SOURCE_FIELDS,
	{NULL},
};

static int run_make(struct act *a, const json_t *in, json_t *out)
{
	TEMPLATE_AUTO struct template *t = g_new0(struct template, 1);
	int r = template_read_source(a, in, t);

	if (r)
		return r;
	id_new(t->template_id);
	t->name = g_strdup(in_text(in, "name"));
	g_strlcpy(t->proposed_by, a->actor->account_id, sizeof(t->proposed_by));
	t->created_us = a->legal_us;
	r = template_store_insert(a->txn, t);
	if (r == DB_E_DUPLICATE)
		return template_refuse(a, TEMPLATE_E_NAME, "name", "there is one of this name");
	if (r)
		return r;
	out_text(out, "template_id", t->template_id);
	out_int(out, "version", 1);
	return template_event(a, "template.made", t, t->proposed, NULL);
}

const struct act_kind template_make_act = {
	.name = "template.make", .fields = make_fields, .run = run_make, .flags = ACT_CREATES};

static const struct field change_fields[] = {
	{"template_id", FIELD_ID, true},
	TEMPLATE_SOURCE_FIELDS,
	{NULL},
};

/* What is in use stays in use until the change is agreed to. */
static int run_change(struct act *a, const json_t *in, json_t *out)
{
	TEMPLATE_AUTO struct template *t = NULL;
	struct template source = {0};
	int r = act_found(
		a, template_store_lock(a->txn, in_text(in, "template_id"), &t), "template_id");

	if (!r)
		r = act_require_version(a, t->version);
	if (!r && t->retired_us)
		r = template_refuse(a, TEMPLATE_E_STATE, "template_id", "it is retired");
	if (!r)
		r = template_read_source(a, in, &source);
	if (r)
		return r;
	json_decref(t->proposed);
	t->proposed = source.proposed;
	if (strcmp(source.subject, t->subject) || strcmp(source.kind, t->kind) ||
		source.regime != t->regime)
		return template_refuse(a, TEMPLATE_E_KIND,
			in_has(in, "notice_id") ? "notice_id" : "project_id", "of another kind");
	g_strlcpy(t->proposed_by, a->actor->account_id, sizeof(t->proposed_by));
	t->changed_us = a->legal_us;
	r = template_store_update(a->txn, t);
	if (r)
		return r;
	out_int(out, "version", t->version + 1);
	return template_event(a, "template.changed", t, t->proposed, NULL);
}

const struct act_kind template_change_act = {
	.name = "template.change", .fields = change_fields, .run = run_change};
