/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_STORE_PROJECT_STORE_H
#define SERVER_STORE_PROJECT_STORE_H

/* Projects (项目), their key holders and lots (标段/包). */
#include <glib.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "proto/decimal.h"
#include "server/core/id.h"
#include "server/store/event_store.h"
#include "server/trade/lot.h"
#include "server/trade/opening.h"
#include "server/trade/regime.h"

struct db_txn;

struct project {
	char project_id[ID_SIZE];
	char code[41];
	enum regime regime;
	enum lot_category category;
	char *name;
	char region[7];
	char method[17];
	struct decimal budget;
	char *buyer_name, *agency_name, *contact; /* agency_name may be NULL */
	char *rulebook_version;
	int64_t holder_threshold, window_minutes;
	enum opening_rescue rescue; /* when the holders may open a bid */
	char state[25];             /* project_state_name() */
	/* What table 501 of the data norm asks for beyond the columns (trade/project_facts.h). */
	json_t *facts;
	char created_by[ID_SIZE];
	int64_t created_us;
	int64_t n_lots; /* read only */
};

struct lot {
	char lot_id[ID_SIZE];
	char project_id[ID_SIZE];
	int64_t no;
	char code[41];
	char *name;
	bool has_ceiling;
	struct decimal ceiling;
	char price_form[17];
	json_t *scheme;
	json_t *facts; /* table 502, see trade/project_facts.h */
	enum lot_state state;
	int64_t deadline_us, closed_us, window_ends_us; /* 0: not set yet */
	int64_t late_us;    /* when the last bid was turned away as late; 0: none was */
	char *delay_code;   /* what keeps the house from closing it; NULL: nothing did */
	int64_t delayed_us; /* since when */
	bool has_digest_set;
	uint8_t digest_set[32]; /* over the receipt digests of all bids, once closed */
	json_t *result;         /* NULL until ranked */
};

struct project_holder {
	int64_t no;
	char account_id[ID_SIZE];
	char key_id[65];
	char *name;
	GBytes *public_key;
};

void project_free(struct project *p);
void lot_free(struct lot *l);
static inline void project_freep(struct project **p)
{
	project_free(*p);
}
static inline void lot_freep(struct lot **l)
{
	lot_free(*l);
}
#define PROJECT_AUTO __attribute__((cleanup(project_freep)))
#define LOT_AUTO __attribute__((cleanup(lot_freep)))

/* The next serial number of the house, for codes. */
int project_store_next_serial(struct db_txn *txn, int64_t *ret_serial);
int project_store_insert(struct db_txn *txn, const struct project *p);
int project_store_insert_lot(struct db_txn *txn, const struct lot *l);
/* Another account and key take the number. */
int project_store_set_holder(struct db_txn *txn, const char *project_id, int64_t no,
	const char *account_id, const char *key_id);
int project_store_insert_holder(struct db_txn *txn, const char *project_id, int64_t no,
	const char *account_id, const char *key_id);

/* 0, STORE_E_NONE or negative errno. */
int project_store_get(struct db_txn *txn, const char *project_id, struct project **ret);
/*
 * The same, and nobody else can change the project until this transaction ends. Taken before the
 * rows of its notices and lots.
 */
int project_store_lock(struct db_txn *txn, const char *project_id, struct project **ret);
int project_store_by_code(struct db_txn *txn, const char *code, struct project **ret);
/* Newest first, behind the id `after` ("" for the first page). */
int project_store_list(struct db_txn *txn, const char *after, unsigned limit, GPtrArray **ret);
int project_store_lots(struct db_txn *txn, const char *project_id, GPtrArray **ret);
/* Whether a lot of it is in the state that takes bids. 0 or negative errno. */
int project_store_takes_bids(struct db_txn *txn, const char *project_id, bool *ret);
int project_store_holders(struct db_txn *txn, const char *project_id, GPtrArray **ret);
int project_store_lot(struct db_txn *txn, const char *lot_id, struct lot **ret);
/* The same, and nobody else can change the lot until this transaction ends. */
int project_store_lock_lot(struct db_txn *txn, const char *lot_id, struct lot **ret);

int project_store_set_state(struct db_txn *txn, const char *project_id, const char *state);
/*
 * These lots of the project (a list of numbers, empty: all) take bids until the deadline: those
 * that did not yet, and, when they are announced again, those that still do at now_us.
 */
int project_store_announce_lots(struct db_txn *txn, const char *project_id, const json_t *lot_nos,
	int64_t deadline_us, int64_t now_us);
/* A bid came too late, on the record: from now on nobody is in time. */
int project_store_mark_late(struct db_txn *txn, const char *lot_id, int64_t now_us);
/* The deadline of the project's lots that still take bids moves; lot_nos empty or NULL: of all. */
int project_store_move_deadline(
	struct db_txn *txn, const char *project_id, const json_t *lot_nos, int64_t deadline_us);
/* Lots that were not opened yet end as failed (流标); *ret_n (may be NULL) says how many. */
int project_store_end_lots(
	struct db_txn *txn, const char *project_id, const json_t *lot_nos, uint64_t *ret_n);
int project_store_set_lot_state(struct db_txn *txn, const char *lot_id, enum lot_state state);
/* Lots that take bids though their deadline was before until_us; delayed: also, after the others
 * and by chance, so that each has its turn, those that something keeps from being closed. */
int project_store_due_lots(
	struct db_txn *txn, int64_t until_us, bool delayed, unsigned limit, GPtrArray **ret);
/* Something keeps the house from closing the lot. */
int project_store_delay_close(
	struct db_txn *txn, const char *lot_id, const char *code, int64_t now_us);
/* The lot takes no more bids: takes state, times and digest set from the row. */
int project_store_close_lot(struct db_txn *txn, const struct lot *l);
int project_store_set_lot_result(struct db_txn *txn, const char *lot_id, const json_t *result);

#endif
