/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * What a notice must hold and how long it must run before it may be published, by the rules of its
 * project's rulebook.
 *
 * The check is made when a notice is submitted, approved and published, each time with the legal
 * time of that moment: the periods count from the real publication, so a notice that was in time
 * when approved may be late when published. notice_precheck.h finds what is odd, but not forbidden.
 */

#include <stdbool.h>
#include <stdint.h>

#include <glib.h>

#include "server/trade/calendar.h"
#include "server/trade/notice.h"
#include "server/trade/rulebook.h"

/* The facts around a notice. Owns nothing. */
struct notice_case {
	const struct rulebook *book; /* the project's */
	const struct calendar *calendar;
	int64_t now_us; /* legal time of the publication */
	bool mandatory; /* 依法必须招标的项目: only these are under T02 */
	bool by_talks; /* 谈判、磋商、询价: no tendering (招标), whose period (G01) is not theirs */
	enum lot_category category;
	unsigned n_lots;
	/* Of the notice it follows; NOTICE_KIND_NONE: it follows none. */
	enum notice_kind predecessor;
	/* What the chain has announced so far; 0: nothing. */
	bool prequalification; /* the deadline is one for applications, not for bids */
	int64_t offer_start_us, deadline_us;
	bool held; /* an objection keeps the lots from being opened (T06): not over at the deadline
		    */
	/* A member per withheld field, {"text": its value, "reason", …}; NULL: none. */
	const json_t *withheld;
	const json_t *attachments; /* [{"name", …}]; NULL: none */
};

/* Appends everything that forbids publication, and warnings. */
void notice_check(const struct notice *notice, const struct notice_case *c, GArray *verdicts);

/*
 * The part of it on what is held back, which must not stand in anything that is published: title,
 * body, fields, the names of files and media and the reasons why something is held back. Of the
 * case it asks for `withheld` and `attachments` alone.
 */
void notice_check_leak(const struct notice *notice, const struct notice_case *c, GArray *verdicts);

/*
 * The earliest lawful bid deadline for a file offered from start_us, and the earliest lawful end
 * of the publicity that starts then; both rolled to a working day (T18). The kind must have such
 * a period.
 */
int64_t notice_earliest_end(enum notice_kind kind, const struct rulebook *book,
	const struct calendar *cal, int64_t start_us);

/* The end of the period that a rule demands, counted in the unit of its row. */
int64_t rule_period_end(
	const struct rulebook *book, const struct calendar *cal, const char *id, int64_t start_us);
