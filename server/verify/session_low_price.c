/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/verify/session_low_price.h"

#include <string.h>

#include "server/core/fields.h"
#include "server/eval/low_price.h"
#include "server/verify/session_rejection.h"
#include "server/verify/session_rollback.h"
#include "server/verify/session_sheets.h"

/* The first event of the last look at a lot's prices before event index `before`; -1: none stands. */
static gint last_look(const struct session_record *rec, const char *lot, guint before)
{
	const struct session_event *row;
	bool more = false;
	gint last = -1;

	for (guint at = 0; (row = record_find(rec, "low_price.checked", at, &at)) && at < before;
		at++) {
		if (g_strcmp0(in_text(row->event.body, "lot"), lot) != 0)
			continue;
		if (!more)
			last = session_is_void(rec, at, before, ROLLBACK_DECISIONS) ? -1 : (gint)at;
		more = in_bool(row->event.body, "more", false);
	}
	return last;
}

/* All that one look names, in as many events as it takes: a new array, empty for -1. */
static json_t *suspects_at(const struct session_record *rec, const char *lot, gint look)
{
	const struct session_event *row;
	json_t *all = json_array();
	bool more = look >= 0;

	for (guint at = look >= 0 ? (guint)look : 0;
		more && (row = record_find(rec, "low_price.checked", at, &at)); at++) {
		if (g_strcmp0(in_text(row->event.body, "lot"), lot) != 0)
			continue;
		json_array_extend(all, json_object_get(row->event.body, "suspects"));
		more = in_bool(row->event.body, "more", false);
	}
	return all;
}

/* What the last look before event index `before` found of a bid; a new object, NULL: nothing. */
static json_t *find_suspect(const struct session_record *rec, const char *lot, const char *bid,
	guint before, const char **ret_rule)
{
	gint look = last_look(rec, lot, before);
	json_t *all = suspects_at(rec, lot, look), *row, *found = NULL;
	size_t i;

	json_array_foreach (all, i, row)
		if (g_strcmp0(in_text(row, "bid"), bid) == 0)
			found = row;
	json_incref(found);
	json_decref(all);
	*ret_rule = found ? in_text(record_event(rec, (guint)look)->event.body, "rule") : NULL;
	return found;
}

/* A member's judgement about the bid that stands before event index `before`. */
static bool is_raised(const struct session_record *rec, const char *bid, guint before)
{
	const struct session_event *row;

	for (guint at = 0; (row = record_find(rec, "low_price.raised", at, &at)) && at < before;
		at++)
		if (g_strcmp0(in_text(row->event.body, "bid"), bid) == 0 &&
			!session_is_void(rec, at, before, ROLLBACK_DECISIONS))
			return true;
	return false;
}

/* Without the bid and its price, which stand elsewhere in a result. */
static json_t *finding_of(const json_t *suspect)
{
	json_t *finding = json_deep_copy(suspect);

	json_object_del(finding, "bid");
	json_object_del(finding, "price");
	return finding;
}

json_t *session_low_price_result(const struct session_record *rec, const char *lot_id,
	const char *bid_id, guint before, bool rejected)
{
	const char *rule;
	json_t *suspect = find_suspect(rec, lot_id, bid_id, before, &rule);
	json_t *finding, *result;

	if (!rule) {
		json_decref(suspect);
		return is_raised(rec, bid_id, before)
			       ? low_price_result(LOW_PRICE_BY_JUDGEMENT, NULL, rejected)
			       : NULL;
	}
	finding = finding_of(suspect);
	result = low_price_result(rule, finding, rejected);
	json_decref(finding);
	json_decref(suspect);
	return result;
}

bool session_low_prices_are_seen(const struct session_record *rec, const char *lot_id, guint before)
{
	return last_look(rec, lot_id, before) >= 0;
}

/* The question that asks a bid to explain and stands before `before`: its id, or NULL. */
static const char *explanation_asked(
	const struct session_record *rec, const char *bid, guint before)
{
	const struct session_event *row;
	const char *id = NULL;

	for (guint at = 0; (row = record_find(rec, "question.asked", at, &at)) && at < before; at++)
		if (g_strcmp0(in_text(row->event.body, "bid"), bid) == 0 &&
			in_bool(row->event.body, "low_price", false) &&
			!session_is_void(rec, at, before, ROLLBACK_DECISIONS))
			id = in_text(row->event.body, "question");
	return id;
}

static const struct session_event *about_question(
	const struct session_record *rec, const char *kind, const char *question, guint before)
{
	const struct session_event *row;

	for (guint at = 0; question && (row = record_find(rec, kind, at, &at)) && at < before; at++)
		if (g_strcmp0(in_text(row->event.body, "question"), question) == 0)
			return row;
	return NULL;
}

void session_low_price_silence_check(
	const struct session_record *rec, const json_t *body, guint at, const char *place)
{
	const char *bid = in_text(body, "bid");
	const char *rule;
	json_t *suspect = find_suspect(rec, in_text(body, "lot"), bid, at, &rule);
	const struct session_event *settled =
		about_question(rec, "question.settled", explanation_asked(rec, bid, at), at);
	g_autofree char *reason = low_price_silence(rule ? rule : LOW_PRICE_BY_JUDGEMENT);

	if (!rule && !is_raised(rec, bid, at))
		finding_fault(rec->findings, place, "had not to explain its price");
	else if (!settled || g_strcmp0(in_text(settled->event.body, "outcome"), "silent") != 0)
		finding_fault(rec->findings, place,
			"is rejected for silence, and no explanation was owed that did not come");
	else if (g_strcmp0(in_text(body, "reason"), reason) != 0)
		finding_fault(rec->findings, place, "gives another reason than that nothing came");
	json_decref(suspect);
}

/* The answer that stands before event index `before`; NULL: none. */
static const struct session_event *explained(
	const struct session_record *rec, const char *bid, guint before)
{
	return about_question(
		rec, "question.answered", explanation_asked(rec, bid, before), before);
}

static guint index_of(const struct session_record *rec, const struct session_event *row)
{
	return (guint)(row - record_event(rec, 0));
}

/* A vote counts that judges an explanation: after it came, at the scoring, by a member. */
static unsigned count_convinced(const struct session_record *rec, const char *bid, guint before)
{
	const struct session_event *row, *answer = explained(rec, bid, before);
	g_autoptr(GHashTable) counting = record_members(rec, before);
	unsigned n = 0;

	for (guint at = answer ? index_of(rec, answer) : before;
		(row = record_find(rec, "low_price.convinced", at, &at)) && at < before; at++) {
		gpointer no = GINT_TO_POINTER((int)in_int(row->event.body, "member_no", 0));

		if (g_strcmp0(in_text(row->event.body, "bid"), bid) == 0 &&
			session_step_at(rec, at) == FLOW_SCORING &&
			!session_is_void(rec, at, before, ROLLBACK_DECISIONS) &&
			g_strcmp0(g_hash_table_lookup(counting, no), row->event.actor) == 0)
			n += g_hash_table_remove(counting, no);
	}
	return n;
}

static bool is_kept(const struct session_record *rec, const char *bid, guint before)
{
	const struct session_event *created = record_find(rec, "session.created", 0, NULL);
	int64_t panel =
		created ? in_int(json_object_get(created->event.body, "input"), "panel_size", 0)
			: 0;

	return panel && 2 * (int64_t)count_convinced(rec, bid, before) > panel;
}

/* ---- what was looked at when the scoring began ---- */

static json_t *suspects_of(const struct session_record *rec, const struct session_lot *lot,
	guint before, int64_t *ret_n)
{
	g_autofree struct low_price_bid *bids = g_new0(struct low_price_bid, lot->bids->len + 1);
	g_autofree struct low_price_finding *found =
		g_new0(struct low_price_finding, lot->bids->len + 1);
	json_t *list = json_array();

	*ret_n = 0;
	for (guint b = 0; b < lot->bids->len; b++) {
		const struct session_event *opened = g_ptr_array_index(lot->bids, b);
		const char *price = in_text(opened->event.body, "price");

		const struct session_event *rejected =
			record_rejection(rec, lot->bid_ids[b], before);

		bids[b].passed = price && decimal_parse_text(price, &bids[b].price) == 0 &&
				 (!rejected || rejection_is_scored(rejected->event.body));
		*ret_n += bids[b].passed;
	}
	low_price_check(&lot->criteria->low_price, lot->has_ceiling ? &lot->ceiling : NULL, bids,
		lot->bids->len, found);
	for (guint b = 0; b < lot->bids->len; b++) {
		char text[DECIMAL_TEXT_SIZE];
		json_t *row;

		if (!found[b].must_explain)
			continue;
		row = low_price_finding_to_json(&found[b]);
		json_object_set_new(row, "bid", json_string(lot->bid_ids[b]));
		json_object_set_new(
			row, "price", json_string(decimal_format(bids[b].price, 2, text)));
		json_array_append_new(list, row);
	}
	return list;
}

/* One lot, event by event. */
struct looking {
	const struct session_record *rec;
	const struct session_lot *lot;
	const struct session_event *owed; /* the step to the scoring that must be followed by one */
	bool may, in_parts;               /* there may be one now; it goes on */
};

static bool is_of_lot(const struct looking *l, const struct session_event *row)
{
	return g_strcmp0(in_text(row->event.body, "lot"), l->lot->lot_id) == 0;
}

static bool is_kind(const struct session_event *row, const char *kind)
{
	return strcmp(row->event.kind, kind) == 0;
}

static bool is_right(const struct looking *l, guint at, guint before, const json_t *body)
{
	int64_t n;
	json_t *right = suspects_of(l->rec, l->lot, before, &n);
	json_t *told = suspects_at(l->rec, l->lot->lot_id, (gint)at);
	bool good = json_equal(right, told) && in_int(body, "bids", -1) == n &&
		    g_strcmp0(in_text(body, "rule"),
			    low_price_kind_name(l->lot->criteria->low_price.kind)) == 0;

	json_decref(right);
	json_decref(told);
	return good;
}

static const char *look(struct looking *l, guint at)
{
	const json_t *body = record_event(l->rec, at)->event.body;
	bool goes_on = l->in_parts, may = l->may;

	l->in_parts = in_bool(body, "more", false);
	l->owed = NULL;
	l->may = false;
	if (goes_on)
		return NULL;
	if (!may)
		return "looks at prices again, and neither the scoring began nor is a bid back";
	return is_right(l, at, at, body)
		       ? NULL
		       : "names other bids or numbers than the prices that were opened give";
}

/* A bid of the lot that was opened, raised at the scoring by the member it says. */
static const char *raised(const struct looking *l, guint at)
{
	const struct session_event *row = record_event(l->rec, at);
	g_autoptr(GHashTable) members = record_members(l->rec, at);
	gpointer no = GINT_TO_POINTER((gint)in_int(row->event.body, "member_no", 0));
	const char *bid = in_text(row->event.body, "bid");
	bool opened = false;

	for (guint b = 0; b < l->lot->bids->len; b++)
		opened |= g_strcmp0(l->lot->bid_ids[b], bid) == 0;
	if (!opened)
		return "is about a bid that was not opened in the lot";
	if (g_strcmp0(g_hash_table_lookup(members, no), row->event.actor) != 0)
		return "is not by a member who may judge";
	return session_step_at(l->rec, at) == FLOW_SCORING ? NULL : "is not said at the scoring";
}

/* Ranked with the bids that were looked at. */
static const char *ranked(const struct looking *l, guint at)
{
	gint seen = last_look(l->rec, l->lot->lot_id, at);

	if (seen < 0)
		return NULL;
	return is_right(l, (guint)seen, at, record_event(l->rec, (guint)seen)->event.body)
		       ? NULL
		       : "is ranked with other bids than those whose prices were looked at";
}

static void begin(struct looking *l, const struct session_event *step)
{
	l->may = true;
	if (in_bool(step->event.body, "low_prices", false))
		l->owed = step;
}

static const char *take(struct looking *l, guint at)
{
	const struct session_event *row = record_event(l->rec, at);

	if (is_kind(row, "low_price.checked") && is_of_lot(l, row))
		return look(l, at);
	if (l->owed && (is_kind(row, "session.step") || is_kind(row, "session.closed") ||
			       (is_kind(row, "lot.ranked") && is_of_lot(l, row)))) {
		l->owed = NULL;
		return "comes before anybody looked at the prices of the lot";
	}
	if (is_kind(row, "session.step")) {
		l->may = false;
		if (flow_step_from_name(in_text(row->event.body, "to")) == FLOW_SCORING)
			begin(l, row);
	} else if (is_kind(row, "bid.reinstated"))
		l->may |= session_step_at(l->rec, at) == FLOW_SCORING;
	else if (is_kind(row, "lot.ranked") && is_of_lot(l, row))
		return ranked(l, at);
	return NULL;
}

/* Nobody looks at the prices of a lot that failed. */
static void forgive(struct looking *l, const struct session_event *row)
{
	if (l->owed && record_lot_failed(l->rec, l->lot->lot_id, row))
		l->owed = NULL;
}

/* Records of before have no step that says it, and may have been looked at or not. */
static void check_lot(const struct session_record *rec, const char *lot_id)
{
	g_autofree char *name = g_strdup_printf("lot %s", lot_id);
	struct session_lot *lot = session_lot_read(rec, lot_id, name);
	struct looking l = {.rec = rec, .lot = lot};
	bool has_rule = lot && lot->criteria->low_price.kind &&
			strcmp(lot->price_form, "amount") == 0;

	for (guint at = 0; lot && at < rec->events->len; at++) {
		const struct session_event *row = record_event(rec, at);
		bool raises = is_kind(row, "low_price.raised") && is_of_lot(&l, row);
		const char *fault = NULL;

		forgive(&l, row);
		if (raises)
			fault = raised(&l, at);
		else if (has_rule)
			fault = take(&l, at);
		else if (is_kind(row, "low_price.checked") && is_of_lot(&l, row))
			fault = "looks at prices by a rule the tender file does not have";
		forgive(&l, row);
		if (fault) {
			g_autofree char *place = record_place(row);
			finding_fault(rec->findings, place, "%s (lot %s)", fault, lot_id);
		}
	}
	if (l.owed)
		finding_fault(rec->findings, name,
			"the scoring begins, and nobody looks at its prices (%s)",
			low_price_kind_name(lot->criteria->low_price.kind));
	session_lot_free(lot);
}

static const json_t *lots_of(const struct session_record *rec)
{
	const struct session_event *created = record_find(rec, "session.created", 0, NULL);

	return created ? json_object_get(json_object_get(created->event.body, "input"), "lots")
		       : NULL;
}

/* ---- nothing waits when it is summed up ---- */

static void check_one(const struct session_record *rec, const char *bid, guint step)
{
	g_autofree char *place = record_place(record_event(rec, step));

	if (bid && !record_rejection(rec, bid, step) && !is_kept(rec, bid, step))
		finding_fault(rec->findings, place,
			"is entered while the low price of bid %s is neither explained nor rejected",
			bid);
}

static void check_end(const struct session_record *rec, guint step)
{
	const struct session_event *raised;
	json_t *lot, *suspect;
	size_t i, j;

	json_array_foreach ((json_t *)lots_of(rec), i, lot) {
		const char *id = json_string_value(lot);
		json_t *suspects;

		if (!id || record_lot_failed(rec, id, record_event(rec, step)))
			continue;
		suspects = suspects_at(rec, id, last_look(rec, id, step));
		json_array_foreach (suspects, j, suspect)
			check_one(rec, in_text(suspect, "bid"), step);
		json_decref(suspects);
	}
	for (guint at = 0; (raised = record_find(rec, "low_price.raised", at, &at)) && at < step;
		at++)
		if (!session_is_void(rec, at, step, ROLLBACK_DECISIONS) &&
			!record_lot_failed(rec, in_text(raised->event.body, "lot") ?: "-",
				record_event(rec, step)))
			check_one(rec, in_text(raised->event.body, "bid"), step);
}

/* The next event about low prices is that the bid of this one is kept. */
static bool is_kept_next(const struct session_record *rec, guint from, const char *bid)
{
	for (guint at = from; at < rec->events->len; at++) {
		const struct session_event *row = record_event(rec, at);

		if (g_str_has_prefix(row->event.kind, "low_price."))
			return is_kind(row, "low_price.kept") &&
			       g_strcmp0(in_text(row->event.body, "bid"), bid) == 0;
	}
	return false;
}

/* With the vote that makes more than half it is said, and at no other time. */
static void check_kept(const struct session_record *rec)
{
	const struct session_event *row, *vote = NULL;

	for (guint at = 0; at < rec->events->len; at++) {
		row = record_event(rec, at);
		const char *bid = in_text(row->event.body, "bid");
		const char *fault = NULL;

		if (is_kind(row, "low_price.convinced")) {
			vote = row;
			if (!is_kept(rec, bid, at) && is_kept(rec, bid, at + 1) &&
				!is_kept_next(rec, at + 1, bid))
				fault = "makes more than half of the panel, and nobody says so";
		} else if (is_kind(row, "low_price.kept")) {
			if (!is_kept(rec, bid, at))
				fault = "is kept without an answer that convinced more than half of the panel";
			else if (!vote || g_strcmp0(in_text(vote->event.body, "bid"), bid) != 0)
				fault = "is kept without the vote that decides";
			vote = NULL;
		}
		if (fault) {
			g_autofree char *place = record_place(row);
			finding_fault(rec->findings, place, "%s", fault);
		}
	}
}

void session_low_price_check(const struct session_record *rec)
{
	const struct session_event *row;
	json_t *lot;
	size_t i;

	json_array_foreach ((json_t *)lots_of(rec), i, lot)
		if (json_is_string(lot))
			check_lot(rec, json_string_value(lot));
	for (guint at = 0; (row = record_find(rec, "session.step", at, &at)); at++)
		if (flow_step_from_name(in_text(row->event.body, "to")) == FLOW_SUMMARY)
			check_end(rec, at);
	check_kept(rec);
}
