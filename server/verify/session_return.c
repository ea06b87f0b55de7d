/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/verify/session_return.h"

#include <string.h>

#include "proto/canon.h"
#include "server/core/fields.h"
#include "server/eval/anomaly.h"
#include "server/eval/score.h"
#include "server/verify/session_rollback.h"
#include "server/verify/session_sheets.h"

struct going_back {
	const struct session_record *rec;
	const struct session_event *event; /* sheet.returned */
	guint index;
	char *place;
	struct session_lot *lot;
	const json_t *sheets;   /* of void.json */
	GPtrArray *given;       /* const json_t *: the scores of those who counted then */
	struct decimal *scores; /* [bid][item][member] of the bids that were judged */
	const char **ids;       /* of these bids */
	size_t n_ids;
};

static void going_back_clear(struct going_back *g)
{
	session_lot_free(g->lot);
	g_clear_pointer(&g->given, g_ptr_array_unref);
	g_free(g->place);
	g_free(g->scores);
	g_free(g->ids);
}

static bool is_committed(const struct session_record *rec, const struct session_lot *lot,
	const struct session_event *submitted, const json_t *sheet)
{
	int no = (int)in_int(sheet, "member_no", 0);
	uint8_t promised[32], ours[32];

	return g_strcmp0(in_text(sheet, "lot_id"), lot->lot_id) == 0 &&
	       in_int(submitted->event.body, "member_no", 0) == no &&
	       record_hex32(submitted->event.body, "commitment", promised) &&
	       session_sheet_commitment(rec, lot, no, sheet, ours) &&
	       memcmp(promised, ours, sizeof(ours)) == 0;
}

static const json_t *find_given(const struct going_back *g, int member_no)
{
	const struct session_event *submitted =
		session_sheet_submission(g->rec, g->lot->lot_id, member_no, g->index);
	json_t *sheet;
	size_t i;

	json_array_foreach ((json_t *)g->sheets, i, sheet)
		if (submitted && is_committed(g->rec, g->lot, submitted, sheet))
			return json_object_get(sheet, "scores");
	return NULL;
}

static gint by_number(gconstpointer a, gconstpointer b)
{
	return GPOINTER_TO_INT(a) - GPOINTER_TO_INT(b);
}

static bool take_given(struct going_back *g)
{
	g_autoptr(GHashTable) members = record_members(g->rec, g->index);
	GList *numbers = g_list_sort(g_hash_table_get_keys(members), by_number);
	bool all = true;

	g->given = g_ptr_array_new();
	for (GList *no = numbers; no; no = no->next) {
		const json_t *scores = find_given(g, GPOINTER_TO_INT(no->data));

		all = all && scores;
		g_ptr_array_add(g->given, (gpointer)scores);
	}
	g_list_free(numbers);
	return all;
}

static void take_scores(struct going_back *g)
{
	size_t n = g->given->len, n_cells = g->lot->criteria->items->len * n;

	g->ids = g_new0(const char *, g->lot->bids->len + 1);
	g->scores = g_new0(struct decimal, g->lot->bids->len * n_cells + 1);
	for (guint b = 0; b < g->lot->bids->len; b++) {
		if (record_rejection(g->rec, g->lot->bid_ids[b], g->index))
			continue;
		for (size_t m = 0; m < n; m++)
			score_items(g->lot->criteria, g_ptr_array_index(g->given, m),
				g->lot->bid_ids[b], n, &g->scores[g->n_ids * n_cells + m]);
		g->ids[g->n_ids++] = g->lot->bid_ids[b];
	}
}

static json_t *differing(const struct going_back *g)
{
	size_t n_cells = g->lot->criteria->items->len * g->given->len;
	g_autofree const struct decimal **places = g_new0(const struct decimal *, g->n_ids + 1);
	const struct anomaly_sheets sheets = {.criteria = g->lot->criteria,
		.n_bids = g->n_ids,
		.n_members = g->given->len,
		.scores = places};
	json_t *list = json_array();

	for (size_t b = 0; b < g->n_ids; b++)
		places[b] = &g->scores[b * n_cells];
	g_autoptr(GArray) found = anomaly_objective(&sheets);
	for (guint i = 0; i < found->len; i++) {
		const struct anomaly *a = &g_array_index(found, struct anomaly, i);
		const struct criteria_item *item =
			g_ptr_array_index(g->lot->criteria->items, (guint)a->item);

		json_array_append_new(list,
			json_pack("{s:s, s:s}", "bid_id", g->ids[a->bid], "item_id", item->id));
	}
	return list;
}

/* Events of before hold the list itself. */
static bool says(const json_t *body, const json_t *items)
{
	uint8_t named[32], ours[32];

	if (in_has(body, "items"))
		return json_equal(json_object_get(body, "items"), items);
	return in_int(body, "count", 0) == (int64_t)json_array_size(items) &&
	       record_hex32(body, "sha256", named) && canon_digest(items, ours) == 0 &&
	       memcmp(named, ours, sizeof(ours)) == 0;
}

static bool is_given_back(const struct going_back *g)
{
	g_autoptr(GHashTable) members = record_members(g->rec, g->index);
	guint at = g->index;
	const struct session_event *row = record_find(g->rec, "sheet.reopened", at, &at);
	json_t *no;
	size_t i;

	if (!row || g_strcmp0(in_text(row->event.body, "lot"), g->lot->lot_id) != 0)
		return false;
	json_array_foreach (json_object_get(row->event.body, "members"), i, no)
		if (!g_hash_table_remove(members, GINT_TO_POINTER((gint)json_integer_value(no))))
			return false;
	return !g_hash_table_size(members);
}

static const char *fault_of(struct going_back *g, bool has_voids)
{
	if (!is_given_back(g))
		return "does not give their sheets back to all";
	if (!has_voids)
		return NULL;
	if (!take_given(g))
		return "the sheets that differed are not in void.json";
	take_scores(g);
	json_t *items = differing(g);
	bool right = json_array_size(items) && says(g->event->event.body, items);

	json_decref(items);
	return right ? NULL : "is not about what the sheets of then differ in";
}

/*
 * Whether the record must tell what is void in this lot: at the end it does, but for records of
 * before, and as soon as it tells of any sheet.
 */
static bool is_told(const struct session_record *rec, const json_t *voids, const json_t *body)
{
	json_t *row;
	size_t i;

	json_array_foreach (json_object_get(voids, "sheets"), i, row)
		if (g_strcmp0(in_text(row, "lot_id"), in_text(body, "lot")) == 0)
			return true;
	return record_is_closed(rec) && !in_has(body, "items");
}

static void check_returned(const struct session_record *rec, const json_t *voids)
{
	const struct session_event *row;

	for (guint at = 0; (row = record_find(rec, "sheet.returned", at, &at)); at++) {
		const char *lot_id = in_text(row->event.body, "lot");
		struct going_back g = {.rec = rec,
			.event = row,
			.index = at,
			.place = record_place(row),
			.sheets = json_object_get(voids, "sheets")};
		const char *fault;

		g.lot = session_lot_read(rec, lot_id ?: "-", g.place);
		fault = g.lot ? fault_of(&g, is_told(rec, voids, row->event.body)) : NULL;
		if (fault)
			finding_fault(rec->findings, g.place, "%s", fault);
		going_back_clear(&g);
	}
}

static bool is_submitted(
	const struct session_record *rec, const struct session_lot *lot, const json_t *sheet)
{
	const struct session_event *row;

	for (guint at = 0; (row = record_find(rec, "sheet.submitted", at, &at)); at++)
		if (is_committed(rec, lot, row, sheet))
			return true;
	return false;
}

static void check_sheets(const struct session_record *rec, const json_t *voids)
{
	json_t *sheet;
	size_t i;

	json_array_foreach (json_object_get(voids, "sheets"), i, sheet) {
		const char *lot_id = in_text(sheet, "lot_id");
		g_autofree char *place = g_strdup_printf("void.json lot %s member %d",
			lot_id ?: "-", (int)in_int(sheet, "member_no", 0));
		struct session_lot *lot = session_lot_read(rec, lot_id ?: "-", place);

		if (lot && !is_submitted(rec, lot, sheet))
			finding_fault(rec->findings, place, "no event speaks of this sheet");
		session_lot_free(lot);
	}
}

void session_return_check(const struct session_record *rec)
{
	json_t *voids = record_json(rec, "void.json", NULL);

	check_sheets(rec, voids);
	check_returned(rec, voids);
	json_decref(voids);
}
