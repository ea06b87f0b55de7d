/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/store/notice_list_store.h"

#include "server/store/columns.h"

#define LINE                                                                                    \
	"SELECT n.notice_id, n.project_id, n.kind, n.title, p.name, p.region, n.published_at, " \
	"n.withdrawn_at "
#define FILTERED                                                                           \
	"FROM notice n JOIN project p USING (project_id) WHERE n.publish_seq > 0 AND "     \
	"(? = '' OR n.kind = ?) AND (? = '' OR p.region = ?) AND n.published_at >= ? AND " \
	"n.published_at < ? "

void notice_line_free(struct notice_line *line)
{
	if (!line)
		return;
	g_free(line->title);
	g_free(line->project_name);
	g_free(line);
}

static void *line_from_row(struct db_rows *rows)
{
	struct notice_line *line = g_new0(struct notice_line, 1);

	g_strlcpy(line->notice_id, db_col_text(rows, 0), sizeof(line->notice_id));
	g_strlcpy(line->project_id, db_col_text(rows, 1), sizeof(line->project_id));
	line->kind = notice_kind_from_name(db_col_text(rows, 2));
	line->title = g_strdup(db_col_text(rows, 3));
	line->project_name = g_strdup(db_col_text(rows, 4));
	g_strlcpy(line->region, db_col_text(rows, 5), sizeof(line->region));
	line->published_us = db_col_time(rows, 6);
	line->withdrawn_us = column_time(rows, 7);
	return line;
}

static int lines(struct db_txn *txn, const char *sql, const struct notice_filter *f, unsigned limit,
	unsigned skip, GPtrArray **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	const char *kind = f->kind ? notice_kind_name(f->kind) : "";
	/* Year 9999 is as late as the database goes. */
	int64_t to_us = f->to_us ? f->to_us : INT64_C(253402300799) * 1000000;
	int r = db_query(txn, sql,
		DB_PARAMS(db_text(kind), db_text(kind), db_text(f->region), db_text(f->region),
			db_time(f->from_us), db_time(to_us), db_int(limit), db_int(skip)),
		&rows);

	return rows_take(r, rows, line_from_row, (GDestroyNotify)notice_line_free, ret);
}

int notice_list_store_newest(
	struct db_txn *txn, const struct notice_filter *filter, unsigned limit, GPtrArray **ret)
{
	return lines(txn, LINE FILTERED "ORDER BY n.publish_seq DESC LIMIT ? OFFSET ?", filter,
		limit, 0, ret);
}

int notice_list_store_part(struct db_txn *txn, const struct notice_filter *filter, unsigned skip,
	unsigned limit, GPtrArray **ret)
{
	/* What is sorted and skipped is a key's entry, not a notice with its text. */
	return lines(txn,
		LINE "FROM (SELECT n.notice_id " FILTERED
		     "ORDER BY n.publish_seq LIMIT ? OFFSET ?) page "
		     "JOIN notice n USING (notice_id) JOIN project p USING (project_id) "
		     "ORDER BY n.publish_seq",
		filter, limit, skip, ret);
}

int notice_list_store_counts(struct db_txn *txn, GArray **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	g_autoptr(GArray) counts = g_array_new(FALSE, FALSE, sizeof(struct notice_count));
	int r = db_query(txn,
		"SELECT n.kind, p.region, "
		"DATE_FORMAT(n.published_at + INTERVAL 8 HOUR, '%Y-%m') AS month, COUNT(*) "
		"FROM notice n JOIN project p USING (project_id) WHERE n.publish_seq > 0 "
		"GROUP BY n.kind, p.region, month ORDER BY month, n.kind, p.region",
		DB_NO_PARAMS, &rows);

	if (r)
		return r;
	while ((r = db_rows_next(rows)) > 0) {
		struct notice_count c = {
			.kind = notice_kind_from_name(db_col_text(rows, 0)),
			.n = db_col_int(rows, 3),
		};
		g_strlcpy(c.region, db_col_text(rows, 1), sizeof(c.region));
		g_strlcpy(c.month, db_col_text(rows, 2), sizeof(c.month));
		g_array_append_val(counts, c);
	}
	if (r)
		return r;
	*ret = g_steal_pointer(&counts);
	return 0;
}
