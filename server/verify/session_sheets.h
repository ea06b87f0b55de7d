/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_VERIFY_SESSION_SHEETS_H
#define SERVER_VERIFY_SESSION_SHEETS_H

/* The score sheets (评分表) of a record against what was committed to before anybody saw them. */
#include "server/eval/criteria.h"
#include "server/verify/session_record.h"

/* A lot under its scheme, with the bids that were opened. */
struct session_lot {
	const char *lot_id, *code, *price_form; /* texts of the record */
	struct criteria *criteria;
	bool has_ceiling;
	struct decimal ceiling;
	GPtrArray *bids;      /* const struct session_event *: bid.opened, in order of receipt */
	const char **bid_ids; /* in step */
	const json_t **rejections; /* in step: body of bid.rejected, or NULL */
	const char **scored;       /* ids of the bids that came to be scored */
	size_t n_scored;
};

/* From the events project.created and bid.opened; NULL after saying what is missing. */
struct session_lot *session_lot_read(
	const struct session_record *rec, const char *lot_id, const char *place);
void session_lot_free(struct session_lot *lot);

/*
 * The scores of one member's sheet, borrowed from sheets.json, if it is complete and lawful and its
 * commitment is the one of the member's event sheet.submitted before event index `before`. NULL
 * after saying what is wrong.
 */
const json_t *session_sheet_open(const struct session_record *rec, const json_t *sheets,
	const struct session_lot *lot, int member_no, guint before);

/*
 * The member's event sheet.submitted that stood before event index `before`, the last one: a sheet
 * that was reopened is given again, and after a step back all are. NULL: none.
 */
const struct session_event *session_sheet_submission(
	const struct session_record *rec, const char *lot_id, int member_no, guint before);

/* The commitment of a sheet {"salt", "scores"}; false: it has none. */
bool session_sheet_commitment(const struct session_record *rec, const struct session_lot *lot,
	int member_no, const json_t *sheet, uint8_t ret[static 32]);

/* Sheets that no event speaks of. */
void session_sheets_strangers(const struct session_record *rec, const json_t *sheets);

#endif
