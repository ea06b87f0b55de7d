/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/trade/notice_clocks.h"

#include "server/trade/notice_check.h"

#define APPLICATION_OBJECTION_DAYS 2
/* G07 is one rule with three numbers, the row's is that of the contract; these are working days. */
#define CONTRACT_NOTICE_DAYS 2
#define CONTRACT_FILING_DAYS 7

/* What a clock counts from, or what it is; those of the deadline come first. */
enum anchor {
	AT_DEADLINE,     /* it is the deadline itself */
	BEFORE_DEADLINE, /* so many days before it */
	/* The same of applications: T05 is one rule with two numbers, the row's is that of bids. */
	BEFORE_APPLICATIONS,
	AT_OFFER_END,     /* the end of the offer */
	AT_PUBLICITY_END, /* the end of the publicity */
	FROM_PUBLICATION, /* so many days after the notice was published */
	/* 实施条例 60 counts a complaint from when the party knew or should have, without the time
	 * in which an objection is answered (complaint.h); the last day is a working one (T18). */
	COMPLAINT_FROM_PUBLICATION,
	/* 政府采购法 52: from when the supplier knew or should have; here, when the period is over.
	 */
	FROM_PUBLICITY_END,
};

static const struct {
	enum notice_kind kind;
	const char *rule;
	const char *what;
	enum anchor anchor;
} table[] = {
	{NOTICE_ZTB_PREQUALIFICATION, "T01", "offer_end", AT_OFFER_END},
	{NOTICE_ZTB_PREQUALIFICATION, "T05", "file_objection", BEFORE_APPLICATIONS},
	{NOTICE_ZTB_PREQUALIFICATION, NULL, "applications", AT_DEADLINE},
	{NOTICE_ZTB_TENDER, "T01", "offer_end", AT_OFFER_END},
	{NOTICE_ZTB_TENDER, "T05", "file_objection", BEFORE_DEADLINE},
	{NOTICE_ZTB_TENDER, "T07", "opening", AT_DEADLINE},
	{NOTICE_ZTB_CANDIDATES, "T10", "publicity_end", AT_PUBLICITY_END},
	{NOTICE_ZTB_CANDIDATES, "T11", "complaint", COMPLAINT_FROM_PUBLICATION},
	{NOTICE_ZTB_RESULT, "T11", "complaint", COMPLAINT_FROM_PUBLICATION},
	{NOTICE_ZTB_RESULT, "T14", "report", FROM_PUBLICATION},
	{NOTICE_ZTB_RESULT, "T13", "contract", FROM_PUBLICATION},
	{NOTICE_GP_TENDER, "G02", "offer_end", AT_OFFER_END},
	{NOTICE_GP_TENDER, NULL, "opening", AT_DEADLINE},
	{NOTICE_GP_NEGOTIATION, "G02", "offer_end", AT_OFFER_END},
	{NOTICE_GP_NEGOTIATION, NULL, "opening", AT_DEADLINE},
	{NOTICE_GP_CONSULTATION, "G02", "offer_end", AT_OFFER_END},
	{NOTICE_GP_CONSULTATION, NULL, "opening", AT_DEADLINE},
	{NOTICE_GP_INQUIRY, "G02", "offer_end", AT_OFFER_END},
	{NOTICE_GP_INQUIRY, NULL, "opening", AT_DEADLINE},
	{NOTICE_GP_RESULT, "G05", "publicity_end", AT_PUBLICITY_END},
	{NOTICE_GP_RESULT, "G06", "challenge", FROM_PUBLICITY_END},
	{NOTICE_GP_RESULT, "G07", "contract", FROM_PUBLICATION},
	{NOTICE_LAND_LISTING, NULL, "sale", AT_DEADLINE},
	{NOTICE_MINING_LISTING, NULL, "sale", AT_DEADLINE},
	{NOTICE_PROPERTY_LISTING, NULL, "sale", AT_DEADLINE},
};

static int64_t before_deadline(
	const struct notice *n, const struct rulebook *book, const char *rule)
{
	return n->bid_deadline_us - rulebook_value(book, rule) * CALENDAR_DAY_US;
}

static struct legal_clock_row clock_of(size_t i, const struct notice *n, int64_t published_us,
	const struct rulebook *book, const struct calendar *cal)
{
	struct legal_clock_row c = {table[i].rule, table[i].what, published_us, 0,
		table[i].anchor <= BEFORE_APPLICATIONS};

	switch (table[i].anchor) {
	case AT_DEADLINE:
		c.end_us = n->bid_deadline_us;
		break;
	case BEFORE_DEADLINE:
		c.end_us = before_deadline(n, book, c.rule);
		break;
	case BEFORE_APPLICATIONS:
		c.end_us = n->bid_deadline_us - APPLICATION_OBJECTION_DAYS * CALENDAR_DAY_US;
		break;
	case AT_OFFER_END:
		c.start_us = n->offer_start_us;
		c.end_us = n->offer_end_us;
		break;
	case AT_PUBLICITY_END:
		c.start_us = n->publicity_start_us;
		c.end_us = n->publicity_end_us;
		break;
	case FROM_PUBLICATION:
		c.end_us = rule_period_end(book, cal, c.rule, published_us);
		break;
	case COMPLAINT_FROM_PUBLICATION:
		c.end_us = calendar_roll_forward_us(
			cal, rule_period_end(book, cal, c.rule, published_us));
		break;
	case FROM_PUBLICITY_END:
		c.start_us = MAX(n->publicity_end_us, published_us);
		c.end_us = rule_period_end(book, cal, c.rule, c.start_us);
		break;
	}
	return c;
}

void notice_clocks(const struct notice *notice, int64_t published_us, const struct rulebook *book,
	const struct calendar *cal, GArray *clocks)
{
	for (size_t i = 0; i < G_N_ELEMENTS(table); i++) {
		if (table[i].kind != notice->kind)
			continue;
		struct legal_clock_row c = clock_of(i, notice, published_us, book, cal);
		g_array_append_val(clocks, c);
	}
}

bool report_clock(enum regime regime, int64_t reported_us, const struct rulebook *book,
	const struct calendar *cal, struct legal_clock_row *ret)
{
	static const struct {
		const char *rule, *what;
	} rows[] = {
		[REGIME_ZTB] = {"T09", "candidates"},
		[REGIME_GP] = {"G04", "report_delivery"},
	};

	if (regime != REGIME_ZTB && regime != REGIME_GP)
		return false;
	*ret = (struct legal_clock_row){rows[regime].rule, rows[regime].what, reported_us,
		rule_period_end(book, cal, rows[regime].rule, reported_us), false};
	return true;
}

void contract_clocks(int64_t contracted_us, bool published, const struct rulebook *book,
	const struct calendar *cal, GArray *clocks)
{
	struct legal_clock_row notice = {"G07", "contract_notice", contracted_us,
		calendar_after_working_days(
			cal, contracted_us, CONTRACT_NOTICE_DAYS, book->day_count),
		false};
	struct legal_clock_row filing = {"G07", "contract_filing", contracted_us,
		calendar_after_working_days(
			cal, contracted_us, CONTRACT_FILING_DAYS, book->day_count),
		false};

	if (!published)
		g_array_append_val(clocks, notice);
	g_array_append_val(clocks, filing);
}
