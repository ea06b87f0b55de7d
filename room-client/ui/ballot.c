/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/ui/ballot.h"

#include <glib.h>
#include <string.h>

struct vote {
	enum ballot_vote vote;
	char *reason;
};

struct ballot {
	unsigned serial;
	json_t *review; /* as the server gave it */
	unsigned n_bids, n_items;
	struct vote *votes; /* row by row */
};

static const char *str(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text ? text : "";
}

static const json_t *row_of(const struct ballot *b, const char *list, unsigned i)
{
	return json_array_get(json_object_get(b->review, list), i);
}

static struct vote *vote_at(const struct ballot *b, unsigned bid, unsigned item)
{
	g_assert(bid < b->n_bids && item < b->n_items);
	return &b->votes[bid * b->n_items + item];
}

static void vote_read(struct ballot *b, unsigned bid, unsigned item)
{
	const json_t *row = json_object_get(
		json_object_get(b->review, "votes"), str(row_of(b, "bids", bid), "bid_id"));
	const json_t *vote = json_object_get(row, str(row_of(b, "items", item), "id"));
	const json_t *pass = json_object_get(vote, "pass");
	struct vote *ret = vote_at(b, bid, item);

	ret->vote = json_is_true(pass) ? VOTE_PASS : json_is_false(pass) ? VOTE_FAIL : VOTE_NONE;
	ret->reason = g_strdup(str(vote, "reason"));
}

struct ballot *ballot_new(const json_t *review)
{
	static unsigned last_serial;
	struct ballot *b;

	if (!json_is_array(json_object_get(review, "bids")) ||
		!json_is_array(json_object_get(review, "items")) ||
		!json_is_object(json_object_get(review, "votes")))
		return NULL;
	b = g_new0(struct ballot, 1);
	b->serial = ++last_serial;
	b->review = json_deep_copy(review);
	b->n_bids = (unsigned)json_array_size(json_object_get(review, "bids"));
	b->n_items = (unsigned)json_array_size(json_object_get(review, "items"));
	b->votes = g_new0(struct vote, (gsize)b->n_bids * b->n_items + 1);
	for (unsigned bid = 0; bid < b->n_bids; bid++)
		for (unsigned item = 0; item < b->n_items; item++)
			vote_read(b, bid, item);
	return b;
}

struct ballot *ballot_free(struct ballot *b)
{
	if (!b)
		return NULL;
	for (gsize i = 0; i < (gsize)b->n_bids * b->n_items; i++)
		g_free(b->votes[i].reason);
	g_free(b->votes);
	json_decref(b->review);
	g_free(b);
	return NULL;
}

unsigned ballot_serial(const struct ballot *b)
{
	return b->serial;
}

unsigned ballot_n_bids(const struct ballot *b)
{
	return b->n_bids;
}

unsigned ballot_n_items(const struct ballot *b)
{
	return b->n_items;
}

const char *ballot_bidder(const struct ballot *b, unsigned bid)
{
	return str(row_of(b, "bids", bid), "bidder_name");
}

struct ballot_item ballot_item(const struct ballot *b, unsigned item)
{
	const json_t *row = row_of(b, "items", item);

	return (struct ballot_item){str(row, "id"), str(row, "name"), str(row, "clause")};
}

bool ballot_is_submitted(const struct ballot *b)
{
	return strcmp(str(b->review, "state"), "submitted") == 0;
}

bool ballot_is_open(const struct ballot *b)
{
	return json_is_true(json_object_get(b->review, "open")) && !ballot_is_submitted(b);
}

enum ballot_vote ballot_vote(const struct ballot *b, unsigned bid, unsigned item)
{
	return vote_at(b, bid, item)->vote;
}

const char *ballot_reason(const struct ballot *b, unsigned bid, unsigned item)
{
	return vote_at(b, bid, item)->reason;
}

bool ballot_set(
	struct ballot *b, unsigned bid, unsigned item, enum ballot_vote vote, const char *reason)
{
	struct vote *v = vote_at(b, bid, item);

	if (v->vote == vote && strcmp(v->reason, reason) == 0)
		return false;
	v->vote = vote;
	g_free(v->reason);
	v->reason = g_strdup(reason);
	return true;
}

/* NULL: it may not be given as it is. */
static json_t *vote_json(const struct vote *v)
{
	g_autofree char *reason = g_strstrip(g_strdup(v->reason));

	if (v->vote == VOTE_PASS)
		return json_pack("{s:b}", "pass", 1);
	if (v->vote == VOTE_FAIL && *reason)
		return json_pack("{s:b, s:s}", "pass", 0, "reason", reason);
	return NULL;
}

unsigned ballot_given(const struct ballot *b, unsigned *ret_of)
{
	unsigned given = 0;

	*ret_of = b->n_bids * b->n_items;
	for (unsigned i = 0; i < *ret_of; i++) {
		json_auto_t *vote = vote_json(&b->votes[i]);

		given += vote != NULL;
	}
	return given;
}

json_t *ballot_votes(const struct ballot *b)
{
	json_t *votes = json_object();

	for (unsigned bid = 0; bid < b->n_bids; bid++) {
		json_t *row = json_object();

		for (unsigned item = 0; item < b->n_items; item++) {
			json_t *vote = vote_json(vote_at(b, bid, item));

			if (vote)
				json_object_set_new(row, str(row_of(b, "items", item), "id"), vote);
		}
		if (json_object_size(row))
			json_object_set(votes, str(row_of(b, "bids", bid), "bid_id"), row);
		json_decref(row);
	}
	return votes;
}
