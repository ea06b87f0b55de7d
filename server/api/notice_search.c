/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Searching the public notices. The index proposes, newest first; each proposal is read again under
 * the visibility rule and compared with what was typed, so that an index behind its time shows
 * nothing it should not.
 */
#include "server/api/views.h"

#include <string.h>

#include "server/publish/notice_text.h"
#include "server/search/index.h"
#include "server/store/notice_store.h"

#define FOUND_MAX 50
/* A search whose words stand apart in most texts gives up here; its cursor goes on. */
#define PROPOSALS_MAX 2048

static const struct field fields[] = {
	{"after", FIELD_INT, false, 1, INT64_MAX},
	{"buyer", FIELD_TEXT, false, 2, 100},
	{"kind", FIELD_NAME, false, 1, 32},
	{"limit", FIELD_INT, false, 1, FOUND_MAX},
	{"month", FIELD_NAME, false, 7, 7},
	{"q", FIELD_TEXT, false, 1, 100},
	{"regime", FIELD_NAME, false, 1, 16},
	{"region", FIELD_NAME, false, 2, 6},
	{NULL},
};

struct hunt {
	struct act *a;
	struct search_query query;
	unsigned limit;
	GPtrArray *found; /* struct notice_row */
	int64_t next;     /* 0: the end was reached */
};

static json_t *item(const struct act *a, const struct notice_row *n)
{
	json_t *out = json_object();
	g_autofree char *url =
		g_strdup_printf("%s/notices/%s.html", a->env->public_url, n->notice_id);

	out_text(out, "notice_id", n->notice_id);
	out_int(out, "seq", n->publish_seq);
	out_text(out, "kind", notice_kind_name(n->notice.kind));
	out_text(out, "kind_title", notice_kind_title(n->notice.kind));
	out_text(out, "regime", regime_name(n->regime));
	out_text(out, "region", n->region);
	out_text(out, "title", n->title);
	out_text(out, "project_code", n->project_code);
	out_text(out, "project_name", n->project_name);
	out_text(out, "buyer_name", n->buyer_name);
	out_time(out, "published_at", n->published_us);
	out_time(out, "withdrawn_at", n->withdrawn_us);
	out_text(out, "url", url);
	out_hex(out, "text_sha256", n->text_sha256, sizeof(n->text_sha256));
	return out;
}

static bool matches(const struct search_query *q, const struct notice_row *n)
{
	const struct search_facets *f = &q->facets;
	g_autofree char *text = notice_text(n);
	char month[NOTICE_MONTH_SIZE];

	return (!f->kind || !strcmp(f->kind, notice_kind_name(n->notice.kind))) &&
	       (!f->regime || !strcmp(f->regime, regime_name(n->regime))) &&
	       (!f->region || g_str_has_prefix(n->region, f->region)) &&
	       (!f->month || !strcmp(f->month, notice_month(n, month))) &&
	       search_words_match(q->buyer, n->buyer_name) && search_words_match(q->text, text);
}

/* Takes what matches among the proposals until the page is full. */
static int take(struct hunt *h, const int64_t *seqs, unsigned n_seqs)
{
	g_autoptr(GPtrArray) rows = NULL;
	int r = notice_store_pick(h->a->txn, seqs, n_seqs, &rows);

	if (r)
		return r;
	for (guint i = 0; i < rows->len && h->found->len < h->limit; i++) {
		struct notice_row *n = g_ptr_array_index(rows, i);
		h->query.before = n->publish_seq;
		if (!matches(&h->query, n))
			continue;
		g_ptr_array_add(h->found, n);
		rows->pdata[i] = NULL;
	}
	if (h->found->len < h->limit)
		h->query.before = seqs[n_seqs - 1];
	return 0;
}

static int hunt(struct hunt *h)
{
	int64_t seqs[NOTICE_STORE_PICK];
	unsigned n = 0, n_proposals = 0;
	int r = 0;

	do {
		unsigned wanted = n_proposals ? NOTICE_STORE_PICK
					      : MIN(h->limit + 1, NOTICE_STORE_PICK);
		r = search_find(h->a->env->search, &h->query, wanted, seqs, &n);
		if (!r && n)
			r = take(h, seqs, n);
		n_proposals += n;
		/* Fewer than wanted: the end of the index, unless the page was full before it. */
		if (!r && n < wanted && (!n || h->query.before == seqs[n - 1]))
			return 0;
	} while (!r && h->found->len < h->limit && n_proposals < PROPOSALS_MAX);
	h->next = h->query.before;
	return r;
}

static int words_of(
	struct act *a, const json_t *in, const char *name, struct search_words **ret)
{
	*ret = search_words_new(in_text(in, name));
	return *ret ? 0
		    : refuse(a->refusal, "search.too_short", name,
			      "a word of two characters or more is needed");
}

static int answer(struct hunt *h, json_t *out)
{
	json_t *items = json_array();
	char anchor[SEARCH_ANCHOR_SIZE];
	int64_t last = 0;

	json_object_set_new(out, "items", items);
	for (guint i = 0; i < h->found->len; i++)
		json_array_append_new(items, item(h->a, g_ptr_array_index(h->found, i)));
	json_object_set_new(out, "next", h->next ? json_integer(h->next) : json_null());
	int r = notice_store_last_seq(h->a->txn, &last);
	if (!r)
		json_object_set_new(out, "complete",
			json_boolean(search_watermark(h->a->env->search, anchor) >= last));
	return r;
}

static int run(struct act *a, const json_t *in, json_t *out)
{
	SEARCH_WORDS_AUTO struct search_words *text = NULL, *buyer = NULL;
	g_autoptr(GPtrArray) found =
		g_ptr_array_new_with_free_func((GDestroyNotify)notice_row_free);
	int r = words_of(a, in, "q", &text);

	if (!r)
		r = words_of(a, in, "buyer", &buyer);
	if (r)
		return r;
	if (!a->env->search)
		return refuse(a->refusal, "search.elsewhere", NULL, "ask the portal");
	struct hunt h = {
		.a = a,
		.query = {.text = text,
			.buyer = buyer,
			.facets = {.kind = in_text(in, "kind"),
				.regime = in_text(in, "regime"),
				.region = in_text(in, "region"),
				.month = in_text(in, "month")},
			.before = in_int(in, "after", 0)},
		.limit = (unsigned)in_int(in, "limit", 20),
		.found = found,
	};
	r = hunt(&h);
	return r ? r : answer(&h, out);
}

const struct act_kind notice_search_view = {
	.name = "notice.search", .fields = fields, .run = run, .flags = ACT_READ};
