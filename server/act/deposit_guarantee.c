/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A guarantee (保函) in place of money: its file, wrapped until the opening, and what it says. The
 * newest of a bidder counts.
 */
#include "server/act/acts.h"

#include <openssl/sha.h>

#include "server/act/deposit_lot.h"
#include "server/sign/field_cipher.h"
#include "server/trade/attachment.h"

static const struct field fields[] = {
	{"lot_id", FIELD_ID, true},
	{"name", FIELD_TEXT, true, 1, ATTACHMENT_NAME_MAX},
	{"form", FIELD_NAME, true, 1, 16},
	{"issuer", FIELD_TEXT, true, 1, 200},
	{"number", FIELD_TEXT, true, 1, 64},
	{"amount", FIELD_DECIMAL, true},
	{"valid_until", FIELD_TIME, true},
	{NULL},
};

static int refuse_as(struct act *a, int refusal)
{
	static const char *const field[] = {
		[DEPOSIT_E_FORM] = "form",
		[DEPOSIT_E_LOW] = "amount",
		[DEPOSIT_E_SHORT] = "valid_until",
		[DEPOSIT_E_FILE] = "name",
	};

	return refuse(a->refusal, deposit_refusal_code(refusal),
		(size_t)refusal < G_N_ELEMENTS(field) ? field[refusal] : NULL, NULL);
}

static int check(struct act *a, const json_t *in, const struct deposit_lot_case *l,
	struct deposit_guarantee *g)
{
	struct deposit_guarantee_facts facts = {.form = g->form,
		.valid_until_us = g->valid_until_us,
		.deadline_us = l->c.lot->deadline_us};
	const struct attachment_type *type;
	gsize len = 0;
	const void *bytes = a->body ? g_bytes_get_data(a->body, &len) : NULL;
	int r;

	if (decimal_parse_text(in_text(in, "amount"), &g->amount) || !decimal_in_range(g->amount))
		return refuse(a->refusal, "input.invalid", "amount", NULL);
	facts.amount = g->amount;
	r = deposit_check_guarantee(&l->terms, &facts, bid_case_now(a, &l->c));
	if (r)
		return refuse_as(a, r);
	type = bytes ? attachment_type_of(bytes, len) : NULL;
	if (!type || attachment_check_name(g->name, type))
		return refuse_as(a, DEPOSIT_E_FILE);
	g->size = (int64_t)len;
	SHA256(bytes, len, g->sha256);
	return field_cipher_seal(
		a->env->cipher, DEPOSIT_FILE_PURPOSE, g->guarantee_id, bytes, len, &g->content);
}

static int check_number(struct act *a, const struct deposit *d)
{
	int64_t n = 0;
	int r = deposit_store_count_guarantees(a->txn, d->deposit_id, &n);

	return r || n < DEPOSIT_GUARANTEES_MAX
		       ? r
		       : refuse(a->refusal, deposit_refusal_code(DEPOSIT_E_MANY), NULL,
				 "at most %d", DEPOSIT_GUARANTEES_MAX);
}

static struct deposit_guarantee *read_input(struct act *a, const json_t *in)
{
	struct deposit_guarantee *g = g_new0(struct deposit_guarantee, 1);

	id_new(g->guarantee_id);
	g->form = deposit_form_from_name(in_text(in, "form"));
	g->issuer = g_strdup(in_text(in, "issuer"));
	g->number = g_strdup(in_text(in, "number"));
	g->name = g_strdup(in_text(in, "name"));
	g->valid_until_us = in_time_us(in, "valid_until", 0);
	g->handed_us = a->legal_us;
	return g;
}

static int run(struct act *a, const json_t *in, json_t *out)
{
	DEPOSIT_LOT_AUTO struct deposit_lot_case l = {0};
	DEPOSIT_GUARANTEE_AUTO struct deposit_guarantee *g = read_input(a, in);
	g_autofree struct deposit *d = NULL;
	int r = deposit_lot_read(a, in_text(in, "lot_id"), true, &l);

	if (!r)
		r = deposit_lot_takes(a, &l);
	if (!r)
		r = check(a, in, &l, g);
	if (!r)
		r = deposit_of_bidder(a, &l, &d);
	if (!r)
		r = check_number(a, d);
	if (r)
		return r;
	g_strlcpy(g->deposit_id, d->deposit_id, sizeof(g->deposit_id));
	r = store_fault(deposit_store_add_guarantee(a->txn, g));
	if (r)
		return r;
	json_t *body = deposit_body(&l);
	out_hex(body, "sha256", g->sha256, sizeof(g->sha256));
	out_text(body, "form", deposit_form_name(g->form));
	out_time(body, "valid_until", g->valid_until_us);
	out_text(out, "guarantee_id", g->guarantee_id);
	return act_event(a, "deposit.guaranteed", "deposit", d->deposit_id, body);
}

const struct act_kind deposit_guarantee_act = {
	.name = "deposit.guarantee", .fields = fields, .run = run, .flags = ACT_CREATES};
