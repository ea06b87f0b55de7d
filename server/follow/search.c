/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/follow/search.h"

#include <errno.h>
#include <stdbool.h>

#include "server/act/act.h"
#include "server/act/notice_withheld.h"
#include "server/core/log.h"
#include "server/publish/notice_text.h"
#include "server/search/index.h"
#include "server/store/notice_store.h"

#define BATCH 500

struct search_follower {
	const struct act_env *env;
	bool recognised; /* the index is one of this database */
};

/* What one step reads in one transaction. */
struct reading {
	const struct act_env *env;
	int64_t after;
	char anchor[SEARCH_ANCHOR_SIZE]; /* the notice that stood at `after` when it was added */
	bool followed;                   /* and is in this database, as far as that */
	GPtrArray *fresh;
};

struct search_follower *search_follower_new(const struct act_env *env)
{
	struct search_follower *f = g_new0(struct search_follower, 1);

	f->env = env;
	return f;
}

struct search_follower *search_follower_free(struct search_follower *f)
{
	g_free(f);
	return NULL;
}

static int read_fresh(struct db_txn *txn, void *data)
{
	struct reading *reading = data;

	g_clear_pointer(&reading->fresh, g_ptr_array_unref);
	int r = notice_store_followed(txn, reading->anchor, reading->after, &reading->followed);
	if (!r)
		r = notice_store_published(txn, reading->after, BATCH, &reading->fresh);
	return r ? r : notice_withheld_publish(reading->env, txn, reading->fresh);
}

/* What a document's strings lie in until it is added. */
struct texts {
	char *text;
	char month[NOTICE_MONTH_SIZE];
};

static void texts_clear(void *texts)
{
	g_free(((struct texts *)texts)->text);
}

static int add(struct search_follower *f, const GPtrArray *fresh)
{
	g_autofree struct search_doc *docs = g_new0(struct search_doc, fresh->len);
	g_autoptr(GArray) texts = g_array_sized_new(FALSE, TRUE, sizeof(struct texts), fresh->len);
	const struct notice_row *n = NULL;

	g_array_set_clear_func(texts, texts_clear);
	g_array_set_size(texts, fresh->len);
	for (guint i = 0; i < fresh->len; i++) {
		struct texts *t = &g_array_index(texts, struct texts, i);
		n = g_ptr_array_index(fresh, i);
		t->text = notice_text(n);
		docs[i] = (struct search_doc){
			.seq = n->publish_seq,
			.text = t->text,
			.buyer = n->buyer_name,
			.facets = {.kind = notice_kind_name(n->notice.kind),
				.regime = regime_name(n->regime),
				.region = n->region,
				.month = notice_month(n, t->month)},
		};
	}
	return n ? search_add(f->env->search, docs, fresh->len, n->page_seq, n->notice_id) : 0;
}

int search_follower_step(void *follower)
{
	struct search_follower *f = follower;
	struct reading reading = {.env = f->env};
	int r;

	reading.after = search_watermark(f->env->search, reading.anchor);
	r = db_run_read(f->env->pool, read_fresh, &reading);
	if (!r && !f->recognised && reading.after && !reading.followed) {
		log_event(LOG_NOTICE, "search.made_again", log_int("watermark", reading.after));
		r = search_clear(f->env->search);
		g_clear_pointer(&reading.fresh, g_ptr_array_unref);
		return r ? r : 1;
	}
	if (!r && !f->recognised) {
		search_trust(f->env->search);
		f->recognised = true;
	}
	if (!r)
		r = add(f, reading.fresh);
	if (r == -EAGAIN) { /* begun anew */
		f->recognised = false;
		r = 1;
	} else if (!r) {
		r = reading.fresh->len == BATCH;
	}
	g_clear_pointer(&reading.fresh, g_ptr_array_unref);
	return r;
}
