/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/store/review_store.h"

#include <errno.h>
#include <string.h>

#include "server/store/columns.h"

#define BALLOT_COLUMNS \
	"lot_id, stage, member_no, state, votes_enc, n_votes, submitted_at, version, undone"
#define ROWS_MAX "10000"

void review_ballot_free(struct review_ballot *b)
{
	if (!b)
		return;
	g_clear_pointer(&b->votes_enc, g_bytes_unref);
	g_free(b);
}

void review_count_row_free(struct review_count_row *c)
{
	if (!c)
		return;
	json_decref(c->result);
	g_free(c);
}

void rejection_free(struct rejection *r)
{
	if (!r)
		return;
	g_free(r->reason);
	g_free(r);
}

void rejection_vote_free(struct rejection_vote *v)
{
	if (!v)
		return;
	g_free(v->clause);
	g_free(v->reason);
	g_free(v);
}

static void *ballot_from_row(struct db_rows *rows)
{
	struct review_ballot *b = g_new0(struct review_ballot, 1);

	column_copy(rows, 0, b->lot_id, sizeof(b->lot_id));
	b->stage = review_stage_from_name(db_col_text(rows, 1));
	b->member_no = (int)db_col_int(rows, 2);
	b->submitted = strcmp(db_col_text(rows, 3), "submitted") == 0;
	b->votes_enc = column_bytes(rows, 4);
	b->n_votes = (int)db_col_int(rows, 5);
	b->submitted_us = column_time(rows, 6);
	b->version = db_col_int(rows, 7);
	b->undone_us = db_col_int(rows, 8);
	return b;
}

static void *count_from_row(struct db_rows *rows)
{
	struct review_count_row *c = g_new0(struct review_count_row, 1);

	column_copy(rows, 0, c->lot_id, sizeof(c->lot_id));
	c->stage = review_stage_from_name(db_col_text(rows, 1));
	c->result = column_json(rows, 2);
	c->counted_us = column_time(rows, 3);
	return c;
}

static void *rejection_from_row(struct db_rows *rows)
{
	struct rejection *r = g_new0(struct rejection, 1);

	column_copy(rows, 0, r->bid_id, sizeof(r->bid_id));
	column_copy(rows, 1, r->lot_id, sizeof(r->lot_id));
	r->stage = review_stage_from_name(db_col_text(rows, 2));
	r->reason = g_strdup(db_col_text(rows, 3));
	r->scored = db_col_int(rows, 4) != 0;
	r->priced = db_col_int(rows, 5) != 0;
	r->rejected_us = column_time(rows, 6);
	r->step = flow_step_from_name(db_col_text(rows, 7));
	column_copy(rows, 8, r->cause, sizeof(r->cause));
	return r;
}

static void *vote_from_row(struct db_rows *rows)
{
	struct rejection_vote *v = g_new0(struct rejection_vote, 1);

	column_copy(rows, 0, v->bid_id, sizeof(v->bid_id));
	v->member_no = (int)db_col_int(rows, 1);
	v->clause = g_strdup(db_col_text(rows, 2));
	v->reason = g_strdup(db_col_text(rows, 3));
	return v;
}

int review_store_ballot(struct db_txn *txn, const char *session_id, const char *lot_id,
	enum review_stage stage, int member_no, struct review_ballot **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		"SELECT " BALLOT_COLUMNS " FROM review_ballot WHERE session_id = ? AND lot_id = ? "
		"AND stage = ? AND member_no = ? AND undone = 0",
		DB_PARAMS(db_text(session_id), db_text(lot_id), db_text(review_stage_name(stage)),
			db_int(member_no)),
		&rows);

	return rows_take_one(r, rows, ballot_from_row, ret);
}

int review_store_ballots(struct db_txn *txn, const char *session_id, GPtrArray **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		"SELECT " BALLOT_COLUMNS " FROM review_ballot WHERE session_id = ? AND undone = 0 "
		"ORDER BY lot_id, stage, member_no LIMIT " ROWS_MAX,
		DB_PARAMS(db_text(session_id)), &rows);

	return rows_take(r, rows, ballot_from_row, (GDestroyNotify)review_ballot_free, ret);
}

int review_store_void_ballots(struct db_txn *txn, const char *session_id, GPtrArray **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		"SELECT " BALLOT_COLUMNS " FROM review_ballot WHERE session_id = ? AND undone > 0 "
		"ORDER BY lot_id, stage, undone, member_no LIMIT 100000",
		DB_PARAMS(db_text(session_id)), &rows);

	return rows_take(r, rows, ballot_from_row, (GDestroyNotify)review_ballot_free, ret);
}

int review_store_put(struct db_txn *txn, const char *session_id, const struct review_ballot *ballot)
{
	return db_exec(txn,
		"INSERT INTO review_ballot (session_id, lot_id, stage, member_no, state, votes_enc, "
		"n_votes, submitted_at, version) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) "
		"ON DUPLICATE KEY UPDATE state = VALUES(state), votes_enc = VALUES(votes_enc), "
		"n_votes = VALUES(n_votes), submitted_at = VALUES(submitted_at), "
		"version = VALUES(version)",
		DB_PARAMS(db_text(session_id), db_text(ballot->lot_id),
			db_text(review_stage_name(ballot->stage)), db_int(ballot->member_no),
			db_text(ballot->submitted ? "submitted" : "draft"),
			db_bytes(ballot->votes_enc), db_int(ballot->n_votes),
			db_maybe_time(ballot->submitted_us), db_int(ballot->version)),
		NULL);
}

int review_store_counts(struct db_txn *txn, const char *session_id, GPtrArray **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		"SELECT lot_id, stage, result, counted_at FROM review_result WHERE session_id = ? "
		"AND undone = 0 ORDER BY lot_id, stage LIMIT " ROWS_MAX,
		DB_PARAMS(db_text(session_id)), &rows);

	return rows_take(r, rows, count_from_row, (GDestroyNotify)review_count_row_free, ret);
}

const struct review_count_row *review_count_find(
	const GPtrArray *counts, const char *lot_id, enum review_stage stage)
{
	for (guint i = 0; i < counts->len; i++) {
		const struct review_count_row *c = g_ptr_array_index(counts, i);

		if (c->stage == stage && strcmp(c->lot_id, lot_id) == 0)
			return c;
	}
	return NULL;
}

int review_store_add_count(
	struct db_txn *txn, const char *session_id, const struct review_count_row *count)
{
	g_autoptr(GString) text = column_json_text(count->result);

	if (!text)
		return -EINVAL;
	return db_exec(txn,
		"INSERT INTO review_result (session_id, lot_id, stage, result, counted_at) "
		"VALUES (?, ?, ?, ?, ?)",
		DB_PARAMS(db_text(session_id), db_text(count->lot_id),
			db_text(review_stage_name(count->stage)), db_text(text->str),
			db_maybe_time(count->counted_us)),
		NULL);
}

int review_store_rejections(struct db_txn *txn, const char *lot_id, GPtrArray **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		"SELECT bid_id, lot_id, stage, reason, scored, priced, rejected_at, step, cause "
		"FROM rejection "
		"WHERE lot_id = ? AND undone = 0 ORDER BY bid_id LIMIT " ROWS_MAX,
		DB_PARAMS(db_text(lot_id)), &rows);

	return rows_take(r, rows, rejection_from_row, (GDestroyNotify)rejection_free, ret);
}

int review_store_reject(struct db_txn *txn, const char *session_id, const struct rejection *row)
{
	return db_exec(txn,
		"INSERT INTO rejection (bid_id, session_id, lot_id, stage, reason, scored, priced, "
		"rejected_at, step, cause) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		DB_PARAMS(db_text(row->bid_id), db_text(session_id), db_text(row->lot_id),
			row->stage ? db_text(review_stage_name(row->stage)) : db_null(),
			db_text(row->reason), db_int(row->scored), db_int(row->priced),
			db_maybe_time(row->rejected_us),
			row->step ? db_text(flow_step_name(row->step)) : db_null(),
			db_maybe_text(row->cause[0] ? row->cause : NULL)),
		NULL);
}

int review_store_add_vote(struct db_txn *txn, const char *session_id,
	const struct rejection_vote *vote, int64_t now_us)
{
	return db_exec(txn,
		"INSERT INTO rejection_vote (session_id, bid_id, member_no, clause, reason, "
		"step, voted_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
		DB_PARAMS(db_text(session_id), db_text(vote->bid_id), db_int(vote->member_no),
			db_text(vote->clause), db_text(vote->reason),
			db_text(flow_step_name(vote->step)), db_maybe_time(now_us)),
		NULL);
}

int review_store_votes(
	struct db_txn *txn, const char *session_id, const char *bid_id, GPtrArray **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		"SELECT bid_id, member_no, clause, reason FROM rejection_vote "
		"WHERE session_id = ? AND bid_id = ? AND undone = 0 ORDER BY member_no LIMIT " ROWS_MAX,
		DB_PARAMS(db_text(session_id), db_text(bid_id)), &rows);

	return rows_take(r, rows, vote_from_row, (GDestroyNotify)rejection_vote_free, ret);
}

int review_store_reopen_ballot(struct db_txn *txn, const char *session_id,
	const struct review_ballot *ballot, int64_t now_us)
{
	const char *stage = review_stage_name(ballot->stage);
	int r = db_exec(txn,
		"INSERT INTO review_ballot (session_id, lot_id, stage, member_no, state, votes_enc, "
		"n_votes, submitted_at, version, undone) SELECT session_id, lot_id, stage, "
		"member_no, state, votes_enc, n_votes, submitted_at, version, ? FROM review_ballot "
		"WHERE session_id = ? AND lot_id = ? AND stage = ? AND member_no = ? AND undone = 0",
		DB_PARAMS(db_int(now_us), db_text(session_id), db_text(ballot->lot_id),
			db_text(stage), db_int(ballot->member_no)),
		NULL);

	if (r)
		return r < 0 ? r : -EIO;
	return db_exec(txn,
		"UPDATE review_ballot SET state = 'draft', submitted_at = NULL, "
		"version = version + 1 WHERE session_id = ? AND lot_id = ? AND stage = ? "
		"AND member_no = ? AND undone = 0",
		DB_PARAMS(db_text(session_id), db_text(ballot->lot_id), db_text(stage),
			db_int(ballot->member_no)),
		NULL);
}

int review_store_undo_count(struct db_txn *txn, const char *session_id, const char *lot_id,
	enum review_stage stage, int64_t now_us)
{
	return db_exec(txn,
		"UPDATE review_result SET undone = ? WHERE session_id = ? AND lot_id = ? "
		"AND stage = ? AND undone = 0",
		DB_PARAMS(db_int(now_us), db_text(session_id), db_text(lot_id),
			db_text(review_stage_name(stage))),
		NULL);
}

int review_store_reinstate(struct db_txn *txn, const char *bid_id, int64_t now_us)
{
	return db_exec(txn, "UPDATE rejection SET undone = ? WHERE bid_id = ? AND undone = 0",
		DB_PARAMS(db_int(now_us), db_text(bid_id)), NULL);
}
