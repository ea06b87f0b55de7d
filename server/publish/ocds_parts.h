/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_PUBLISH_OCDS_PARTS_H
#define SERVER_PUBLISH_OCDS_PARTS_H

/* Private to ocds*.c. */
#include <stdbool.h>

#include "server/publish/notice_stage.h"
#include "server/publish/ocds.h"

/* at_us: what was told until then counts, the notice itself included. */
json_t *ocds_tender(const struct site *site, const struct ocds_process *p,
	const struct notice_row *n, int64_t at_us);
json_t *ocds_tender_compiled(const struct site *site, const struct ocds_process *p, int64_t at_us);

/* Of the whole process: that of the lot that goes on longest. A constant. */
const char *ocds_status(const struct ocds_process *p, int64_t at_us);
/* The lots the notice means, as they stand then; n NULL: all that any notice told of. */
json_t *ocds_lots(const struct ocds_process *p, const struct notice_row *n, int64_t at_us);
/* tenderPeriod over all lots, and bidOpening where they have the same. */
void ocds_put_times(json_t *tender, const struct ocds_process *p, int64_t at_us);
/* What a notice that asks for bids says of them: of the tender, or of each of its lots. */
void ocds_put_called_for(json_t *object, const struct notice_row *n);
void ocds_put_related_lots(
	json_t *object, const struct ocds_process *p, const struct notice_row *n);

json_t *ocds_document(
	const struct site *site, const struct ocds_process *p, const struct notice_row *n);

/* NULL for a notice that tells of none. */
json_t *ocds_award(
	const struct site *site, const struct ocds_process *p, const struct notice_row *n);
json_t *ocds_contract(
	const struct site *site, const struct ocds_process *p, const struct notice_row *n);
/* Who buys; the winner's members each, unless they are there; and these alone, for the award. */
json_t *ocds_parties(const struct ocds_process *p);
void ocds_add_suppliers(json_t *parties, const struct ocds_process *p, const char *winner);
json_t *ocds_suppliers(const char *winner);
/* A reference to a firm, whether it bids or won; a new object. */
json_t *ocds_firm(const char *name);
/* Those that stand behind these bids (a release's "bids") become parties. */
void ocds_add_tenderers(json_t *parties, const json_t *bids);
/* Who won, as the notice says it; NULL. */
const char *ocds_winner(const struct notice_row *n);

/* What every release of the process begins with. */
json_t *ocds_base(const struct ocds_process *p, const char *id, int64_t date_us, const char *tag);

/*
 * The bids of the lots whose result the notice tells, as it judges them; NULL: of all lots, as they
 * stand now. NULL where there is nothing to tell.
 */
json_t *ocds_bids(const struct ocds_process *p, const struct notice_row *n);
/* Whether a firm bids, alone or with others, in a lot that was opened. */
bool ocds_is_tenderer(const struct ocds_process *p, const char *name);
/* The release of an opening, which goes with the notice that invited the bids. A new string. */
bool ocds_opening_is_of(const struct told_opening *opening, const struct notice_row *n);
char *ocds_opening_id(const struct ocds_process *p, const struct told_opening *opening);
json_t *ocds_opening(const struct ocds_process *p, const struct told_opening *opening);
#define OCDS_OPENING_TAG "tenderUpdate"

/* Adds what the notice still holds back to the release's withheldInformation. */
void ocds_put_withheld(json_t *release, const struct notice_row *n);
/* Of the release that says what a row of n->withheld held back. A new string; a constant. */
char *ocds_disclosure_id(const struct notice_row *n, const json_t *row);
const char *ocds_disclosure_tag(const struct ocds_process *p, const struct notice_row *n);

/* What is empty or zero is left out. */
void ocds_put_text(json_t *object, const char *name, const char *text);
void ocds_put_time(json_t *object, const char *name, int64_t t_us);
void ocds_put_period(json_t *object, const char *name, int64_t from_us, int64_t to_us);
void ocds_put_value(json_t *object, const char *name, struct decimal yuan);
json_t *ocds_number(struct decimal d);

#endif
