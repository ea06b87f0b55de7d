/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/store/notice_hit_store.h"

#include "server/store/columns.h"

void notice_hit_free(struct notice_hit *hit)
{
	if (!hit)
		return;
	g_free(hit->title);
	g_free(hit->project_code);
	g_free(hit->project_name);
	g_free(hit->buyer_name);
	g_free(hit);
}

static void *hit_from_row(struct db_rows *rows)
{
	struct notice_hit *hit = g_new0(struct notice_hit, 1);

	hit->seq = db_col_int(rows, 0);
	column_copy(rows, 1, hit->notice_id, sizeof(hit->notice_id));
	hit->kind = notice_kind_from_name(db_col_text(rows, 2));
	hit->regime = regime_from_name(db_col_text(rows, 3));
	column_copy(rows, 4, hit->region, sizeof(hit->region));
	hit->title = g_strdup(db_col_text(rows, 5));
	hit->project_code = g_strdup(db_col_text(rows, 6));
	hit->project_name = g_strdup(db_col_text(rows, 7));
	hit->buyer_name = g_strdup(db_col_text(rows, 8));
	hit->published_us = db_col_time(rows, 9);
	hit->withdrawn_us = column_time(rows, 10);
	column_32(rows, 11, hit->text_sha256);
	return hit;
}

int notice_hit_store_get(struct db_txn *txn, const int64_t *seqs, size_t n, GPtrArray **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	struct db_param params[NOTICE_HITS];

	g_assert(n <= NOTICE_HITS);
	for (size_t i = 0; i < NOTICE_HITS; i++) /* no notice is at place 0 */
		params[i] = db_int(i < n ? seqs[i] : 0);
	int r = db_query(txn,
		"SELECT n.publish_seq, n.notice_id, n.kind, p.regime, p.region, n.title, p.code, "
		"p.name, p.buyer_name, n.published_at, n.withdrawn_at, n.text_sha256 "
		"FROM notice n JOIN project p USING (project_id) "
		"WHERE n.publish_seq IN (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
		"?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) AND n.publish_seq > 0 "
		"ORDER BY n.publish_seq DESC",
		params, NOTICE_HITS, &rows);

	return rows_take(r, rows, hit_from_row, (GDestroyNotify)notice_hit_free, ret);
}
