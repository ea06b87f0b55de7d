/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * A member's ballot (审查意见) for one stage of the review of a lot while it is filled in: each bid
 * passes each item or fails it, and who fails it says why. No GTK.
 */

#include <jansson.h>
#include <stdbool.h>

struct ballot;

enum ballot_vote { VOTE_NONE, VOTE_PASS, VOTE_FAIL };

#define BALLOT_REASON_MAX 500 /* characters */

struct ballot_item {
	const char *id, *name, *clause; /* clause: where the tender file says so */
};

/* From GET …/review/{stage}, which is copied. NULL: it has not that form. */
struct ballot *ballot_new(const json_t *review);
struct ballot *ballot_free(struct ballot *b);
/* Another one for each ballot that was made, but see ballot_keep; never 0. */
unsigned ballot_serial(const struct ballot *b);

unsigned ballot_n_bids(const struct ballot *b);
unsigned ballot_n_items(const struct ballot *b);
const char *ballot_bid_id(const struct ballot *b, unsigned bid);
const char *ballot_bidder(const struct ballot *b, unsigned bid);
struct ballot_item ballot_item(const struct ballot *b, unsigned item);
/* The lot is at this stage, and the ballot was not given yet. */
bool ballot_is_open(const struct ballot *b);
bool ballot_is_submitted(const struct ballot *b);

enum ballot_vote ballot_vote(const struct ballot *b, unsigned bid, unsigned item);
const char *ballot_reason(const struct ballot *b, unsigned bid, unsigned item);
/* False: that stood there already. reason counts for VOTE_FAIL only. */
bool ballot_set(
	struct ballot *b, unsigned bid, unsigned item, enum ballot_vote vote, const char *reason);
/* Takes over what was given on a ballot that this one replaces, where bid and item are still there.
 * If these are the same altogether, so is the serial. */
void ballot_keep(struct ballot *b, const struct ballot *from);
/* The same for what ballot_votes left out, since it is not lawful; the serial is a new one. */
void ballot_keep_unlawful(struct ballot *b, const struct ballot *from);
/* How many votes may be given as they are, of all. */
unsigned ballot_given(const struct ballot *b, unsigned *ret_of);

/* bid id → item id → {pass[, reason]}, lawful ones only; the caller owns it. */
json_t *ballot_votes(const struct ballot *b);
