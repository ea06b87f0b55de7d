/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/verify/session_review.h"

#include <string.h>

#include "proto/canon.h"
#include "server/core/fields.h"
#include "server/eval/review.h"
#include "server/eval/score.h"
#include "server/verify/session_rollback.h"
#include "server/verify/session_sheets.h"

struct counting {
	const struct session_record *rec;
	const struct session_event *event; /* review.counted */
	guint index;                       /* of it */
	char *place;
	const char *lot_id, *stage_name;
	enum review_stage stage;
	struct session_lot *lot;
	const char **ids; /* of the bids the stage must look at */
	size_t n_ids;
	const json_t *result;
	GArray *members; /* struct review_member */
};

static void counting_clear(struct counting *c)
{
	session_lot_free(c->lot);
	g_clear_pointer(&c->members, g_array_unref);
	g_free(c->ids);
	g_free(c->place);
}

static bool is_here(const struct counting *c, const json_t *row, const char *lot_name)
{
	return g_strcmp0(in_text(row, lot_name), c->lot_id) == 0 &&
	       g_strcmp0(in_text(row, "stage"), c->stage_name) == 0;
}

static bool commitment_of(const struct counting *c, const json_t *ballot, uint8_t ret[32])
{
	const struct review_ballot_head head = {c->rec->session_id, c->lot_id, c->stage,
		(int)in_int(ballot, "member_no", 0), c->lot->criteria->digest};
	g_autoptr(GBytes) salt = in_hex(ballot, "salt");
	const json_t *votes = json_object_get(ballot, "votes");

	return votes && salt && g_bytes_get_size(salt) == SCORE_SALT_LEN &&
	       review_commitment(&head, votes, g_bytes_get_data(salt, NULL), ret) == 0;
}

/*
 * The event in which the member gave this ballot before the stage was counted, the last one: a
 * ballot that was reopened is given again. NULL: none.
 */
static const struct session_event *submission_of(
	const struct counting *c, int member_no, const char *account)
{
	enum rollback_void made = c->stage == REVIEW_QUALIFICATION ? ROLLBACK_QUALIFICATION_VOTES
								   : ROLLBACK_PRELIMINARY_VOTES;
	const struct session_event *row, *last = NULL;

	for (guint at = 0;
		(row = record_find(c->rec, "review.submitted", at, &at)) && at < c->index; at++)
		if (is_here(c, row->event.body, "lot") &&
			in_int(row->event.body, "member_no", 0) == member_no &&
			strcmp(row->event.actor, account) == 0 &&
			!session_is_void(c->rec, at, c->index, made))
			last = row;
	return last;
}

/* Lawful votes; a bid that was rejected by votes meanwhile may stand among them. */
static const char *fault_of(const struct counting *c, const json_t *ballot, const char *account)
{
	int no = (int)in_int(ballot, "member_no", 0);
	const struct session_event *given = submission_of(c, no, account);
	struct review_place where = {0};
	uint8_t promised[32], ours[32];

	if (!given || !record_hex32(given->event.body, "commitment", promised) ||
		!commitment_of(c, ballot, ours) || memcmp(promised, ours, 32) != 0)
		return "is not the ballot that was committed to";
	for (guint i = 0; i < c->members->len; i++)
		if (g_array_index(c->members, struct review_member, i).no == no)
			return "stands there twice";
	int r = review_check(c->lot->criteria->review, c->stage, c->lot->bid_ids, c->lot->bids->len,
		json_object_get(ballot, "votes"), false, &where);
	return r ? review_refusal_code(r) ?: "review.fault" : NULL;
}

static void take_ballot(struct counting *c, const json_t *ballot, const char *account)
{
	int no = (int)in_int(ballot, "member_no", 0);
	const char *fault = fault_of(c, ballot, account);
	g_autofree char *place =
		g_strdup_printf("reviews.json lot %s %s member %d", c->lot_id, c->stage_name, no);

	if (fault) {
		finding_fault(c->rec->findings, place, "%s", fault);
		return;
	}
	struct review_member member = {no, json_object_get(ballot, "votes")};
	g_array_append_val(c->members, member);
}

/* Ballots of members who left before are kept and do not count. */
static void take_ballots(struct counting *c, const json_t *reviews)
{
	g_autoptr(GHashTable) counting = record_members(c->rec, c->index);
	json_t *row;
	size_t i;

	c->members = g_array_new(FALSE, FALSE, sizeof(struct review_member));
	json_array_foreach (json_object_get(reviews, "ballots"), i, row) {
		const char *account = g_hash_table_lookup(
			counting, GINT_TO_POINTER((int)in_int(row, "member_no", 0)));

		if (account && is_here(c, row, "lot_id"))
			take_ballot(c, row, account);
	}
	if (c->members->len != g_hash_table_size(counting))
		finding_fault(c->rec->findings, c->place, "counts %u ballots of %u members",
			c->members->len, g_hash_table_size(counting));
}

/* The stage looks at every opened bid that nothing rejected before. */
static void take_ids(struct counting *c)
{
	c->ids = g_new0(const char *, c->lot->bids->len + 1);
	for (guint i = 0; i < c->lot->bids->len; i++)
		if (!record_rejection(c->rec, c->lot->bid_ids[i], c->index))
			c->ids[c->n_ids++] = c->lot->bid_ids[i];
}

/* Who failed here was rejected by this stage, and nobody else was. */
static void check_rejections(const struct counting *c)
{
	json_t *row;
	size_t i;

	json_array_foreach ((json_t *)c->result, i, row) {
		bool failed = g_strcmp0(in_text(row, "state"), "failed") == 0;

		for (guint b = 0; b < c->lot->bids->len; b++) {
			const json_t *body = c->lot->rejections[b];

			if (g_strcmp0(c->lot->bid_ids[b], in_text(row, "bid_id")) != 0 ||
				failed == (g_strcmp0(in_text(body, "stage"), c->stage_name) == 0))
				continue;
			g_autofree char *place = g_strdup_printf(
				"reviews.json lot %s bid %s", c->lot_id, c->lot->bid_ids[b]);
			finding_fault(c->rec->findings, place,
				failed ? "failed, and no event rejects it"
				       : "is rejected by a stage it passed");
		}
	}
}

static void check_result(const struct counting *c)
{
	size_t n_passed, n_open;
	uint8_t named[32], ours[32];
	json_t *right = review_result(c->lot->criteria->review, c->stage, c->ids, c->n_ids,
		(const struct review_member *)c->members->data, c->members->len, &n_passed,
		&n_open);

	if (!record_hex32(c->event->event.body, "result_sha256", named) ||
		canon_digest(c->result, ours) != 0 || memcmp(named, ours, 32) != 0)
		finding_fault(c->rec->findings, c->place,
			"reviews.json holds another result than this event is about");
	if (!json_equal(right, c->result) || n_open ||
		in_int(c->event->event.body, "passed", -1) != (int64_t)n_passed)
		finding_fault(c->rec->findings, c->place, "the ballots give another result");
	json_decref(right);
	check_rejections(c);
}

static void check_one(struct counting *c, const json_t *reviews)
{
	json_t *row;
	size_t i;

	c->place = record_place(c->event);
	c->lot_id = in_text(c->event->event.body, "lot");
	c->stage_name = in_text(c->event->event.body, "stage");
	c->stage = review_stage_from_name(c->stage_name);
	if (!c->lot_id || !c->stage) {
		finding_fault(c->rec->findings, c->place, "names no stage of a lot");
		return;
	}
	c->lot = session_lot_read(c->rec, c->lot_id, c->place);
	json_array_foreach (json_object_get(reviews, "results"), i, row)
		if (is_here(c, row, "lot_id"))
			c->result = json_object_get(row, "bids");
	if (!c->lot || !c->result) {
		finding_fault(c->rec->findings, c->place, "its result is missing");
		return;
	}
	take_ids(c);
	take_ballots(c, reviews);
	check_result(c);
}

/* A member whose vote decided left, so that it was counted again, or will be (C08). */
static bool is_undone(const struct session_record *rec, const struct session_event *count, guint at)
{
	enum review_stage stage = review_stage_from_name(in_text(count->event.body, "stage"));
	const struct session_event *later;

	for (guint i = at; (later = record_find(rec, "review.reopened", i, &i)); i++)
		if (g_strcmp0(in_text(later->event.body, "lot"),
			    in_text(count->event.body, "lot")) == 0 &&
			review_stage_from_name(in_text(later->event.body, "stage")) <= stage)
			return true;
	return false;
}

static bool is_of(const struct session_event *row, const char *lot, enum review_stage stage)
{
	return g_strcmp0(in_text(row->event.body, "lot"), lot) == 0 &&
	       review_stage_from_name(in_text(row->event.body, "stage")) == stage;
}

/* Whether this stage of the lot was counted between two places; *ret_last: the last time. */
static bool is_counted(const struct session_record *rec, const char *lot, enum review_stage stage,
	guint from, guint before, guint *ret_last)
{
	const struct session_event *row;
	bool found = false;

	for (guint at = from; (row = record_find(rec, "review.counted", at, &at)) && at < before;
		at++)
		if (is_of(row, lot, stage)) {
			found = true;
			*ret_last = at;
		}
	return found;
}

static bool somebody_left(const struct session_record *rec, guint from, guint before)
{
	guint recused = before, replaced = before;

	record_find(rec, "member.recused", from, &recused);
	record_find(rec, "member.replaced", from, &replaced);
	return recused < before || replaced < before;
}

static bool next_ranking(
	const struct session_record *rec, const char *lot, guint from, guint *ret_at)
{
	const struct session_event *row;

	for (guint at = from; (row = record_find(rec, "lot.ranked", at, &at)); at++)
		if (g_strcmp0(in_text(row->event.body, "lot"), lot) == 0) {
			*ret_at = at;
			return true;
		}
	return false;
}

/* What was counted of this stage and later ones before is counted again before there are ranks. */
static void check_counted_again(const struct session_record *rec, const char *lot,
	enum review_stage stage, guint reopened, const char *place)
{
	guint ranked, last;

	if (!next_ranking(rec, lot, reopened, &ranked))
		return;
	for (int s = (int)stage; s <= REVIEW_RESPONSIVENESS; s++)
		if (is_counted(rec, lot, (enum review_stage)s, 0, reopened, &last) &&
			!is_counted(rec, lot, (enum review_stage)s, reopened, ranked, &last))
			finding_fault(rec->findings, place,
				"the lot was ranked before its %s was counted again",
				review_stage_name((enum review_stage)s));
}

/* A count is undone because somebody left since (C08) or by a step back, and not otherwise. */
static void check_reopened(const struct session_record *rec)
{
	const struct session_event *row;

	for (guint at = 0; (row = record_find(rec, "review.reopened", at, &at)); at++) {
		enum review_stage stage = review_stage_from_name(in_text(row->event.body, "stage"));
		const char *lot = in_text(row->event.body, "lot");
		g_autofree char *place = record_place(row);
		guint counted = 0;

		if (!stage || !is_counted(rec, lot, stage, 0, at, &counted)) {
			finding_fault(rec->findings, place, "reopens what was not counted");
			continue;
		}
		if (!somebody_left(rec, counted, at) &&
			!session_went_back(rec, flow_step_of_stage(stage), counted, at))
			finding_fault(rec->findings, place,
				"undoes a count, and no member has left since");
		check_counted_again(rec, lot, stage, at, place);
	}
}

static const struct session_event *first_count(const struct session_record *rec)
{
	const struct session_event *row;

	for (guint at = 0; (row = record_find(rec, "review.counted", at, &at)); at++)
		if (!is_undone(rec, row, at))
			return row;
	return NULL;
}

void session_review_check(const struct session_record *rec)
{
	const struct session_event *first = first_count(rec);
	g_autofree char *must = first ? record_place(first) : NULL;
	json_t *reviews = first ? record_json(rec, "reviews.json", must) : NULL;
	const struct session_event *event;
	unsigned n = 0;

	for (guint at = 0; (event = record_find(rec, "review.counted", at, &at)); at++) {
		if (is_undone(rec, event, at))
			continue;
		n++;
		struct counting c = {.rec = rec, .event = event, .index = at};

		check_one(&c, reviews);
		counting_clear(&c);
	}
	if (n)
		finding_note(rec->findings, rec->dir, "%u stages of review counted anew", n);
	json_decref(reviews);
	check_reopened(rec);
}
