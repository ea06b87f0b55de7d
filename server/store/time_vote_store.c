/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/store/time_vote_store.h"

#include "server/store/columns.h"

int time_vote_store_add(struct db_txn *txn, const char *session_id, int member_no, int64_t now_us)
{
	return db_exec(txn,
		"INSERT INTO time_vote (session_id, member_no, voted_at) VALUES (?, ?, ?)",
		DB_PARAMS(db_text(session_id), db_int(member_no), db_time(now_us)), NULL);
}

int time_vote_store_standing(struct db_txn *txn, const char *session_id, GArray **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	g_autoptr(GArray) list = g_array_new(FALSE, FALSE, sizeof(int));
	int r = db_query(txn,
		"SELECT member_no FROM time_vote WHERE session_id = ? AND ended = 0 "
		"ORDER BY member_no LIMIT 1000",
		DB_PARAMS(db_text(session_id)), &rows);

	while (!r && (r = db_rows_next(rows)) > 0) {
		int no = (int)db_col_int(rows, 0);

		g_array_append_val(list, no);
		r = 0;
	}
	if (r)
		return r;
	*ret = g_steal_pointer(&list);
	return 0;
}

int time_vote_store_end(struct db_txn *txn, const char *session_id, int64_t now_us)
{
	return db_exec(txn, "UPDATE time_vote SET ended = ? WHERE session_id = ? AND ended = 0",
		DB_PARAMS(db_int(now_us), db_text(session_id)), NULL);
}
