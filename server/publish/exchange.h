/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_PUBLISH_EXCHANGE_H
#define SERVER_PUBLISH_EXCHANGE_H

/*
 * Exchange records (交换记录) for a service platform, after the tables of the data norm
 * (公共资源交易平台系统数据规范): what a published notice brings, as JSON and XML, with every
 * length the norm gives enforced. What does not fit is named and the record is not sent.
 *
 * The element names are ours: the national texts read give tables and contents, not the tags.
 *
 * Pure, any thread.
 */
#include <glib.h>
#include <jansson.h>
#include <stdbool.h>

#include "server/publish/site.h"
#include "server/publish/told_award.h"
#include "server/store/notice_store.h"
#include "server/store/project_store.h"
#include "server/trade/deposit.h"

/* Who sends, as the platform numbers it. */
struct exchange_sender {
	const char *platform_code, *service_code;
	const char *public_url;
};

/* One value of a record that the norm does not allow. */
struct exchange_problem {
	const char *table, *field;
	char text[96]; /* English */
};

/* The bid bond (投标保证金) of an opened bid, where it can be said whether it is there. */
struct exchange_bond {
	char bid_id[ID_SIZE];
	bool there;
	enum deposit_form form; /* of one that is there; so is at_us: booked, or handed in */
	int64_t at_us;
};

/* What the notice is about. */
struct exchange_trade {
	const struct project *project;
	const GPtrArray *lots;   /* struct lot */
	const GPtrArray *bids;   /* struct bid_row, all that were opened of the project */
	const GPtrArray *awards; /* struct told_award */
	const GPtrArray *bonds;  /* struct exchange_bond */
};

/*
 * The records of a notice: [{table, platform_code, service_platform_code, timestamp, fields: {…}}],
 * texts only. What was read out (507), who is ranked (510), each expert's scores (9015), who was
 * rejected (9016) and the result of each bid (9017) go with the first notice behind the evaluation,
 * the last three with the correction (更正公告) that tells another result, too.
 * problems: struct exchange_problem, appended to.
 */
json_t *exchange_records(const struct exchange_sender *sender, const struct exchange_trade *trade,
	const struct notice_row *n, GArray *problems);

/* The same as XML: <exchange><record table="501" …><name>…</name>…</record>…</exchange>. */
GString *exchange_xml(const json_t *records);

#endif
