/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A line of the bank's statement (到账明细): money that came under a reference. What is no bond is
 * put aside with the reason, for it has to go back; a line that was taken before changes nothing.
 */
#include "server/act/deposit_rows.h"

#include <openssl/sha.h>
#include <string.h>

#include "server/act/deposit_lot.h"
#include "server/sign/field_cipher.h"
#include "server/store/account_store.h"
#include "server/trade/calendar.h"

static const struct field fields[] = {
	{"bank_serial", FIELD_TEXT, true, 1, 64},
	{"reference", FIELD_TEXT, false, 1, 64},
	{"payer", FIELD_TEXT, true, 1, 200},
	{"payer_account", FIELD_TEXT, true, 1, 64},
	{"payer_bank", FIELD_TEXT, false, 1, 200},
	{"amount", FIELD_DECIMAL, true},
	{"paid_at", FIELD_TIME, true},
	{NULL},
};

static int read_line(struct act *a, const json_t *in, struct deposit_payment *p)
{
	const char *reference = in_text(in, "reference");

	if (decimal_parse_text(in_text(in, "amount"), &p->amount) || decimal_sign(p->amount) <= 0 ||
		!decimal_in_range(p->amount))
		return refuse(a->refusal, "input.invalid", "amount", "above zero");
	p->paid_us = in_time_us(in, "paid_at", 0);
	if (!time_is_plausible(p->paid_us) || p->paid_us > a->legal_us)
		return refuse(a->refusal, "input.invalid", "paid_at", "it is still to come");
	id_new(p->payment_id);
	p->bank_serial = g_strdup(in_text(in, "bank_serial"));
	p->reference = g_strdup(reference ? reference : "");
	return 0;
}

/* The bank may leave out the payer's bank. */
static bool same_payer(const json_t *who, const json_t *in)
{
	const char *bank = in_text(in, "payer_bank");

	return g_strcmp0(in_text(who, "name"), in_text(in, "payer")) == 0 &&
	       g_strcmp0(in_text(who, "account"), in_text(in, "payer_account")) == 0 &&
	       g_strcmp0(in_text(who, "bank"), bank ? bank : "") == 0;
}

/* The same line again changes nothing; another one under its number is a mistake of the file. */
static int look_for(
	struct act *a, const json_t *in, const struct deposit_payment *p, bool *ret_known)
{
	DEPOSIT_PAYMENT_AUTO struct deposit_payment *before = NULL;
	json_auto_t *who = NULL;
	int r = deposit_store_by_serial(a->txn, p->bank_serial, &before);

	*ret_known = !r;
	if (!r)
		r = deposit_payer(a, before, &who);
	if (r)
		return r == STORE_E_NONE ? 0 : r;
	return decimal_cmp(before->amount, p->amount) == 0 && before->paid_us == p->paid_us &&
			       strcmp(before->reference, p->reference) == 0 && same_payer(who, in)
		       ? 0
		       : refuse(a->refusal, deposit_refusal_code(DEPOSIT_E_SERIAL), "bank_serial",
				 NULL);
}

/* What became of the line lies with who paid: before the opening neither is anybody's to read. */
static int wrap_payer(
	struct act *a, const json_t *in, enum deposit_flaw flaw, struct deposit_payment *p)
{
	const char *bank = in_text(in, "payer_bank");
	json_auto_t *who = json_pack("{s:s, s:s, s:s, s:s}", "name", in_text(in, "payer"),
		"account", in_text(in, "payer_account"), "bank", bank ? bank : "", "flaw",
		deposit_flaw_name(flaw));
	char *text = json_dumps(who, JSON_COMPACT | JSON_SORT_KEYS);
	int r = field_cipher_seal(a->env->cipher, DEPOSIT_PAYER_PURPOSE, p->payment_id, text,
		strlen(text), &p->payer);

	free(text);
	return r;
}

/* The reference is locked: two lines of one bidder are looked at one after another. */
static int judge(struct act *a, const json_t *in, const struct deposit *d,
	const struct deposit_lot_case *l, const struct deposit_payment *p, enum deposit_flaw *ret)
{
	ACCOUNT_AUTO struct account *bidder = NULL;
	DEPOSIT_PAYMENT_AUTO struct deposit_payment *held = NULL;
	int r = store_fault(account_store_get(a->txn, d->account_id, &bidder));

	if (!r)
		r = deposit_store_held(a->txn, d->deposit_id, &held);
	if (r && r != STORE_E_NONE)
		return r;
	const struct deposit_payment_facts facts = {p->amount, in_text(in, "payer"),
		bidder->org_name, held != NULL, p->paid_us, l->c.lot->deadline_us};
	*ret = l->asked ? deposit_fit(&l->terms, &facts) : DEPOSIT_UNKNOWN;
	return 0;
}

/*
 * Whoever performed an act may read its event, so that of a line for a lot whose bids are sealed
 * has neither the lot nor the verdict: only the digest of the wrapped record, which has both.
 */
static int note_sealed(struct act *a, const struct deposit_payment *p, json_t *body)
{
	uint8_t digest[SHA256_DIGEST_LENGTH];

	SHA256(g_bytes_get_data(p->payer, NULL), g_bytes_get_size(p->payer), digest);
	out_hex(body, "record_sha256", digest, sizeof(digest));
	return act_event(a, "deposit.taken", "payment", p->payment_id, body);
}

static int note(struct act *a, const struct deposit_lot_case *l, const struct deposit_payment *p,
	enum deposit_flaw flaw)
{
	bool sealed = *p->deposit_id && !deposit_lot_told(l);
	json_t *body = *p->deposit_id && !sealed ? deposit_body(l) : json_object();
	char amount[DECIMAL_TEXT_SIZE];

	out_text(body, "amount", decimal_format_exact(p->amount, amount));
	out_time(body, "paid_at", p->paid_us);
	if (sealed)
		return note_sealed(a, p, body);
	out_text(body, "flaw", deposit_flaw_name(flaw));
	return act_event(a, flaw ? "deposit.set_aside" : "deposit.paid",
		*p->deposit_id ? "deposit" : "payment",
		*p->deposit_id ? p->deposit_id : p->payment_id, body);
}

static int keep(struct act *a, const json_t *in, struct deposit_payment *p, enum deposit_flaw flaw)
{
	int r = wrap_payer(a, in, flaw, p);

	if (r)
		return r;
	g_strlcpy(p->state, flaw ? DEPOSIT_ASIDE : DEPOSIT_HELD, sizeof(p->state));
	g_strlcpy(p->flaw, flaw ? deposit_flaw_name(flaw) : "", sizeof(p->flaw));
	return store_fault(deposit_store_add_payment(a->txn, p, a->legal_us));
}

/* Of a lot whose bids are sealed it says no more than that: the rest tells who bids. */
static void answer(const struct deposit_lot_case *l, const struct deposit_payment *p,
	enum deposit_flaw flaw, json_t *out)
{
	out_text(out, "payment_id", p->payment_id);
	if (*p->deposit_id && !deposit_lot_told(l)) {
		out_text(out, "outcome", "taken");
		return;
	}
	if (*p->deposit_id)
		out_text(out, "code", l->c.lot->code);
	out_text(out, "outcome", flaw ? deposit_flaw_name(flaw) : "held");
}

static int run(struct act *a, const json_t *in, json_t *out)
{
	DEPOSIT_LOT_AUTO struct deposit_lot_case l = {0};
	DEPOSIT_PAYMENT_AUTO struct deposit_payment *p = g_new0(struct deposit_payment, 1);
	g_autofree struct deposit *d = NULL;
	enum deposit_flaw flaw = DEPOSIT_UNKNOWN;
	bool known = false;
	int r = read_line(a, in, p);

	if (!r)
		r = look_for(a, in, p, &known);
	if (r)
		return r;
	if (known) {
		out_text(out, "outcome", "known");
		return 0;
	}
	r = deposit_store_lock(a->txn, p->reference, &d);
	if (r && r != STORE_E_NONE)
		return r;
	r = 0;
	if (d) {
		g_strlcpy(p->deposit_id, d->deposit_id, sizeof(p->deposit_id));
		r = deposit_lot_read(a, d->lot_id, false, &l);
	}
	if (!r && d)
		r = judge(a, in, d, &l, p, &flaw);
	if (!r)
		r = keep(a, in, p, flaw);
	if (!r)
		answer(&l, p, flaw, out);
	return r ? r : note(a, &l, p, flaw);
}

const struct act_kind deposit_take_row = {.name = "import.payments", .fields = fields, .run = run};
