/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/follow/pages.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "server/act/act.h"
#include "server/follow/order.h"
#include "server/follow/page_lists.h"
#include "server/publish/html.h"
#include "server/publish/notice_page.h"
#include "server/publish/notice_text.h"
#include "server/publish/rule_page.h"
#include "server/publish/write_file.h"
#include "server/store/clock_store.h"
#include "server/store/house_store.h"
#include "server/store/notice_store.h"

struct pages {
	const struct act_env *env;
	char *dir;
	struct order order;
	struct page_lists *lists;
	char *centre;
	bool demo;
};

/* What one step reads in one transaction. */
struct reading {
	struct pages *pages;
	struct order_range range;
	GPtrArray *chains; /* of the projects with changes in the range */
	GArray *counts;    /* at the beginning */
	struct legal_clock clock;
	char *centre;
};

struct pages *pages_new(const struct act_env *env, const char *dir)
{
	struct pages *p = g_new0(struct pages, 1);

	p->env = env;
	p->dir = g_strdup(dir);
	return p;
}

struct pages *pages_free(struct pages *p)
{
	if (!p)
		return NULL;
	page_lists_free(p->lists);
	g_free(p->dir);
	g_free(p->centre);
	g_free(p);
	return NULL;
}

static void reading_clear(struct reading *r)
{
	g_clear_pointer(&r->chains, g_ptr_array_unref);
	g_clear_pointer(&r->counts, g_array_unref);
	g_clear_pointer(&r->centre, g_free);
}

static int read_all(struct db_txn *txn, void *data)
{
	struct reading *reading = data;
	const struct order *order = &reading->pages->order;
	int64_t last;
	int r;

	reading_clear(reading);
	r = clock_store_get(txn, &reading->clock);
	if (!r)
		r = house_store_name(txn, &reading->centre);
	if (!r)
		r = notice_store_last_seq(txn, &last);
	if (r)
		return r;
	reading->range = order_next(order, last);
	if (!order->begun)
		r = notice_list_store_counts(txn, &reading->counts);
	return r ? r
		 : notice_store_chains(
			   txn, reading->range.after, reading->range.upto, &reading->chains);
}

/* Takes text. */
static int write_page(const struct pages *p, const char *name, GString *text)
{
	g_autofree char *path = g_build_filename(p->dir, name, NULL);
	int r = write_file_if_other(path, text->str, text->len);

	g_string_free(text, TRUE);
	return r;
}

static int write_fixed(struct pages *p, const struct site *site)
{
	const struct rulebook *book = rulebook_current();
	int r = write_page(p, "style.css", g_string_new(html_style));

	if (!r)
		r = write_page(p, "rulebook.html", rulebook_page(site, book));
	for (size_t i = 0; !r && i < book->n_rules; i++) {
		g_autofree char *name = g_strdup_printf("rules/%s.html", book->rules[i].id);
		r = write_page(p, name, rule_page(site, book, &book->rules[i]));
	}
	return r;
}

/* All pages of one project: each notice tells of the others. */
static int write_chain(struct pages *p, const struct site *site, const GPtrArray *chain)
{
	int r = 0;

	for (guint i = 0; !r && i < chain->len; i++) {
		const struct notice_row *n = g_ptr_array_index(chain, i);
		g_autofree char *name = g_strdup_printf("notices/%s.html", n->notice_id);
		r = write_page(p, name, notice_page(site, n, chain));
	}
	if (r)
		return r;
	const struct notice_row *first = g_ptr_array_index(chain, 0);
	g_autofree char *name = g_strdup_printf("projects/%s.html", first->project_id);
	return write_page(p, name, project_page(site, chain));
}

static int write_chains(struct pages *p, const struct site *site, GPtrArray *rows)
{
	int r = 0;

	for (guint from = 0, to; !r && from < rows->len; from = to) {
		const struct notice_row *first = g_ptr_array_index(rows, from);
		g_autoptr(GPtrArray) chain = g_ptr_array_new();
		for (to = from; to < rows->len; to++) {
			struct notice_row *n = g_ptr_array_index(rows, to);
			if (strcmp(n->project_id, first->project_id) != 0)
				break;
			g_ptr_array_add(chain, n);
		}
		r = write_chain(p, site, chain);
	}
	return r;
}

static void note_lists(struct pages *p, const GPtrArray *rows, const struct order_range *range)
{
	for (guint i = 0; i < rows->len; i++) {
		const struct notice_row *n = g_ptr_array_index(rows, i);
		struct notice_count count = {.kind = n->notice.kind, .n = 1};
		g_strlcpy(count.region, n->region, sizeof(count.region));
		notice_month(n, count.month);
		if (n->publish_seq > range->after && n->publish_seq <= range->upto)
			page_lists_add(p->lists, &count);
		else if (n->page_seq > range->after)
			page_lists_touch(p->lists, &count);
	}
}

/* The first step of a process, or of a house that has just got its name. */
static int begin(struct pages *p, const struct site *site, const struct reading *reading)
{
	int r = write_fixed(p, site);

	if (r)
		return r;
	page_lists_free(p->lists);
	p->lists = page_lists_new(p->env->pool, p->dir);
	for (guint i = 0; i < reading->counts->len; i++)
		page_lists_add(p->lists, &g_array_index(reading->counts, struct notice_count, i));
	page_lists_all(p->lists, false);
	order_begin(&p->order, reading->range.last);
	return 1;
}

/* The pages first, then the lists that lead to them, then what may be in want of mending. */
static int work(struct pages *p, const struct site *site, const struct reading *reading)
{
	int r = 0;

	if (!p->order.begun)
		return begin(p, site, reading);
	if (!reading->range.fresh) {
		r = page_lists_write(p->lists, site);
		if (r || !p->order.mend)
			return r;
	}
	r = write_chains(p, site, reading->chains);
	if (r)
		return r;
	if (reading->range.fresh)
		note_lists(p, reading->chains, &reading->range);
	if (order_done(&p->order, &reading->range))
		page_lists_all(p->lists, true);
	return 1;
}

int pages_step(void *pages)
{
	struct pages *p = pages;
	struct reading reading = {.pages = p};
	int r = db_run_read(p->env->pool, read_all, &reading);

	if (!r && (g_strcmp0(p->centre, reading.centre) || p->demo != reading.clock.is_demo)) {
		/* Everything carries its name. */
		g_free(p->centre);
		p->centre = g_steal_pointer(&reading.centre);
		p->demo = reading.clock.is_demo;
		if (p->order.begun) {
			p->order.begun = false;
			reading_clear(&reading);
			return 1;
		}
	}
	if (!r) {
		struct site site = {.centre = p->centre,
			.public_url = p->env->public_url,
			.demo = p->demo};
		r = work(p, &site, &reading);
	}
	reading_clear(&reading);
	return r;
}
