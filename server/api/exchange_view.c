/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The exchange with the upstream platform: what waits, what became of it, and what a notice brings.
 */
#include "server/api/views.h"

#include "server/act/award_told.h"
#include "server/act/deposit_shown.h"
#include "server/act/notice_withheld.h"
#include "server/api/list_page.h"
#include "server/publish/exchange.h"
#include "server/store/bid_store.h"
#include "server/store/exchange_store.h"
#include "server/store/notice_store.h"
#include "server/store/project_store.h"

#define PAGE 100

static json_t *push_row(const struct act *a, const void *row)
{
	const struct exchange_push *p = row;
	json_t *out = json_object();

	out_text(out, "push_id", p->push_id);
	out_text(out, "project_id", p->project_id);
	out_text(out, "notice_id", p->notice_id);
	out_text(out, "state", exchange_state_name(p->state));
	out_int(out, "tries", p->tries);
	out_time(out, "created_at", p->created_us);
	if (p->state == EXCHANGE_WAITING)
		out_time(out, "next_try_at", p->next_try_us);
	out_time(out, "delivered_at", p->delivered_us);
	if (p->receipt)
		out_text(out, "receipt", p->receipt);
	if (p->last_error)
		out_text(out, "last_error", p->last_error);
	return out;
}

static const char *push_next(const void *row)
{
	return ((const struct exchange_push *)row)->push_id;
}

static const struct field list_fields[] = {
	{"after", FIELD_NAME, false, 0, 64},
	{"limit", FIELD_INT, false, 1, PAGE},
	{"state", FIELD_NAME, false, 1, 16},
	{NULL},
};

static int run_list(struct act *a, const json_t *in, json_t *out)
{
	const char *after = in_text(in, "after"), *state = in_text(in, "state");
	unsigned limit = (unsigned)in_int(in, "limit", PAGE);
	g_autoptr(GPtrArray) pushes = NULL;

	if (state && !exchange_state_from_name(state))
		return refuse(a->refusal, "input.invalid", "state", "there is no such state");
	int r = exchange_store_list(a->txn, state ? exchange_state_from_name(state) : 0,
		after ? after : "", limit, &pushes);
	if (!r)
		out_list_page(a, pushes, limit, push_row, push_next, out);
	return r;
}

const struct act_kind exchange_list_view = {
	.name = "exchange.list", .fields = list_fields, .run = run_list, .flags = ACT_READ};

static const struct field get_fields[] = {
	{"push_id", FIELD_ID, true},
	{NULL},
};

static int run_get(struct act *a, const json_t *in, json_t *out)
{
	struct exchange_push *p = NULL;
	g_autoptr(GPtrArray) tries = NULL;
	json_t *log = json_array();
	int r = act_found(a, exchange_store_get(a->txn, in_text(in, "push_id"), &p), "push_id");

	json_object_set_new(out, "log", log);
	if (!r)
		r = exchange_store_tries(a->txn, p->push_id, &tries);
	if (!r) {
		json_t *row = push_row(a, p);
		json_object_update(out, row);
		json_decref(row);
		out_text(out, "body", p->body);
	}
	for (guint i = 0; !r && i < tries->len; i++) {
		const struct exchange_try *t = g_ptr_array_index(tries, i);
		json_t *row = json_object();
		out_int(row, "no", t->no);
		out_time(row, "at", t->tried_us);
		out_int(row, "http_status", t->http_status);
		out_text(row, "detail", t->detail);
		json_array_append_new(log, row);
	}
	exchange_push_free(p);
	return r;
}

const struct act_kind exchange_view = {
	.name = "exchange.get", .fields = get_fields, .run = run_get, .flags = ACT_READ};

static const struct field record_fields[] = {
	{"notice_id", FIELD_ID, true},
	{NULL},
};

static void out_records(struct act *a, const struct exchange_trade *trade,
	const struct notice_row *n, json_t *out)
{
	const struct exchange_sender sender = {.platform_code = a->env->exchange_platform,
		.service_code = a->env->exchange_service,
		.public_url = a->env->public_url};
	g_autoptr(GArray) problems = g_array_new(FALSE, FALSE, sizeof(struct exchange_problem));
	json_t *records = exchange_records(&sender, trade, n, problems);
	json_t *list = json_array();
	GString *xml = exchange_xml(records);

	for (guint i = 0; i < problems->len; i++) {
		const struct exchange_problem *p =
			&g_array_index(problems, struct exchange_problem, i);
		json_array_append_new(list, json_pack("{s:s, s:s, s:s}", "table", p->table, "field",
						    p->field, "text", p->text));
	}
	json_object_set_new(out, "records", records);
	json_object_set_new(out, "problems", list);
	out_text(out, "xml", xml->str);
	g_string_free(xml, TRUE);
}

static int run_records(struct act *a, const json_t *in, json_t *out)
{
	NOTICE_AUTO struct notice_row *n = NULL;
	PROJECT_AUTO struct project *project = NULL;
	g_autoptr(GPtrArray) lots = NULL, bids = NULL, awards = NULL, bonds = NULL;
	int r = act_found(a, notice_store_get(a->txn, in_text(in, "notice_id"), &n), "notice_id");

	if (!r && !n->publish_seq)
		r = act_found(a, STORE_E_NONE, "notice_id");
	if (!r && n->has_withheld)
		r = notice_withheld_json(
			a->env, a->txn, n->notice_id, WITHHELD_DISCLOSED, &n->withheld);
	if (!r)
		r = project_store_get(a->txn, n->project_id, &project);
	if (!r)
		r = project_store_lots(a->txn, n->project_id, &lots);
	if (!r)
		r = bid_store_opened_of(a->txn, n->project_id, &bids);
	if (!r)
		r = award_told_list(a->txn, lots, &awards);
	if (!r)
		r = deposit_shown_bonds(a->env, a->txn, project, lots, bids, &bonds);
	if (r)
		return r;
	const struct exchange_trade trade = {project, lots, bids, awards, bonds};
	out_records(a, &trade, n, out);
	return 0;
}

const struct act_kind exchange_records_view = {
	.name = "exchange.records", .fields = record_fields, .run = run_records, .flags = ACT_READ};
