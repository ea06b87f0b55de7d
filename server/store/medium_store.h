/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_STORE_MEDIUM_STORE_H
#define SERVER_STORE_MEDIUM_STORE_H

/* What stood in the media of a notice (发布媒介): rows are only added, the newest of a medium
 * counts. */
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "server/core/id.h"
#include "server/store/event_store.h"
#include "server/trade/medium.h"

struct db_txn;

struct medium_record {
	char record_id[ID_SIZE], notice_id[ID_SIZE];
	int64_t medium_no; /* in the notice's list, from 1 */
	int64_t appeared_us;
	char *text; /* what stood there; NULL in lists */
	uint8_t text_sha256[32];
	bool agrees;
	struct medium_difference difference; /* where it does not */
	char recorded_by[ID_SIZE];
	int64_t recorded_us;
	char *recorded_by_name, *notice_title, *medium_name; /* in lists */
};

void medium_record_free(struct medium_record *m);
static inline void medium_record_freep(struct medium_record **m)
{
	medium_record_free(*m);
}
#define MEDIUM_RECORD_AUTO __attribute__((cleanup(medium_record_freep)))

int medium_store_insert(struct db_txn *txn, const struct medium_record *m);
/* How many there are of one medium of a notice. */
int medium_store_count(struct db_txn *txn, const char *notice_id, int64_t medium_no, int64_t *ret);
/* struct medium_record of a notice, newest first. */
int medium_store_list(struct db_txn *txn, const char *notice_id, GPtrArray **ret);
/* The newest of each medium where it differs, newest first; withdrawn notices are over. */
int medium_store_differing(struct db_txn *txn, unsigned limit, GPtrArray **ret);

#endif
