/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Searching the public notices. The index finds, newest first; what it found is read again under
 * the visibility rule, so that an index behind its time shows nothing it should not.
 */
#include "server/api/views.h"

#include "server/search/index.h"
#include "server/store/notice_hit_store.h"
#include "server/store/notice_store.h"

#define FOUND_MAX 50

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
	GPtrArray *found; /* struct notice_hit */
	int64_t next;     /* 0: the end was reached */
};

static json_t *item(const struct act *a, const struct notice_hit *n)
{
	json_t *out = json_object();
	g_autofree char *url =
		g_strdup_printf("%s/notices/%s.html", a->env->public_url, n->notice_id);

	out_text(out, "notice_id", n->notice_id);
	out_int(out, "seq", n->seq);
	out_text(out, "kind", notice_kind_name(n->kind));
	out_text(out, "kind_title", notice_kind_title(n->kind));
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

/* Takes what may be seen until the page is full. */
static int take(struct hunt *h, const int64_t *seqs, unsigned n_seqs)
{
	g_autoptr(GPtrArray) rows = NULL;
	int r = notice_hit_store_get(h->a->txn, seqs, n_seqs, &rows);

	if (r)
		return r;
	while (rows->len && h->found->len < h->limit)
		g_ptr_array_add(h->found, g_ptr_array_steal_index(rows, 0));
	const struct notice_hit *last =
		h->found->len == h->limit ? g_ptr_array_index(h->found, h->limit - 1) : NULL;
	h->query.before = last ? last->seq : seqs[n_seqs - 1];
	return 0;
}

/* One more than wanted tells whether there is a next page. */
static int hunt(struct hunt *h)
{
	int64_t seqs[NOTICE_HITS];
	unsigned n, wanted;
	int r;

	do {
		wanted = MIN(h->limit - h->found->len + 1, NOTICE_HITS);
		r = search_find(h->a->env->search, &h->query, wanted, seqs, &n);
		if (!r && n)
			r = take(h, seqs, n);
	} while (!r && n == wanted && h->found->len < h->limit);
	h->next = !r && n == wanted ? h->query.before : 0;
	return r;
}

static int words_of(struct act *a, const json_t *in, const char *name, struct search_words **ret)
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
			json_boolean(search_is_trusted(h->a->env->search) &&
				     search_watermark(h->a->env->search, anchor) >= last));
	return r;
}

static int run(struct act *a, const json_t *in, json_t *out)
{
	SEARCH_WORDS_AUTO struct search_words *text = NULL, *buyer = NULL;
	g_autoptr(GPtrArray) found =
		g_ptr_array_new_with_free_func((GDestroyNotify)notice_hit_free);
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
