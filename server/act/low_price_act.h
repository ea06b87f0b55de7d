/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_ACT_LOW_PRICE_ACT_H
#define SERVER_ACT_LOW_PRICE_ACT_H

/*
 * Abnormally low prices (异常低价, E18 to E20). When the scoring begins, the bids that passed the
 * review are looked at by the rule of the tender file; a member may add one by professional
 * judgement. Such a bid is asked for an explanation as a question to a bidder (question_act.h).
 * When it came, the members vote: whom it convinced here, whom it did not by a vote to reject the
 * bid; more than half of the panel decides. None by the deadline rejects the bid. The session is
 * locked throughout.
 */
#include "server/act/act.h"
#include "server/eval/low_price.h"

struct eval_session;
struct low_price_row;
struct question_row;
struct sheet_lot;

/* Where one bid stands. */
struct low_price_case {
	struct question_row
		*question; /* the one that asks for it; NULL: none, or it was returned */
	struct low_price_votes votes;
	bool voted;  /* the member asked about, one way or the other */
	bool silent; /* rejected, because no explanation came */
	enum low_price_outcome outcome;
};

void low_price_case_clear(struct low_price_case *c);
#define LOW_PRICE_CASE_AUTO __attribute__((cleanup(low_price_case_clear)))

/* member_no: who may have voted; 0: nobody. */
int low_price_look(struct act *a, const struct eval_session *s, const struct low_price_row *row,
	int member_no, struct low_price_case *ret);

/* Looks at all lots of a session whose scoring begins, or in whose scoring a bid is back; with the
 * event low_price.checked of each lot whose tender file has a rule. Who was silent is rejected. */
int low_price_check_all(struct act *a, const struct eval_session *s);

/* Whether the rule of the lot's tender file says that the bid must explain its price. */
bool low_price_is_found(const struct sheet_lot *l, const char *bid_id);

/* How many bids wait for the committee; lot_id NULL: in all lots. */
int low_price_count_open(
	struct act *a, const struct eval_session *s, const char *lot_id, unsigned *ret);

/* REFUSED unless the bid must explain its price and has not been asked to. */
int low_price_may_ask(struct act *a, const struct eval_session *s, const char *bid_id);
/* How long the tender file of the lot gives for the explanation; 0: it has no rule. */
int low_price_minutes(struct act *a, const char *lot_id, unsigned *ret);
/* No explanation came: rejects the bid, if it must explain still. */
int low_price_silent(struct act *a, const struct eval_session *s, const struct question_row *q);

/* Puts into a lot's result that its prices were looked at ("low_prices"), and into its rows what
 * became of each low price ("low_price"). */
int low_price_tell(struct act *a, const struct eval_session *s, const struct sheet_lot *l,
	json_t *result);

#endif
