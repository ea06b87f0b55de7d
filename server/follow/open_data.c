/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/follow/open_data.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "server/act/act.h"
#include "server/act/award_told.h"
#include "server/act/opening_told.h"
#include "server/follow/publication.h"
#include "server/publish/notice_text.h"
#include "server/publish/ocds.h"
#include "server/publish/ocds_month.h"
#include "server/publish/write_file.h"
#include "server/store/notice_list_store.h"
#include "server/store/notice_store.h"
#include "server/store/project_store.h"

#define MONTH_PAUSE_US (30 * CLOCK_SECOND_US)

struct open_data {
	struct publication publication;
	char *dir;
	GHashTable *months; /* "2026-03" → itself: all there are */
	GHashTable *dirty;  /* those to be written again */
	int64_t months_us;  /* monotonic, when they were written last */
};

/* One project of a range. */
struct process {
	struct project *project;
	GPtrArray *lots, *chain, *awards, *openings;
};

struct reading {
	const struct open_data *o;
	struct publication_reading published;
	GPtrArray *processes; /* struct process; chain points into published.rows */
};

static void process_free(void *data)
{
	struct process *p = data;

	project_free(p->project);
	g_clear_pointer(&p->lots, g_ptr_array_unref);
	g_clear_pointer(&p->chain, g_ptr_array_unref);
	g_clear_pointer(&p->awards, g_ptr_array_unref);
	g_clear_pointer(&p->openings, g_ptr_array_unref);
	g_free(p);
}

struct open_data *open_data_new(const struct act_env *env, const char *dir)
{
	struct open_data *o = g_new0(struct open_data, 1);

	o->publication.env = env;
	o->dir = g_strdup(dir);
	o->months = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	o->dirty = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	return o;
}

struct open_data *open_data_free(struct open_data *o)
{
	if (!o)
		return NULL;
	g_hash_table_unref(o->months);
	g_hash_table_unref(o->dirty);
	g_free(o->dir);
	publication_clear(&o->publication);
	g_free(o);
	return NULL;
}

static void reading_clear(struct reading *r)
{
	g_clear_pointer(&r->processes, g_ptr_array_unref);
	publication_reading_clear(&r->published);
}

static int read_process(struct db_txn *txn, struct reading *reading, guint from, guint *ret_to)
{
	const GPtrArray *rows = reading->published.rows;
	struct process *p = g_new0(struct process, 1);
	const struct notice_row *first = g_ptr_array_index(rows, from);
	guint to;

	g_ptr_array_add(reading->processes, p);
	p->chain = g_ptr_array_new();
	for (to = from; to < rows->len; to++) {
		struct notice_row *n = g_ptr_array_index(rows, to);
		if (strcmp(n->project_id, first->project_id) != 0)
			break;
		g_ptr_array_add(p->chain, n);
	}
	*ret_to = to;
	int r = project_store_get(txn, first->project_id, &p->project);
	if (r)
		return r < 0 ? r : -EBADMSG;
	r = project_store_lots(txn, first->project_id, &p->lots);
	if (!r)
		r = award_told_list(txn, p->lots, &p->awards);
	return r ? r : opening_told_list(txn, p->lots, &p->openings);
}

static int read_all(struct db_txn *txn, void *data)
{
	struct reading *reading = data;
	int r = publication_read(txn, &reading->o->publication, &reading->published);
	const GPtrArray *rows = reading->published.rows;

	g_clear_pointer(&reading->processes, g_ptr_array_unref);
	reading->processes = g_ptr_array_new_with_free_func(process_free);
	for (guint from = 0; !r && rows && from < rows->len;)
		r = read_process(txn, reading, from, &from);
	return r;
}

/* Takes json. */
static int write_json(const struct open_data *o, const char *folder, const char *id, json_t *json)
{
	g_autofree char *name = g_strdup_printf("%s.json", id);
	g_autofree char *path = g_build_filename(o->dir, "ocds", folder, name, NULL);
	g_autofree char *text = ocds_text(json);

	json_decref(json);
	return write_file_if_other(path, text, strlen(text));
}

static int write_release(struct open_data *o, const struct site *site, const struct ocds_process *p,
	const struct notice_row *n)
{
	g_autofree char *path = g_strdup_printf("/ocds/releases/%s.json", n->notice_id);
	char date[CLOCK_TEXT_SIZE], month[NOTICE_MONTH_SIZE];
	json_t *releases = json_array();
	int r;

	ocds_add_releases(site, p, n, releases);
	clock_format_utc(ocds_last_change(p, n), date);
	r = write_json(
		o, "releases", n->notice_id, ocds_release_package(site, path, date, releases));

	notice_month(n, month);
	g_hash_table_add(o->months, g_strdup(month));
	if (!r && o->publication.order.begun)
		g_hash_table_add(o->dirty, g_strdup(month));
	return r;
}

static int write_processes(struct open_data *o, const struct site *site, const GPtrArray *processes)
{
	int r = 0;

	for (guint i = 0; !r && i < processes->len; i++) {
		const struct process *p = g_ptr_array_index(processes, i);
		struct ocds_process process = {.prefix = o->publication.env->ocds_prefix,
			.project = p->project,
			.lots = p->lots,
			.chain = p->chain,
			.awards = p->awards,
			.openings = p->openings};
		for (guint k = 0; !r && k < p->chain->len; k++)
			r = write_release(o, site, &process, g_ptr_array_index(p->chain, k));
		if (!r)
			r = write_json(o, "records", p->project->project_id,
				ocds_record_package(site, &process));
	}
	return r;
}

static int write_text(const struct open_data *o, const char *name, const char *text)
{
	g_autofree char *path = g_build_filename(o->dir, name, NULL);

	return write_file_if_other(path, text, strlen(text));
}

static int write_front(struct open_data *o, const struct site *site)
{
	g_autoptr(GList) names =
		g_list_sort(g_hash_table_get_keys(o->months), (GCompareFunc)strcmp);
	GString *page = open_data_page(site, names);
	int r = write_text(o, "open-data.html", page->str);

	g_string_free(page, TRUE);
	if (!r)
		r = write_text(o, "ocds/extension/extension.json", ocds_extension_json);
	return r ? r
		 : write_text(o, "ocds/extension/release-schema.json", ocds_extension_schema_json);
}

/* What one month's file is made of: the ids of its notices, piece by piece. */
struct month_reading {
	struct notice_filter filter;
	unsigned skip;
	GPtrArray *lines;
};

#define PIECE 1000

static int read_lines(struct db_txn *txn, void *data)
{
	struct month_reading *m = data;

	g_clear_pointer(&m->lines, g_ptr_array_unref);
	return notice_list_store_part(txn, &m->filter, m->skip, PIECE, &m->lines);
}

static int write_month(struct open_data *o, const char *month)
{
	struct month_reading m = {.filter = {.region = ""}};
	struct ocds_month *file;
	int r = ocds_month_open(o->dir, month, &file);

	if (r)
		return r;
	notice_month_bounds(month, &m.filter.from_us, &m.filter.to_us);
	do {
		r = db_run_read(o->publication.env->pool, read_lines, &m);
		for (guint i = 0; !r && i < m.lines->len; i++)
			r = ocds_month_add(file,
				((struct notice_line *)g_ptr_array_index(m.lines, i))->notice_id);
		m.skip += PIECE;
	} while (!r && m.lines->len == PIECE);
	g_clear_pointer(&m.lines, g_ptr_array_unref);
	return ocds_month_close(file, r);
}

static int write_months(struct open_data *o, const struct site *site)
{
	GHashTableIter iter;
	void *month;

	g_hash_table_iter_init(&iter, o->dirty);
	while (g_hash_table_iter_next(&iter, &month, NULL)) {
		int r = write_month(o, month);
		if (r)
			return r;
		g_hash_table_iter_remove(&iter);
	}
	o->months_us = clock_mono_us();
	return write_front(o, site);
}

static int begin(struct open_data *o, const struct site *site, const struct reading *reading)
{
	for (guint i = 0; i < reading->published.counts->len; i++)
		g_hash_table_add(o->months,
			g_strdup(g_array_index(reading->published.counts, struct notice_count, i)
					 .month));
	order_begin(&o->publication.order, reading->published.range.last);
	int r = write_front(o, site);
	return r ? r : 1;
}

static int work(struct open_data *o, const struct site *site, const struct reading *reading)
{
	if (!o->publication.order.begun)
		return begin(o, site, reading);
	int r = write_processes(o, site, reading->processes);
	if (r)
		return r;
	bool more = reading->published.range.fresh || o->publication.order.mend > 0;
	order_done(&o->publication.order, &reading->published.range);
	if (more)
		return 1;
	if (g_hash_table_size(o->dirty) > 0 &&
		(!o->months_us || clock_mono_us() - o->months_us >= MONTH_PAUSE_US))
		return write_months(o, site);
	return 0;
}

int open_data_step(void *open_data)
{
	struct open_data *o = open_data;
	struct reading reading = {.o = o};
	int r = db_run_read(o->publication.env->pool, read_all, &reading);

	if (!r && publication_renamed(&o->publication, &reading.published)) {
		r = 1;
	} else if (!r) {
		struct site site = publication_site(&o->publication);
		r = work(o, &site, &reading);
	}
	reading_clear(&reading);
	return r;
}
