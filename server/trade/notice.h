/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * Notices (公告, 公示): their way from draft to publication by two persons, and what each kind must
 * hold and how long it must run before it may be published.
 *
 * The check is made when a notice is submitted, approved and published, each time with the legal
 * time of that moment: the periods count from the real publication, so a notice that was in time
 * when approved may be late when published.
 *
 *	draft ---submit---> submitted ---approve---> approved ---publish---> published
 *	                     ^    |                     |
 *	              submit |    +------ return -------+
 *	                   returned <----------+
 */

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#include "server/trade/calendar.h"
#include "server/trade/regime.h"
#include "server/trade/rulebook.h"
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
	X(NOTICE_E_HOLIDAY_DATA, "notice.holiday_data_missing")

enum notice_refusal { NOTICE_E_NONE = 0, NOTICE_REFUSALS(REFUSAL_ENUM) };

enum notice_kind {
	NOTICE_ZTB_TENDER = 1, /* 招标公告 */
	NOTICE_ZTB_CANDIDATES, /* 中标候选人公示 */
	NOTICE_GP_TENDER,      /* 公开招标公告 */
	NOTICE_GP_RESULT,      /* 中标结果公告 */
};

enum notice_state {
	NOTICE_DRAFT = 1,
	NOTICE_SUBMITTED,
	NOTICE_RETURNED, /* with a reason, for the author to better it */
	NOTICE_APPROVED,
	NOTICE_PUBLISHED,
};

enum notice_step {
	NOTICE_STEP_EDIT = 1, /* change the text */
	NOTICE_STEP_SUBMIT,
	NOTICE_STEP_APPROVE,
	NOTICE_STEP_RETURN,
	NOTICE_STEP_PUBLISH,
};

/*
 * The tender kinds use the first four times, the others the publicity times; unused ones are 0.
 * `fields` is an object of texts with a member per row of notice_fields().
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
};

/* A member the fields must have. */
struct notice_field {
	enum notice_kind kind;
	const char *name;
	const char *label; /* Chinese, for the form and the printed page */
};

const char *notice_refusal_code(int refusal);

const char *notice_kind_name(enum notice_kind k);
enum notice_kind notice_kind_from_name(const char *name);
const char *notice_kind_title(enum notice_kind k); /* 招标公告 … */
enum regime notice_kind_regime(enum notice_kind k);
bool notice_kind_is_tender(enum notice_kind k);
const char *notice_state_name(enum notice_state s);
enum notice_state notice_state_from_name(const char *name);

/* All rows, grouped by kind. */
const struct notice_field *notice_fields(size_t *ret_n);

/*
 * Whether the step may be done in this state, and the state after it. is_author: the one who acts
 * wrote the notice; editing and submitting are for the author, the rest for another person.
 */
int notice_step(
	enum notice_state state, enum notice_step step, bool is_author, enum notice_state *ret);

/* Appends everything that forbids publication at now_us (legal time), and warnings. */
void notice_check(const struct notice *notice, const struct rulebook *book,
	const struct calendar *cal, int64_t now_us, GArray *verdicts);

/*
 * The earliest lawful bid deadline for a file offered from start_us, and the earliest lawful end
 * of the publicity that starts then; both rolled to a working day (T18).
 */
int64_t notice_earliest_deadline(enum regime regime, const struct rulebook *book,
	const struct calendar *cal, int64_t start_us);
int64_t notice_earliest_publicity_end(enum notice_kind kind, const struct rulebook *book,
	const struct calendar *cal, int64_t start_us);
