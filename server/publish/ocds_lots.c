/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the notices tell of each lot. A notice may be about some lots alone: those of the others
 * keep the state that the notices before it gave them, and the process is over when all of them
 * are.
 */
#include <stdbool.h>
#include <string.h>

#include "server/eval/criteria.h"
#include "server/publish/notice_withheld.h"
#include "server/publish/ocds_parts.h"

/* What was told of a lot until a moment; status NULL: nothing. */
struct told {
	const char *status;
	int64_t offer_start_us;
	const struct notice *times;    /* the last one that set a deadline; NULL */
	const struct notice_row *call; /* the last one that asked for bids; NULL */
};

/*
 * Who withdraws the notice of an end does not open the lot again: that takes a new announcement.
 */
static const char *status_after(const struct notice_row *n, bool withdrawn, const char *before)
{
	switch (notice_stage_of(n)) {
	case STAGE_TENDER:
		return withdrawn ? "withdrawn" : "active";
	case STAGE_AWARD:
	case STAGE_CONTRACT:
		return withdrawn ? before : "complete";
	case STAGE_END:
		return notice_kind_ends_with(n, "_failure") ? "unsuccessful" : "cancelled";
	default:
		return before ? before : "active";
	}
}

static struct told told_of(const struct ocds_process *p, int64_t lot_no, int64_t at_us)
{
	struct told told = {0};

	for (guint i = 0; i < p->chain->len; i++) {
		const struct notice_row *n = g_ptr_array_index(p->chain, i);

		if (n->published_us > at_us || !notice_means_lot(n->lot_nos, lot_no))
			continue;
		told.status =
			status_after(n, n->withdrawn_us && n->withdrawn_us <= at_us, told.status);
		if (n->notice.offer_start_us)
			told.offer_start_us = n->notice.offer_start_us;
		if (n->notice.bid_deadline_us)
			told.times = &n->notice;
		if (notice_stage_of(n) == STAGE_TENDER)
			told.call = n;
	}
	return told;
}

/* A project without lots is told of as if it had one that all notices mean. */
static guint n_lots(const struct ocds_process *p)
{
	return MAX(p->lots->len, 1);
}

static struct told told_of_nth(const struct ocds_process *p, guint i, int64_t at_us)
{
	const struct lot *lot = i < p->lots->len ? g_ptr_array_index(p->lots, i) : NULL;

	return told_of(p, lot ? lot->no : 0, at_us);
}

const char *ocds_status(const struct ocds_process *p, int64_t at_us)
{
	static const char *const first[] = {
		"active", "complete", "unsuccessful", "cancelled", "withdrawn"};
	size_t best = G_N_ELEMENTS(first) - 1;

	for (guint i = 0; i < n_lots(p); i++) {
		struct told told = told_of_nth(p, i, at_us);

		for (size_t k = 0; told.status && k < best; k++)
			if (!strcmp(told.status, first[k]))
				best = k;
	}
	return first[best];
}

/* Bids are sealed and opened through the network: when, and how long their keys are waited for. */
static json_t *bid_opening(const struct ocds_process *p, int64_t opening_us)
{
	json_t *opening = json_object();

	ocds_put_time(opening, "date", opening_us);
	if (p->project->regime != REGIME_ASSET && p->project->window_minutes > 0) {
		g_autofree char *how = g_strdup_printf(
			"网上开标，投标人自开标起%d分钟内解密", (int)p->project->window_minutes);
		ocds_put_text(opening, "description", how);
	}
	return opening;
}

/* A lot overrides what the tender says. */
static void put_lot_times(json_t *out, const struct ocds_process *p, const struct told *told)
{
	ocds_put_period(out, "tenderPeriod", told->offer_start_us, told->times->bid_deadline_us);
	if (told->times->opening_us)
		json_object_set_new(out, "bidOpening", bid_opening(p, told->times->opening_us));
}

void ocds_put_times(json_t *tender, const struct ocds_process *p, int64_t at_us)
{
	int64_t from_us = 0, to_us = 0, opening_us = 0;
	bool one = true;

	for (guint i = 0; i < n_lots(p); i++) {
		struct told told = told_of_nth(p, i, at_us);

		if (!told.times)
			continue;
		if (told.offer_start_us && (!from_us || told.offer_start_us < from_us))
			from_us = told.offer_start_us;
		to_us = MAX(to_us, told.times->bid_deadline_us);
		one = one && (!opening_us || opening_us == told.times->opening_us);
		opening_us = told.times->opening_us;
	}
	if (!to_us)
		return;
	ocds_put_period(tender, "tenderPeriod", from_us, to_us);
	/* Where they differ, each lot has its own. */
	if (one && opening_us)
		json_object_set_new(tender, "bidOpening", bid_opening(p, opening_us));
}

static json_t *criterion(const char *name, const char *type, struct decimal points)
{
	return json_pack("{s:s, s:s, s:[{s:o, s:s}]}", "type", type, "name", name, "numbers",
		"number", ocds_number(points), "weight", "pointsExact");
}

/* Items and price, with the points each can bring. */
static json_t *award_criteria(const struct lot *lot)
{
	struct criteria *c = NULL;
	json_t *list = json_array();

	if (!lot->scheme || criteria_read(lot->scheme, &c, NULL) != 0) {
		json_decref(list);
		return NULL;
	}
	for (guint i = 0; i < c->items->len; i++) {
		const struct criteria_item *item = g_ptr_array_index(c->items, i);
		json_array_append_new(list, criterion(item->name, "quality", item->max));
	}
	if (price_method_scores(c->price.method))
		json_array_append_new(list, criterion("价格", "price", c->price.weight));
	criteria_free(c);
	/* Who is chosen by prices or balls alone is given no points. */
	if (!json_array_size(list)) {
		json_decref(list);
		return NULL;
	}
	return json_pack(
		"{s:s, s:o}", "weightingDescription", "各项满分之和为100分", "criteria", list);
}

void ocds_put_called_for(json_t *object, const struct notice_row *n)
{
	if (notice_stage_of(n) != STAGE_TENDER)
		return;
	ocds_put_text(object, "eligibilityCriteria", notice_public_text(n, "qualification"));
	ocds_put_text(object, "submissionMethodDetails", notice_public_text(n, "submission"));
	ocds_put_text(object, "description", notice_public_text(n, "scope"));
}

static json_t *lot_of(const struct ocds_process *p, const struct lot *lot, const struct told *told)
{
	json_t *out = json_pack(
		"{s:s, s:s, s:s}", "id", lot->code, "title", lot->name, "status", told->status);
	json_t *criteria = award_criteria(lot);

	if (lot->has_ceiling)
		ocds_put_value(out, "value", lot->ceiling);
	if (criteria)
		json_object_set_new(out, "awardCriteria", criteria);
	if (told->times)
		put_lot_times(out, p, told);
	return out;
}

json_t *ocds_lots(const struct ocds_process *p, const struct notice_row *n, int64_t at_us)
{
	json_t *list = json_array();

	for (guint i = 0; i < p->lots->len; i++) {
		const struct lot *lot = g_ptr_array_index(p->lots, i);
		struct told told = told_of(p, lot->no, at_us);
		const struct notice_row *call = n ? n : told.call;

		if (!told.status || (n && !notice_means_lot(n->lot_nos, lot->no)))
			continue;
		json_t *out = lot_of(p, lot, &told);
		if (call && json_array_size(call->lot_nos))
			ocds_put_called_for(out, call);
		json_array_append_new(list, out);
	}
	return list;
}

void ocds_put_related_lots(json_t *object, const struct ocds_process *p, const struct notice_row *n)
{
	json_t *list = json_array();

	for (guint i = 0; i < p->lots->len; i++) {
		const struct lot *lot = g_ptr_array_index(p->lots, i);

		if (notice_means_lot(n->lot_nos, lot->no))
			json_array_append_new(list, json_string(lot->code));
	}
	json_object_set_new(object, "relatedLots", list);
}
