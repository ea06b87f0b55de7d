/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The contract of each lot, as the data norm wants it. */
#include <string.h>

#include "proto/sealed_manifest.h"
#include "server/core/fields.h"
#include "server/publish/exchange_parts.h"
#include "server/publish/notice_withheld.h"
#include "server/store/bid_store.h"
#include "server/trade/said_value.h"

/* His credit code stands in his bid. */
static void put_supplier_code(
	json_t *fields, const struct exchange_build *b, const struct lot *lot, const char *name)
{
	for (guint i = 0; i < b->trade->bids->len; i++) {
		const struct bid_row *bid = g_ptr_array_index(b->trade->bids, i);
		struct sealed_manifest *m = NULL;

		if (strcmp(bid->lot_id, lot->lot_id) != 0 ||
			g_strcmp0(bid->bidder_name, name) != 0 || !bid->manifest ||
			sealed_manifest_parse(bid->manifest, strlen(bid->manifest), &m) != 0)
			continue;
		exchange_put(fields, "supplier_code", m->credit_code);
		sealed_manifest_free(m);
	}
}

/* The parties stand in one text: the supplier is the bidder of the lot it names. */
static void put_supplier(json_t *fields, const struct exchange_build *b, const struct lot *lot)
{
	const json_t *row = told_award_named(b->trade->awards, lot->lot_id, b->n->published_us,
		notice_public_text(b->n, "parties"));
	const char *name = json_string_value(json_object_get(row, "bidder_name"));

	if (!name)
		return;
	exchange_put(fields, "supplier_name", name);
	put_supplier_code(fields, b, lot, name);
}

/* A sum of several lots is none of one of them, and whatever is no sum stands as the norm's other price. */
static void put_price(json_t *fields, const struct exchange_build *b)
{
	const char *text = notice_public_text(b->n, "price");
	struct decimal price;
	bool sum = exchange_lots_meant(b) == 1 && said_money(text, &price);

	exchange_put(fields, "price_form", sum ? "1" : "9");
	if (sum)
		exchange_put_amount(fields, "amount", price);
	else
		exchange_put(fields, "rate", text);
}

static void add_lot(struct exchange_build *b, const struct lot *lot)
{
	const struct project *project = b->trade->project;
	json_t *fields = exchange_begin(b);
	g_autofree char *url =
		g_strdup_printf("%s/notices/%s.html", b->sender->public_url, b->n->notice_id);
	int64_t signed_us;

	exchange_put(fields, "lot_code", lot->code);
	exchange_put(fields, "contract_name",
		notice_public_text(b->n, "name") ? notice_public_text(b->n, "name") : b->n->title);
	exchange_put(fields, "purchaser_name", project->buyer_name);
	exchange_put(fields, "purchaser_code", in_text(project->facts, "buyer_code"));
	put_supplier(fields, b, lot);
	put_price(fields, b);
	if (said_day(notice_public_text(b->n, "signed"), &signed_us))
		exchange_put_time(fields, "signed_time", signed_us);
	exchange_put(fields, "source_url", url);
	exchange_end(b, "554", fields);
}

void exchange_add_contracts(struct exchange_build *b)
{
	for (guint i = 0; i < b->trade->lots->len; i++) {
		const struct lot *lot = g_ptr_array_index(b->trade->lots, i);

		if (notice_means_lot(b->n->lot_nos, lot->no))
			add_lot(b, lot);
	}
}
