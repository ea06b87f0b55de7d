/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The bids block of a release: what an opening that is over brought to light, and, once a notice
 * tells the result, which bids the committee found valid. A bid that stayed closed or turned out to
 * be none has no bidder and no price here: nobody learned them. Credit codes stay out, for a notice
 * may hold the winner's back; so does everything of a bid that was withdrawn before the deadline.
 */
#include <string.h>

#include "proto/sealed_manifest.h"
#include "server/core/fields.h"
#include "server/publish/ocds_parts.h"
#include "server/store/bid_store.h"

static const struct lot *lot_of(const struct ocds_process *p, const struct told_opening *o)
{
	for (guint i = 0; i < p->lots->len; i++) {
		const struct lot *lot = g_ptr_array_index(p->lots, i);
		if (strcmp(lot->lot_id, o->lot_id) == 0)
			return lot;
	}
	return NULL;
}

/* The others behind the bid, a new array; NULL: the bidder bids alone. */
static json_t *members_of(const struct bid_row *b)
{
	struct sealed_manifest *m = NULL;
	json_t *members;

	if (!b->manifest || sealed_manifest_parse(b->manifest, strlen(b->manifest), &m) != 0)
		return NULL;
	members = json_incref(json_object_get(json_object_get(m->offer, "consortium"), "members"));
	sealed_manifest_free(m);
	return members;
}

static json_t *tenderers(const struct bid_row *b)
{
	json_t *list = json_pack("[o]", ocds_firm(b->bidder_name));
	json_auto_t *members = members_of(b);
	const json_t *member;
	size_t i;

	json_array_foreach (members, i, member)
		json_array_append_new(list, ocds_firm(in_text(member, "name")));
	return list;
}

static bool is_behind(const struct bid_row *b, const char *name)
{
	json_auto_t *members = NULL;
	const json_t *member;
	size_t i;

	if (b->state != BID_OPENED)
		return false;
	if (strcmp(b->bidder_name, name) == 0)
		return true;
	members = members_of(b);
	json_array_foreach (members, i, member)
		if (strcmp(in_text(member, "name"), name) == 0)
			return true;
	return false;
}

bool ocds_is_tenderer(const struct ocds_process *p, const char *name)
{
	for (guint i = 0; p->openings && i < p->openings->len; i++) {
		const struct told_opening *o = g_ptr_array_index(p->openings, i);
		for (guint k = 0; k < o->bids->len; k++)
			if (is_behind(g_ptr_array_index(o->bids, k), name))
				return true;
	}
	return false;
}

/* The row of the result; a firm has one bid in a lot. */
static const json_t *row_of(const json_t *award, const struct bid_row *b)
{
	const json_t *row;
	size_t i;

	json_array_foreach (json_object_get(award, "rows"), i, row)
		if (g_strcmp0(in_text(row, "bidder_name"), b->bidder_name) == 0)
			return row;
	return NULL;
}

/* The law takes a bid that stays closed as revoked or recalled (撤销、撤回, E04). */
static const char *status_of(const struct bid_row *b, const json_t *award)
{
	const json_t *row;

	if (b->state == BID_REVOKED || b->state == BID_RECALLED)
		return "withdrawn";
	if (b->state != BID_OPENED)
		return "disqualified";
	row = row_of(award, b);
	if (!row)
		return "pending";
	return json_object_get(row, "rejected") ? "disqualified" : "valid";
}

static json_t *detail(const struct lot *lot, const struct bid_row *b, const json_t *award)
{
	json_t *out = json_pack("{s:s, s:s, s:[s]}", "id", b->bid_id, "status", status_of(b, award),
		"relatedLots", lot->code);

	ocds_put_time(out, "date", b->finalised_us);
	ocds_put_text(
		out, "statusDetails", bid_fate(b->state, g_strcmp0(b->opened_by, "holders") == 0));
	if (b->state != BID_OPENED)
		return out;
	json_object_set_new(out, "tenderers", tenderers(b));
	if (strcmp(lot->price_form, "amount") == 0)
		ocds_put_value(out, "value", b->price);
	else
		json_object_set_new(out, "rate", ocds_number(b->price));
	return out;
}

static void add_statistic(
	json_t *list, const struct lot *lot, const char *measure, size_t n, int64_t date_us)
{
	g_autofree char *id = g_strdup_printf("%s-%s", lot->code, measure);
	json_t *one = json_pack("{s:s, s:s, s:i, s:s}", "id", id, "measure", measure, "value",
		(int)n, "relatedLot", lot->code);

	ocds_put_time(one, "date", date_us);
	json_array_append_new(list, one);
}

static void add_statistics(
	json_t *list, const struct lot *lot, const struct told_opening *o, const json_t *award)
{
	size_t n_valid = 0;

	for (guint i = 0; i < o->bids->len; i++)
		n_valid += strcmp(status_of(g_ptr_array_index(o->bids, i), award), "valid") == 0;
	add_statistic(list, lot, "bids", o->bids->len, o->opened_us);
	if (award)
		add_statistic(list, lot, "validBids", n_valid, 0);
}

static void add_lot(json_t *bids, const struct ocds_process *p, const struct told_opening *o,
	const json_t *award)
{
	const struct lot *lot = lot_of(p, o);

	if (!lot)
		return;
	add_statistics(json_object_get(bids, "statistics"), lot, o, award);
	for (guint i = 0; i < o->bids->len; i++)
		json_array_append_new(json_object_get(bids, "details"),
			detail(lot, g_ptr_array_index(o->bids, i), award));
}

/* Of several the last: the others are void by then. */
static const json_t *last_told(const struct ocds_process *p, const char *lot_id)
{
	const json_t *award = NULL;

	for (guint i = 0; p->awards && i < p->awards->len; i++) {
		const struct told_award *t = g_ptr_array_index(p->awards, i);
		if (strcmp(t->lot_id, lot_id) == 0)
			award = t->award;
	}
	return award;
}

static json_t *bids_new(void)
{
	return json_pack("{s:[], s:[]}", "statistics", "details");
}

json_t *ocds_bids(const struct ocds_process *p, const struct notice_row *n)
{
	json_t *bids = bids_new();

	for (guint i = 0; p->openings && i < p->openings->len; i++) {
		const struct told_opening *o = g_ptr_array_index(p->openings, i);
		const json_t *award =
			n ? told_award_by(p->awards, o->lot_id, n) : last_told(p, o->lot_id);
		if (!n || award)
			add_lot(bids, p, o, award);
	}
	if (json_array_size(json_object_get(bids, "details")) > 0)
		return bids;
	json_decref(bids);
	return NULL;
}

bool ocds_opening_is_of(const struct told_opening *opening, const struct notice_row *n)
{
	return strcmp(opening->notice_id, n->notice_id) == 0;
}

char *ocds_opening_id(const struct ocds_process *p, const struct told_opening *opening)
{
	const struct lot *lot = lot_of(p, opening);

	return g_strdup_printf("%s-opened-%s", opening->notice_id, lot ? lot->code : "");
}

json_t *ocds_opening(const struct ocds_process *p, const struct told_opening *opening)
{
	json_t *bids = bids_new();

	add_lot(bids, p, opening, NULL);
	return bids;
}
