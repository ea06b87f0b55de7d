/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The limit stands in the schemes of the registration, the ranks in results.json, which were
 * computed again before; who bid, by its credit code, in the event bid.opened. From these alone
 * follows whom the report may recommend.
 */
#include "server/verify/session_candidates.h"

#include <string.h>

#include "server/core/fields.h"
#include "server/eval/award.h"
#include "server/eval/candidates.h"
#include "server/eval/report_model.h"
#include "server/verify/session_sheets.h"

struct limited {
	const struct session_record *rec;
	const struct session_event *made; /* tells the candidates */
	char *place;
	json_t *results;
	GPtrArray *lots;     /* struct session_lot, in the order of the registration */
	GArray *ranked;      /* struct candidates_lot, in step */
	GHashTable *bidders; /* bid id -> credit code, texts of the record */
	unsigned wins;
};

static void limited_clear(struct limited *l)
{
	g_free(l->place);
	json_decref(l->results);
	g_ptr_array_unref(l->lots);
	g_array_unref(l->ranked);
	g_hash_table_unref(l->bidders);
}

static const json_t *result_of(const struct limited *l, const char *lot_id)
{
	json_t *row;
	size_t i;

	json_array_foreach (json_object_get(l->results, "results"), i, row)
		if (g_strcmp0(in_text(row, "lot_id"), lot_id) == 0)
			return row;
	return NULL;
}

static bool name_bidders(struct limited *l, const struct session_lot *lot)
{
	bool all = true;

	for (guint b = 0; b < lot->bids->len; b++) {
		const struct session_event *opened = g_ptr_array_index(lot->bids, b);
		const char *code = in_text(opened->event.body, "credit_code");

		if (code)
			g_hash_table_insert(l->bidders, (gpointer)lot->bid_ids[b], (gpointer)code);
		all &= code != NULL;
	}
	return all;
}

/*
 * Lots of the registration that this session ranked. One that failed recommends nobody, though its
 * ranks stay in results.json where it failed by a rejection after them.
 */
static bool take_lot(struct limited *l, const char *lot_id)
{
	bool failed = !lot_id || record_lot_failed(l->rec, lot_id, l->made);
	const json_t *result = failed ? NULL : result_of(l, lot_id);
	struct candidates_lot ranked = {lot_id, result};
	struct session_lot *lot = result ? session_lot_read(l->rec, lot_id, l->place) : NULL;

	if (!lot)
		return true;
	g_ptr_array_add(l->lots, lot);
	l->wins = lot->criteria->wins;
	g_array_append_val(l->ranked, ranked);
	return !l->wins || name_bidders(l, lot);
}

static bool take_lots(struct limited *l)
{
	const struct session_event *created;
	bool all = true;
	json_t *row;
	size_t i;

	for (guint at = 0; (created = record_find(l->rec, "project.created", at, &at)); at++)
		json_array_foreach (json_object_get(created->event.body, "lots"), i, row)
			all &= take_lot(l, in_text(row, "lot_id"));
	return all;
}

static const char *name_of_bid(const struct limited *l, const char *bid_id)
{
	for (guint i = 0; i < l->lots->len; i++) {
		const struct session_lot *lot = g_ptr_array_index(l->lots, i);

		for (guint b = 0; b < lot->bids->len; b++)
			if (g_strcmp0(lot->bid_ids[b], bid_id) == 0)
				return in_text(((const struct session_event *)g_ptr_array_index(
							lot->bids, b))
						       ->event.body,
					"bidder_name");
	}
	return NULL;
}

/* What the report prints is in the order of the lots, a table each. */
static void check_printed(const struct limited *l, const json_t *list, const json_t *report)
{
	const json_t *section = json_array_get(
		json_object_get(json_object_get(report, "model"), "sections"), REPORT_RECOMMENDED);
	size_t lot = 0, i;
	json_t *block;

	json_array_foreach (json_object_get(section, "blocks"), i, block) {
		const json_t *rows = json_object_get(block, "rows");
		const json_t *bids = json_object_get(json_array_get(list, lot), "candidates");
		bool same = json_array_size(rows) == json_array_size(bids);

		if (g_strcmp0(in_text(block, "type"), "table") != 0)
			continue;
		for (size_t k = 0; same && k < json_array_size(rows); k++)
			same = g_strcmp0(json_string_value(
						 json_array_get(json_array_get(rows, k), 1)),
				       name_of_bid(
					       l, json_string_value(json_array_get(bids, k)))) == 0;
		if (!same)
			finding_fault(l->rec->findings, "report.json",
				"recommends others than may win in lot %zu of the ranked", lot + 1);
		lot++;
	}
	if (report && lot != json_array_size(list))
		finding_fault(l->rec->findings, "report.json",
			"recommends somebody in %zu lots of %zu", lot, json_array_size(list));
}

static void check(struct limited *l, const json_t *told, const json_t *report)
{
	const struct candidates_lot *ranked = (const struct candidates_lot *)l->ranked->data;
	json_t *right = NULL;
	/* Without a ranked lot there is nothing to choose, and nothing is told. */
	int r = l->ranked->len
			? candidates_choose(ranked, l->ranked->len, l->bidders, l->wins, &right)
			: 0;

	if (r)
		finding_fault(l->rec->findings, l->place, "the candidates cannot be chosen: %s",
			r > 0 ? award_refusal_code(r) : "bids of nobody");
	else if (right ? !told || !json_equal(told, right) : told != NULL)
		finding_fault(l->rec->findings, l->place,
			"recommends others than the ranks and the limit of lots won give");
	else
		check_printed(l, right, report);
	if (right)
		finding_note(l->rec->findings, l->place,
			"one bidder may win %u lots: candidates of %u lots chosen anew", l->wins,
			l->ranked->len);
	json_decref(right);
}

/* Whether any lot of the registration states a limit. */
static bool is_limited(const struct session_record *rec)
{
	const struct session_event *created;
	json_t *lot;
	size_t i;

	for (guint at = 0; (created = record_find(rec, "project.created", at, &at)); at++)
		json_array_foreach (
			json_object_get(json_object_get(created->event.body, "input"), "lots"), i,
			lot)
			if (in_has(json_object_get(lot, "scheme"), "wins"))
				return true;
	return false;
}

void session_candidates_check(
	const struct session_record *rec, const struct session_event *made, const json_t *report)
{
	const json_t *told = json_object_get(made->event.body, "candidates");
	struct limited l = {.rec = rec,
		.made = made,
		.place = record_place(made),
		.results = record_json(rec, "results.json", NULL),
		.lots = g_ptr_array_new_with_free_func((GDestroyNotify)session_lot_free),
		.ranked = g_array_new(FALSE, FALSE, sizeof(struct candidates_lot)),
		.bidders = g_hash_table_new(g_str_hash, g_str_equal)};

	if (!is_limited(rec)) {
		if (told)
			finding_fault(rec->findings, l.place,
				"chooses candidates by a limit that no scheme states");
	} else if (!take_lots(&l))
		finding_fault(rec->findings, l.place,
			"a bid of lots with a limit was opened without its credit code");
	else
		check(&l, told, report);
	limited_clear(&l);
}
