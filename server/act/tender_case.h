/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_ACT_TENDER_CASE_H
#define SERVER_ACT_TENDER_CASE_H

/* What the acts on a tender file (招标文件) have in common: its project, notices and times. */
#include <glib.h>
#include <jansson.h>

#include "server/act/act.h"
#include "server/store/notice_store.h"
#include "server/store/project_store.h"
#include "server/store/tender_store.h"
#include "server/trade/tender.h"

struct tender_case {
	struct project *project;
	const struct rulebook *book;
	GPtrArray *notices; /* struct notice_row: all that was published, in order */
	const struct notice_row
		*announced; /* of them, the newest one that invites; NULL: withdrawn */
	int64_t first_seq;  /* of the first that invited, in the order of publication; 0: none */
	struct tender_times times;
};

void tender_case_clear(struct tender_case *c);
#define TENDER_CASE_AUTO __attribute__((cleanup(tender_case_clear)))

/*
 * lock: the project's row is written, so that acts on it queue up. A project of which nothing was
 * published does not exist for bidders: REFUSED with input.not_found.
 */
int tender_case_read(struct act *a, const char *project_id, bool lock, struct tender_case *ret);

/*
 * The first objection that keeps the project's lots from being opened until it is answered (T06);
 * "": none does. 0 or negative errno.
 */
int tender_open_objection(struct act *a, const struct project *p, char ret_id[static ID_SIZE]);

/* 0, or REFUSED with tender.not_offered when no notice invites (any more). */
int tender_case_require_offer(struct act *a, const struct tender_case *c);

/* Whether the notice is in force and invites to this lot. */
bool tender_invites(const struct notice_row *n, int lot_no);
/* Whether a notice makes or changes the tender file: what is attached to it is a part of that. */
bool tender_is_part(const struct notice_row *n);
/*
 * Whether who has the file is told of it, and since when it counts. An announcement that follows
 * another one, which was withdrawn, is a change, too.
 */
bool tender_is_change(const struct tender_case *c, const struct notice_row *n, int64_t *ret_at_us);

/*
 * Whether a lot of the project still takes bids; of assets: whether the listing runs. 0,
 * STORE_E_NONE, REFUSED or negative errno.
 */
int tender_takes_bids(struct act *a, const char *project_id, bool *ret);

/* A question as everybody may see it: {"question_id", "kind", "asked_at", …}, never who asked. */
json_t *tender_question_json(const struct tender_question *q);

#endif
