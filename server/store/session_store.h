/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_STORE_SESSION_STORE_H
#define SERVER_STORE_SESSION_STORE_H

/*
 * Evaluation sessions (评标会): step, lots, votes for the leader. Who sits on the panel is
 * member_store's; the halls of openings are hall_store's. Getters return 0, STORE_E_NONE or
 * negative errno.
 */
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "server/core/id.h"
#include "server/eval/flow.h"
#include "server/eval/leader.h"
#include "server/store/event_store.h"

struct db_txn;

struct eval_session {
	char session_id[ID_SIZE];
	char project_id[ID_SIZE];
	char *title;
	enum flow_step step;
	enum flow_hold hold;
	char *hold_reason; /* NULL while it runs */
	int64_t panel_size;
	int64_t scheduled_us, until_us; /* until_us: when it is to be over; 0: not said */
	int leader_no; /* 0: none */
	int64_t started_us, closed_us, created_us;
	int64_t step_ends_us; /* real time, by the host's word; 0: open */
	/* Read only, of the project, the draw and the venues. */
	unsigned venues_open; /* that have not confirmed (venue_store.h) */
	char *project_code, *project_name;
	char draw_id[ID_SIZE];
};

void eval_session_free(struct eval_session *s);
static inline void eval_session_freep(struct eval_session **s)
{
	eval_session_free(*s);
}
#define EVAL_SESSION_AUTO __attribute__((cleanup(eval_session_freep)))

int session_store_insert(struct db_txn *txn, const struct eval_session *s);
int session_store_get(struct db_txn *txn, const char *session_id, struct eval_session **ret);
/* The same, and nobody else changes the session until this transaction ends. */
int session_store_lock(struct db_txn *txn, const char *session_id, struct eval_session **ret);
/* Newest first, behind the id `after` ("" for the first page). The array owns them. */
int session_store_list(struct db_txn *txn, const char *after, unsigned limit, GPtrArray **ret);

/* The same, and halls of openings (server/store/hall_store.h), too: for those who keep recordings.
 */
int session_store_get_any(struct db_txn *txn, const char *session_id, struct eval_session **ret);
int session_store_lock_any(struct db_txn *txn, const char *session_id, struct eval_session **ret);
int session_store_list_any(struct db_txn *txn, const char *after, unsigned limit, GPtrArray **ret);

int session_store_add_lot(struct db_txn *txn, const char *session_id, const char *lot_id);
/* Its lots (struct lot of project_store) by number; the array owns them. */
int session_store_lots(struct db_txn *txn, const char *session_id, GPtrArray **ret);
/* Whether the lot belongs to a session that is not closed; its id in ret_session_id. */
int session_store_of_lot(
	struct db_txn *txn, const char *lot_id, char ret_session_id[static ID_SIZE]);
/* Whether a session judged the lot to its end; neither the hall of its opening nor a session that
 * was dissolved did. */
int session_store_is_judged(struct db_txn *txn, const char *lot_id, bool *ret);
/* Sessions that had the lot and were dissolved: their ids (char *), the array owns them. */
int session_store_dissolved_of_lot(struct db_txn *txn, const char *lot_id, GPtrArray **ret);

/* reason may be NULL. */
int session_store_set_hold(
	struct db_txn *txn, const char *session_id, enum flow_hold hold, const char *reason);
/* No end is set of the new step. */
/* Of the row alone. 0, STORE_E_NONE or negative errno. */
int session_store_step(struct db_txn *txn, const char *session_id, enum flow_step *ret);
int session_store_set_step(struct db_txn *txn, const char *session_id, enum flow_step step);
/* 0: open again. */
int session_store_set_step_ends(struct db_txn *txn, const char *session_id, int64_t ends_us);
int session_store_set_started(
	struct db_txn *txn, const char *session_id, const char *host, int64_t now_us);
/* It is not closed any more. */
int session_store_reopen(struct db_txn *txn, const char *session_id);
int session_store_set_closed(struct db_txn *txn, const char *session_id, int64_t now_us);
/* leader_no 0: there is none any more. */
int session_store_set_leader(struct db_txn *txn, const char *session_id, int leader_no);

/* 0 or DB_E_DUPLICATE. */
int session_store_add_vote(
	struct db_txn *txn, const char *session_id, const struct leader_vote *vote);
/* All rounds; struct leader_vote. */
int session_store_votes(struct db_txn *txn, const char *session_id, GArray **ret);

#endif
