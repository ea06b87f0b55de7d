/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_ACT_BID_CASE_H
#define SERVER_ACT_BID_CASE_H

/* A bid with the lot and project it belongs to: what every act on a bid looks at first. */
#include "server/act/act.h"
#include "server/store/bid_store.h"
#include "server/store/project_store.h"
#include "server/trade/opening.h"
#include "server/trade/rulebook.h"

struct bid_case {
	struct bid_row *bid;
	struct lot *lot;
	struct project *project;
	const struct rulebook *book;
};

/* Clear it also when loading failed. */
void bid_case_clear(struct bid_case *c);
#define BID_CASE_AUTO __attribute__((cleanup(bid_case_clear)))

/* The bid of in's "bid_id", its row written so that acts on it queue up. 0, REFUSED, fault. */
int bid_case_lock(struct act *a, const json_t *in, struct bid_case *ret);
/* The same for reading. */
int bid_case_get(struct act *a, const json_t *in, struct bid_case *ret);
/* Fills lot, project and book of a lot; lock: nobody else changes the lot meanwhile. */
int bid_case_lot(struct act *a, const char *lot_id, bool lock, struct bid_case *ret);

/*
 * Writes the row of the lot's project, so that what a complaint suspends and the suspension itself
 * queue up. Before any row of the lot and its bids is taken, as publication does.
 */
int bid_case_lock_project(struct act *a, const char *lot_id);

/* 0, or REFUSED with auth.denied for a bid of another account. */
int bid_case_own(struct act *a, const struct bid_case *c);

/* The time for decryption. */
struct opening_window bid_case_window(const struct bid_case *c);

/*
 * Whether the tender lets the key holders open the bid now: by what the host has asked of them and
 * whose fault it found. 0 or OPENING_E_….
 */
int bid_case_may_rescue(const struct act *a, const struct bid_case *c);

/* The rule's id where the project's regime has it, else NULL. */
const char *bid_case_rule(const struct bid_case *c, const char *rule);

/* {"lot_code", "bid_no"?}: how events of a lot's bids begin. */
json_t *bid_case_body(const struct bid_case *c);

/*
 * The time an act of a bidder is judged by: legal time, but once somebody was turned away as late
 * never before that, for the machine's clock may be set back.
 */
int64_t bid_case_now(const struct act *a, const struct bid_case *c);

/* The refusal's event under the bid's id, whatever the act itself comes to. */
int bid_record_refusal(
	struct act *a, const struct bid_case *c, const char *bid_id, const struct refusal *refusal);

/*
 * Puts the refusal a->refusal on the record, under the bid's id: whoever was turned away has a
 * receipt for it (20号令 26). Returns REFUSED or a fault.
 */
int bid_refuse_on_record(struct act *a, const struct bid_case *c, const char *bid_id);

/*
 * Refuses a deadline that passed and marks the lot: from now on nobody is in time, whatever becomes
 * of the clock. The refusal is put on the record under the id, which may be of a bid that is not
 * there yet; NULL: no bid was turned away, there is nothing to give a receipt for. REFUSED or a
 * fault.
 */
int bid_turn_away_late(struct act *a, const struct bid_case *c, const char *bid_id);

/* 0, or REFUSED with lot.state for a lot that ended (流标、终止): there is nothing to be late for.
 */
int bid_case_not_ended(struct act *a, const struct lot *lot);

/* Deletes the bid's file once this transaction is committed. */
void bid_forget_file(struct act *a, const char *bid_id);

/*
 * The receipt digests of the bids, in hex, in bytewise order. Into ret_set, unless NULL, SHA-256
 * over the digests in this order.
 */
json_t *bid_digests(GPtrArray *bids, uint8_t *ret_set);

/* The documents of an opened bid: [{"file_no", "name", "size", "sha256"}], numbered from 1. */
int bid_files(const struct bid_row *bid, json_t **ret_files);

/* Whether its offer declares a small firm (小微企业): the member "sme", true. */
int bid_is_sme(const struct bid_row *bid, bool *ret);

/* The consortium its offer names (trade/consortium.h), a new object; NULL: the bidder bids alone.
 * *ret_code, may be NULL, becomes the bidder's own credit code, new. */
int bid_consortium(const struct bid_row *bid, json_t **ret, char **ret_code);

/* What an opened bid says to everybody in the hall; free with bid_told_clear. */
struct bid_told {
	json_t *consortium; /* NULL: the bidder bids alone */
	json_t *terms;      /* trade/offer_terms.h; NULL: none */
	char *code;         /* the bidder's own credit code */
};
void bid_told_clear(struct bid_told *t);
#define BID_TOLD_AUTO __attribute__((cleanup(bid_told_clear)))
int bid_tell(const struct bid_row *bid, struct bid_told *ret);

/* A store's positive result where none can be: a fault. */
int store_fault(int r);

#endif
