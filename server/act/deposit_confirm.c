/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A line of the bank's answer to an order (退款回单): given back with interest, or failed, so that
 * the next order has it again. What the bank says it gave back once more under another number of
 * its own is money that has to be asked for: it is put down, and everybody concerned is told.
 */
#include "server/act/deposit_rows.h"

#include <string.h>

#include "db/fault.h"
#include "server/act/deposit_lot.h"
#include "server/trade/calendar.h"

static const struct field fields[] = {
	{"return_no", FIELD_ID, true},
	{"bank_serial", FIELD_TEXT, false, 1, 64},
	{"amount", FIELD_DECIMAL, true},
	{"interest", FIELD_DECIMAL, false},
	{"returned_at", FIELD_TIME, true},
	{"failure", FIELD_TEXT, false, 1, 200},
	{NULL},
};

/* What a line is: to be taken, known already, or the second return of the same money. */
enum line { LINE_NEW, LINE_KNOWN, LINE_TWICE };

/* Every column of it, but for the amount, which is that of the order. */
static bool said_before(const json_t *in, const struct deposit_return *d)
{
	const char *failure = in_text(in, "failure"), *text = in_text(in, "interest");
	struct decimal interest = decimal_from_int(0);
	int64_t at_us = in_time_us(in, "returned_at", 0);

	if (text && decimal_parse_text(text, &interest))
		return false;
	if (failure)
		return d->failed_us == at_us && g_strcmp0(d->failure, failure) == 0;
	return d->returned_us == at_us && decimal_cmp(d->interest, interest) == 0 &&
	       g_strcmp0(d->bank_serial, in_text(in, "bank_serial")) == 0;
}

/*
 * The bank carried out after all what it had said it could not: the line of a later order is no
 * more, unless that was carried out, too.
 */
static int replace_later(struct act *a, struct deposit_return *d, enum line *ret)
{
	DEPOSIT_RETURN_AUTO struct deposit_return *later = NULL;
	int r = deposit_store_open_return(a->txn, d->payment_id, &later);

	if (r && r != STORE_E_NONE)
		return r;
	if (!r && later->returned_us) {
		*ret = LINE_TWICE;
		return 0;
	}
	if (!r) {
		later->failed_us = a->legal_us;
		g_free(later->failure);
		later->failure = g_strdup_printf("replaced by %s", d->return_id);
		r = store_fault(deposit_store_set_return(a->txn, later));
	} else {
		r = 0;
	}
	d->failed_us = 0;
	g_clear_pointer(&d->failure, g_free);
	return r;
}

static int check_amount(struct act *a, const json_t *in, const struct deposit_payment *p)
{
	struct decimal amount;
	char asked[DECIMAL_TEXT_SIZE];

	if (!decimal_parse_text(in_text(in, "amount"), &amount) &&
		decimal_cmp(amount, p->amount) == 0)
		return 0;
	return refuse(a->refusal, deposit_refusal_code(DEPOSIT_E_AMOUNT), "amount",
		"%s was ordered", decimal_format_exact(p->amount, asked));
}

/* Of money that never was a bond none is asked for; T15 speaks of what a contract set going. */
static int need_interest(
	struct act *a, const struct deposit_payment *p, const struct deposit_lot_case *l)
{
	struct deposit_fate fate;
	int r;

	if (strcmp(p->state, DEPOSIT_ASIDE) == 0 || !deposit_bears_interest(l->c.project->regime))
		return 0;
	r = deposit_fate(a, l, p, &fate);
	if (r)
		return r;
	return g_strcmp0(fate.rule, "T15") == 0
		       ? refuse_rule(a->refusal, deposit_refusal_code(DEPOSIT_E_INTEREST), "T15",
				 "interest", "0 where there was none")
		       : refuse(a->refusal, deposit_refusal_code(DEPOSIT_E_INTEREST), "interest",
				 "0 where there was none");
}

static int read_interest(struct act *a, const json_t *in, const struct deposit_payment *p,
	const struct deposit_lot_case *l, struct decimal *ret)
{
	const char *text = in_text(in, "interest");

	if (!text)
		return need_interest(a, p, l);
	return decimal_parse_text(text, ret) || decimal_sign(*ret) < 0 || !decimal_in_range(*ret)
		       ? refuse(a->refusal, "input.invalid", "interest", NULL)
		       : 0;
}

static int take(struct act *a, const json_t *in, const struct deposit_payment *p,
	const struct deposit_lot_case *l, struct deposit_return *d)
{
	int64_t at_us = in_time_us(in, "returned_at", 0);
	const char *failure = in_text(in, "failure");
	int r;

	if (!time_is_plausible(at_us) || at_us > a->legal_us)
		return refuse(a->refusal, "input.invalid", "returned_at", "it is still to come");
	if (failure) {
		d->failed_us = at_us;
		d->failure = g_strdup(failure);
		return 0;
	}
	if (!in_has(in, "bank_serial"))
		return refuse(a->refusal, "input.missing", "bank_serial", NULL);
	r = check_amount(a, in, p);
	if (!r)
		r = read_interest(a, in, p, l, &d->interest);
	d->returned_us = at_us;
	d->bank_serial = g_strdup(in_text(in, "bank_serial"));
	return r;
}

static int note(struct act *a, const struct deposit_payment *p, const struct deposit_lot_case *l,
	const struct deposit_return *d)
{
	json_t *body = *p->lot_id ? deposit_body(l) : json_object();
	char text[DECIMAL_TEXT_SIZE];

	out_text(body, "amount", decimal_format_exact(p->amount, text));
	out_text(body, "interest", decimal_format_exact(d->interest, text));
	out_time(body, "returned_at", d->returned_us);
	out_time(body, "failed_at", d->failed_us);
	out_time(body, "due", d->due_us);
	return act_event(a, d->failed_us ? "deposit.return_failed" : "deposit.returned",
		*p->deposit_id ? "deposit" : "payment",
		*p->deposit_id ? p->deposit_id : p->payment_id, body);
}

static const char *outcome(const struct deposit_return *d)
{
	if (d->failed_us)
		return "failed";
	return d->due_us && d->returned_us > d->due_us ? "returned_late" : "returned";
}

static int refuse_serial(struct act *a)
{
	return refuse(a->refusal, deposit_refusal_code(DEPOSIT_E_SERIAL), "bank_serial", NULL);
}

static int keep(struct act *a, const struct deposit_return *d)
{
	DEPOSIT_TWICE_AUTO struct deposit_twice *twice = NULL;
	int r = d->bank_serial ? deposit_store_twice(a->txn, d->bank_serial, &twice) : STORE_E_NONE;

	if (r != STORE_E_NONE)
		return r ? r : refuse_serial(a);
	r = deposit_store_set_return(a->txn, d);
	return r == DB_E_DUPLICATE ? refuse_serial(a) : store_fault(r);
}

/* Not before its time, and the number is that of no other return. *ret_known: it was put down. */
static int check_twice(
	struct act *a, const json_t *in, const struct deposit_return *d, bool *ret_known)
{
	DEPOSIT_TWICE_AUTO struct deposit_twice *before = NULL;
	DEPOSIT_RETURN_AUTO struct deposit_return *other = NULL;
	int64_t at_us = in_time_us(in, "returned_at", 0);
	const char *serial = in_text(in, "bank_serial");
	int r;

	if (!serial)
		return refuse(a->refusal, "input.missing", "bank_serial", NULL);
	if (!time_is_plausible(at_us) || at_us > a->legal_us)
		return refuse(a->refusal, "input.invalid", "returned_at", "it is still to come");
	r = deposit_store_twice(a->txn, serial, &before);
	*ret_known = !r;
	if (!r)
		return strcmp(before->return_id, d->return_id) == 0 && before->returned_us == at_us
			       ? 0
			       : refuse_serial(a);
	if (r == STORE_E_NONE)
		r = deposit_store_return_by_serial(a->txn, serial, &other);
	return r == STORE_E_NONE ? 0 : r ? r : refuse_serial(a);
}

static int take_twice(struct act *a, const json_t *in, const struct deposit_payment *p,
	const struct deposit_return *d, json_t *out)
{
	DEPOSIT_LOT_AUTO struct deposit_lot_case l = {0};
	struct deposit_twice t = {.bank_serial = (char *)in_text(in, "bank_serial"),
		.returned_us = in_time_us(in, "returned_at", 0),
		.told_us = a->legal_us};
	char text[DECIMAL_TEXT_SIZE];
	bool known = false;
	int r = check_twice(a, in, d, &known);

	if (r)
		return r;
	out_text(out, "outcome", known ? "known" : "returned_twice");
	if (known)
		return 0;
	g_strlcpy(t.return_id, d->return_id, sizeof(t.return_id));
	g_strlcpy(t.payment_id, p->payment_id, sizeof(t.payment_id));
	r = store_fault(deposit_store_add_twice(a->txn, &t));
	if (!r && *p->lot_id)
		r = deposit_lot_read(a, p->lot_id, false, &l);
	if (r)
		return r;
	out_text(out, "payment_id", p->payment_id);
	json_t *body = *p->lot_id ? deposit_body(&l) : json_object();
	out_text(body, "amount", decimal_format_exact(p->amount, text));
	out_time(body, "returned_at", t.returned_us);
	return act_event(a, "deposit.returned_twice", *p->deposit_id ? "deposit" : "payment",
		*p->deposit_id ? p->deposit_id : p->payment_id, body);
}

static int look_at(struct act *a, const json_t *in, const struct deposit_payment *p,
	struct deposit_return *d, enum line *ret)
{
	int r;

	*ret = LINE_NEW;
	if (!d->returned_us && !d->failed_us)
		return 0;
	r = check_amount(a, in, p);
	if (r)
		return r;
	if (said_before(in, d)) {
		*ret = LINE_KNOWN;
		return 0;
	}
	if (d->failed_us && !in_has(in, "failure"))
		return replace_later(a, d, ret);
	/* Under a number of its own it is no other word about the same return. */
	if (d->returned_us && !in_has(in, "failure") &&
		g_strcmp0(d->bank_serial, in_text(in, "bank_serial")) != 0) {
		*ret = LINE_TWICE;
		return 0;
	}
	return refuse(a->refusal, deposit_refusal_code(DEPOSIT_E_RETURN), "return_no",
		"the bank has said something else of it");
}

static int run(struct act *a, const json_t *in, json_t *out)
{
	DEPOSIT_LOT_AUTO struct deposit_lot_case l = {0};
	DEPOSIT_RETURN_AUTO struct deposit_return *d = NULL;
	DEPOSIT_PAYMENT_AUTO struct deposit_payment *p = NULL;
	enum line line = LINE_NEW;
	int r = deposit_store_lock_return(a->txn, in_text(in, "return_no"), &d);

	if (r == STORE_E_NONE)
		return refuse(a->refusal, deposit_refusal_code(DEPOSIT_E_RETURN), "return_no",
			"no order has it");
	if (!r)
		r = store_fault(deposit_store_lock_payment(a->txn, d->payment_id, &p));
	if (!r)
		r = look_at(a, in, p, d, &line);
	if (!r && line == LINE_TWICE)
		return take_twice(a, in, p, d, out);
	if (!r && line == LINE_KNOWN) {
		out_text(out, "outcome", "known");
		return 0;
	}
	if (!r && *p->lot_id)
		r = deposit_lot_read(a, p->lot_id, false, &l);
	if (!r)
		r = take(a, in, p, &l, d);
	if (!r)
		r = keep(a, d);
	if (r)
		return r;
	out_text(out, "payment_id", p->payment_id);
	out_text(out, "outcome", outcome(d));
	return note(a, p, &l, d);
}

const struct act_kind deposit_confirm_row = {
	.name = "import.returns", .fields = fields, .run = run};
