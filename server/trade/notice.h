/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * Notices (公告, 公示): their way from draft to publication by two persons.
 * What each kind is stands in notice_kind.h, what may be published in notice_check.h.
 *
 *	draft ---submit---> submitted ---approve---> approved ---publish---> published
 *	                     ^    |                     |                      |
 *	              submit |    +------ return -------+                 withdraw
 *	                   returned <----------+                               v
 *	                                                                   withdrawn
 *
 * A withdrawn notice (撤回) keeps its page, which says so and why.
 */

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#include "server/trade/notice_kind.h"
#include "server/trade/verdict.h"

#define NOTICE_TITLE_MAX 200  /* characters */
#define NOTICE_TEXT_MAX 20000 /* characters of one field */
#define NOTICE_BODY_MAX 200000

#define NOTICE_REFUSALS(X)                                            \
	X(NOTICE_E_STATE, "notice.state")                             \
	X(NOTICE_E_SAME_PERSON, "notice.same_person")                 \
	X(NOTICE_E_NOT_AUTHOR, "notice.not_author")                   \
	X(NOTICE_E_KIND, "notice.kind")                               \
	X(NOTICE_E_MISSING, "notice.missing")                         \
	X(NOTICE_E_TOO_LONG, "notice.too_long")                       \
	X(NOTICE_E_TIME, "notice.time")                               \
	X(NOTICE_E_ORDER, "notice.order")                             \
	X(NOTICE_E_OFFER_TOO_SHORT, "notice.offer_too_short")         \
	X(NOTICE_E_PERIOD_TOO_SHORT, "notice.period_too_short")       \
	X(NOTICE_E_OPENING_TIME, "notice.opening_time")               \
	X(NOTICE_E_PUBLICITY_TOO_SHORT, "notice.publicity_too_short") \
	X(NOTICE_E_HOLIDAY, "notice.holiday")                         \
	X(NOTICE_E_HOLIDAY_DATA, "notice.holiday_data_missing")       \
	X(NOTICE_E_NO_PREDECESSOR, "notice.predecessor_missing")      \
	X(NOTICE_E_PREDECESSOR, "notice.predecessor_wrong")           \
	X(NOTICE_E_CHANGE_TOO_LATE, "notice.change_too_late")         \
	X(NOTICE_E_OVER, "notice.deadline_over")                      \
	X(NOTICE_E_LOT, "notice.lot_unknown")                         \
	X(NOTICE_E_LEAK, "notice.withheld_shown")                     \
	X(NOTICE_E_NOT_WITHHOLDABLE, "notice.not_withholdable")       \
	X(NOTICE_E_ANNOUNCED, "notice.announced")

enum notice_refusal { NOTICE_E_NONE = 0, NOTICE_REFUSALS(REFUSAL_ENUM) };

enum notice_state {
	NOTICE_DRAFT = 1,
	NOTICE_SUBMITTED,
	NOTICE_RETURNED, /* with a reason, for the author to better it */
	NOTICE_APPROVED,
	NOTICE_PUBLISHED,
	NOTICE_WITHDRAWN, /* after publication, with a reason */
};

enum notice_step {
	NOTICE_STEP_EDIT = 1, /* change the text */
	NOTICE_STEP_SUBMIT,
	NOTICE_STEP_APPROVE,
	NOTICE_STEP_RETURN,
	NOTICE_STEP_PUBLISH,
	NOTICE_STEP_WITHDRAW,
};

/*
 * What a kind of TIMES_TENDER or TIMES_LISTING says in the first four times, one of
 * TIMES_NEW_DEADLINE in bid_deadline_us, one of TIMES_PUBLICITY in the last two; unused ones are 0.
 * `fields` is an object of texts with a member per row of notice_fields(); a withheld one is not
 * in it.
 */
struct notice {
	enum notice_kind kind;
	const char *title;
	int64_t offer_start_us;     /* file offered from */
	int64_t offer_end_us;       /* until */
	int64_t bid_deadline_us;    /* 投标截止时间 */
	int64_t opening_us;         /* 开标时间 */
	int64_t publicity_start_us; /* 公示期, 公告期限 */
	int64_t publicity_end_us;
	const char *body_md; /* the text people read */
	const json_t *fields;
	const json_t *lot_nos; /* the lots it is about, their numbers; NULL or empty: all */
	const json_t *media;   /* other media it is published in, [{name, address}]; may be NULL */
	bool affects_bids;     /* a change or clarification that can affect the bids (T03, T04) */
};

const char *notice_refusal_code(int refusal);

/* Whether a notice of these lot_nos is about the lot of this number. */
bool notice_means_lot(const json_t *lot_nos, int64_t no);

const char *notice_state_name(enum notice_state s);
enum notice_state notice_state_from_name(const char *name);

/*
 * Whether the step may be done in this state, and the state after it. is_author: the one who acts
 * wrote the notice or had a hand in it; editing and submitting are for the author (or a deputy,
 * AB角), the rest for another person, withdrawing for either.
 */
int notice_step(
	enum notice_state state, enum notice_step step, bool is_author, enum notice_state *ret);
