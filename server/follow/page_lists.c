/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/follow/page_lists.h"

#include <string.h>

#include "db/txn.h"
#include "server/publish/notice_text.h"
#include "server/publish/write_file.h"

#define CLEAN 0u
/* Parts whose lines are read at once: each read passes over the whole month. */
#define PARTS_AT_ONCE 20u

/* A month of a list: parts from `dirty_from` on are to be written; CLEAN: none. */
struct month_state {
	struct list_month month;
	unsigned dirty_from;
};

struct list_state {
	struct notice_list list;
	GArray *months; /* struct month_state, earliest first */
	bool dirty;     /* first page and feed */
};

struct page_lists {
	struct db_pool *pool;
	char *dir;
	GPtrArray *lists; /* struct list_state; the first is that of all notices */
};

static void list_state_free(void *data)
{
	struct list_state *s = data;

	g_array_unref(s->months);
	g_free(s);
}

static struct list_state *state_of(struct page_lists *l, const struct notice_list *list)
{
	for (guint i = 0; i < l->lists->len; i++) {
		struct list_state *s = g_ptr_array_index(l->lists, i);
		if (s->list.kind == list->kind && !strcmp(s->list.region, list->region))
			return s;
	}
	struct list_state *s = g_new0(struct list_state, 1);
	s->list = *list;
	s->months = g_array_new(FALSE, TRUE, sizeof(struct month_state));
	g_ptr_array_add(l->lists, s);
	return s;
}

struct page_lists *page_lists_new(struct db_pool *pool, const char *dir)
{
	static const struct notice_list all;
	struct page_lists *l = g_new0(struct page_lists, 1);

	l->pool = pool;
	l->dir = g_strdup(dir);
	l->lists = g_ptr_array_new_with_free_func(list_state_free);
	state_of(l, &all);
	return l;
}

struct page_lists *page_lists_free(struct page_lists *l)
{
	if (!l)
		return NULL;
	g_ptr_array_unref(l->lists);
	g_free(l->dir);
	g_free(l);
	return NULL;
}

static struct month_state *month_of(struct list_state *s, const char *month)
{
	struct month_state fresh = {0};
	guint at = s->months->len;

	while (at > 0) {
		struct month_state *m = &g_array_index(s->months, struct month_state, at - 1);
		int order = strcmp(m->month.month, month);
		if (!order)
			return m;
		if (order < 0)
			break;
		at--;
	}
	g_strlcpy(fresh.month.month, month, sizeof(fresh.month.month));
	g_array_insert_val(s->months, at, fresh);
	return &g_array_index(s->months, struct month_state, at);
}

static unsigned n_parts(unsigned n)
{
	return (n + NOTICE_LIST_PART - 1) / NOTICE_LIST_PART;
}

/* A new part is linked from all the others. */
static void count_in(struct list_state *s, const struct notice_count *count)
{
	struct month_state *m = month_of(s, count->month);
	unsigned before = n_parts(m->month.n);

	m->month.n += (unsigned)count->n;
	unsigned after = n_parts(m->month.n), from = after == before ? after : 1;
	m->dirty_from = m->dirty_from == CLEAN ? from : MIN(m->dirty_from, from);
	s->dirty = true;
}

/* Calls fn for the three lists a notice is on. */
static void each_list(struct page_lists *l, const struct notice_count *count,
	void (*fn)(struct list_state *s, const struct notice_count *count))
{
	struct notice_list list = {0};

	fn(state_of(l, &list), count);
	list.kind = count->kind;
	fn(state_of(l, &list), count);
	list.kind = 0;
	g_strlcpy(list.region, count->region, sizeof(list.region));
	fn(state_of(l, &list), count);
}

void page_lists_add(struct page_lists *l, const struct notice_count *count)
{
	each_list(l, count, count_in);
}

static void touch(struct list_state *s, const struct notice_count *where)
{
	month_of(s, where->month)->dirty_from = 1;
	s->dirty = true;
}

void page_lists_touch(struct page_lists *l, const struct notice_count *where)
{
	each_list(l, where, touch);
}

void page_lists_all(struct page_lists *l, bool parts)
{
	for (guint i = 0; i < l->lists->len; i++) {
		struct list_state *s = g_ptr_array_index(l->lists, i);
		s->dirty = true;
		for (guint k = 0; k < s->months->len; k++) {
			struct month_state *m = &g_array_index(s->months, struct month_state, k);
			m->dirty_from = parts ? 1 : CLEAN;
		}
	}
}

/* What one read brings. */
struct reading {
	struct notice_filter filter;
	unsigned skip;
	bool newest;
	GPtrArray *lines;
};

static int read_lines(struct db_txn *txn, void *data)
{
	struct reading *r = data;

	g_clear_pointer(&r->lines, g_ptr_array_unref);
	return r->newest ? notice_list_store_newest(txn, &r->filter, NOTICE_LIST_NEWEST, &r->lines)
			 : notice_list_store_part(txn, &r->filter, r->skip,
				   PARTS_AT_ONCE * NOTICE_LIST_PART, &r->lines);
}

/* Takes text. */
static int write_page(const struct page_lists *l, const char *folder, const char *name, GString *text)
{
	g_autofree char *path = g_build_filename(l->dir, folder, name, NULL);
	int r = write_file_if_other(path, text->str, text->len);

	g_string_free(text, TRUE);
	return r;
}

static int write_part(struct page_lists *l, const struct site *site, const struct list_state *s,
	const struct month_state *m, unsigned part, const GPtrArray *lines)
{
	g_autofree char *folder = notice_list_dir(&s->list);
	g_autofree char *name = notice_list_part_name(m->month.month, part);
	g_autofree char *map = g_strdup_printf("%s-%u.xml", m->month.month, part);
	bool all = !s->list.kind && !s->list.region[0];
	int r = write_page(
		l, folder, name, notice_month_page(site, &s->list, &m->month, part, lines));

	if (!r && all)
		r = write_page(l, "sitemap", map, sitemap_part(site, lines));
	return r;
}

/* The lines of one part, borrowed from those that were read. */
static GPtrArray *lines_of_part(const struct reading *r, unsigned part)
{
	GPtrArray *lines = g_ptr_array_new();
	guint at = (part - 1) * NOTICE_LIST_PART - r->skip;

	for (guint i = at; i < at + NOTICE_LIST_PART && i < r->lines->len; i++)
		g_ptr_array_add(lines, g_ptr_array_index(r->lines, i));
	return lines;
}

static int write_month(struct page_lists *l, const struct site *site, const struct list_state *s,
	const struct month_state *m)
{
	struct reading reading = {.filter = {.kind = s->list.kind, .region = s->list.region}};
	unsigned first = 0;
	int r = 0;

	notice_month_bounds(m->month.month, &reading.filter.from_us, &reading.filter.to_us);
	for (unsigned part = n_parts(m->month.n); !r && part >= m->dirty_from; part--) {
		if (!first || part < first) {
			first = MAX(m->dirty_from, part - MIN(part, PARTS_AT_ONCE) + 1);
			reading.skip = (first - 1) * NOTICE_LIST_PART;
			r = db_run_read(l->pool, read_lines, &reading);
		}
		if (!r) {
			g_autoptr(GPtrArray) lines = lines_of_part(&reading, part);
			r = write_part(l, site, s, m, part, lines);
		}
	}
	g_clear_pointer(&reading.lines, g_ptr_array_unref);
	return r;
}

/* One month at a time: whoever stops the server waits for no more. */
static int write_parts(struct page_lists *l, const struct site *site, struct list_state *s)
{
	for (guint i = 0; i < s->months->len; i++) {
		struct month_state *m = &g_array_index(s->months, struct month_state, i);
		if (m->dirty_from == CLEAN)
			continue;
		int r = write_month(l, site, s, m);
		if (!r)
			m->dirty_from = CLEAN;
		return r;
	}
	return 0;
}

static int by_name(const void *a, const void *b)
{
	const struct notice_list *x = a, *y = b;

	return x->kind != y->kind ? (int)x->kind - (int)y->kind : strcmp(x->region, y->region);
}

/* Of all notices: also the front page and the sitemap's index. */
static int write_front(struct page_lists *l, const struct site *site, const GPtrArray *newest,
	const GArray *months)
{
	g_autoptr(GArray) kinds = g_array_new(FALSE, FALSE, sizeof(struct notice_list));
	g_autoptr(GArray) regions = g_array_new(FALSE, FALSE, sizeof(struct notice_list));

	for (guint i = 1; i < l->lists->len; i++) {
		const struct list_state *s = g_ptr_array_index(l->lists, i);
		g_array_append_val(s->list.kind ? kinds : regions, s->list);
	}
	g_array_sort(kinds, by_name);
	g_array_sort(regions, by_name);
	int r = write_page(l, "", "index.html", front_page(site, newest, kinds, regions));
	return r ? r : write_page(l, "", "sitemap.xml", sitemap_index(site, months));
}

static int write_first(struct page_lists *l, const struct site *site, struct list_state *s)
{
	struct reading reading = {
		.filter = {.kind = s->list.kind, .region = s->list.region}, .newest = true};
	g_autofree char *folder = notice_list_dir(&s->list);
	g_autoptr(GArray) months = g_array_new(FALSE, FALSE, sizeof(struct list_month));
	bool all = !s->list.kind && !s->list.region[0];
	int r = db_run_read(l->pool, read_lines, &reading);

	for (guint i = s->months->len; i > 0; i--)
		g_array_append_val(months,
			g_array_index(s->months, struct month_state, i - 1).month);
	if (!r)
		r = write_page(l, folder, "index.html",
			notice_list_page(site, &s->list, reading.lines, months));
	if (!r && all)
		r = write_front(l, site, reading.lines, months);
	/* The feed last: whoever it tells of a notice finds it on the pages too. */
	if (!r)
		r = write_page(l, all ? "" : folder, "atom.xml",
			notice_list_atom(site, &s->list, reading.lines));
	g_clear_pointer(&reading.lines, g_ptr_array_unref);
	return r;
}

static bool has_dirty_part(const struct list_state *s)
{
	for (guint i = 0; i < s->months->len; i++)
		if (g_array_index(s->months, struct month_state, i).dirty_from != CLEAN)
			return true;
	return false;
}

/* First pages before all others: that is where people look for what is new. */
int page_lists_write(struct page_lists *l, const struct site *site)
{
	for (guint i = 0; i < l->lists->len; i++) {
		struct list_state *s = g_ptr_array_index(l->lists, i);
		int r = s->dirty ? write_first(l, site, s) : 0;
		if (r)
			return r;
		s->dirty = false;
	}
	for (guint i = 0; i < l->lists->len; i++) {
		struct list_state *s = g_ptr_array_index(l->lists, i);
		if (has_dirty_part(s)) {
			int r = write_parts(l, site, s);
			return r ? r : 1;
		}
	}
	return 0;
}
