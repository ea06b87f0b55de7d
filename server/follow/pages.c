/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/follow/pages.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "server/act/act.h"
#include "server/publish/html.h"
#include "server/publish/notice_page.h"
#include "server/publish/write_file.h"
#include "server/store/clock_store.h"
#include "server/store/house_store.h"
#include "server/store/notice_store.h"

#define BATCH 200
#define LISTED 200 /* on the list page and in the feed */

struct pages {
	const struct act_env *env;
	char *dir;
	int64_t watermark;  /* the last publish_seq that is on its page */
	bool fixed_written; /* style sheet, rulebook, and lists of an empty house */
	char *centre;
};

/* What one step reads in one transaction. */
struct reading {
	int64_t after;
	GPtrArray *fresh, *newest;
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
	g_free(p->dir);
	g_free(p->centre);
	g_free(p);
	return NULL;
}

static void reading_clear(struct reading *r)
{
	g_clear_pointer(&r->fresh, g_ptr_array_unref);
	g_clear_pointer(&r->newest, g_ptr_array_unref);
	g_clear_pointer(&r->centre, g_free);
}

static int read_all(struct db_txn *txn, void *data)
{
	struct reading *reading = data;
	int r;

	reading_clear(reading);
	r = clock_store_get(txn, &reading->clock);
	if (!r)
		r = house_store_name(txn, &reading->centre);
	if (!r)
		r = notice_store_published(txn, reading->after, BATCH, &reading->fresh);
	return r ? r : notice_store_newest(txn, LISTED, &reading->newest);
}

/* Takes text. */
static int write_page(const struct pages *p, const char *name, GString *text)
{
	g_autofree char *path = g_build_filename(p->dir, name, NULL);
	int r = write_file(path, text->str, text->len);

	g_string_free(text, TRUE);
	return r;
}

static int write_fixed(struct pages *p, const struct site *site)
{
	int r = write_page(p, "style.css", g_string_new(html_style));

	if (!r)
		r = write_page(p, "rulebook.html", rulebook_page(site, rulebook_current()));
	return r;
}

static int write_lists(struct pages *p, const struct site *site, const GPtrArray *newest)
{
	int r = write_page(p, "notices/index.html", notice_list_page(site, newest, FALSE));

	if (!r)
		r = write_page(p, "atom.xml", notice_atom(site, newest));
	return r ? r : write_page(p, "index.html", notice_list_page(site, newest, TRUE));
}

/* The page first, then the lists that lead to it. */
static int write_new(struct pages *p, const struct site *site, const struct reading *reading)
{
	int r = p->fixed_written ? 0 : write_fixed(p, site);

	for (guint i = 0; !r && i < reading->fresh->len; i++) {
		const struct notice_row *n = g_ptr_array_index(reading->fresh, i);
		g_autofree char *name = g_strdup_printf("notices/%s.html", n->notice_id);
		r = write_page(p, name, notice_page(site, n));
	}
	if (!r && (reading->fresh->len || !p->fixed_written))
		r = write_lists(p, site, reading->newest);
	if (r)
		return r;
	p->fixed_written = true;
	if (!reading->fresh->len)
		return 0;
	const struct notice_row *last = g_ptr_array_index(reading->fresh, reading->fresh->len - 1);
	p->watermark = last->publish_seq;
	return reading->fresh->len == BATCH;
}

int pages_step(void *pages)
{
	struct pages *p = pages;
	struct reading reading = {.after = p->watermark};
	int r = db_run_read(p->env->pool, read_all, &reading);

	if (!r && g_strcmp0(p->centre, reading.centre) != 0) {
		/* The house was opened, or the first step: everything carries its name. */
		g_free(p->centre);
		p->centre = g_strdup(reading.centre);
		p->fixed_written = false;
	}
	if (!r) {
		struct site site = {.centre = p->centre,
			.public_url = p->env->public_url,
			.demo = reading.clock.is_demo};
		r = write_new(p, &site, &reading);
	}
	reading_clear(&reading);
	return r;
}
