/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The supplier file (供应商库) of the centre: who its bidders are, how long their certificates hold
 * and what their opened bids came to. What a supplier takes part in now is not told.
 */
#include "server/api/views.h"

#include "server/act/bidder_certificate.h"
#include "server/store/certificate_store.h"
#include "server/store/supplier_store.h"

#define PAGE 100

static int out_supplier(struct act *a, const struct supplier *s, json_t *out)
{
	enum bidder_certificate_state state;
	int64_t until_us;
	int r = bidder_certificate_of(a, s->account_id, s->credit_code, &state, &until_us);

	out_text(out, "account_id", s->account_id);
	out_text(out, "login", s->login);
	out_text(out, "name", s->name);
	if (s->org_name)
		out_text(out, "org_name", s->org_name);
	if (s->credit_code)
		out_text(out, "credit_code", s->credit_code);
	json_object_set_new(out, "locked", json_boolean(s->locked));
	out_text(out, "certificate", bidder_certificate_state_name(state));
	out_time(out, "certificate_until", until_us);
	out_int(out, "n_opened", s->n_opened);
	out_int(out, "n_won", s->n_won);
	return r;
}

static const struct field list_fields[] = {
	{"text", FIELD_TEXT, false, 1, 100},
	{"after", FIELD_TEXT, false, 1, 64},
	{"limit", FIELD_INT, false, 1, PAGE},
	{NULL},
};

static int run_list(struct act *a, const json_t *in, json_t *out)
{
	const char *text = in_text(in, "text"), *after = in_text(in, "after");
	unsigned limit = (unsigned)in_int(in, "limit", PAGE);
	g_autoptr(GPtrArray) list = NULL;
	json_t *items = json_array();
	int r = supplier_store_list(a->txn, text ? text : "", after ? after : "", limit, &list);

	json_object_set_new(out, "items", items);
	for (guint i = 0; !r && i < list->len; i++) {
		json_t *row = json_object();
		json_array_append_new(items, row);
		r = out_supplier(a, g_ptr_array_index(list, i), row);
	}
	if (r)
		return r;
	const struct supplier *last =
		list->len == limit ? g_ptr_array_index(list, limit - 1) : NULL;
	out_text(out, "next", last ? last->login : NULL);
	return 0;
}

const struct act_kind supplier_list_view = {
	.name = "supplier.list", .fields = list_fields, .run = run_list, .flags = ACT_READ};

static const struct field get_fields[] = {
	{"account_id", FIELD_ID, true},
	{NULL},
};

static int out_bids(struct act *a, const char *account_id, json_t *out)
{
	g_autoptr(GPtrArray) list = NULL;
	json_t *rows = json_array();
	int r = supplier_store_bids(a->txn, account_id, &list);

	json_object_set_new(out, "bids", rows);
	for (guint i = 0; !r && i < list->len; i++) {
		const struct supplier_bid *b = g_ptr_array_index(list, i);
		char price[DECIMAL_TEXT_SIZE];
		json_t *row = json_object();
		out_text(row, "bid_id", b->bid_id);
		out_text(row, "lot_id", b->lot_id);
		out_text(row, "lot_code", b->lot_code);
		out_text(row, "lot_name", b->lot_name);
		out_text(row, "project_name", b->project_name);
		out_int(row, "no", b->no);
		out_time(row, "opened_at", b->opened_us);
		out_text(row, "price", decimal_format_exact(b->price, price));
		json_object_set_new(row, "won", json_boolean(b->won));
		json_object_set_new(row, "bond_kept", json_boolean(b->kept));
		json_array_append_new(rows, row);
	}
	return r;
}

static int run_get(struct act *a, const json_t *in, json_t *out)
{
	const char *account_id = in_text(in, "account_id");
	SUPPLIER_AUTO struct supplier *s = NULL;
	g_autoptr(GPtrArray) certificates = NULL;
	json_t *rows = json_array();
	int r = act_found(a, supplier_store_get(a->txn, account_id, &s), "account_id");

	json_object_set_new(out, "certificates", rows);
	if (!r)
		r = certificate_store_list(a->txn, account_id, &certificates);
	for (guint i = 0; !r && i < certificates->len; i++)
		json_array_append_new(rows,
			certificate_json(a, g_ptr_array_index(certificates, i), s->credit_code));
	if (!r)
		r = out_supplier(a, s, out);
	return r ? r : out_bids(a, account_id, out);
}

const struct act_kind supplier_view = {
	.name = "supplier.get", .fields = get_fields, .run = run_get, .flags = ACT_READ};
