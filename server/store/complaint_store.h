/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_STORE_COMPLAINT_STORE_H
#define SERVER_STORE_COMPLAINT_STORE_H

/* Complaints (投诉): their times, and under the field key who said what. */
#include <glib.h>
#include <stdint.h>

#include "server/core/id.h"
#include "server/store/event_store.h"
#include "server/trade/complaint.h"

struct db_txn;

struct complaint_row {
	char complaint_id[ID_SIZE], project_id[ID_SIZE];
	struct complaint_times times; /* the regime is the project's */
	GBytes *told;                 /* wrapped, see act/complaint_act.h */
	char outcome[17];             /* "" before it is decided */
	int64_t ended_us;             /* declined, decided or withdrawn; 0: not yet */
	char recorded_by[ID_SIZE];
	int64_t recorded_us, version;
	/* From the neighbouring rows, read only. */
	char *project_name, *project_code, *rulebook_version;
};

void complaint_row_free(struct complaint_row *c);
static inline void complaint_row_freep(struct complaint_row **c)
{
	complaint_row_free(*c);
}
#define COMPLAINT_AUTO __attribute__((cleanup(complaint_row_freep)))

int complaint_store_insert(struct db_txn *txn, const struct complaint_row *c);
/* All that changes of a row, under the next version. */
int complaint_store_update(struct db_txn *txn, const struct complaint_row *c);
/* 0, STORE_E_NONE or negative errno. `lock`: two acts on it queue up; each writes the row then. */
int complaint_store_get(struct db_txn *txn, const char *complaint_id, struct complaint_row **ret);
int complaint_store_lock(struct db_txn *txn, const char *complaint_id, struct complaint_row **ret);

/* What a list asks for; NULL, 0 or "" asks nothing. */
struct complaint_query {
	const char *project_id;
	enum complaint_state state;
	const char *after; /* behind this id */
	unsigned limit;
};
/* Newest first. */
int complaint_store_list(struct db_txn *txn, const struct complaint_query *q, GPtrArray **ret);
/* Those that wait for something, by id behind `after` ("": from the start). */
int complaint_store_open(struct db_txn *txn, const char *after, unsigned limit, GPtrArray **ret);
/*
 * The end of the longest suspension of the project's trading that an open complaint has brought and
 * that is not over; 0: it is not suspended.
 */
int complaint_store_suspended(
	struct db_txn *txn, const char *project_id, int64_t now_us, int64_t *ret_until_us);

#endif
