/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/ui/ballot.h"

#include <glib.h>
#include <string.h>

#include "proto/json_text.h"
#include "room-client/ui/bid_table.h"

struct vote {
	enum ballot_vote vote;
	char *reason;
};

struct ballot {
	struct bid_table table;
	struct vote *votes; /* row by row */
};

static struct vote *vote_at(const struct ballot *b, unsigned bid, unsigned item)
{
	return &b->votes[bid_table_at(&b->table, bid, item)];
}

static void vote_read(struct ballot *b, unsigned bid, unsigned item)
{
	const json_t *vote = bid_table_cell(&b->table, "votes", bid, item);
	const json_t *pass = json_object_get(vote, "pass");
	struct vote *ret = vote_at(b, bid, item);

	ret->vote = json_is_true(pass) ? VOTE_PASS : json_is_false(pass) ? VOTE_FAIL : VOTE_NONE;
	ret->reason = g_strdup(json_text(vote, "reason"));
}

struct ballot *ballot_new(const json_t *review)
{
	struct ballot *b = g_new0(struct ballot, 1);

	if (!bid_table_init(&b->table, review, "votes")) {
		g_free(b);
		return NULL;
	}
	b->votes = g_new0(struct vote, (gsize)bid_table_n(&b->table) + 1);
	for (unsigned bid = 0; bid < b->table.n_bids; bid++)
		for (unsigned item = 0; item < b->table.n_items; item++)
			vote_read(b, bid, item);
	return b;
}

struct ballot *ballot_free(struct ballot *b)
{
	if (!b)
		return NULL;
	for (unsigned i = 0; i < bid_table_n(&b->table); i++)
		g_free(b->votes[i].reason);
	g_free(b->votes);
	bid_table_done(&b->table);
	g_free(b);
	return NULL;
}

unsigned ballot_serial(const struct ballot *b)
{
	return b->table.serial;
}

unsigned ballot_n_bids(const struct ballot *b)
{
	return b->table.n_bids;
}

unsigned ballot_n_items(const struct ballot *b)
{
	return b->table.n_items;
}

const char *ballot_bid_id(const struct ballot *b, unsigned bid)
{
	return bid_table_bid_id(&b->table, bid);
}

const char *ballot_bidder(const struct ballot *b, unsigned bid)
{
	return bid_table_bidder(&b->table, bid);
}

struct ballot_item ballot_item(const struct ballot *b, unsigned item)
{
	const json_t *row = bid_table_item(&b->table, item);

	return (struct ballot_item){
		json_text(row, "id"), json_text(row, "name"), json_text(row, "clause")};
}

bool ballot_is_submitted(const struct ballot *b)
{
	return bid_table_is_submitted(&b->table);
}

bool ballot_is_open(const struct ballot *b)
{
	return json_is_true(json_object_get(b->table.paper, "open")) && !ballot_is_submitted(b);
}

enum ballot_vote ballot_vote(const struct ballot *b, unsigned bid, unsigned item)
{
	return vote_at(b, bid, item)->vote;
}

const char *ballot_reason(const struct ballot *b, unsigned bid, unsigned item)
{
	return vote_at(b, bid, item)->reason;
}

static bool vote_set(struct vote *v, enum ballot_vote vote, const char *reason)
{
	if (v->vote == vote && strcmp(v->reason, reason) == 0)
		return false;
	v->vote = vote;
	g_free(v->reason);
	v->reason = g_strdup(reason);
	return true;
}

bool ballot_set(
	struct ballot *b, unsigned bid, unsigned item, enum ballot_vote vote, const char *reason)
{
	return vote_set(vote_at(b, bid, item), vote, reason);
}

struct keeping {
	struct ballot *to;
	const struct ballot *from;
};

static void vote_keep(void *user, unsigned at, unsigned from_at)
{
	const struct keeping *k = user;
	const struct vote *v = &k->from->votes[from_at];

	vote_set(&k->to->votes[at], v->vote, v->reason);
}

void ballot_keep(struct ballot *b, const struct ballot *from)
{
	struct keeping keeping = {b, from};

	bid_table_match(&b->table, &from->table, vote_keep, &keeping);
	bid_table_follow(&b->table, &from->table);
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

static void unlawful_keep(void *user, unsigned at, unsigned from_at)
{
	const struct keeping *k = user;
	const struct vote *v = &k->from->votes[from_at];
	json_auto_t *lawful = vote_json(v);

	if (!lawful && v->vote != VOTE_NONE)
		vote_keep(user, at, from_at);
}

void ballot_keep_unlawful(struct ballot *b, const struct ballot *from)
{
	struct keeping keeping = {b, from};

	bid_table_match(&b->table, &from->table, unlawful_keep, &keeping);
}

unsigned ballot_given(const struct ballot *b, unsigned *ret_of)
{
	unsigned given = 0;

	*ret_of = bid_table_n(&b->table);
	for (unsigned i = 0; i < *ret_of; i++) {
		json_auto_t *vote = vote_json(&b->votes[i]);

		given += vote != NULL;
	}
	return given;
}

static json_t *lawful(const void *user, unsigned bid, unsigned item)
{
	return vote_json(vote_at(user, bid, item));
}

json_t *ballot_votes(const struct ballot *b)
{
	return bid_table_collect(&b->table, lawful, b);
}
