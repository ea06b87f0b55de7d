/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/follow/exchange.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "server/act/act.h"
#include "server/act/award_told.h"
#include "server/act/deposit_shown.h"
#include "server/act/notice_withheld.h"
#include "server/core/log.h"
#include "server/follow/upstream.h"
#include "server/publish/exchange.h"
#include "server/store/bid_store.h"
#include "server/store/exchange_store.h"
#include "server/store/notice_store.h"
#include "server/store/project_store.h"

#define TAKE_OVER 20 /* changes in one transaction */
#define SEND 10      /* deliveries in one step */
/* Between two tries: doubled each time. A claim that came to nothing is tried again like one. */
#define FIRST_PAUSE_US CLOCK_SECOND_US
#define LONGEST_PAUSE_US (300 * CLOCK_SECOND_US)

struct exchange {
	const struct act_env *env;
	struct exchange_config config;
	struct upstream *upstream;
};

struct exchange *exchange_new(const struct act_env *env, const struct exchange_config *config)
{
	struct exchange *x = g_new0(struct exchange, 1);

	x->env = env;
	x->config = *config;
	x->upstream = upstream_new(config->url, config->ca_file, "application/xml");
	return x;
}

struct exchange *exchange_free(struct exchange *x)
{
	if (!x)
		return NULL;
	upstream_free(x->upstream);
	g_free(x);
	return NULL;
}

static int64_t pause_us(int64_t tries)
{
	return MIN(FIRST_PAUSE_US << MIN(tries, 20), LONGEST_PAUSE_US);
}

/* What a notice brings: XML and, where it breaks the norm, how (else NULL). */
struct making {
	GString *xml;
	char *fault;
};

static void making_clear(struct making *m)
{
	if (m->xml)
		g_string_free(m->xml, TRUE);
	g_free(m->fault);
}
#define MAKING_AUTO __attribute__((cleanup(making_clear)))

static int make(struct db_txn *txn, const struct exchange *x, const struct notice_row *n,
	struct making *ret)
{
	const struct exchange_sender sender = {.platform_code = x->config.platform_code,
		.service_code = x->config.service_code,
		.public_url = x->env->public_url};
	g_autoptr(GArray) problems = g_array_new(FALSE, FALSE, sizeof(struct exchange_problem));
	g_autoptr(GPtrArray) lots = NULL, bids = NULL, awards = NULL, bonds = NULL;
	PROJECT_AUTO struct project *project = NULL;
	int r = project_store_get(txn, n->project_id, &project);

	if (!r)
		r = project_store_lots(txn, n->project_id, &lots);
	if (!r)
		r = bid_store_opened_of(txn, n->project_id, &bids);
	if (!r)
		r = award_told_list(txn, lots, &awards);
	if (!r)
		r = deposit_shown_bonds(x->env, txn, project, lots, bids, &bonds);
	if (r)
		return r < 0 ? r : -EBADMSG;
	const struct exchange_trade trade = {project, lots, bids, awards, bonds};
	json_t *records = exchange_records(&sender, &trade, n, problems);
	ret->xml = exchange_xml(records);
	json_decref(records);
	if (problems->len)
		ret->fault = g_strdup(g_array_index(problems, struct exchange_problem, 0).text);
	return 0;
}

/* Not every change of a page is one of the records: what was queued last is not sent again. */
static int insert(struct db_txn *txn, const struct exchange_push *p)
{
	bool queued = false;
	int r = exchange_store_is_queued(txn, p->notice_id, p->body, &queued);

	return r || queued ? r : exchange_store_insert(txn, p);
}

static int queue_one(struct db_txn *txn, const struct exchange *x, const struct notice_row *n)
{
	MAKING_AUTO struct making made = {0};
	int64_t now_us = clock_real_us();
	int r = make(txn, x, n, &made);

	if (r)
		return r;
	struct exchange_push p = {.page_seq = n->page_seq,
		.state = made.fault ? EXCHANGE_FAULTY : EXCHANGE_WAITING,
		.body = made.xml->str,
		.last_error = made.fault,
		.next_try_us = now_us,
		.created_us = now_us};
	id_new(p.push_id);
	memcpy(p.project_id, n->project_id, sizeof(p.project_id));
	memcpy(p.notice_id, n->notice_id, sizeof(p.notice_id));
	r = insert(txn, &p);
	return r > 0 ? -EBADMSG : r;
}

struct anew {
	const struct exchange *x;
	const struct exchange_push *push;
};

/* One that staff sent again: as the notice is now. */
static int make_anew(struct db_txn *txn, void *data)
{
	const struct anew *n = data;
	MAKING_AUTO struct making made = {0};
	g_autoptr(GPtrArray) one = g_ptr_array_new_with_free_func((GDestroyNotify)notice_row_free);
	struct notice_row *row = NULL;
	int r = notice_store_get(txn, n->push->notice_id, &row);

	if (r)
		return r < 0 ? r : -EBADMSG;
	g_ptr_array_add(one, row);
	r = notice_withheld_publish(n->x->env, txn, one);
	if (!r)
		r = make(txn, n->x, row, &made);
	return r ? r : exchange_store_set_body(txn, n->push->push_id, made.xml->str, made.fault);
}

struct taking {
	const struct exchange *x;
	guint n;
};

static int take_over(struct db_txn *txn, void *data)
{
	struct taking *t = data;
	g_autoptr(GPtrArray) fresh = NULL;
	int64_t seq;
	int r = exchange_store_lock_seq(txn, &seq);

	t->n = 0;
	if (!r)
		r = notice_store_published(txn, seq, TAKE_OVER, &fresh);
	if (!r)
		r = notice_withheld_publish(t->x->env, txn, fresh);
	for (guint i = 0; !r && i < fresh->len; i++) {
		const struct notice_row *n = g_ptr_array_index(fresh, i);
		r = queue_one(txn, t->x, n);
		seq = n->page_seq;
	}
	if (!r && fresh->len)
		r = exchange_store_set_seq(txn, seq);
	if (!r)
		t->n = fresh->len;
	return r;
}

static int read_due(struct db_txn *txn, void *data)
{
	GPtrArray **due = data;

	g_clear_pointer(due, g_ptr_array_unref);
	return exchange_store_due(txn, clock_real_us(), SEND, due);
}

/* One delivery: claimed before it is sent, settled after. */
struct delivery {
	const struct exchange_push *push;
	struct upstream_answer answer;
};

static int claim(struct db_txn *txn, void *data)
{
	struct delivery *d = data;

	return exchange_store_claim(txn, d->push,
		clock_real_us() + MAX(pause_us(d->push->tries), 10 * CLOCK_SECOND_US));
}

static int settle(struct db_txn *txn, void *data)
{
	const struct delivery *d = data;
	const struct upstream_answer *a = &d->answer;
	int64_t now_us = clock_real_us();
	enum exchange_state state = a->outcome == UPSTREAM_RECEIPT   ? EXCHANGE_DELIVERED
				    : a->outcome == UPSTREAM_REFUSED ? EXCHANGE_REFUSED
								     : EXCHANGE_WAITING;
	int r = exchange_store_settle(txn, d->push, state,
		state == EXCHANGE_DELIVERED ? a->text : NULL,
		state == EXCHANGE_DELIVERED ? NULL : a->text, now_us,
		now_us + pause_us(d->push->tries));

	return r ? r
		 : exchange_store_log(txn, d->push->push_id, d->push->tries + 1, now_us,
			   a->http_status, a->text);
}

/* 1: sent, whatever came of it; 0: nothing else will get through now, or somebody else has it. */
static int deliver(struct exchange *x, const struct exchange_push *push)
{
	struct delivery d = {.push = push};
	struct anew anew = {x, push};

	if (!*push->body) {
		int made = db_run(x->env->pool, make_anew, &anew);
		return made ? (made > 0 ? -EBADMSG : made) : 1; /* sent in the next step */
	}
	int r = db_run(x->env->pool, claim, &d);
	if (r)
		return r == STORE_E_NONE ? 0 : r;
	upstream_send(x->upstream, push->push_id, push->body, &d.answer);
	if (d.answer.outcome != UPSTREAM_RECEIPT)
		log_event(LOG_WARNING, "exchange.not_delivered", log_str("push", push->push_id),
			log_int("status", d.answer.http_status), log_str("detail", d.answer.text));
	r = db_run(x->env->pool, settle, &d);
	return r ? r : d.answer.outcome != UPSTREAM_DOWN;
}

int exchange_step(void *exchange)
{
	struct exchange *x = exchange;
	struct taking taking = {.x = x};
	g_autoptr(GPtrArray) due = NULL;
	int r = db_run(x->env->pool, take_over, &taking);

	if (!r)
		r = db_run_read(x->env->pool, read_due, &due);
	if (r)
		return r > 0 ? -EBADMSG : r;
	for (guint i = 0; i < due->len; i++) {
		r = deliver(x, g_ptr_array_index(due, i));
		if (r <= 0)
			return r;
	}
	return taking.n == TAKE_OVER || due->len > 0;
}
