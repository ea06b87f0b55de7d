/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/eval/review.h"

#include <errno.h>
#include <string.h>

#include "proto/canon.h"
#include "proto/hex.h"
#include "proto/ident.h"
#include "server/eval/score.h"

static const struct {
	const char *name, *label;
} stages[] = {
	[REVIEW_QUALIFICATION] = {"qualification", "资格审查"},
	[REVIEW_PRELIMINARY] = {"preliminary", "初步评审"},
	[REVIEW_RESPONSIVENESS] = {"responsiveness", "符合性审查"},
};

static const char *const states[] = {
	[REVIEW_OPEN] = "open",
	[REVIEW_TIED] = "tied",
	[REVIEW_PASSED] = "passed",
	[REVIEW_FAILED] = "failed",
};

const char *review_refusal_code(int refusal)
{
	switch (refusal) {
		REVIEW_REFUSALS(REFUSAL_CASE)
	}
	return NULL;
}

static bool is_stage(enum review_stage s)
{
	return s >= REVIEW_QUALIFICATION && s <= REVIEW_RESPONSIVENESS;
}

const char *review_stage_name(enum review_stage s)
{
	return is_stage(s) ? stages[s].name : NULL;
}

const char *review_stage_label(enum review_stage s)
{
	return is_stage(s) ? stages[s].label : NULL;
}

enum review_stage review_stage_from_name(const char *name)
{
	for (size_t i = 1; name && i < G_N_ELEMENTS(stages); i++)
		if (strcmp(stages[i].name, name) == 0)
			return (enum review_stage)i;
	return 0;
}

const char *review_state_name(enum review_state s)
{
	return s >= REVIEW_OPEN && s <= REVIEW_FAILED ? states[s] : NULL;
}

static void item_free(void *p)
{
	struct review_item *item = p;

	g_free(item->id);
	g_free(item->name);
	g_free(item->clause);
	g_free(item);
}

static bool is_text(const json_t *value)
{
	const char *text = json_string_value(value);

	return text && *text && strlen(text) == json_string_length(value) &&
	       g_utf8_strlen(text, -1) <= REVIEW_TEXT_MAX;
}

static const struct review_item *find_item(const GPtrArray *items, const char *id)
{
	for (guint i = 0; i < items->len; i++) {
		const struct review_item *item = g_ptr_array_index(items, i);

		if (strcmp(item->id, id) == 0)
			return item;
	}
	return NULL;
}

/* Stages follow each other, so that a list reads as it is worked through. */
static bool read_item(const json_t *row, GPtrArray *items)
{
	const json_t *id = json_object_get(row, "id"), *name = json_object_get(row, "name");
	const json_t *clause = json_object_get(row, "clause");
	enum review_stage stage =
		review_stage_from_name(json_string_value(json_object_get(row, "stage")));
	const struct review_item *last =
		items->len ? g_ptr_array_index(items, items->len - 1) : NULL;
	struct review_item *item;

	if (json_object_size(row) != 4 || !stage || !is_text(name) || !is_text(clause) ||
		!json_is_string(id) ||
		!ident_is_valid(json_string_value(id), json_string_length(id)) ||
		find_item(items, json_string_value(id)) || (last && last->stage > stage))
		return false;
	item = g_new0(struct review_item, 1);
	item->id = g_strdup(json_string_value(id));
	item->name = g_strdup(json_string_value(name));
	item->clause = g_strdup(json_string_value(clause));
	item->stage = stage;
	g_ptr_array_add(items, item);
	return true;
}

bool review_items_read(const json_t *review, GPtrArray **ret)
{
	g_autoptr(GPtrArray) items = g_ptr_array_new_with_free_func(item_free);
	size_t n = json_array_size(review);

	if (review && (!json_is_array(review) || n > REVIEW_ITEMS_MAX))
		return false;
	for (size_t i = 0; i < n; i++)
		if (!read_item(json_array_get(review, i), items))
			return false;
	*ret = g_steal_pointer(&items);
	return true;
}

json_t *review_items_to_json(const GPtrArray *items)
{
	json_t *list;

	if (!items->len)
		return NULL;
	list = json_array();
	for (guint i = 0; i < items->len; i++) {
		const struct review_item *item = g_ptr_array_index(items, i);

		json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:s}", "id", item->id,
						    "stage", stages[item->stage].name, "name",
						    item->name, "clause", item->clause));
	}
	return list;
}

static int check_vote(const json_t *vote)
{
	const json_t *pass = json_object_get(vote, "pass");
	const json_t *reason = json_object_get(vote, "reason");

	if (!json_is_boolean(pass) || json_object_size(vote) != 1 + (size_t) !!reason)
		return REVIEW_E_FORM;
	if (reason && !is_text(reason))
		return REVIEW_E_NO_REASON;
	return json_is_true(pass) || reason ? 0 : REVIEW_E_NO_REASON;
}

static bool is_bid(const char *const *bid_ids, size_t n_bids, const char *id)
{
	for (size_t i = 0; i < n_bids; i++)
		if (strcmp(bid_ids[i], id) == 0)
			return true;
	return false;
}

static int check_given(const GPtrArray *items, enum review_stage stage, const json_t *row,
	struct review_place *place)
{
	const char *item_id;
	json_t *vote;

	if (!json_is_object(row))
		return REVIEW_E_FORM;
	json_object_foreach ((json_t *)row, item_id, vote) {
		const struct review_item *item = find_item(items, item_id);
		int r = item && item->stage == stage ? check_vote(vote) : REVIEW_E_UNKNOWN_ITEM;

		place->item_id = item_id;
		if (r)
			return r;
	}
	return 0;
}

static int check_missing(const GPtrArray *items, enum review_stage stage, const json_t *row,
	struct review_place *place)
{
	for (guint i = 0; i < items->len; i++) {
		const struct review_item *item = g_ptr_array_index(items, i);

		place->item_id = item->id;
		if (item->stage == stage && !json_object_get(row, item->id))
			return REVIEW_E_INCOMPLETE;
	}
	return 0;
}

int review_check(const GPtrArray *items, enum review_stage stage, const char *const *bid_ids,
	size_t n_bids, const json_t *votes, bool complete, struct review_place *ret_place)
{
	struct review_place place = {0};
	const char *bid_id;
	json_t *row;
	int r = json_is_object(votes) ? 0 : REVIEW_E_FORM;

	json_object_foreach ((json_t *)votes, bid_id, row) {
		if (r)
			break;
		place = (struct review_place){.bid_id = bid_id};
		r = is_bid(bid_ids, n_bids, bid_id) ? check_given(items, stage, row, &place)
						    : REVIEW_E_UNKNOWN_BID;
	}
	for (size_t i = 0; !r && complete && i < n_bids; i++) {
		place = (struct review_place){.bid_id = bid_ids[i]};
		r = check_missing(items, stage, json_object_get(votes, bid_ids[i]), &place);
	}
	if (r && ret_place)
		*ret_place = place;
	return r;
}

int review_commitment(const struct review_ballot_head *head, const json_t *votes,
	const uint8_t *salt, uint8_t ret[32])
{
	g_autofree char *criteria = hex_encode(head->criteria, 32);
	g_autoptr(GString) text = NULL;
	json_t *ballot = json_pack("{s:s, s:s, s:s, s:s, s:i, s:s, s:O}", "format",
		"bidroom.ballot.v1", "session", head->session_id, "lot", head->lot_id, "stage",
		review_stage_name(head->stage), "member", head->member_no, "criteria", criteria,
		"votes", votes);
	int r = ballot ? canon_dump(ballot, &text) : -EINVAL;

	json_decref(ballot);
	if (r)
		return -EINVAL;
	score_commitment(salt, text, ret);
	return 0;
}

static const json_t *vote_of(
	const struct review_member *member, const char *bid_id, const char *item_id)
{
	return json_object_get(json_object_get(member->votes, bid_id), item_id);
}

enum review_state review_count(const char *bid_id, const char *item_id,
	const struct review_member *members, size_t n_members, unsigned *ret_pass,
	unsigned *ret_fail, bool *ret_dissent)
{
	enum review_state state = REVIEW_OPEN;
	unsigned pass = 0, fail = 0;

	for (size_t m = 0; m < n_members; m++) {
		const json_t *vote = vote_of(&members[m], bid_id, item_id);

		pass += vote && json_is_true(json_object_get(vote, "pass"));
		fail += vote && json_is_false(json_object_get(vote, "pass"));
	}
	if (n_members && pass + fail == n_members) {
		state = REVIEW_TIED;
		if (2 * pass > n_members)
			state = REVIEW_PASSED;
		else if (2 * fail > n_members)
			state = REVIEW_FAILED;
	}
	for (size_t m = 0; ret_dissent && m < n_members; m++) {
		bool passes = json_is_true(
			json_object_get(vote_of(&members[m], bid_id, item_id), "pass"));

		ret_dissent[m] =
			(state == REVIEW_PASSED && !passes) || (state == REVIEW_FAILED && passes);
	}
	*ret_pass = pass;
	*ret_fail = fail;
	return state;
}

static json_t *item_result(const char *bid_id, const struct review_item *item,
	const struct review_member *members, size_t n_members, enum review_state *ret_state)
{
	g_autofree bool *dissent = g_new0(bool, n_members + 1);
	json_t *dissents = json_array(), *reasons = json_array();
	unsigned pass, fail;

	*ret_state = review_count(bid_id, item->id, members, n_members, &pass, &fail, dissent);
	for (size_t m = 0; m < n_members; m++) {
		const json_t *vote = vote_of(&members[m], bid_id, item->id);
		json_t *reason = json_object_get(vote, "reason"), *row;

		if (reason && json_is_false(json_object_get(vote, "pass")))
			json_array_append(reasons, reason);
		if (!dissent[m])
			continue;
		row = json_pack("{s:i}", "member_no", members[m].no);
		if (reason)
			json_object_set(row, "reason", reason);
		json_array_append_new(dissents, row);
	}
	return json_pack("{s:s, s:s, s:i, s:i, s:o, s:o}", "item_id", item->id, "state",
		states[*ret_state], "pass", (int)pass, "fail", (int)fail, "dissent", dissents,
		"reasons", reasons);
}

/* One failed item decides, however many are still open. */
static enum review_state merge(enum review_state bid, enum review_state item)
{
	if (bid == REVIEW_FAILED || item == REVIEW_FAILED)
		return REVIEW_FAILED;
	if (bid == REVIEW_OPEN || item == REVIEW_OPEN)
		return REVIEW_OPEN;
	return bid == REVIEW_TIED ? bid : item;
}

json_t *review_result(const GPtrArray *items, enum review_stage stage, const char *const *bid_ids,
	size_t n_bids, const struct review_member *members, size_t n_members, size_t *ret_n_passed,
	size_t *ret_n_open)
{
	json_t *list = json_array();

	*ret_n_passed = *ret_n_open = 0;
	for (size_t b = 0; b < n_bids; b++) {
		enum review_state state = REVIEW_PASSED, item_state;
		json_t *rows = json_array();

		for (guint i = 0; i < items->len; i++) {
			const struct review_item *item = g_ptr_array_index(items, i);

			if (item->stage != stage)
				continue;
			json_array_append_new(rows,
				item_result(bid_ids[b], item, members, n_members, &item_state));
			state = merge(state, item_state);
		}
		*ret_n_passed += state == REVIEW_PASSED;
		*ret_n_open += state == REVIEW_OPEN || state == REVIEW_TIED;
		json_array_append_new(list, json_pack("{s:s, s:s, s:o}", "bid_id", bid_ids[b],
						    "state", states[state], "items", rows));
	}
	return list;
}

size_t review_bids_needed(const struct rulebook *book, enum regime regime, enum review_stage stage,
	const char **ret_rule)
{
	if (regime != REGIME_GP)
		return 0;
	*ret_rule = stage == REVIEW_QUALIFICATION ? "E16" : "G10";
	return (size_t)rulebook_value(book, *ret_rule);
}

void review_reason_add(GString *text, const char *clause, const char *reason)
{
	g_string_append_printf(text, "%s%s：%s", text->len ? "；" : "", clause, reason);
}
