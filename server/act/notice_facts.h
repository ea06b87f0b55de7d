/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_ACT_NOTICE_FACTS_H
#define SERVER_ACT_NOTICE_FACTS_H

/*
 * The facts around a notice, read from its project and chain, as the rules want them. Rows are
 * read, none is locked: the notice's own row is what its acts queue up at.
 */
#include "server/act/act.h"
#include "server/store/notice_store.h"
#include "server/store/override_store.h"
#include "server/store/project_store.h"
#include "server/trade/notice_check.h"

struct notice_facts {
	struct notice_case c;
	struct project *project;
	GPtrArray *lots;                /* struct lot */
	GPtrArray *overrides;           /* struct rule_override, asked and granted */
	json_t *withheld, *attachments; /* what c borrows */
};

void notice_facts_clear(struct notice_facts *f);
#define NOTICE_FACTS_AUTO __attribute__((cleanup(notice_facts_clear)))

/* 0, REFUSED for a kind or predecessor that does not fit the project, or negative errno. */
int notice_facts_read(struct act *a, const struct notice_row *row, struct notice_facts *ret);

/* Refusals by rules whose override was granted become warnings. */
void notice_facts_override(const struct notice_facts *f, GArray *verdicts);

#endif
