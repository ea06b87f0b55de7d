/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/verify/session_review.h"

#include <string.h>

#include "proto/canon.h"
#include "proto/hex.h"
#include "server/core/fields.h"
#include "server/eval/review.h"
#include "server/eval/score.h"
#include "server/verify/session_sheets.h"

struct counting {
	const struct session_record *rec;
	const struct session_event *event; /* review.counted */
	guint index;                       /* of it */
	char *place;
	const char *lot_id, *stage_name;
	enum review_stage stage;
	struct session_lot *lot;
	const json_t *ballots, *result;
	GArray *members; /* struct review_member */
};

static void counting_clear(struct counting *c)
{
	session_lot_free(c->lot);
	g_clear_pointer(&c->members, g_array_unref);
	g_free(c->place);
}

static bool is_here(const struct counting *c, const json_t *row, const char *lot_name)
{
	return g_strcmp0(in_text(row, lot_name), c->lot_id) == 0 &&
	       g_strcmp0(in_text(row, "stage"), c->stage_name) == 0;
}

static bool commitment_of(const struct counting *c, const json_t *ballot, uint8_t ret[32])
{
	g_autofree char *criteria = hex_encode(c->lot->criteria->digest, 32);
	g_autoptr(GBytes) salt = in_hex(ballot, "salt");
	g_autoptr(GString) text = NULL;
	json_t *json = json_pack("{s:s, s:s, s:s, s:s, s:i, s:s, s:O?}", "format",
		"bidroom.ballot.v1", "session", c->rec->session_id, "lot", c->lot_id, "stage",
		c->stage_name, "member", (int)in_int(ballot, "member_no", 0), "criteria", criteria,
		"votes", json_object_get(ballot, "votes"));
	bool good = json && salt && g_bytes_get_size(salt) == SCORE_SALT_LEN &&
		    canon_dump(json, &text) == 0;

	json_decref(json);
	if (good)
		score_commitment(g_bytes_get_data(salt, NULL), text, ret);
	return good;
}

/* The event in which the member gave this ballot; NULL: there is none. */
static const struct session_event *submission_of(const struct counting *c, int member_no)
{
	const struct session_event *row;

	for (guint at = 0; (row = record_find(c->rec, "review.submitted", at, &at)); at++)
		if (is_here(c, row->event.body, "lot") &&
			in_int(row->event.body, "member_no", 0) == member_no)
			return row;
	return NULL;
}

static void take_ballot(struct counting *c, const json_t *ballot)
{
	int no = (int)in_int(ballot, "member_no", 0);
	const struct session_event *given = submission_of(c, no);
	g_autofree char *place =
		g_strdup_printf("reviews.json lot %s %s member %d", c->lot_id, c->stage_name, no);
	uint8_t promised[32], ours[32];

	if (!given || !record_hex32(given->event.body, "commitment", promised) ||
		!commitment_of(c, ballot, ours) || memcmp(promised, ours, 32) != 0) {
		finding_fault(c->rec->findings, place, "is not the ballot that was committed to");
		return;
	}
	struct review_member member = {no, json_object_get(ballot, "votes")};
	g_array_append_val(c->members, member);
}

/* The bids the stage looked at are those of its result; they must have been opened. */
static const char **bids_of(const struct counting *c)
{
	const char **ids = g_new0(const char *, json_array_size(c->result) + 1);
	json_t *row;
	size_t i;

	json_array_foreach ((json_t *)c->result, i, row)
		ids[i] = in_text(row, "bid_id") ? in_text(row, "bid_id") : "";
	return ids;
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
	g_autofree const char **ids = bids_of(c);
	size_t n = json_array_size(c->result), n_passed, n_open;
	uint8_t named[32], ours[32];
	json_t *right = review_result(c->lot->criteria->review, c->stage, ids, n,
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
	g_autoptr(GHashTable) counting = record_members(c->rec, c->index);
	c->members = g_array_new(FALSE, FALSE, sizeof(struct review_member));
	/* Ballots of members who left before are kept and do not count. */
	json_array_foreach (json_object_get(reviews, "ballots"), i, row)
		if (is_here(c, row, "lot_id") &&
			g_hash_table_contains(
				counting, GINT_TO_POINTER((int)in_int(row, "member_no", 0))))
			take_ballot(c, row);
	check_result(c);
}

void session_review_check(const struct session_record *rec)
{
	const struct session_event *first = record_find(rec, "review.counted", 0, NULL);
	g_autofree char *must = first ? record_place(first) : NULL;
	json_t *reviews = first ? record_json(rec, "reviews.json", must) : NULL;
	const struct session_event *event;
	unsigned n = 0;

	for (guint at = 0; (event = record_find(rec, "review.counted", at, &at)); at++, n++) {
		struct counting c = {.rec = rec, .event = event, .index = at};

		check_one(&c, reviews);
		counting_clear(&c);
	}
	if (n)
		finding_note(rec->findings, rec->dir, "%u stages of review counted anew", n);
	json_decref(reviews);
}
