/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Projects, their lots, and the tender as a bidder's tool needs it. */
#include "server/api/views.h"

#include <string.h>

#include "server/act/project_holder.h"
#include "server/act/project_key.h"
#include "server/store/account_store.h"
#include "server/store/complaint_store.h"
#include "server/store/deposit_store.h"
#include "server/store/notice_store.h"
#include "server/store/project_key_store.h"
#include "server/store/project_store.h"

#define PAGE 100

static void out_decimal(json_t *out, const char *name, struct decimal d)
{
	char text[DECIMAL_TEXT_SIZE];

	out_text(out, name, decimal_format_exact(d, text));
}

static void out_summary(json_t *out, const struct project *p)
{
	out_text(out, "project_id", p->project_id);
	out_text(out, "code", p->code);
	out_text(out, "name", p->name);
	out_text(out, "regime", regime_name(p->regime));
	out_text(out, "category", lot_category_name(p->category));
	out_text(out, "state", p->state);
	out_text(out, "buyer_name", p->buyer_name);
	out_time(out, "created_at", p->created_us);
	out_int(out, "n_lots", p->n_lots);
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
	g_autoptr(GPtrArray) projects = NULL;
	json_t *items = json_array();
	int r = project_store_list(a->txn, after ? after : "", limit, &projects);

	json_object_set_new(out, "items", items);
	if (r)
		return r;
	for (guint i = 0; i < projects->len; i++) {
		json_t *row = json_object();
		out_summary(row, g_ptr_array_index(projects, i));
		json_array_append_new(items, row);
	}
	const struct project *last =
		projects->len == limit ? g_ptr_array_index(projects, limit - 1) : NULL;
	out_text(out, "next", last ? last->project_id : NULL);
	return 0;
}

const struct act_kind project_list_view = {
	.name = "project.list", .fields = list_fields, .run = run_list, .flags = ACT_READ};

static json_t *lot_row(const struct lot *l)
{
	json_t *row = json_object();

	out_text(row, "lot_id", l->lot_id);
	out_text(row, "code", l->code);
	out_int(row, "no", l->no);
	out_text(row, "name", l->name);
	out_text(row, "state", lot_state_name(l->state));
	if (l->has_ceiling)
		out_decimal(row, "ceiling", l->ceiling);
	out_text(row, "price_form", l->price_form);
	if (json_object_size(l->scheme))
		json_object_set(row, "scheme", l->scheme);
	if (in_has(l->facts, "bond"))
		json_object_set(row, "bond", json_object_get(l->facts, "bond"));
	if (in_has(l->facts, "bond_forms"))
		json_object_set(row, "bond_forms", json_object_get(l->facts, "bond_forms"));
	out_time(row, "deadline", l->deadline_us);
	return row;
}

static int out_settlement(struct act *a, const struct lot *l, json_t *row)
{
	struct lot_settlement s;
	int r = deposit_store_settlement(a->txn, l->lot_id, &s);

	if (r || !s.bid_no)
		return r;
	out_int(row, "settled_bid_no", s.bid_no);
	out_time(row, "awarded_at", s.awarded_us);
	out_time(row, "contracted_at", s.contracted_us);
	return 0;
}

int project_out_holders(struct act *a, const char *project_id, json_t *out)
{
	json_t *list = NULL;
	int r = project_holders_json(a, project_id, &list);

	if (!r)
		json_object_set_new(out, "holders", list);
	return r;
}

static int out_notices(struct act *a, const char *project_id, json_t *out)
{
	g_autoptr(GPtrArray) notices = NULL;
	json_t *list = json_array();
	int r = notice_store_list(a->txn, 0, project_id, "", PAGE, &notices);

	json_object_set_new(out, "notices", list);
	for (guint i = 0; !r && i < notices->len; i++)
		json_array_append_new(list, notice_summary(a, g_ptr_array_index(notices, i)));
	return r ? r : notice_hide_drafts(a, notices, list);
}

static int out_suspension(struct act *a, const char *project_id, json_t *out)
{
	int64_t until_us = 0;
	int r = complaint_store_suspended(a->txn, project_id, a->legal_us, &until_us);

	if (!r)
		out_time(out, "suspended_until", until_us);
	return r;
}

static int out_key_proposal(struct act *a, const struct project_key *k, json_t *row)
{
	ACCOUNT_AUTO struct account *by = NULL;
	int r = account_store_get(a->txn, k->proposed_by, &by);

	out_text(row, "proposal_id", k->proposal_id);
	out_text(row, "reason", k->reason);
	out_time(row, "proposed_at", k->proposed_us);
	json_object_set_new(
		row, "own", json_boolean(strcmp(k->proposed_by, a->actor->account_id) == 0));
	if (by)
		out_text(row, "proposed_by", by->name);
	return r == STORE_E_NONE ? 0 : r;
}

/* Of its opened bids, once there is one; whether it may be destroyed as of now. */
static int out_bid_key(struct act *a, const struct project *p, json_t *out)
{
	PROJECT_KEY_AUTO struct project_key k = {0};
	int r = project_key_store_get(a->txn, p->project_id, &k);

	if (r)
		return r == STORE_E_NONE ? 0 : r;
	int may = k.destroyed_us ? REFUSED : project_key_may_end(a, p);
	if (may < 0)
		return may;
	json_t *row = json_object();
	json_object_set_new(out, "bid_key", row);
	json_object_set_new(row, "may_end", json_boolean(!may));
	out_time(row, "destroyed_at", k.destroyed_us);
	return *k.proposal_id ? out_key_proposal(a, &k, row) : 0;
}

static const struct field get_fields[] = {
	{"project_id", FIELD_ID, true},
	{NULL},
};

static int run_get(struct act *a, const json_t *in, json_t *out)
{
	PROJECT_AUTO struct project *p = NULL;
	g_autoptr(GPtrArray) lots = NULL;
	json_t *list = json_array();
	int r = act_found(
		a, project_store_get(a->txn, in_text(in, "project_id"), &p), "project_id");

	json_object_set_new(out, "lots", list);
	if (!r)
		r = project_store_lots(a->txn, p->project_id, &lots);
	if (r)
		return r;
	out_summary(out, p);
	out_text(out, "region", p->region);
	out_text(out, "method", p->method);
	out_decimal(out, "budget", p->budget);
	if (p->agency_name)
		out_text(out, "agency_name", p->agency_name);
	out_text(out, "contact", p->contact);
	json_object_set(out, "facts", p->facts);
	out_text(out, "rulebook", p->rulebook_version);
	out_int(out, "window_minutes", p->window_minutes);
	out_int(out, "holder_threshold", p->holder_threshold);
	out_text(out, "rescue", opening_rescue_name(p->rescue));
	for (guint i = 0; !r && i < lots->len; i++) {
		json_t *row = lot_row(g_ptr_array_index(lots, i));
		json_array_append_new(list, row);
		r = out_settlement(a, g_ptr_array_index(lots, i), row);
	}
	if (!r)
		r = out_suspension(a, p->project_id, out);
	if (!r)
		r = out_bid_key(a, p, out);
	if (!r)
		r = project_out_holders(a, p->project_id, out);
	return r ? r : out_notices(a, p->project_id, out);
}

const struct act_kind project_view = {
	.name = "project.get", .fields = get_fields, .run = run_get, .flags = ACT_READ};

void project_out_joint(const struct project *p, json_t *out)
{
	static const char *const said[] = {"joint", "joint_members"};

	for (size_t i = 0; i < G_N_ELEMENTS(said); i++)
		if (in_has(p->facts, said[i]))
			json_object_set(out, said[i], json_object_get(p->facts, said[i]));
}

/* Public once the tender is announced; before that the project does not exist for outsiders. */
static int run_tender(struct act *a, const json_t *in, json_t *out)
{
	PROJECT_AUTO struct project *p = NULL;
	g_autoptr(GPtrArray) lots = NULL;
	json_t *list = json_array();
	json_auto_t *sealing = NULL;
	int r = project_store_get(a->txn, in_text(in, "project_id"), &p);

	json_object_set_new(out, "lots", list);
	if (!r && g_str_equal(p->state, "draft"))
		r = STORE_E_NONE;
	r = act_found(a, r, "project_id");
	if (!r)
		r = project_store_lots(a->txn, p->project_id, &lots);
	if (r)
		return r;
	out_text(out, "project_id", p->project_id);
	out_text(out, "code", p->code);
	project_out_joint(p, out);
	for (guint i = 0; i < lots->len; i++) {
		const struct lot *l = g_ptr_array_index(lots, i);
		json_t *row = json_object();
		out_text(row, "lot_id", l->lot_id);
		out_text(row, "code", l->code);
		out_time(row, "deadline", l->deadline_us);
		json_array_append_new(list, row);
	}
	r = project_sealing_json(a, p->project_id, &sealing);
	if (!r)
		json_object_update(out, sealing);
	return r;
}

const struct act_kind project_tender_view = {
	.name = "project.tender", .fields = get_fields, .run = run_tender, .flags = ACT_READ};
