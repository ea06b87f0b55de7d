/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/search/index.h"

#include <errno.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <string.h>

#include "server/search/grams.h"
#include "server/search/query.h"

/*
 * A document added again gets another row beside its old one (a contentless table cannot forget a
 * row without its old words): rowid = seq * REVISIONS + revision, so all rows of one stand
 * together. What is published is only added to, so the old row finds nothing wrong.
 */
#define REVISIONS 16

/* Another build's grams or columns are of no use: the number is kept in the file. */
#define FORMAT 2

/* Readers wait for nothing; only a second process or a crash's recovery can hold the writer up. */
#define BUSY_MS 5000

static const char schema[] =
	"PRAGMA journal_mode = WAL;"
	"PRAGMA synchronous = NORMAL;"
	"BEGIN IMMEDIATE;"
	"CREATE VIRTUAL TABLE IF NOT EXISTS g USING fts5(text, buyer, facets, content='', "
	"columnsize=0, tokenize='ascii');"
	"CREATE TABLE IF NOT EXISTS place (place_id INTEGER PRIMARY KEY CHECK (place_id = 1), "
	"watermark INTEGER NOT NULL, anchor TEXT NOT NULL);"
	"INSERT OR IGNORE INTO place VALUES (1, 0, '');"
	"CREATE TABLE IF NOT EXISTS again (seq INTEGER PRIMARY KEY, revision INTEGER NOT NULL);"
	"COMMIT;";

static const char find_sql[] =
	"SELECT rowid FROM g WHERE g MATCH ?1 AND rowid < ?2 ORDER BY rowid DESC LIMIT ?3";

struct reader {
	sqlite3 *db;
	sqlite3_stmt *find;
	unsigned generation;
};

struct search {
	char *path;
	sqlite3 *writer; /* the follower's thread */
	GMutex lock;     /* guards the rest */
	GPtrArray *idle; /* struct reader */
	unsigned generation;
	int64_t watermark;
	char anchor[SEARCH_ANCHOR_SIZE];
	bool trusted;
};

static int fault_of(int rc)
{
	switch (rc & 0xff) {
	case SQLITE_OK:
	case SQLITE_DONE:
	case SQLITE_ROW:
		return 0;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return -EAGAIN;
	case SQLITE_FULL:
		return -ENOSPC;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return -EBADMSG;
	default:
		return -EIO;
	}
}

static void reader_free(struct reader *r)
{
	if (!r)
		return;
	sqlite3_finalize(r->find);
	sqlite3_close(r->db);
	g_free(r);
}

static int run_sql(sqlite3 *db, const char *sql)
{
	return fault_of(sqlite3_exec(db, sql, NULL, NULL, NULL));
}

static int read_number(sqlite3 *db, const char *sql, int64_t *ret)
{
	sqlite3_stmt *stmt = NULL;
	int rc = sqlite3_prepare_v2(db, sql, -1, &stmt, NULL);

	if (rc == SQLITE_OK)
		rc = sqlite3_step(stmt);
	if (rc == SQLITE_ROW)
		*ret = sqlite3_column_int64(stmt, 0);
	sqlite3_finalize(stmt);
	return rc == SQLITE_ROW ? 0 : rc == SQLITE_DONE ? -EBADMSG : fault_of(rc);
}

static int read_place(struct search *s)
{
	sqlite3_stmt *stmt = NULL;
	int rc = sqlite3_prepare_v2(
		s->writer, "SELECT watermark, anchor FROM place", -1, &stmt, NULL);

	if (rc == SQLITE_OK)
		rc = sqlite3_step(stmt);
	if (rc == SQLITE_ROW) {
		s->watermark = sqlite3_column_int64(stmt, 0);
		g_strlcpy(s->anchor, (const char *)sqlite3_column_text(stmt, 1), sizeof(s->anchor));
	}
	sqlite3_finalize(stmt);
	return rc == SQLITE_ROW ? 0 : rc == SQLITE_DONE ? -EBADMSG : fault_of(rc);
}

static void close_writer(struct search *s)
{
	sqlite3_close(s->writer);
	s->writer = NULL;
}

static int open_writer(struct search *s)
{
	g_autofree char *mark = g_strdup_printf("PRAGMA user_version = %d", FORMAT);
	int64_t format = 0;
	int r = fault_of(sqlite3_open_v2(s->path, &s->writer,
		SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL));

	if (!r)
		r = fault_of(sqlite3_busy_timeout(s->writer, BUSY_MS));
	if (!r)
		r = read_number(s->writer, "PRAGMA user_version", &format);
	if (!r && format != 0 && format != FORMAT)
		r = -EBADMSG;
	if (!r)
		r = run_sql(s->writer, schema);
	if (!r)
		r = run_sql(s->writer, mark);
	if (!r)
		r = read_place(s);
	if (r)
		close_writer(s);
	return r;
}

/* Throws the file away; readers of the old one are closed when they come back. */
static int begin_anew(struct search *s)
{
	static const char *const parts[] = {"", "-wal", "-shm"};
	int r;

	close_writer(s);
	for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
		g_autofree char *name = g_strconcat(s->path, parts[i], NULL);
		g_unlink(name);
	}
	g_mutex_lock(&s->lock);
	s->generation++;
	s->trusted = true; /* an empty one is of any database */
	g_ptr_array_set_size(s->idle, 0);
	r = open_writer(s);
	g_mutex_unlock(&s->lock);
	return r;
}

int search_open(const char *path, struct search **ret)
{
	struct search *s = g_new0(struct search, 1);
	int r;

	s->path = g_strdup(path);
	s->idle = g_ptr_array_new_with_free_func((GDestroyNotify)reader_free);
	g_mutex_init(&s->lock);
	r = open_writer(s);
	if (r == -EBADMSG)
		r = begin_anew(s);
	if (r) {
		search_free(s);
		return r;
	}
	*ret = s;
	return 0;
}

struct search *search_free(struct search *s)
{
	if (!s)
		return NULL;
	g_ptr_array_unref(s->idle);
	close_writer(s);
	g_mutex_clear(&s->lock);
	g_free(s->path);
	g_free(s);
	return NULL;
}

int64_t search_watermark(struct search *s, char ret_anchor[static SEARCH_ANCHOR_SIZE])
{
	g_mutex_lock(&s->lock);
	int64_t watermark = s->watermark;
	memcpy(ret_anchor, s->anchor, SEARCH_ANCHOR_SIZE);
	g_mutex_unlock(&s->lock);
	return watermark;
}

void search_trust(struct search *s)
{
	g_mutex_lock(&s->lock);
	s->trusted = true;
	g_mutex_unlock(&s->lock);
}

bool search_is_trusted(struct search *s)
{
	g_mutex_lock(&s->lock);
	bool trusted = s->trusted;
	g_mutex_unlock(&s->lock);
	return trusted;
}

/* Runs a bound statement that answers with one number at most. */
static int step_once(sqlite3_stmt *stmt, int64_t *ret)
{
	int rc = sqlite3_step(stmt);

	if (rc == SQLITE_ROW && ret)
		*ret = sqlite3_column_int64(stmt, 0);
	sqlite3_reset(stmt);
	return fault_of(rc);
}

static int next_revision(sqlite3 *db, int64_t seq, int64_t *ret)
{
	sqlite3_stmt *stmt = NULL;
	int r = fault_of(sqlite3_prepare_v2(db,
		"INSERT INTO again (seq, revision) VALUES (?1, 1) ON CONFLICT (seq) DO UPDATE SET "
		"revision = revision + 1 RETURNING revision",
		-1, &stmt, NULL));

	if (!r)
		r = fault_of(sqlite3_bind_int64(stmt, 1, seq));
	if (!r)
		r = step_once(stmt, ret);
	sqlite3_finalize(stmt);
	return r ? r : *ret < REVISIONS ? 0 : -EOVERFLOW;
}

static int bind_text(sqlite3_stmt *stmt, int at, const char *text)
{
	return fault_of(sqlite3_bind_text(stmt, at, text, -1, SQLITE_TRANSIENT));
}

static int add_one(struct search *s, sqlite3_stmt *insert, const struct search_doc *doc)
{
	g_autofree char *text = grams_fold(doc->text), *text_grams = grams_of(text);
	g_autofree char *buyer = grams_fold(doc->buyer), *buyer_grams = grams_of(buyer);
	g_autofree char *facets = query_facet_words(&doc->facets);
	int64_t revision = 0;
	int r = doc->seq > s->watermark ? 0 : next_revision(s->writer, doc->seq, &revision);

	if (!r)
		r = fault_of(sqlite3_bind_int64(insert, 1, doc->seq * REVISIONS + revision));
	if (!r)
		r = bind_text(insert, 2, text_grams);
	if (!r)
		r = bind_text(insert, 3, buyer_grams);
	if (!r)
		r = bind_text(insert, 4, facets);
	return r ? r : step_once(insert, NULL);
}

static int add_all(struct search *s, const struct search_doc *docs, size_t n)
{
	sqlite3_stmt *insert = NULL;
	int r = fault_of(sqlite3_prepare_v2(s->writer,
		"INSERT INTO g (rowid, text, buyer, facets) VALUES (?1, ?2, ?3, ?4)", -1, &insert,
		NULL));

	for (size_t i = 0; !r && i < n; i++)
		r = add_one(s, insert, &docs[i]);
	sqlite3_finalize(insert);
	return r;
}

static int set_place(sqlite3 *db, int64_t watermark, const char *anchor)
{
	sqlite3_stmt *stmt = NULL;
	int r = fault_of(sqlite3_prepare_v2(
		db, "UPDATE place SET watermark = ?1, anchor = ?2", -1, &stmt, NULL));

	if (!r)
		r = fault_of(sqlite3_bind_int64(stmt, 1, watermark));
	if (!r)
		r = bind_text(stmt, 2, anchor);
	if (!r)
		r = step_once(stmt, NULL);
	sqlite3_finalize(stmt);
	return r;
}

static void note_place(struct search *s, int64_t watermark, const char *anchor)
{
	g_mutex_lock(&s->lock);
	s->watermark = watermark;
	g_strlcpy(s->anchor, anchor, sizeof(s->anchor));
	g_mutex_unlock(&s->lock);
}

int search_add(struct search *s, const struct search_doc *docs, size_t n, int64_t watermark,
	const char *anchor)
{
	int r;

	if (!s->writer) { /* it could not be begun anew the last time */
		r = begin_anew(s);
		return r ? r : -EAGAIN;
	}
	r = run_sql(s->writer, "BEGIN IMMEDIATE");
	if (!r)
		r = add_all(s, docs, n);
	if (!r)
		r = set_place(s->writer, watermark, anchor);
	if (!r)
		r = run_sql(s->writer, "COMMIT");
	if (!r) {
		note_place(s, watermark, anchor);
		return 0;
	}
	if (!sqlite3_get_autocommit(s->writer))
		run_sql(s->writer, "ROLLBACK");
	/* What is damaged or full of old revisions is cheaper made anew than mended. */
	if (r == -EBADMSG || r == -EOVERFLOW) {
		int anew = begin_anew(s);
		return anew ? anew : -EAGAIN;
	}
	return r;
}

int search_clear(struct search *s)
{
	return begin_anew(s);
}

static int reader_open(struct search *s, unsigned generation, struct reader **ret)
{
	struct reader *reader = g_new0(struct reader, 1);
	int r = fault_of(sqlite3_open_v2(
		s->path, &reader->db, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL));

	reader->generation = generation;
	if (!r)
		r = fault_of(sqlite3_busy_timeout(reader->db, BUSY_MS));
	if (!r)
		r = fault_of(sqlite3_prepare_v3(
			reader->db, find_sql, -1, SQLITE_PREPARE_PERSISTENT, &reader->find, NULL));
	if (r) {
		reader_free(reader);
		return r;
	}
	*ret = reader;
	return 0;
}

static int reader_take(struct search *s, struct reader **ret)
{
	struct reader *reader = NULL;

	g_mutex_lock(&s->lock);
	unsigned generation = s->generation;
	if (s->idle->len)
		reader = g_ptr_array_steal_index_fast(s->idle, s->idle->len - 1);
	g_mutex_unlock(&s->lock);
	if (!reader)
		return reader_open(s, generation, ret);
	*ret = reader;
	return 0;
}

/* A reader of a file that was thrown away, or that failed, is of no more use. */
static void reader_give(struct search *s, struct reader *reader, int r)
{
	g_mutex_lock(&s->lock);
	if (!r && reader->generation == s->generation) {
		g_ptr_array_add(s->idle, reader);
		reader = NULL;
	}
	g_mutex_unlock(&s->lock);
	reader_free(reader);
}

/* All rows of a document stand together: a seq is taken once. */
static int collect(struct reader *reader, unsigned limit, int64_t *ret_seqs, unsigned *ret_n)
{
	int rc = SQLITE_DONE;

	*ret_n = 0;
	while (*ret_n < limit && (rc = sqlite3_step(reader->find)) == SQLITE_ROW) {
		int64_t seq = sqlite3_column_int64(reader->find, 0) / REVISIONS;
		if (!*ret_n || ret_seqs[*ret_n - 1] != seq)
			ret_seqs[(*ret_n)++] = seq;
	}
	if (*ret_n == limit)
		rc = SQLITE_DONE;
	sqlite3_reset(reader->find);
	return fault_of(rc);
}

int search_find(struct search *s, const struct search_query *query, unsigned limit,
	int64_t *ret_seqs, unsigned *ret_n)
{
	g_autofree char *expression = query_expression(query);
	struct reader *reader = NULL;
	int r;

	*ret_n = 0;
	if (!search_is_trusted(s))
		return 0;
	r = reader_take(s, &reader);
	if (r)
		return r;
	r = bind_text(reader->find, 1, expression);
	if (!r)
		r = fault_of(sqlite3_bind_int64(
			reader->find, 2, query->before ? query->before * REVISIONS : INT64_MAX));
	if (!r)
		r = fault_of(sqlite3_bind_int64(reader->find, 3, (int64_t)limit * REVISIONS));
	if (!r)
		r = collect(reader, limit, ret_seqs, ret_n);
	reader_give(s, reader, r);
	return r;
}
