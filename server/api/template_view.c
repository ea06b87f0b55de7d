/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Templates (范本): the centre's staff see all of them, agencies what is in use. */
#include "server/api/views.h"

#include "server/act/project_party.h"
#include "server/act/template_act.h"
#include "server/api/list_page.h"
#include "server/auth/permission.h"

#define PAGE 100

static const char *state_of(const struct template *t)
{
	if (t->retired_us)
		return "retired";
	if (!t->in_use)
		return "proposed";
	return t->waits ? "changing" : "approved";
}

static bool may_see(const struct act *a, const struct template *t)
{
	return act_has_role(a, ROLE_STAFF) || (t->in_use && !t->retired_us);
}

static json_t *summary(const struct act *a, const void *template)
{
	const struct template *t = template;
	json_t *out = json_object();

	out_text(out, "template_id", t->template_id);
	out_text(out, "subject", t->subject);
	out_text(out, "regime", regime_name(t->regime));
	out_text(out, "kind", t->kind);
	out_text(out, "name", t->name);
	out_text(out, "state", state_of(t));
	out_text(out, "proposed_by", t->proposed_by);
	out_text(out, "proposed_by_name", t->proposed_by_name);
	if (t->approved_by_name)
		out_text(out, "approved_by_name", t->approved_by_name);
	out_time(out, "changed_at", t->changed_us);
	out_int(out, "version", t->version);
	return out;
}

static const char *template_next(const void *row)
{
	return ((const struct template *)row)->template_id;
}

static const struct field list_fields[] = {
	{"subject", FIELD_NAME, false, 1, 8},
	{"regime", FIELD_NAME, false, 1, 8},
	{"kind", FIELD_NAME, false, 1, 24},
	{"after", FIELD_NAME, false, 0, 64},
	{"limit", FIELD_INT, false, 1, PAGE},
	{NULL},
};

static int run_list(struct act *a, const json_t *in, json_t *out)
{
	g_autoptr(GPtrArray) rows = NULL;
	struct template_query q = {
		.subject = in_text(in, "subject"),
		.regime = in_text(in, "regime"),
		.kind = in_text(in, "kind"),
		.usable = !act_has_role(a, ROLE_STAFF),
		.after = in_text(in, "after"),
		.limit = (unsigned)in_int(in, "limit", PAGE),
	};
	int r = template_store_list(a->txn, &q, &rows);

	if (!r)
		out_list_page(a, rows, q.limit, summary, template_next, out);
	return r;
}

const struct act_kind template_list_view = {
	.name = "template.list", .fields = list_fields, .run = run_list, .flags = ACT_READ};

static const struct field get_fields[] = {
	{"template_id", FIELD_ID, true},
	{"project", FIELD_ID, false},
	{NULL},
};

/* As a draft of that project would begin. */
static int out_filled(struct act *a, const struct template *t, const char *project_id, json_t *out)
{
	PROJECT_AUTO struct project *project = NULL;
	int r = project_require_party(a, project_id);

	if (!r)
		r = project_store_get(a->txn, project_id, &project);
	if (!r)
		json_object_set_new(out, "filled", template_for_project(t, project));
	return r;
}

static int run_get(struct act *a, const json_t *in, json_t *out)
{
	TEMPLATE_AUTO struct template *t = NULL;
	int r = act_found(
		a, template_store_get(a->txn, in_text(in, "template_id"), &t), "template_id");

	if (!r && !may_see(a, t))
		r = act_found(a, STORE_E_NONE, "template_id");
	if (r)
		return r;
	json_t *told = summary(a, t);
	json_object_update(out, told);
	json_decref(told);
	if (t->body)
		json_object_set_new(out, "body", template_part(t, t->body));
	if (t->proposed && act_has_role(a, ROLE_STAFF))
		json_object_set_new(out, "proposed", template_part(t, t->proposed));
	return t->body && in_has(in, "project") ? out_filled(a, t, in_text(in, "project"), out) : 0;
}

const struct act_kind template_view = {
	.name = "template.get", .fields = get_fields, .run = run_get, .flags = ACT_READ};
