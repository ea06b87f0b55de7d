/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the opening and the evaluation brought, as the data norm wants it of each bid. */
#include <string.h>

#include "proto/sealed_manifest.h"
#include "server/core/fields.h"
#include "server/publish/exchange_parts.h"
#include "server/publish/notice_withheld.h"
#include "server/store/bid_store.h"
#include "server/trade/offer_terms.h"

#define CANDIDATES_MAX 3 /* E11 */

/* Sums of money alone are amounts; a rate or a discount stands as a number of its own. */
static void put_price(json_t *fields, const struct lot *lot, struct decimal price)
{
	char text[DECIMAL_TEXT_SIZE];

	if (strcmp(lot->price_form, "amount") == 0)
		exchange_put_amount(fields, "price", price);
	else
		exchange_put(fields, "rate", decimal_format_exact(price, text));
}

/* A date is a time of the norm: the begin of that day in Beijing. */
static void put_terms(json_t *fields, const json_t *offer)
{
	static const char *const texts[] = {"manager", "manager_certificates", "duration"};
	json_auto_t *terms = offer_terms(offer);
	const char *date = in_text(terms, "delivery_time");
	g_autofree char *time =
		date ? g_strdup_printf("%.4s%.2s%.2s000000", date, date + 5, date + 8) : NULL;

	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
		exchange_put(fields, texts[i], in_text(terms, texts[i]));
	exchange_put(fields, "delivery_time", time);
}

static const struct exchange_bond *bond_of(
	const struct exchange_build *b, const struct bid_row *bid)
{
	const GPtrArray *bonds = b->trade->bonds;

	for (guint i = 0; bonds && i < bonds->len; i++) {
		const struct exchange_bond *bond = g_ptr_array_index(bonds, i);
		if (strcmp(bond->bid_id, bid->bid_id) == 0)
			return bond;
	}
	return NULL;
}

/* The way it came is a text of the norm, not a code. */
static void put_bond(json_t *fields, const struct exchange_bond *bond)
{
	static const char *const forms[] = {
		[DEPOSIT_TRANSFER] = "转账",
		[DEPOSIT_GUARANTEE] = "银行保函",
		[DEPOSIT_INSURANCE] = "保证保险",
		[DEPOSIT_SURETY] = "担保公司保函",
	};

	if (!bond)
		return;
	exchange_put(fields, "bond_paid", bond->there ? "1" : "0");
	if (!bond->there)
		return;
	exchange_put(fields, "bond_form", forms[bond->form]);
	exchange_put_time(fields, "bond_time", bond->at_us);
}

static void add_bid(struct exchange_build *b, const struct lot *lot, const struct bid_row *bid)
{
	struct sealed_manifest *m = NULL;
	json_t *fields = exchange_begin(b);

	exchange_put(fields, "lot_code", lot->code);
	exchange_put(fields, "bidder", bid->bidder_name);
	if (bid->manifest && sealed_manifest_parse(bid->manifest, strlen(bid->manifest), &m) == 0) {
		exchange_put(fields, "bidder_code", m->credit_code);
		put_terms(fields, m->offer);
		sealed_manifest_free(m);
	}
	put_bond(fields, bond_of(b, bid));
	exchange_put(fields, "price_form", strcmp(lot->price_form, "amount") ? "9" : "1");
	put_price(fields, lot, bid->price);
	exchange_end(b, "507", fields);
}

void exchange_add_opened(struct exchange_build *b)
{
	const GPtrArray *lots = b->trade->lots, *bids = b->trade->bids;

	for (guint i = 0; i < lots->len; i++) {
		const struct lot *lot = g_ptr_array_index(lots, i);
		for (guint k = 0; notice_means_lot(b->n->lot_nos, lot->no) && k < bids->len; k++) {
			const struct bid_row *bid = g_ptr_array_index(bids, k);
			if (strcmp(bid->lot_id, lot->lot_id) == 0)
				add_bid(b, lot, bid);
		}
	}
}

/* The result's numbers are texts; one that is none is left out. */
static void put_number(json_t *fields, const char *name, const json_t *row, const char *from)
{
	const char *text = json_string_value(json_object_get(row, from));

	exchange_put(fields, name, text);
}

static void add_candidate(
	struct exchange_build *b, const struct lot *lot, const json_t *row, json_int_t rank)
{
	g_autofree char *place = g_strdup_printf("%" JSON_INTEGER_FORMAT, rank);
	json_t *fields = exchange_begin(b);

	exchange_put(fields, "lot_code", lot->code);
	exchange_put(fields, "candidate", json_string_value(json_object_get(row, "bidder_name")));
	exchange_put(fields, "rank", place);
	put_number(fields, "score", row, "total");
	if (notice_public_text(b->n, "prices") && strcmp(lot->price_form, "amount") == 0 &&
		json_object_get(row, "price")) {
		put_number(fields, "price", row, "price");
		exchange_put(fields, "amount_unit", "0");
		exchange_put(fields, "currency", "CNY");
	}
	exchange_put_field(fields, "quality", b->n, "quality");
	exchange_put_field(fields, "evaluation", b->n, "evaluation");
	exchange_put_field(fields, "qualification", b->n, "qualification");
	exchange_end(b, "510", fields);
}

/* The rows stand in the order of receipt; numbers: of those that are recommended. */
static void add_numbered(
	struct exchange_build *b, const struct lot *lot, const json_t *rows, const json_t *numbers)
{
	json_t *no;
	size_t k;

	json_array_foreach ((json_t *)numbers, k, no) {
		const json_t *row = json_array_get(rows, (size_t)json_integer_value(no) - 1);

		if (row)
			add_candidate(b, lot, row, (json_int_t)k + 1);
	}
}

static void add_ranked(struct exchange_build *b, const struct lot *lot, const json_t *rows)
{
	json_t *row;
	size_t k;

	for (json_int_t rank = 1; rank <= CANDIDATES_MAX; rank++)
		json_array_foreach ((json_t *)rows, k, row)
			if (json_integer_value(json_object_get(row, "rank")) == rank)
				add_candidate(b, lot, row, rank);
}

void exchange_add_candidates(struct exchange_build *b)
{
	if (!notice_public_text(b->n, "candidates"))
		return;
	for (guint i = 0; i < b->trade->lots->len; i++) {
		const struct lot *lot = g_ptr_array_index(b->trade->lots, i);
		const struct told_award *told = told_award_of(b->trade->awards, lot->lot_id, b->n);
		const json_t *rows = told ? json_object_get(told->award, "rows") : NULL;

		if (told && told->candidates)
			add_numbered(b, lot, rows, told->candidates);
		else
			add_ranked(b, lot, rows);
	}
}
