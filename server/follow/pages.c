/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/follow/pages.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>

#include "server/act/act.h"
#include "server/core/fields.h"
#include "server/core/log.h"
#include "server/follow/page_lists.h"
#include "server/follow/publication.h"
#include "server/publish/html.h"
#include "server/publish/notice_page.h"
#include "server/publish/notice_plain.h"
#include "server/publish/notice_text.h"
#include "server/publish/rule_page.h"
#include "server/publish/write_file.h"
#include "server/sign/cms.h"
#include "server/store/attachment_store.h"
#include "server/store/notice_store.h"
#include "server/store/project_store.h"

struct pages {
	struct publication publication;
	char *dir;
	struct page_lists *lists;
};

struct pages *pages_new(const struct act_env *env, const char *dir)
{
	struct pages *p = g_new0(struct pages, 1);

	p->publication.env = env;
	p->dir = g_strdup(dir);
	return p;
}

struct pages *pages_free(struct pages *p)
{
	if (!p)
		return NULL;
	page_lists_free(p->lists);
	g_free(p->dir);
	publication_clear(&p->publication);
	g_free(p);
	return NULL;
}

/* One step's work, for the transaction that reads it. */
struct step {
	const struct pages *pages;
	struct publication_reading reading;
	GHashTable *trades; /* id of a project among the rows -> struct trade */
	GHashTable
		*texts; /* id of a notice that has no file of its text yet -> struct signed_text */
};

/* What the pages of a project's notices tell besides them. */
struct trade {
	GPtrArray *lots, *holders;
	struct project *project;
};

static void trade_free(void *data)
{
	struct trade *t = data;

	g_clear_pointer(&t->lots, g_ptr_array_unref);
	g_clear_pointer(&t->holders, g_ptr_array_unref);
	project_free(t->project);
	g_free(t);
}

static int read_trade(struct db_txn *txn, const char *project_id, struct trade *t)
{
	int r = project_store_lots(txn, project_id, &t->lots);

	if (!r)
		r = project_store_holders(txn, project_id, &t->holders);
	if (!r)
		r = project_store_get(txn, project_id, &t->project);
	return r > 0 ? -EBADMSG : r;
}

/* Of the projects of which an announcement is among the rows: other notices tell nothing of it. */
static int read_trades(struct db_txn *txn, struct step *step)
{
	const GPtrArray *rows = step->reading.rows;
	int r = 0;

	g_clear_pointer(&step->trades, g_hash_table_unref);
	step->trades = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, trade_free);
	for (guint i = 0; !r && rows && i < rows->len; i++) {
		const struct notice_row *n = g_ptr_array_index(rows, i);

		if (notice_kind_row(n->notice.kind)->effect != EFFECT_ANNOUNCE ||
			g_hash_table_contains(step->trades, n->project_id))
			continue;
		struct trade *t = g_new0(struct trade, 1);
		g_hash_table_insert(step->trades, g_strdup(n->project_id), t);
		r = read_trade(txn, n->project_id, t);
	}
	return r;
}

struct signed_text {
	GBytes *text, *signature;
};

static void signed_text_free(void *data)
{
	struct signed_text *s = data;

	g_clear_pointer(&s->text, g_bytes_unref);
	g_clear_pointer(&s->signature, g_bytes_unref);
	g_free(s);
}

static char *text_path(const struct pages *p, const char *notice_id, const char *ending)
{
	g_autofree char *name = g_strconcat(notice_id, ending, NULL);

	return g_build_filename(p->dir, "notices", name, NULL);
}

/* They never change: only those of which one is not there are read. */
static int read_texts(struct db_txn *txn, struct step *step)
{
	const GPtrArray *rows = step->reading.rows;
	int r = 0;

	g_clear_pointer(&step->texts, g_hash_table_unref);
	step->texts = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, signed_text_free);
	for (guint i = 0; !r && rows && i < rows->len; i++) {
		struct notice_row *n = g_ptr_array_index(rows, i);
		g_autofree char *path = text_path(step->pages, n->notice_id, ".json");
		g_autofree char *plain = text_path(step->pages, n->notice_id, ".txt");

		if (!n->has_text || (g_file_test(path, G_FILE_TEST_EXISTS) &&
					    g_file_test(plain, G_FILE_TEST_EXISTS)))
			continue;
		struct signed_text *s = g_new0(struct signed_text, 1);
		r = notice_store_published_text(txn, n->notice_id, &s->text, &s->signature);
		g_hash_table_insert(step->texts, n->notice_id, s);
	}
	return r;
}

static int read_all(struct db_txn *txn, void *data)
{
	struct step *step = data;
	int r = publication_read(txn, &step->pages->publication, &step->reading);

	if (!r)
		r = read_trades(txn, step);
	return r ? r : read_texts(txn, step);
}

/* Takes text. */
static int write_page(const struct pages *p, const char *name, GString *text)
{
	g_autofree char *path = g_build_filename(p->dir, name, NULL);
	int r = write_file_if_other(path, text->str, text->len);

	g_string_free(text, TRUE);
	return r;
}

static int write_certificate(struct pages *p)
{
	g_autofree char *path = g_build_filename(p->dir, "centre.crt", NULL);
	g_autoptr(GBytes) pem = cms_signer_certificate(p->publication.env->signer);
	gsize len;
	const void *bytes = g_bytes_get_data(pem, &len);

	return write_file_if_other(path, bytes, len);
}

static int write_bytes(const char *path, GBytes *bytes)
{
	gsize len;
	const void *content = g_bytes_get_data(bytes, &len);

	return write_file(path, content, len);
}

/* For other media: the same text without marks. */
static int write_plain(const struct pages *p, const char *notice_id, GBytes *text)
{
	g_autofree char *path = text_path(p, notice_id, ".txt");
	gsize len;
	const char *bytes = g_bytes_get_data(text, &len);
	json_auto_t *published = json_loadb(bytes, len, JSON_REJECT_DUPLICATES, NULL);

	if (!published)
		return -EBADMSG;
	g_autofree char *plain = notice_plain(published);
	return write_file(path, plain, strlen(plain));
}

/* The signature first: where the text is, all are. */
static int write_text(const struct pages *p, const char *notice_id, const struct signed_text *s)
{
	g_autofree char *text = text_path(p, notice_id, ".json");
	g_autofree char *signature = text_path(p, notice_id, ".p7s");
	int r = s->signature ? write_bytes(signature, s->signature) : 0;

	if (!r)
		r = write_plain(p, notice_id, s->text);
	return r ? r : write_bytes(text, s->text);
}

static int write_rulebooks(struct pages *p, const struct site *site)
{
	const struct rulebook *book = rulebook_current();
	size_t n;
	const struct rulebook *books = rulebook_all(&n);
	int r = write_page(p, "rulebook.html", rulebook_page(site, book));

	for (size_t i = 0; !r && i < n; i++) {
		g_autofree char *name = g_strdup_printf("rulebooks/%s.html", books[i].version);
		r = write_page(p, name, rulebook_version_page(site, &books[i]));
	}
	for (size_t i = 0; !r && i < book->n_rules; i++) {
		g_autofree char *name = g_strdup_printf("rules/%s.html", book->rules[i].id);
		r = write_page(p, name, rule_page(site, &book->rules[i]));
	}
	return r;
}

static int write_fixed(struct pages *p, const struct site *site)
{
	int r = write_page(p, "style.css", g_string_new(html_style));

	if (!r && p->publication.env->signer)
		r = write_certificate(p);
	return r ? r : write_rulebooks(p, site);
}

/* A file never changes, so one of the right length is it. */
static int write_attachment(const struct pages *p, const struct notice_row *n, const json_t *row)
{
	g_autofree char *name = notice_attachment_file(n, row);
	g_autofree char *path = g_build_filename(p->dir, name, NULL);
	const char *id = in_text(row, "attachment_id");
	g_autoptr(GBytes) bytes = NULL;
	struct stat there;
	gsize len;

	if (stat(path, &there) == 0 && there.st_size == in_int(row, "size", -1))
		return 0;
	int r = attachment_file_read(p->publication.env->data_dir, id, &bytes);
	/* A file that is lost is no reason to keep everything behind it from its readers. */
	if (r == -ENOENT) {
		log_fault("pages.attachment", r, id);
		return 0;
	}
	if (r)
		return r;
	const void *content = g_bytes_get_data(bytes, &len);
	return write_file(path, content, len);
}

static int write_attachments(const struct pages *p, const struct notice_row *n)
{
	size_t i;
	json_t *row;
	int r = 0;

	json_array_foreach (n->attachments, i, row) {
		if (notice_attachment_is_offered(row))
			continue;
		r = write_attachment(p, n, row);
		if (r)
			break;
	}
	return r;
}

/* All pages of one project: each notice tells of the others. */
static int write_chain(
	struct pages *p, const struct site *site, const GPtrArray *chain, const struct step *step)
{
	const struct notice_row *first = g_ptr_array_index(chain, 0);
	const struct trade *t = g_hash_table_lookup(step->trades, first->project_id);
	const struct notice_trade trade = {.lots = t ? t->lots : NULL,
		.project = t ? t->project : NULL,
		.holders = t ? t->holders : NULL};
	int r = 0;

	for (guint i = 0; !r && i < chain->len; i++) {
		const struct notice_row *n = g_ptr_array_index(chain, i);
		g_autofree char *name = g_strdup_printf("notices/%s.html", n->notice_id);
		const struct signed_text *text = g_hash_table_lookup(step->texts, n->notice_id);
		r = write_attachments(p, n);
		if (!r && text)
			r = write_text(p, n->notice_id, text);
		if (!r)
			r = write_page(p, name, notice_page(site, n, chain, &trade));
	}
	if (r)
		return r;
	g_autofree char *name = g_strdup_printf("projects/%s.html", first->project_id);
	return write_page(p, name, project_page(site, chain));
}

static int write_chains(struct pages *p, const struct site *site, const struct step *step)
{
	GPtrArray *rows = step->reading.rows;
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
		r = write_chain(p, site, chain, step);
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
static int begin(
	struct pages *p, const struct site *site, const struct publication_reading *reading)
{
	int r = write_fixed(p, site);

	if (r)
		return r;
	page_lists_free(p->lists);
	p->lists = page_lists_new(p->publication.env->pool, p->dir);
	for (guint i = 0; i < reading->counts->len; i++)
		page_lists_add(p->lists, &g_array_index(reading->counts, struct notice_count, i));
	page_lists_all(p->lists, false);
	order_begin(&p->publication.order, reading->range.last);
	return 1;
}

/* The pages first, then the lists that lead to them, then what may be in want of mending. */
static int work(struct pages *p, const struct site *site, const struct step *step)
{
	const struct publication_reading *reading = &step->reading;
	int r = 0;

	if (!p->publication.order.begun)
		return begin(p, site, reading);
	if (!reading->range.fresh) {
		r = page_lists_write(p->lists, site);
		if (r || !p->publication.order.mend)
			return r;
	}
	r = write_chains(p, site, step);
	if (r)
		return r;
	if (reading->range.fresh)
		note_lists(p, reading->rows, &reading->range);
	if (order_done(&p->publication.order, &reading->range))
		page_lists_all(p->lists, true);
	return 1;
}

int pages_step(void *pages)
{
	struct pages *p = pages;
	struct step step = {.pages = p};
	int r = db_run_read(p->publication.env->pool, read_all, &step);

	if (!r && publication_renamed(&p->publication, &step.reading)) {
		r = 1;
	} else if (!r) {
		struct site site = publication_site(&p->publication);
		r = work(p, &site, &step);
	}
	publication_reading_clear(&step.reading);
	g_clear_pointer(&step.trades, g_hash_table_unref);
	g_clear_pointer(&step.texts, g_hash_table_unref);
	return r;
}
