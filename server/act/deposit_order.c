/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What goes back: everything that may is put into one order for the bank. A line the bank could
 * not carry out is in the next order again.
 */
#include "server/act/deposit_order.h"

#include <openssl/sha.h>
#include <string.h>

#include "db/fault.h"
#include "server/act/acts.h"
#include "server/act/deposit_lot.h"
#include "server/core/csv.h"

#define PAGE 200
#define ORDER_MAX 2000

static const struct field no_fields[] = {{NULL}};

static int add_line(struct act *a, const char *order_id, const struct deposit_payment *p,
	int64_t due_us, unsigned *n)
{
	struct deposit_return d = {.due_us = due_us, .ordered_us = a->legal_us};

	id_new(d.return_id);
	g_strlcpy(d.order_id, order_id, sizeof(d.order_id));
	g_strlcpy(d.payment_id, p->payment_id, sizeof(d.payment_id));
	++*n;
	int r = deposit_store_add_return(a->txn, &d);
	return r == DB_E_DUPLICATE
		       ? refuse(a->refusal, deposit_refusal_code(DEPOSIT_E_CROSSED), NULL, NULL)
		       : store_fault(r);
}

/* Nobody's payments have no lot to lock: each is looked at again once it is ours. */
static int add_nobodys(struct act *a, const char *order_id, unsigned *n)
{
	g_autoptr(GPtrArray) list = NULL;
	int r = deposit_store_payments(a->txn, NULL, &list);

	for (guint i = 0; !r && i < list->len && *n < ORDER_MAX; i++) {
		const struct deposit_payment *seen = g_ptr_array_index(list, i);
		DEPOSIT_PAYMENT_AUTO struct deposit_payment *p = NULL;
		if (seen->ordered_us)
			continue;
		r = store_fault(deposit_store_lock_payment(a->txn, seen->payment_id, &p));
		if (!r && !p->ordered_us)
			r = add_line(a, order_id, p, 0, n);
	}
	return r;
}

/* On its way back it is no bond any more: the bidder may come again with another. */
static int release(struct act *a, struct deposit_payment *p)
{
	g_strlcpy(p->state, DEPOSIT_BACK, sizeof(p->state));
	return store_fault(deposit_store_set_payment(a->txn, p));
}

/* The lot is locked: no other order takes its payments meanwhile. */
static int add_lot(struct act *a, const char *order_id, const char *lot_id, unsigned *n)
{
	DEPOSIT_LOT_AUTO struct deposit_lot_case l = {0};
	g_autoptr(GPtrArray) list = NULL;
	int r = deposit_lot_read(a, lot_id, true, &l);

	if (!r)
		r = deposit_store_payments(a->txn, lot_id, &list);
	for (guint i = 0; !r && i < list->len && *n < ORDER_MAX; i++) {
		struct deposit_payment *p = g_ptr_array_index(list, i);
		struct deposit_fate fate;
		if (p->ordered_us)
			continue;
		r = deposit_fate(a, &l, p, &fate);
		if (!r && fate.returnable)
			r = add_line(a, order_id, p, fate.due_us, n);
		if (!r && fate.returnable && l.c.lot->state == LOT_BIDDING)
			r = release(a, p);
	}
	return r;
}

static int add_lots(struct act *a, const char *order_id, unsigned *n)
{
	char after[ID_SIZE] = "";
	guint got = PAGE;
	int r = 0;

	while (!r && got == PAGE && *n < ORDER_MAX) {
		g_autoptr(GPtrArray) lots = NULL;
		r = deposit_store_lots(a->txn, after, PAGE, &lots);
		got = r ? 0 : lots->len;
		for (guint i = 0; !r && i < got; i++) {
			const struct deposit_lot *lot = g_ptr_array_index(lots, i);
			g_strlcpy(after, lot->lot_id, sizeof(after));
			r = add_lot(a, order_id, lot->lot_id, n);
		}
	}
	return r;
}

static int add_row(struct act *a, const struct deposit_return *d, GString *table)
{
	DEPOSIT_PAYMENT_AUTO struct deposit_payment *p = NULL;
	json_auto_t *who = NULL;
	char amount[DECIMAL_TEXT_SIZE], due[CLOCK_TEXT_SIZE];
	int r = store_fault(deposit_store_payment(a->txn, d->payment_id, &p));

	if (!r)
		r = deposit_payer(a, p, &who);
	if (r)
		return r;
	const char *cells[] = {d->return_id, p->bank_serial, p->reference, in_text(who, "name"),
		in_text(who, "account"), in_text(who, "bank"),
		decimal_format_exact(p->amount, amount),
		d->due_us ? clock_format_beijing(d->due_us, due) : ""};
	csv_add_row(table, cells, G_N_ELEMENTS(cells));
	return 0;
}

int deposit_order_file(struct act *a, const char *order_id, GBytes **ret)
{
	static const char *const names[] = {"return_no", "paid_serial", "reference", "payee",
		"payee_account", "payee_bank", "amount", "due"};
	g_autoptr(GString) table = g_string_new("\xef\xbb\xbf");
	g_autoptr(GPtrArray) lines = NULL;
	int r = deposit_store_returns(a->txn, order_id, &lines);

	if (!r && !lines->len)
		return STORE_E_NONE;
	csv_add_row(table, names, G_N_ELEMENTS(names));
	for (guint i = 0; !r && i < lines->len; i++)
		r = add_row(a, g_ptr_array_index(lines, i), table);
	if (!r)
		*ret = g_string_free_to_bytes(g_steal_pointer(&table));
	return r;
}

static int run_order(struct act *a, const json_t *in, json_t *out)
{
	g_autoptr(GBytes) file = NULL;
	uint8_t digest[SHA256_DIGEST_LENGTH];
	char order_id[ID_SIZE];
	unsigned n = 0;
	int r;

	id_new(order_id);
	r = add_lots(a, order_id, &n);
	if (!r)
		r = add_nobodys(a, order_id, &n);
	if (!r && !n)
		r = refuse(a->refusal, deposit_refusal_code(DEPOSIT_E_NOTHING), NULL, NULL);
	if (!r)
		r = store_fault(deposit_order_file(a, order_id, &file));
	if (r)
		return r;
	SHA256(g_bytes_get_data(file, NULL), g_bytes_get_size(file), digest);
	json_t *body = json_pack("{s:I}", "lines", (json_int_t)n);
	out_hex(body, "sha256", digest, sizeof(digest));
	out_text(out, "order_id", order_id);
	out_int(out, "lines", n);
	return act_event(a, "deposit.ordered", "order", order_id, body);
}

const struct act_kind deposit_order_act = {
	.name = "deposit.order", .fields = no_fields, .run = run_order, .flags = ACT_CREATES};
