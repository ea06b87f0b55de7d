/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The files of bid bonds: guarantees handed in and read, orders for the bank. */
#include "server/act/acts.h"
#include "server/act/deposit_lot.h"
#include "server/act/deposit_order.h"
#include "server/act/project_party.h"
#include "server/api/views.h"

#include <string.h>

#include "server/sign/field_cipher.h"

int api_deposit_guarantee(struct api_call *call)
{
	const struct act_kind *kind = call->request->route->data;
	struct refusal r = {0};
	json_t *in = json_object(), *out = NULL;
	int result = api_check_permission(call, kind, &r);

	if (!result)
		result = api_check_type(call, "application/octet-stream", &r);
	if (!result) {
		api_query_input(call, kind, in);
		out_text(in, "lot_id", http_request_param(call->request, "lot_id"));
		result = api_perform(call, kind, in, &out, &r);
	}
	json_decref(in);
	api_answer(call, result, out, &r);
	return 0;
}

static const struct field guarantee_fields[] = {
	{"guarantee_id", FIELD_ID, true},
	{NULL},
};

/* Its bidder, and once the bid was opened those of the project. */
static int check_reader(struct act *a, const struct deposit_guarantee *g)
{
	g_autoptr(GPtrArray) bids = NULL;
	LOT_AUTO struct lot *lot = NULL;
	bool opened = false;
	int r;

	if (strcmp(g->account_id, a->actor->account_id) == 0)
		return 0;
	r = bid_store_of_lot(a->txn, g->lot_id, &bids);
	for (guint i = 0; !r && i < bids->len; i++) {
		const struct bid_row *b = g_ptr_array_index(bids, i);
		opened = opened ||
			 (b->state == BID_OPENED && strcmp(b->account_id, g->account_id) == 0);
	}
	if (!r && !opened)
		r = act_found(a, STORE_E_NONE, "guarantee_id");
	if (!r)
		r = store_fault(project_store_lot(a->txn, g->lot_id, &lot));
	return r ? r : project_require_party(a, lot->project_id);
}

static int run_guarantee(struct act *a, const json_t *in, json_t *out)
{
	DEPOSIT_GUARANTEE_AUTO struct deposit_guarantee *g = NULL;
	g_autoptr(GBytes) bytes = NULL;
	int r = act_found(a, deposit_store_guarantee(a->txn, in_text(in, "guarantee_id"), &g),
		"guarantee_id");

	if (!r)
		r = check_reader(a, g);
	if (!r)
		r = store_fault(field_cipher_open(
			a->env->cipher, DEPOSIT_FILE_PURPOSE, g->guarantee_id, g->content, &bytes));
	if (r)
		return r;
	out_text(out, "name", g->name);
	out_base64(out, "content", bytes);
	return 0;
}

const struct act_kind deposit_guarantee_view = {.name = "deposit.guarantee_file",
	.fields = guarantee_fields,
	.run = run_guarantee,
	.flags = ACT_READ | ACT_SECRET};

static const struct field order_fields[] = {
	{"order_id", FIELD_ID, true},
	{NULL},
};

static int run_order(struct act *a, const json_t *in, json_t *out)
{
	const char *order_id = in_text(in, "order_id");
	g_autofree char *name = g_strdup_printf("returns-%s.csv", order_id);
	g_autoptr(GBytes) bytes = NULL;
	int r = act_found(a, deposit_order_file(a, order_id, &bytes), "order_id");

	if (r)
		return r;
	out_text(out, "name", name);
	out_base64(out, "content", bytes);
	return act_event(a, "deposit.order_read", "order", order_id, json_object());
}

/* It names who is paid: that somebody took it is on the record. */
const struct act_kind deposit_order_view = {.name = "deposit.order_file",
	.fields = order_fields,
	.run = run_order,
	.flags = ACT_SECRET};

static const struct field no_fields[] = {{NULL}};

static int out_nobodys(struct act *a, json_t *out)
{
	g_autoptr(GPtrArray) list = NULL;
	json_t *rows = json_array();
	int r = deposit_store_payments(a->txn, NULL, &list);

	json_object_set_new(out, "nobodys", rows);
	for (guint i = 0; !r && i < list->len; i++) {
		const struct deposit_payment *p = g_ptr_array_index(list, i);
		char amount[DECIMAL_TEXT_SIZE];
		json_t *row = json_object();
		out_text(row, "payment_id", p->payment_id);
		out_text(row, "bank_serial", p->bank_serial);
		out_text(row, "reference", p->reference);
		out_text(row, "amount", decimal_format_exact(p->amount, amount));
		out_time(row, "paid_at", p->paid_us);
		out_text(row, "state",
			p->returned_us  ? "returned"
			: p->ordered_us ? "ordered"
					: p->state);
		if (p->n_twice)
			out_int(row, "returned_twice", p->n_twice);
		json_array_append_new(rows, row);
	}
	return r;
}

static int run_orders(struct act *a, const json_t *in, json_t *out)
{
	g_autoptr(GPtrArray) list = NULL;
	json_t *items = json_array();
	int r = deposit_store_orders(a->txn, &list);

	json_object_set_new(out, "items", items);
	for (guint i = 0; !r && i < list->len; i++) {
		const struct deposit_order *o = g_ptr_array_index(list, i);
		json_t *row = json_pack("{s:s, s:I, s:I}", "order_id", o->order_id, "lines",
			(json_int_t)o->n, "open", (json_int_t)o->n_open);
		out_time(row, "ordered_at", o->ordered_us);
		json_array_append_new(items, row);
	}
	return r ? r : out_nobodys(a, out);
}

const struct act_kind deposit_orders_view = {
	.name = "deposit.orders", .fields = no_fields, .run = run_orders, .flags = ACT_READ};
