/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The opening (开标) of a lot as everybody may see it. Before the lot is closed it shows no bid,
 * not even how many there are; who a bidder is shows only with the opened bid.
 */
#include "server/api/views.h"

#include "proto/sealed_header.h"
#include "server/act/bid_case.h"
#include "server/act/deposit_shown.h"
#include "server/api/opening_chance.h"
#include "server/store/hall_store.h"
#include "server/store/opening_file_store.h"
#include "server/store/opening_store.h"
#include "server/trade/consortium.h"

static const struct field fields[] = {
	{"lot_id", FIELD_ID, true},
	{NULL},
};

/* Bonds of a lot; of NULL: it asks for none. told: the bank's lines are here. */
struct bonds {
	GHashTable *of;
	bool told;
};

/* Whether the bond is there, how and since when. */
static void out_bond(json_t *row, const struct bid_row *b, const struct bonds *bonds)
{
	const struct deposit_shown *s =
		bonds->of ? g_hash_table_lookup(bonds->of, b->account_id) : NULL;
	char amount[DECIMAL_TEXT_SIZE];
	json_t *bond;

	if (!bonds->of)
		return;
	bond = json_pack("{s:b, s:b}", "there", s != NULL, "registered", s || bonds->told);
	json_object_set_new(row, "bond", bond);
	if (!s)
		return;
	out_text(bond, "form", deposit_form_name(s->form));
	out_text(bond, "amount", decimal_format_exact(s->amount, amount));
	out_time(bond, "at", s->at_us);
}

/* Who stands behind an opened bid and what it offers, as its manifest says. */
struct parties {
	int64_t no;
	struct bid_told told;
};

static void parties_free(void *data)
{
	struct parties *p = data;

	bid_told_clear(&p->told);
	g_free(p);
}

/* Each manifest is read once: there may be many bids. */
static int read_parties(const GPtrArray *bids, GPtrArray **ret)
{
	g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func(parties_free);
	int r = 0;

	for (guint i = 0; !r && i < bids->len; i++) {
		const struct bid_row *b = g_ptr_array_index(bids, i);
		struct parties *p = g_new0(struct parties, 1);

		g_ptr_array_add(all, p);
		p->no = b->no;
		if (b->state == BID_OPENED)
			r = bid_tell(b, &p->told);
	}
	if (!r)
		*ret = g_steal_pointer(&all);
	return r;
}

static bool share_a_party(const struct parties *mine, const struct parties *other)
{
	const struct bid_told *of = &other->told;
	bool twice = consortium_has(of->consortium, of->code, mine->told.code);
	const json_t *member;
	size_t k;

	json_array_foreach (json_object_get(mine->told.consortium, "members"), k, member)
		twice = twice ||
			consortium_has(of->consortium, of->code, in_text(member, "credit_code"));
	return twice;
}

/* With the numbers of other opened bids that one of this bid's parties stands behind, too. */
static void out_parties(const struct parties *mine, const GPtrArray *all, json_t *row)
{
	json_t *list = json_array();

	if (mine->told.consortium)
		json_object_set(row, "consortium", mine->told.consortium);
	if (mine->told.terms)
		json_object_set(row, "terms", mine->told.terms);
	for (guint i = 0; mine->told.code && i < all->len; i++) {
		const struct parties *other = g_ptr_array_index(all, i);
		if (other != mine && other->told.code && share_a_party(mine, other))
			json_array_append_new(list, json_integer(other->no));
	}
	if (json_array_size(list))
		json_object_set(row, "also_in", list);
	json_decref(list);
}

static void out_signature(json_t *row, const struct opening_signatures *s, int64_t no)
{
	out_time(row, "signed_at", opening_hall_time(s->signed_us, no));
	out_time(row, "declined_at", opening_hall_time(s->declined_us, no));
	if (opening_hall_time(s->declined_us, no))
		out_text(row, "decline_reason",
			g_hash_table_lookup(s->reasons, GINT_TO_POINTER((gint)no)));
}

/* Enough holders gave their share and the bid is still sealed: it was sealed wrong (bid_share.c).
 * How many have yet to give theirs tells whether it may be opened all the same. */
static void out_unfit(json_t *row, const struct bid_row *b, int64_t threshold)
{
	struct sealed_header header;
	gsize len;
	const void *bytes;

	if (b->state != BID_SEALED || !b->header || b->n_shares < threshold)
		return;
	bytes = g_bytes_get_data(b->header, &len);
	if (sealed_header_parse(bytes, len, &header))
		return;
	json_object_set_new(row, "shares_unfit", json_true());
	out_int(row, "shares_left", (int64_t)header.holders.n - b->n_shares);
}

static json_t *bid_row(const struct bid_row *b, const struct opening_hall *h,
	const struct bonds *bonds, const struct opening_signatures *s)
{
	char price[DECIMAL_TEXT_SIZE];
	json_t *row = json_object();

	out_text(row, "bid_id", b->bid_id);
	out_int(row, "no", b->no);
	out_text(row, "state", bid_state_name(b->state));
	out_int(row, "size", b->size);
	out_time(row, "finalised_at", b->finalised_us);
	out_hex(row, "receipt_digest", b->receipt_digest, sizeof(b->receipt_digest));
	json_object_set_new(row, "rescue", json_boolean(b->rescue_us != 0));
	out_int(row, "shares", b->n_shares);
	if (b->rescue_us) {
		out_text(row, "rescue_reason", b->rescue_reason);
		json_object_set_new(row, "others_fault", json_boolean(b->others_fault));
	}
	out_signature(row, s, b->no);
	out_time(row, "attended_at", opening_hall_time(h->attended, b->no));
	if (b->state != BID_OPENED)
		return row;
	out_time(row, "read_at", opening_hall_time(h->readings, b->no));
	out_text(row, "bidder_name", b->bidder_name);
	out_text(row, "price", decimal_format_exact(b->price, price));
	out_time(row, "opened_at", b->opened_us);
	out_text(row, "opened_by", b->opened_by);
	out_bond(row, b, bonds);
	return row;
}

static int out_objections(struct act *a, const char *lot_id, json_t *out)
{
	g_autoptr(GPtrArray) list = NULL;
	json_t *rows = json_array();
	int r = opening_store_objections(a->txn, lot_id, &list);

	json_object_set_new(out, "objections", rows);
	for (guint i = 0; !r && i < list->len; i++) {
		const struct opening_objection *o = g_ptr_array_index(list, i);
		json_t *row = json_object();
		out_int(row, "objection_no", o->no);
		out_int(row, "bid_no", o->bid_no);
		out_text(row, "text", o->said);
		out_time(row, "raised_at", o->raised_us);
		if (o->answer)
			out_text(row, "answer", o->answer);
		out_time(row, "answered_at", o->answered_us);
		json_array_append_new(rows, row);
	}
	return r;
}

static int out_paper(
	struct act *a, const char *lot_id, const struct opening_signatures *s, json_t *out)
{
	OPENING_PAPER_AUTO struct opening_paper paper = {0};
	int r = opening_store_paper(a->txn, lot_id, false, &paper);

	if (r)
		return r == STORE_E_NONE ? 0 : r;
	json_t *row = json_object();
	out_hex(row, "pdf_sha256", paper.pdf_sha256, sizeof(paper.pdf_sha256));
	out_time(row, "made_at", paper.made_us);
	out_time(row, "closed_at", s->closed_us);
	json_object_set_new(out, "paper", row);
	return 0;
}

/* The live room, once the host opened it. */
static int out_hall(struct act *a, const char *lot_id, json_t *out)
{
	struct hall hall = {0};
	int r = hall_store_of_lot(a->txn, lot_id, &hall);

	if (r)
		return r == STORE_E_NONE ? 0 : r;
	json_t *row = json_object();
	out_text(row, "session_id", hall.session_id);
	out_time(row, "opened_at", hall.opened_us);
	out_time(row, "closed_at", hall.closed_us);
	json_object_set_new(out, "hall", row);
	return 0;
}

/* Of the bidder who asks, also while nobody else may know that it is here. */
static int out_mine(struct act *a, const char *lot_id, json_t *out)
{
	int64_t at_us = 0, no = 0;
	int r = opening_store_own_attendance(a->txn, lot_id, a->actor->account_id, &at_us);

	out_time(out, "my_attendance", at_us);
	if (!r)
		r = opening_store_bid_no(a->txn, lot_id, a->actor->account_id, &no);
	if (!r)
		out_int(out, "my_bid_no", no);
	return r == STORE_E_NONE ? 0 : r;
}

static void out_delay(const struct lot *lot, json_t *out)
{
	json_t *delay = json_object();

	out_text(delay, "code", lot->delay_code);
	out_time(delay, "since", lot->delayed_us);
	json_object_set_new(out, "close_delay", delay);
}

static int run(struct act *a, const json_t *in, json_t *out)
{
	BID_CASE_AUTO struct bid_case c = {0};
	g_autoptr(GPtrArray) bids = NULL, parties = NULL;
	OPENING_HALL_AUTO struct opening_hall hall = {0};
	g_autoptr(GHashTable) of = NULL;
	struct bonds bonds = {0};
	OPENING_SIGNATURES_AUTO struct opening_signatures signatures = {0};
	json_t *list = json_array();
	int r = bid_case_lot(a, in_text(in, "lot_id"), false, &c);

	json_object_set_new(out, "bids", list);
	/* A lot that is not announced yet does not exist for the public. */
	if (!r && c.lot->state == LOT_DRAFT)
		r = act_found(a, STORE_E_NONE, "lot_id");
	if (!r)
		r = bid_store_of_lot(a->txn, c.lot->lot_id, &bids);
	if (!r)
		r = read_parties(bids, &parties);
	if (!r)
		r = opening_store_hall(a->txn, c.lot->lot_id, &hall);
	if (!r)
		r = deposit_shown_read(a, c.lot->lot_id, &of, &bonds.told);
	bonds.of = of;
	if (!r)
		r = opening_file_store_signatures(a->txn, c.lot->lot_id, &signatures);
	if (!r)
		r = out_paper(a, c.lot->lot_id, &signatures, out);
	if (!r)
		r = opening_chance_out(a, c.lot, out);
	if (!r)
		r = out_objections(a, c.lot->lot_id, out);
	if (!r)
		r = out_hall(a, c.lot->lot_id, out);
	if (!r)
		r = out_mine(a, c.lot->lot_id, out);
	if (r)
		return r;
	out_text(out, "lot_id", c.lot->lot_id);
	out_text(out, "code", c.lot->code);
	out_text(out, "name", c.lot->name);
	out_text(out, "project_id", c.project->project_id);
	out_text(out, "project_name", c.project->name);
	out_text(out, "state", lot_state_name(c.lot->state));
	out_time(out, "deadline", c.lot->deadline_us);
	out_time(out, "closed_at", c.lot->closed_us);
	if (c.lot->state == LOT_BIDDING && c.lot->delay_code)
		out_delay(c.lot, out);
	out_time(out, "window_ends", c.lot->window_ends_us);
	out_text(out, "rescue", opening_rescue_name(c.project->rescue));
	if (c.lot->has_digest_set)
		out_hex(out, "digest_set", c.lot->digest_set, sizeof(c.lot->digest_set));
	for (guint i = 0; i < bids->len; i++) {
		const struct bid_row *b = g_ptr_array_index(bids, i);
		json_t *row = bid_row(b, &hall, &bonds, &signatures);
		json_array_append_new(list, row);
		out_unfit(row, b, c.project->holder_threshold);
		out_parties(g_ptr_array_index(parties, i), parties, row);
	}
	return 0;
}

const struct act_kind opening_view = {
	.name = "lot.opening", .fields = fields, .run = run, .flags = ACT_READ};
