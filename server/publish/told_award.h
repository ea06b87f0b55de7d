/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_PUBLISH_TOLD_AWARD_H
#define SERVER_PUBLISH_TOLD_AWARD_H

/* A lot's result, with each expert's scores, that a notice told. Pure. */
#include <glib.h>
#include <jansson.h>

#include "server/store/notice_store.h"

struct told_award {
	char lot_id[ID_SIZE];
	char notice_id[ID_SIZE]; /* the first notice that tells it */
	char result_id[ID_SIZE]; /* the notice of the result that one corrects, or the same */
	int64_t told_us;
	int64_t withdrawn_us; /* the notice; 0: it stands */
	/* Where one may win only so many lots: the numbers, from 1, of the rows of those its report
	 * recommended, by place. NULL: the ranks say it. */
	json_t *candidates;
	json_t *award; /* bidroom.award.v1, server/eval/award_file.h */
};

/* For arrays of struct told_award. */
void told_award_free(void *award);

/* What this notice was the first to tell of the lot; NULL. */
const json_t *told_award_by(
	const GPtrArray *awards, const char *lot_id, const struct notice_row *n);

/* The same with what is known besides; NULL. */
const struct told_award *told_award_of(
	const GPtrArray *awards, const char *lot_id, const struct notice_row *n);

/*
 * Its row for the one ranked bidder whom the text names, of the result that was told by then; NULL
 * for none or several.
 */
const json_t *told_award_named(
	const GPtrArray *awards, const char *lot_id, int64_t at_us, const char *text);

/* Any it was the first to tell; NULL. */
const struct told_award *told_award_first(const GPtrArray *awards, const struct notice_row *n);

#endif
