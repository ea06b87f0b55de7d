/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * The bid bond (投标保证金): what a lot asks for, which payment is one, what a guarantee (保函)
 * must cover, and by when it is given back.
 *
 * Pure functions, any thread.
 */

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#include "proto/decimal.h"
#include "server/trade/calendar.h"
#include "server/trade/regime.h"
#include "server/trade/rulebook.h"
#include "server/trade/verdict.h"

#define DEPOSIT_REFUSALS(X)                               \
	X(DEPOSIT_E_NOT_ASKED, "deposit.not_asked")       \
	X(DEPOSIT_E_LATE, "deposit.late")                 \
	X(DEPOSIT_E_FORM, "deposit.form")                 \
	X(DEPOSIT_E_LOW, "deposit.guarantee_low")         \
	X(DEPOSIT_E_SHORT, "deposit.guarantee_short")     \
	X(DEPOSIT_E_FILE, "deposit.guarantee_file")       \
	X(DEPOSIT_E_BOUND, "deposit.bound")               \
	X(DEPOSIT_E_NOT_HELD, "deposit.not_held")         \
	X(DEPOSIT_E_NOTHING, "deposit.nothing_to_return") \
	X(DEPOSIT_E_RETURN, "deposit.return_unknown")     \
	X(DEPOSIT_E_AMOUNT, "deposit.return_amount")      \
	X(DEPOSIT_E_INTEREST, "deposit.interest_missing") \
	X(DEPOSIT_E_SERIAL, "deposit.serial_used")        \
	X(DEPOSIT_E_SETTLED, "deposit.settled")           \
	X(DEPOSIT_E_UNRANKED, "deposit.unranked")         \
	X(DEPOSIT_E_UNTOLD, "deposit.result_untold")      \
	X(DEPOSIT_E_MANY, "deposit.guarantee_many")       \
	X(DEPOSIT_E_NO_BID, "deposit.no_bid")             \
	X(DEPOSIT_E_NOT_PROPOSED, "deposit.not_proposed") \
	X(DEPOSIT_E_SAME_PERSON, "deposit.same_person")   \
	X(DEPOSIT_E_CROSSED, "deposit.order_crossed")

enum deposit_refusal { DEPOSIT_E_NONE = 0, DEPOSIT_REFUSALS(REFUSAL_ENUM) };

enum deposit_form {
	DEPOSIT_TRANSFER = 1, /* paid to the centre's account */
	DEPOSIT_GUARANTEE,    /* 银行保函 */
	DEPOSIT_INSURANCE,    /* 保证保险 */
	DEPOSIT_SURETY,       /* 担保公司保函 */
};

struct deposit_terms {
	struct decimal amount; /* yuan, above zero */
	unsigned forms;        /* 1 << enum deposit_form; all of them when the file names none */
};

/* Why money that came is no bond of the lot: it is put aside and goes back to its payer. */
enum deposit_flaw {
	DEPOSIT_FITS = 0,
	DEPOSIT_UNKNOWN, /* nobody was given this reference */
	DEPOSIT_AMOUNT,  /* not the amount that is asked for */
	DEPOSIT_PAYER,   /* not from the bidder's own account */
	DEPOSIT_TWICE,   /* the bidder's bond is there already */
	DEPOSIT_NO_FORM, /* the lot takes no transfers */
	DEPOSIT_PAST,    /* booked at the deadline or later */
};

/* Why a bond is not given back (不予退还): what the law names, and what the tender file may. */
enum deposit_ground {
	DEPOSIT_REVOKED = 1,    /* the bid was revoked after the deadline (条例 35) */
	DEPOSIT_NO_CONTRACT,    /* the winner does not sign, without good reason (条例 74) */
	DEPOSIT_NEW_TERMS,      /* ... or asks for other terms when signing */
	DEPOSIT_NO_PERFORMANCE, /* ... or hands in no performance bond (履约保证金) */
	DEPOSIT_BY_FILE,        /* another case that the tender file names */
};

struct deposit_payment_facts {
	struct decimal amount;
	const char *payer;  /* as the bank names it */
	const char *bidder; /* the organisation's name; NULL: the account has none */
	bool held;          /* another payment of the bidder's for the lot is */
	int64_t paid_us, deadline_us;
};

struct deposit_guarantee_facts {
	enum deposit_form form;
	struct decimal amount;
	int64_t valid_until_us, deadline_us;
};

/* What a bond's return counts from; a time of 0: it has not come yet. */
struct deposit_case {
	enum regime regime;
	bool winner;
	int64_t withdrawn_us; /* the bid behind it, before the deadline */
	int64_t awarded_us, contracted_us;
};

/* So many guarantees of one bidder are kept for a lot, replaced ones included. */
#define DEPOSIT_GUARANTEES_MAX 10

#define DEPOSIT_REFERENCE_SIZE 17

const char *deposit_refusal_code(int refusal);
const char *deposit_form_name(enum deposit_form form);
enum deposit_form deposit_form_from_name(const char *name);
const char *deposit_flaw_name(enum deposit_flaw flaw);
const char *deposit_ground_name(enum deposit_ground ground);
/* 0: there is none of this name. */
enum deposit_ground deposit_ground_from_name(const char *name);

/* Whether projects of this book knew, when they were made, that their bonds would be kept here. */
bool deposit_book_keeps(const struct rulebook *book);

/*
 * From what the project and the lot say (members "bond", and of the lot "bond_forms"). The bond of
 * a project of one lot is the lot's; project_facts NULL where a project's word is of money that
 * goes elsewhere. False: none is asked for.
 */
bool deposit_terms_read(const json_t *project_facts, int64_t n_lots, const json_t *lot_facts,
	struct deposit_terms *ret);

/* A reference (缴款码) of 15 digits and their check digit by ISO/IEC 7812-1. */
void deposit_reference_make(uint64_t random, char ret[static DEPOSIT_REFERENCE_SIZE]);

/* Whether both are one name: width of letters and brackets, and spaces, aside. */
bool deposit_same_name(const char *a, const char *b);

enum deposit_flaw deposit_fit(
	const struct deposit_terms *terms, const struct deposit_payment_facts *payment);

/* 0 or DEPOSIT_E_…; the deadline itself is too late. */
int deposit_check_guarantee(const struct deposit_terms *terms,
	const struct deposit_guarantee_facts *guarantee, int64_t now_us);

/*
 * By when it is given back, and by which rule: under the tender law so many days after the contract
 * (T15), or after a bid was withdrawn (T19); under the purchase law so many working days after the
 * contract, to the others after the award letter (G11). 0: nothing started a clock of the book.
 */
int64_t deposit_due(const struct rulebook *book, const struct calendar *cal,
	const struct deposit_case *c, const char **ret_rule);

/* Whether what its return counts from has come. */
bool deposit_started(const struct deposit_case *c);

/* Whether interest has to be said with the return (T15). */
bool deposit_bears_interest(enum regime regime);
