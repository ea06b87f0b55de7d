/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_ACT_PROJECT_REGISTER_H
#define SERVER_ACT_PROJECT_REGISTER_H

/*
 * What makes a project (项目) of its input: the way of its own for a house where one person may
 * register it, and the end of a draft that a second person approved.
 */
#include "server/act/act.h"
#include "server/trade/code.h"
#include "server/trade/consortium.h"
#include "server/trade/project.h"

#define PROJECT_HOLDERS_MAX 16

/* clang-format off */
/*
 * What is said of a project; `needed` is false for a draft, which may lack anything. Assets have no
 * budget, no holders and no window; what follows `rescue` is of tables 501 and 550 of the data norm.
 */
#define PROJECT_FIELDS(needed) \
	{"regime", FIELD_NAME, needed, 1, 8}, \
	{"category", FIELD_NAME, needed, 1, 16}, \
	{"name", FIELD_TEXT, needed, 1, 200}, \
	{"code", FIELD_TEXT, false, CODE_TENDER_LEN, CODE_TENDER_LEN}, /* ours is made */ \
	{"region", FIELD_NAME, needed, 6, 6}, \
	{"method", FIELD_NAME, needed, 1, 16}, \
	{"budget", FIELD_DECIMAL, false}, \
	{"buyer_name", FIELD_TEXT, needed, 1, 200}, \
	{"agency_name", FIELD_TEXT, false, 1, 200}, \
	{"contact", FIELD_TEXT, needed, 1, 200}, \
	{"holder_threshold", FIELD_INT, false, 1, PROJECT_HOLDERS_MAX}, \
	{"holders", FIELD_LIST, false, 1, PROJECT_HOLDERS_MAX}, \
	{"window_minutes", FIELD_INT, false, 1, 1440}, \
	{"rescue", FIELD_NAME, false, 1, 8}, \
	{"unified_code", FIELD_TEXT, false, 1, CODE_TRADE_PRINTED_LEN}, \
	{"investment_code", FIELD_TEXT, false, CODE_INVESTMENT_LEN, CODE_INVESTMENT_LEN}, \
	{"mandatory", FIELD_BOOL, false}, \
	{"joint", FIELD_BOOL, false}, \
	{"joint_members", FIELD_INT, false, 2, CONSORTIUM_MEMBERS_MAX + 1}, \
	{"buyer_code", FIELD_TEXT, false, 1, CODE_CREDIT_LEN}, \
	{"agency_code", FIELD_TEXT, false, 1, CODE_CREDIT_LEN}, \
	{"content", FIELD_TEXT, false, 1, 2000}, \
	{"place", FIELD_TEXT, false, 1, 200}, \
	{"qualification", FIELD_TEXT, false, 1, 2000}, \
	{"supervising_department", FIELD_TEXT, false, 1, 200}, \
	{"approving_department", FIELD_TEXT, false, 1, 200}, \
	{"bond", FIELD_DECIMAL, false}, \
	{"performance_percent", FIELD_DECIMAL, false}, \
	{"lots", FIELD_LIST, needed, 1, PROJECT_LOTS_MAX}, \
	/* What it was begun from; it is on the record. */ \
	{"template_id", FIELD_ID, false}
/* clang-format on */

/*
 * 0, REFUSED with the first thing that forbids a project like this, or negative errno. Warnings and
 * refusals of the rules are in out["findings"], when all that is needed is there. Writes nothing.
 */
int project_register_check(struct act *a, const json_t *in, json_t *out);

/*
 * The same, and then the project is there: codes, lots, holders, event. founder: whose it is, an
 * account; draft_id: what it came from, or NULL.
 */
int project_register(
	struct act *a, const json_t *in, const char *founder, const char *draft_id, json_t *out);

#endif
