/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Notices as those who work on them see them; readers have the public pages. */
#include "server/api/views.h"

#include "server/act/notice_attachment.h"
#include "server/act/notice_draft.h"
#include "server/act/notice_withheld.h"
#include "server/api/list_page.h"
#include "server/store/deputy_store.h"
#include "server/store/notice_store.h"
#include "server/store/override_store.h"

#define PAGE 100

json_t *notice_summary(const struct act *a, const struct notice_row *n)
{
	json_t *out = json_object();

	out_text(out, "notice_id", n->notice_id);
	out_text(out, "project_id", n->project_id);
	out_text(out, "project_code", n->project_code);
	out_text(out, "project_name", n->project_name);
	out_text(out, "kind", notice_kind_name(n->notice.kind));
	out_text(out, "state", notice_state_name(n->state));
	out_text(out, "title", n->title);
	out_text(out, "author_name", n->author_name);
	out_time(out, "created_at", n->created_us);
	if (n->publish_seq) {
		g_autofree char *url =
			g_strdup_printf("%s/notices/%s.html", a->env->public_url, n->notice_id);
		out_time(out, "published_at", n->published_us);
		out_text(out, "url", url);
	}
	return out;
}

static json_t *listed_notice(const struct act *a, const void *row)
{
	return notice_summary(a, row);
}

static const char *notice_next(const void *row)
{
	return ((const struct notice_row *)row)->notice_id;
}

static const struct field list_fields[] = {
	{"state", FIELD_NAME, false, 1, 16},
	{"project", FIELD_ID, false},
	{"after", FIELD_NAME, false, 0, 64},
	{"limit", FIELD_INT, false, 1, PAGE},
	{NULL},
};

int notice_hide_drafts(struct act *a, const GPtrArray *notices, json_t *items)
{
	int r = 0;

	for (guint i = notices->len; !r && i-- > 0;) {
		const struct notice_row *n = g_ptr_array_index(notices, i);
		bool open = n->publish_seq != 0;

		if (!open)
			r = notice_is_open_to(a, n, &open);
		if (!r && !open)
			json_array_remove(items, i);
	}
	return r;
}

static int run_list(struct act *a, const json_t *in, json_t *out)
{
	const char *after = in_text(in, "after"), *state = in_text(in, "state");
	unsigned limit = (unsigned)in_int(in, "limit", PAGE);
	g_autoptr(GPtrArray) notices = NULL;

	if (state && !notice_state_from_name(state))
		return refuse(a->refusal, "input.invalid", "state", "there is no such state");
	int r = notice_store_list(a->txn, state ? notice_state_from_name(state) : 0,
		in_text(in, "project"), after ? after : "", limit, &notices);
	if (r)
		return r;
	out_list_page(a, notices, limit, listed_notice, notice_next, out);
	return notice_hide_drafts(a, notices, json_object_get(out, "items"));
}

const struct act_kind notice_list_view = {
	.name = "notice.list", .fields = list_fields, .run = run_list, .flags = ACT_READ};

static const struct field get_fields[] = {
	{"notice_id", FIELD_ID, true},
	{NULL},
};

/* Those who may see a draft may see what it holds back. */
static int out_withheld(struct act *a, const struct notice_row *n, json_t *out)
{
	bool open = false;
	json_t *list;
	int r = notice_is_open_to(a, n, &open);

	if (!r)
		r = notice_withheld_json(a->env, a->txn, n->notice_id,
			open ? WITHHELD_ALL : WITHHELD_DISCLOSED, &list);
	if (!r)
		json_object_set_new(out, "withheld", list);
	return r;
}

static int out_attachments(struct act *a, const struct notice_row *n, json_t *out)
{
	json_t *list;
	int r = notice_attachments_json(a->txn, n->notice_id, &list);

	if (!r)
		json_object_set_new(out, "attachments", list);
	return r;
}

static int out_overrides(struct act *a, const struct notice_row *n, json_t *out)
{
	g_autoptr(GPtrArray) overrides = NULL;
	json_t *list = json_array();
	int r = override_store_list(a->txn, n->notice_id, &overrides);

	json_object_set_new(out, "overrides", list);
	for (guint i = 0; !r && i < overrides->len; i++) {
		const struct rule_override *o = g_ptr_array_index(overrides, i);
		json_t *row = json_object();
		out_text(row, "override_id", o->override_id);
		out_text(row, "rule", o->rule);
		out_text(row, "reason", o->reason);
		out_text(row, "asked_by", o->asked_by);
		out_text(row, "asked_by_name", o->asked_by_name);
		if (o->granted_by_name)
			out_text(row, "granted_by_name", o->granted_by_name);
		out_time(row, "granted_at", o->granted_us);
		json_array_append_new(list, row);
	}
	return r;
}

static int run_get(struct act *a, const json_t *in, json_t *out)
{
	NOTICE_AUTO struct notice_row *n = NULL;
	DEPUTY_AUTO struct deputy *deputy = NULL;
	int r = act_found(a, notice_store_get(a->txn, in_text(in, "notice_id"), &n), "notice_id");

	if (!r)
		r = notice_require_readable(a, n);
	if (r)
		return r;
	json_t *summary = notice_summary(a, n);
	json_object_update(out, summary);
	json_decref(summary);
	out_text(out, "body_md", n->body_md);
	out_time(out, "offer_start", n->notice.offer_start_us);
	out_time(out, "offer_end", n->notice.offer_end_us);
	out_time(out, "deadline", n->notice.bid_deadline_us);
	out_time(out, "publicity_start", n->notice.publicity_start_us);
	out_time(out, "publicity_end", n->notice.publicity_end_us);
	json_object_set(out, "fields", n->fields);
	if (*n->follows)
		out_text(out, "follows", n->follows);
	json_object_set(out, "lot_nos", n->lot_nos);
	json_object_set(out, "media", n->media);
	json_object_set_new(out, "affects_bids", json_boolean(n->notice.affects_bids));
	out_time(out, "publish_at", n->publish_at_us);
	out_time(out, "withdrawn_at", n->withdrawn_us);
	if (n->withdraw_reason)
		out_text(out, "withdraw_reason", n->withdraw_reason);
	out_int(out, "version", n->version);
	r = out_withheld(a, n, out);
	if (!r)
		r = out_attachments(a, n, out);
	if (!r)
		r = out_overrides(a, n, out);
	if (!r)
		r = deputy_store_get(a->txn, n->author, a->legal_us, &deputy);
	if (r && r != STORE_E_NONE)
		return r;
	out_text(out, "author_id", n->author);
	if (deputy)
		out_text(out, "deputy_id", deputy->deputy_id);
	if (n->approver_name)
		out_text(out, "approved_by_name", n->approver_name);
	if (n->return_reason)
		out_text(out, "return_reason", n->return_reason);
	if (n->publish_seq)
		out_hex(out, "text_sha256", n->text_sha256, sizeof(n->text_sha256));
	return 0;
}

const struct act_kind notice_view = {
	.name = "notice.get", .fields = get_fields, .run = run_get, .flags = ACT_READ};

static const struct field no_fields[] = {{NULL}};

static int run_kinds(struct act *a, const json_t *in, json_t *out)
{
	json_object_set_new(out, "items", notice_kinds_to_json());
	return 0;
}

const struct act_kind notice_kinds_view = {
	.name = "notice.kinds", .fields = no_fields, .run = run_kinds, .flags = ACT_READ};
