/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/store/notice_store.h"

#include <errno.h>
#include <string.h>

#include "proto/canon.h"
#include "server/store/columns.h"
#include "server/store/counter_store.h"

#define NOTICE_SELECT                                                                             \
	"SELECT n.notice_id, n.project_id, n.kind, n.title, n.body_md, n.fields, n.offer_start, " \
	"n.offer_end, n.deadline_at, n.publicity_start, n.publicity_end, n.state, n.author, "     \
	"COALESCE(n.approver, ''), n.return_reason, COALESCE(n.publish_seq, 0), n.published_at, " \
	"n.text_sha256, n.created_at, n.version, w.name, b.name, p.code, p.name, p.buyer_name, "  \
	"p.agency_name, p.region, p.regime, COALESCE(n.page_seq, 0), "                            \
	"COALESCE(n.follows, ''), n.lot_nos, n.affects_bids, "                                    \
	"n.publish_at, n.withdrawn_at, n.withdraw_reason, "                                       \
	"EXISTS (SELECT 1 FROM notice_withheld h WHERE h.notice_id = n.notice_id), "              \
	"EXISTS (SELECT 1 FROM notice_attachment f WHERE f.notice_id = n.notice_id), "            \
	"n.published_text IS NOT NULL, n.signature IS NOT NULL, n.media, p.rulebook_version "                         \
	"FROM notice n "                                                                          \
	"JOIN project p USING (project_id) JOIN account w ON w.account_id = n.author "            \
	"LEFT JOIN account b ON b.account_id = n.approver "

void notice_row_free(struct notice_row *n)
{
	if (!n)
		return;
	g_free(n->title);
	g_free(n->body_md);
	json_decref(n->fields);
	json_decref(n->lot_nos);
	json_decref(n->media);
	json_decref(n->withheld);
	json_decref(n->attachments);
	g_free(n->return_reason);
	g_free(n->withdraw_reason);
	g_free(n->author_name);
	g_free(n->approver_name);
	g_free(n->project_code);
	g_free(n->project_name);
	g_free(n->buyer_name);
	g_free(n->agency_name);
	g_free(n->rulebook_version);
	g_free(n);
}

const struct notice_row *notice_row_find(const GPtrArray *notices, const char *notice_id)
{
	for (guint i = 0; i < notices->len; i++) {
		const struct notice_row *n = g_ptr_array_index(notices, i);

		if (strcmp(n->notice_id, notice_id) == 0)
			return n;
	}
	return NULL;
}

static struct db_param maybe_id(const char *id)
{
	return *id ? db_text(id) : db_null();
}

int notice_store_insert(struct db_txn *txn, const struct notice_row *n)
{
	int r = db_exec(txn,
		"INSERT INTO notice (notice_id, project_id, kind, title, body_md, fields, state, "
		"author, created_at, version) VALUES (?, ?, ?, ?, ?, '{}', ?, ?, ?, 0)",
		DB_PARAMS(db_text(n->notice_id), db_text(n->project_id),
			db_text(notice_kind_name(n->notice.kind)), db_text(n->title),
			db_text(n->body_md), db_text(notice_state_name(n->state)),
			db_text(n->author), db_time(n->created_us)),
		NULL);

	return r ? r : notice_store_update(txn, n);
}

static char *list_text(const json_t *list)
{
	return list ? json_dumps(list, JSON_COMPACT) : g_strdup("[]");
}

int notice_store_update(struct db_txn *txn, const struct notice_row *n)
{
	g_autoptr(GString) fields = NULL;
	g_autofree char *lot_nos = list_text(n->lot_nos), *media = list_text(n->media);
	int r = canon_dump(n->fields, &fields);

	if (r)
		return r < 0 ? r : -EINVAL;
	return db_exec(txn,
		"UPDATE notice SET title = ?, body_md = ?, fields = ?, offer_start = ?, "
		"offer_end = ?, deadline_at = ?, publicity_start = ?, publicity_end = ?, "
		"follows = ?, lot_nos = ?, media = ?, affects_bids = ?, version = version + 1 "
		"WHERE notice_id = ?",
		DB_PARAMS(db_text(n->title), db_text(n->body_md), db_text(fields->str),
			db_maybe_time(n->notice.offer_start_us),
			db_maybe_time(n->notice.offer_end_us),
			db_maybe_time(n->notice.bid_deadline_us),
			db_maybe_time(n->notice.publicity_start_us),
			db_maybe_time(n->notice.publicity_end_us), maybe_id(n->follows),
			db_text(lot_nos), db_text(media), db_int(n->notice.affects_bids),
			db_text(n->notice_id)),
		NULL);
}

int notice_store_set_state(struct db_txn *txn, const char *notice_id, enum notice_state state,
	const char *approver, const char *return_reason)
{
	return db_exec(txn,
		"UPDATE notice SET state = ?, approver = ?, return_reason = ?, publish_at = NULL, "
		"version = version + 1 WHERE notice_id = ?",
		DB_PARAMS(db_text(notice_state_name(state)), db_maybe_text(approver),
			db_maybe_text(return_reason), db_text(notice_id)),
		NULL);
}

/* Publication and every later change of a page take their numbers from one counter. */
static int next_publish_seq(struct db_txn *txn, int64_t *ret_seq)
{
	return counter_store_next(txn, "publish_seq", ret_seq);
}

int notice_store_publish(struct db_txn *txn, const char *notice_id, int64_t published_us,
	const struct published_text *text, int64_t *ret_seq)
{
	int r = next_publish_seq(txn, ret_seq);

	return r ? r
		 : db_exec(txn,
			   "UPDATE notice SET state = ?, publish_seq = ?, page_seq = ?, "
			   "published_at = ?, publish_at = NULL, text_sha256 = ?, "
			   "published_text = ?, signature = ?, version = version + 1 "
			   "WHERE notice_id = ?",
			   DB_PARAMS(db_text(notice_state_name(NOTICE_PUBLISHED)), db_int(*ret_seq),
				   db_int(*ret_seq), db_time(published_us),
				   db_blob(text->sha256, sizeof(text->sha256)),
				   db_bytes(text->bytes), db_bytes(text->signature),
				   db_text(notice_id)),
			   NULL);
}

int notice_store_published_text(
	struct db_txn *txn, const char *notice_id, GBytes **ret_text, GBytes **ret_signature)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn, "SELECT published_text, signature FROM notice WHERE notice_id = ?",
		DB_PARAMS(db_text(notice_id)), &rows);

	if (!r)
		r = rows_only(rows);
	if (r)
		return r;
	*ret_text = column_bytes(rows, 0);
	*ret_signature = column_bytes(rows, 1);
	return 0;
}

int notice_store_set_publish_at(struct db_txn *txn, const char *notice_id, int64_t publish_at_us)
{
	return db_exec(txn,
		"UPDATE notice SET publish_at = ?, version = version + 1 WHERE notice_id = ?",
		DB_PARAMS(db_maybe_time(publish_at_us), db_text(notice_id)), NULL);
}

int notice_store_touch_page(struct db_txn *txn, const char *notice_id)
{
	int64_t seq;
	int r = next_publish_seq(txn, &seq);

	return r ? r
		 : db_exec(txn,
			   "UPDATE notice SET page_seq = ? WHERE notice_id = ? AND "
			   "publish_seq > 0",
			   DB_PARAMS(db_int(seq), db_text(notice_id)), NULL);
}

int notice_store_withdraw(
	struct db_txn *txn, const char *notice_id, int64_t withdrawn_us, const char *reason)
{
	int r = db_exec(txn,
		"UPDATE notice SET state = ?, withdrawn_at = ?, withdraw_reason = ?, "
		"version = version + 1 WHERE notice_id = ?",
		DB_PARAMS(db_text(notice_state_name(NOTICE_WITHDRAWN)), db_time(withdrawn_us),
			db_text(reason), db_text(notice_id)),
		NULL);

	return r ? r : notice_store_touch_page(txn, notice_id);
}

static void read_notice(struct db_rows *rows, struct notice_row *n)
{
	n->title = g_strdup(db_col_text(rows, 3));
	n->body_md = g_strdup(db_col_text(rows, 4));
	n->fields = json_loads(db_col_text(rows, 5), JSON_REJECT_DUPLICATES, NULL);
	n->lot_nos = json_loads(db_col_text(rows, 30), JSON_REJECT_DUPLICATES, NULL);
	n->media = column_json(rows, 39);
	n->notice = (struct notice){
		.kind = notice_kind_from_name(db_col_text(rows, 2)),
		.title = n->title,
		.body_md = n->body_md,
		.fields = n->fields,
		.offer_start_us = column_time(rows, 6),
		.offer_end_us = column_time(rows, 7),
		.bid_deadline_us = column_time(rows, 8),
		.opening_us = column_time(rows, 8), /* T07: opening is at the deadline */
		.publicity_start_us = column_time(rows, 9),
		.publicity_end_us = column_time(rows, 10),
		.lot_nos = n->lot_nos,
		.media = n->media,
		.affects_bids = db_col_int(rows, 31) != 0,
	};
}

/* Chain, schedule, withdrawal. */
static void read_later_life(struct db_rows *rows, struct notice_row *n)
{
	column_copy(rows, 29, n->follows, sizeof(n->follows));
	n->publish_at_us = column_time(rows, 32);
	n->withdrawn_us = column_time(rows, 33);
	n->withdraw_reason = g_strdup(db_col_text(rows, 34));
	n->has_withheld = db_col_int(rows, 35) != 0;
	n->has_attachments = db_col_int(rows, 36) != 0;
	n->has_text = db_col_int(rows, 37) != 0;
	n->has_signature = db_col_int(rows, 38) != 0;
	n->rulebook_version = g_strdup(db_col_text(rows, 40));
}

static void *notice_from_row(struct db_rows *rows)
{
	struct notice_row *n = g_new0(struct notice_row, 1);
	size_t len = 0;

	g_strlcpy(n->notice_id, db_col_text(rows, 0), sizeof(n->notice_id));
	g_strlcpy(n->project_id, db_col_text(rows, 1), sizeof(n->project_id));
	read_notice(rows, n);
	n->state = notice_state_from_name(db_col_text(rows, 11));
	g_strlcpy(n->author, db_col_text(rows, 12), sizeof(n->author));
	g_strlcpy(n->approver, db_col_text(rows, 13), sizeof(n->approver));
	n->return_reason = g_strdup(db_col_text(rows, 14));
	n->publish_seq = db_col_int(rows, 15);
	n->published_us = column_time(rows, 16);
	const void *sha = db_col_blob(rows, 17, &len);
	if (sha && len == sizeof(n->text_sha256))
		memcpy(n->text_sha256, sha, len);
	n->created_us = db_col_time(rows, 18);
	n->version = db_col_int(rows, 19);
	n->author_name = g_strdup(db_col_text(rows, 20));
	n->approver_name = g_strdup(db_col_text(rows, 21));
	n->project_code = g_strdup(db_col_text(rows, 22));
	n->project_name = g_strdup(db_col_text(rows, 23));
	n->buyer_name = g_strdup(db_col_text(rows, 24));
	n->agency_name = g_strdup(db_col_text(rows, 25));
	g_strlcpy(n->region, db_col_text(rows, 26), sizeof(n->region));
	n->regime = regime_from_name(db_col_text(rows, 27));
	n->page_seq = db_col_int(rows, 28);
	read_later_life(rows, n);
	return n;
}

static int take_notices(int r, struct db_rows *rows, GPtrArray **ret)
{
	return rows_take(r, rows, notice_from_row, (GDestroyNotify)notice_row_free, ret);
}

int notice_store_get(struct db_txn *txn, const char *notice_id, struct notice_row **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(
		txn, NOTICE_SELECT "WHERE n.notice_id = ?", DB_PARAMS(db_text(notice_id)), &rows);

	return rows_take_one(r, rows, notice_from_row, ret);
}

int notice_store_lock(struct db_txn *txn, const char *notice_id, struct notice_row **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn, "SELECT version FROM notice WHERE notice_id = ? FOR UPDATE",
		DB_PARAMS(db_text(notice_id)), &rows);

	return r ? r : notice_store_get(txn, notice_id, ret);
}

int notice_store_list(struct db_txn *txn, enum notice_state state, const char *project_id,
	const char *after, unsigned limit, GPtrArray **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	const char *state_name = state ? notice_state_name(state) : "";
	const char *project = project_id ? project_id : "";
	int r = db_query(txn,
		NOTICE_SELECT "WHERE (? = '' OR n.state = ?) AND (? = '' OR n.project_id = ?) AND "
			      "(? = '' OR n.notice_id < ?) ORDER BY n.notice_id DESC LIMIT ?",
		DB_PARAMS(db_text(state_name), db_text(state_name), db_text(project),
			db_text(project), db_text(after), db_text(after), db_int(limit)),
		&rows);

	return take_notices(r, rows, ret);
}

int notice_store_published(struct db_txn *txn, int64_t after, unsigned limit, GPtrArray **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn, NOTICE_SELECT "WHERE n.page_seq > ? ORDER BY n.page_seq LIMIT ?",
		DB_PARAMS(db_int(after), db_int(limit)), &rows);

	return take_notices(r, rows, ret);
}

int notice_store_last_seq(struct db_txn *txn, int64_t *ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(
		txn, "SELECT value FROM counter WHERE name = 'publish_seq'", DB_NO_PARAMS, &rows);

	if (!r)
		r = db_rows_next(rows);
	if (r <= 0)
		return r < 0 ? r : -EBADMSG;
	*ret = db_col_int(rows, 0);
	return 0;
}

int notice_store_followed(struct db_txn *txn, const char *notice_id, int64_t seq, bool *ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn, "SELECT 1 FROM notice WHERE notice_id = ? AND page_seq >= ?",
		DB_PARAMS(db_text(notice_id), db_int(seq)), &rows);

	return rows_exist(r, rows, ret);
}

int notice_store_chains(struct db_txn *txn, int64_t after, int64_t upto, GPtrArray **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		NOTICE_SELECT
		"JOIN (SELECT project_id FROM notice WHERE publish_seq > ? AND publish_seq <= ? "
		"UNION SELECT project_id FROM notice WHERE page_seq > ? AND page_seq <= ?) c "
		"ON c.project_id = n.project_id WHERE n.publish_seq > 0 "
		"ORDER BY n.project_id, n.publish_seq",
		DB_PARAMS(db_int(after), db_int(upto), db_int(after), db_int(upto)), &rows);

	return take_notices(r, rows, ret);
}

int notice_store_due(
	struct db_txn *txn, int64_t now_us, const char *held, unsigned limit, GPtrArray **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		NOTICE_SELECT "WHERE n.publish_at <= ? AND n.state = 'approved' AND NOT "
			      "(FIND_IN_SET(n.kind, ?) AND EXISTS (SELECT 1 FROM complaint c "
			      "WHERE c.project_id = n.project_id AND c.state = 'accepted' AND "
			      "c.suspended_until > ?)) AND NOT (n.kind = 'ztb_result' AND "
			      "EXISTS (SELECT 1 FROM objection o WHERE o.project_id = "
			      "n.project_id AND o.answered_at IS NULL)) "
			      "ORDER BY n.publish_at LIMIT ?",
		DB_PARAMS(db_time(now_us), db_text(held), db_time(now_us), db_int(limit)), &rows);

	return take_notices(r, rows, ret);
}

int notice_store_published_of(
	struct db_txn *txn, const char *project_id, unsigned limit, GPtrArray **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		NOTICE_SELECT "WHERE n.project_id = ? AND n.publish_seq > 0 "
			      "ORDER BY n.publish_seq LIMIT ?",
		DB_PARAMS(db_text(project_id), db_int(limit)), &rows);

	return take_notices(r, rows, ret);
}

int notice_store_newest(struct db_txn *txn, unsigned limit, GPtrArray **ret)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		NOTICE_SELECT "WHERE n.publish_seq > 0 ORDER BY n.publish_seq DESC LIMIT ?",
		DB_PARAMS(db_int(limit)), &rows);

	return take_notices(r, rows, ret);
}
