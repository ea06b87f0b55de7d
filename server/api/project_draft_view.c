/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Drafts of projects (项目草稿), for those of the project, the centre's staff and supervisors. */
#include "server/api/views.h"

#include <string.h>

#include "server/act/project_draft_act.h"
#include "server/act/project_register.h"
#include "server/act/second_person.h"
#include "server/api/list_page.h"
#include "server/store/deputy_store.h"

#define PAGE 100

static json_t *summary(const struct act *a, const void *row)
{
	const struct project_draft_row *d = row;
	json_t *out = json_object();

	(void)a;
	out_text(out, "draft_id", d->draft_id);
	if (in_has(d->body, "name"))
		json_object_set(out, "name", json_object_get(d->body, "name"));
	out_text(out, "state", project_draft_state_name(d->state));
	out_text(out, "author_id", d->author);
	out_text(out, "author_name", d->author_name);
	if (d->decided_by_name)
		out_text(out, "decided_by_name", d->decided_by_name);
	if (d->return_reason)
		out_text(out, "return_reason", d->return_reason);
	if (*d->project_id)
		out_text(out, "project_id", d->project_id);
	out_time(out, "changed_at", d->changed_us);
	out_int(out, "version", d->version);
	return out;
}

static const char *draft_next(const void *row)
{
	return ((const struct project_draft_row *)row)->draft_id;
}

static int hide_others(struct act *a, const GPtrArray *rows, json_t *items)
{
	int r = 0;

	for (guint i = rows->len; !r && i-- > 0;) {
		bool open = false;

		r = project_draft_is_open_to(a, g_ptr_array_index(rows, i), &open);
		if (!r && !open)
			json_array_remove(items, i);
	}
	return r;
}

static const struct field list_fields[] = {
	{"state", FIELD_NAME, false, 1, 16},
	{"after", FIELD_NAME, false, 0, 64},
	{"limit", FIELD_INT, false, 1, PAGE},
	{NULL},
};

static int run_list(struct act *a, const json_t *in, json_t *out)
{
	const char *state = in_text(in, "state"), *after = in_text(in, "after");
	unsigned limit = (unsigned)in_int(in, "limit", PAGE);
	g_autoptr(GPtrArray) rows = NULL;
	int r;

	if (state && !project_draft_state_from_name(state))
		return refuse(a->refusal, "input.invalid", "state", "there is no such state");
	r = project_draft_store_list(
		a->txn, project_draft_state_from_name(state), after ? after : "", limit, &rows);
	if (r)
		return r;
	out_list_page(a, rows, limit, summary, draft_next, out);
	json_object_set_new(out, "needed", json_boolean(a->env->projects_by_two));
	return hide_others(a, rows, json_object_get(out, "items"));
}

const struct act_kind project_draft_list_view = {
	.name = "project.draft_list", .fields = list_fields, .run = run_list, .flags = ACT_READ};

static bool refuses(const json_t *findings)
{
	const json_t *f;
	size_t i;

	json_array_foreach ((json_t *)findings, i, f)
		if (g_strcmp0(in_text(f, "kind"), "refuse") == 0)
			return true;
	return false;
}

/* What forbids it now and what is odd about it; the first refusal stands first. */
static int out_findings(struct act *a, const struct project_draft_row *d, json_t *out)
{
	struct refusal *whole = a->refusal, why = {0};
	json_auto_t *found = json_object();
	int r;

	a->refusal = &why;
	r = project_register_check(a, d->body, found);
	a->refusal = whole;
	if (r < 0)
		return r;
	json_t *list = json_object_get(found, "findings");
	list = list ? json_incref(list) : json_array();
	/* The rules' own refusals are in the list already; what is odd about it is no refusal. */
	if (r && !refuses(list))
		json_array_append_new(list,
			json_pack("{s:s, s:s, s:s*, s:s*, s:s*}", "kind", "refuse", "code",
				why.code, "rule", why.rule, "field", *why.field ? why.field : NULL,
				"detail", *why.detail ? why.detail : NULL));
	json_object_set_new(out, "findings", list);
	return 0;
}

/* Whom the page offers what: the author or the deputy, or somebody who had no hand in it. */
static int out_mine(struct act *a, const struct project_draft_row *d, json_t *out)
{
	bool author = false, hand = false;
	int r = act_is_author(a, d->author, &author);

	if (!r)
		r = act_had_a_hand(a, "project_draft", d->draft_id, &hand);
	json_object_set_new(out, "mine", json_boolean(author));
	json_object_set_new(out, "had_a_hand", json_boolean(author || hand));
	return r;
}

static const struct field get_fields[] = {{"draft_id", FIELD_ID, true}, {NULL}};

static int run_get(struct act *a, const json_t *in, json_t *out)
{
	PROJECT_DRAFT_AUTO struct project_draft_row *d = NULL;
	int r = act_found(
		a, project_draft_store_get(a->txn, in_text(in, "draft_id"), &d), "draft_id");

	if (!r)
		r = project_draft_require_readable(a, d);
	if (r)
		return r;
	json_auto_t *told = summary(a, d);
	json_object_update(out, told);
	json_object_set(out, "draft", d->body);
	r = out_mine(a, d, out);
	return r || d->state == PROJECT_APPROVED ? r : out_findings(a, d, out);
}

const struct act_kind project_draft_view = {
	.name = "project.draft_get", .fields = get_fields, .run = run_get, .flags = ACT_READ};
