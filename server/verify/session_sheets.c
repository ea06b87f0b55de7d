/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/verify/session_sheets.h"

#include <string.h>

#include "proto/hex.h"
#include "server/core/fields.h"
#include "server/eval/score.h"
#include "server/verify/session_rejection.h"
#include "server/verify/session_rollback.h"

/* The lot as it was registered: its row and its part of the input. */
static bool find_lot(const struct session_record *rec, const char *lot_id, const json_t **ret_row,
	const json_t **ret_input)
{
	const struct session_event *created;
	json_t *row;
	size_t i;

	for (guint at = 0; (created = record_find(rec, "project.created", at, &at)); at++) {
		const json_t *input =
			json_object_get(json_object_get(created->event.body, "input"), "lots");
		json_array_foreach (json_object_get(created->event.body, "lots"), i, row) {
			if (g_strcmp0(in_text(row, "lot_id"), lot_id) != 0)
				continue;
			*ret_row = row;
			*ret_input = json_array_get(input, (size_t)in_int(row, "no", 0) - 1);
			return true;
		}
	}
	return false;
}

static gint by_number(gconstpointer a, gconstpointer b)
{
	const struct session_event *x = *(const struct session_event *const *)a;
	const struct session_event *y = *(const struct session_event *const *)b;
	int64_t m = in_int(x->event.body, "bid_no", 0), n = in_int(y->event.body, "bid_no", 0);

	return m < n ? -1 : m > n;
}

static void take_bids(const struct session_record *rec, struct session_lot *lot)
{
	const struct session_event *opened;
	guint at = 0;

	lot->bids = g_ptr_array_new();
	for (; (opened = record_find(rec, "bid.opened", at, &at)); at++)
		if (g_strcmp0(in_text(opened->event.body, "lot_code"), lot->code) == 0)
			g_ptr_array_add(lot->bids, (gpointer)opened);
	g_ptr_array_sort(lot->bids, by_number);
	lot->bid_ids = g_new0(const char *, lot->bids->len + 1);
	for (guint i = 0; i < lot->bids->len; i++) {
		opened = g_ptr_array_index(lot->bids, i);
		const char *colon = strchr(opened->event.subject, ':');
		lot->bid_ids[i] = colon ? colon + 1 : "";
	}
}

/* What became of a bid at last: the event that rejects it, or NULL. */
static const json_t *rejection_of(const struct session_record *rec, const char *bid_id)
{
	const struct session_event *row = record_rejection(rec, bid_id, rec->events->len);

	return row ? row->event.body : NULL;
}

/* Who was rejected, and who was before the scoring. */
static void take_rejections(const struct session_record *rec, struct session_lot *lot)
{
	lot->rejections = g_new0(const json_t *, lot->bids->len + 1);
	lot->scored = g_new0(const char *, lot->bids->len + 1);
	for (guint i = 0; i < lot->bids->len; i++) {
		lot->rejections[i] = rejection_of(rec, lot->bid_ids[i]);
		if (!lot->rejections[i] || rejection_is_scored(lot->rejections[i]))
			lot->scored[lot->n_scored++] = lot->bid_ids[i];
	}
}

struct session_lot *session_lot_read(
	const struct session_record *rec, const char *lot_id, const char *place)
{
	const json_t *row = NULL, *input = NULL;
	struct session_lot *lot = g_new0(struct session_lot, 1);
	const char *field = NULL;

	if (!find_lot(rec, lot_id, &row, &input) || !in_text(row, "code") ||
		!in_text(input, "price_form")) {
		finding_fault(rec->findings, place, "no event registers lot %s", lot_id);
		session_lot_free(lot);
		return NULL;
	}
	int r = criteria_read(json_object_get(input, "scheme"), &lot->criteria, &field);
	if (r) {
		finding_fault(rec->findings, place, "the scheme of lot %s: %s %s", lot_id,
			criteria_refusal_code(r), field ?: "");
		session_lot_free(lot);
		return NULL;
	}
	lot->lot_id = lot_id;
	lot->code = in_text(row, "code");
	lot->price_form = in_text(input, "price_form");
	const char *ceiling = in_text(input, "ceiling");
	lot->has_ceiling = ceiling && decimal_parse_text(ceiling, &lot->ceiling) == 0;
	take_bids(rec, lot);
	take_rejections(rec, lot);
	return lot;
}

void session_lot_free(struct session_lot *lot)
{
	if (!lot)
		return;
	criteria_free(lot->criteria);
	g_clear_pointer(&lot->bids, g_ptr_array_unref);
	g_free(lot->bid_ids);
	g_free(lot->rejections);
	g_free(lot->scored);
	g_free(lot);
}

static bool is_sheet(const json_t *json, const char *lot_name, const char *lot_id, int member_no)
{
	return g_strcmp0(in_text(json, lot_name), lot_id) == 0 &&
	       in_int(json, "member_no", 0) == member_no;
}

static const json_t *find_sheet(const json_t *sheets, const char *lot_id, int member_no)
{
	json_t *row;
	size_t i;

	json_array_foreach (json_object_get(sheets, "sheets"), i, row)
		if (is_sheet(row, "lot_id", lot_id, member_no))
			return row;
	return NULL;
}

static bool names_member(const json_t *body, const char *lot_id, int member_no)
{
	json_t *no;
	size_t i;

	if (g_strcmp0(in_text(body, "lot"), lot_id) != 0)
		return false;
	json_array_foreach (json_object_get(body, "members"), i, no)
		if (json_integer_value(no) == member_no)
			return true;
	return false;
}

const struct session_event *session_sheet_submission(
	const struct session_record *rec, const char *lot_id, int member_no, guint before)
{
	const struct session_event *last = NULL;

	for (guint at = 0; at < before; at++) {
		const struct session_event *row = record_event(rec, at);

		if (strcmp(row->event.kind, "sheet.reopened") == 0 &&
			names_member(row->event.body, lot_id, member_no))
			last = NULL;
		if (strcmp(row->event.kind, "sheet.submitted") == 0 &&
			is_sheet(row->event.body, "lot", lot_id, member_no) &&
			!session_is_void(rec, at, before, ROLLBACK_SHEETS))
			last = row;
	}
	return last;
}

bool session_sheet_commitment(const struct session_record *rec, const struct session_lot *lot,
	int member_no, const json_t *sheet, uint8_t ret[static 32])
{
	struct score_sheet_head head = {rec->session_id, lot->lot_id, member_no};
	g_autoptr(GBytes) salt = in_hex(sheet, "salt");
	g_autoptr(GString) text = NULL;

	if (!salt || g_bytes_get_size(salt) != SCORE_SALT_LEN ||
		score_canonical(lot->criteria, &head, json_object_get(sheet, "scores"), &text) != 0)
		return false;
	score_commitment(g_bytes_get_data(salt, NULL), text, ret);
	return true;
}

static const char *fault_of(const struct session_record *rec, const struct session_lot *lot,
	int member_no, const json_t *sheet, const struct session_event *submitted)
{
	uint8_t promised[32], criteria[32], ours[32];
	struct score_place where = {0};

	if (!submitted)
		return "no event says that this sheet was submitted in time";
	if (!sheet)
		return "the sheet is missing";
	if (!record_hex32(submitted->event.body, "criteria", criteria) ||
		memcmp(criteria, lot->criteria->digest, 32) != 0)
		return "was submitted under another scheme";
	int r = score_check(lot->criteria, lot->scored, lot->n_scored,
		json_object_get(sheet, "scores"), true, &where);
	if (r)
		return score_refusal_code(r) ?: "score.fault";
	if (!session_sheet_commitment(rec, lot, member_no, sheet, ours) ||
		!record_hex32(submitted->event.body, "commitment", promised) ||
		memcmp(ours, promised, 32) != 0)
		return "is not the sheet that was committed to";
	return NULL;
}

const json_t *session_sheet_open(const struct session_record *rec, const json_t *sheets,
	const struct session_lot *lot, int member_no, guint before)
{
	const struct session_event *submitted =
		session_sheet_submission(rec, lot->lot_id, member_no, before);
	const json_t *sheet = find_sheet(sheets, lot->lot_id, member_no);
	const char *fault = fault_of(rec, lot, member_no, sheet, submitted);

	if (!fault)
		return json_object_get(sheet, "scores");
	g_autofree char *place =
		g_strdup_printf("sheets.json lot %s member %d", lot->lot_id, member_no);
	finding_fault(rec->findings, place, "%s", fault);
	return NULL;
}

void session_sheets_strangers(const struct session_record *rec, const json_t *sheets)
{
	json_t *row;
	size_t i;

	json_array_foreach (json_object_get(sheets, "sheets"), i, row) {
		const char *lot_id = in_text(row, "lot_id");
		int member_no = (int)in_int(row, "member_no", 0);
		if (lot_id && session_sheet_submission(rec, lot_id, member_no, rec->events->len))
			continue;
		g_autofree char *place =
			g_strdup_printf("sheets.json lot %s member %d", lot_id ?: "-", member_no);
		finding_fault(rec->findings, place, "no event speaks of this sheet");
	}
}
