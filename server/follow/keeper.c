/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/follow/keeper.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "proto/note.h"
#include "server/act/act.h"
#include "server/audit/ledger.h"
#include "server/core/log.h"
#include "server/core/metrics.h"
#include "server/publish/ledger_files.h"
#include "server/publish/write_file.h"
#include "server/sign/checkpoint_key.h"
#include "server/store/cosignature_store.h"
#include "server/store/ledger_store.h"

#define LEASE "keeper"
#define LEASE_US (15 * CLOCK_SECOND_US)
#define BATCH 500
#define REPLAY_BATCH 1000

enum keeper_state { KEEPER_IDLE, KEEPER_KEEPING, KEEPER_BROKEN };

struct keeper {
	const struct act_env *env;
	char *dir, *owner, *key_text;
	enum keeper_state state;
	int64_t epoch;
	struct ledger_tree tree;
	struct ledger_files *files;
	char *note;      /* the last signed checkpoint */
	bool unreleased; /* files do not show it yet */
};

struct keeper *keeper_new(const struct act_env *env, const char *dir)
{
	struct keeper *k = g_new0(struct keeper, 1);

	k->env = env;
	k->dir = g_strdup(dir);
	k->owner = g_strdup_printf("%s:%d", g_get_host_name(), (int)getpid());
	k->key_text = note_key_format(checkpoint_key_public(env->log_key));
	return k;
}

struct keeper *keeper_free(struct keeper *k)
{
	if (!k)
		return NULL;
	ledger_files_free(k->files);
	g_free(k->dir);
	g_free(k->owner);
	g_free(k->key_text);
	g_free(k->note);
	g_free(k);
	return NULL;
}

/* One transaction of the keeper. */
struct step {
	struct keeper *k;
	struct db_txn *txn;
	int64_t epoch;
	int64_t from; /* replay: the next sequence */
	GArray *placed;
	GByteArray *hashes;
	struct stored_checkpoint last;
	struct ledger_step extended;
};

static int take_lease(struct db_txn *txn, void *data)
{
	struct step *s = data;

	s->epoch = 0;
	return lease_store_hold(txn, LEASE, s->k->owner, clock_real_us(), LEASE_US, &s->epoch);
}

static void step_clear_batch(struct step *s)
{
	for (guint i = 0; s->placed && i < s->placed->len; i++)
		event_free(g_array_index(s->placed, struct placed_event, i).event);
	g_clear_pointer(&s->placed, g_array_unref);
	g_clear_pointer(&s->hashes, g_byte_array_unref);
}

/* May run more than once: what an attempt read that was taken away goes first. */
static int read_batch(struct db_txn *txn, void *data)
{
	struct step *s = data;
	int r = lease_store_hold(txn, LEASE, s->k->owner, clock_real_us(), LEASE_US, &s->k->epoch);

	step_clear_batch(s);
	if (!r)
		r = ledger_store_hashes(txn, s->from, REPLAY_BATCH, &s->hashes);
	return r ? r : event_store_placed(txn, s->from, REPLAY_BATCH, &s->placed);
}

static int broken(struct keeper *k, int64_t seq, const char *what)
{
	k->state = KEEPER_BROKEN;
	log_event(LOG_CRIT, "keeper.mismatch", log_str("what", what), log_int("ledger_seq", seq));
	metric_set(metric_gauge("bidroom_ledger_broken",
			   "1: database and ledger disagree, nothing is signed", NULL, NULL),
		1);
	return 0;
}

static int replay_batch(struct keeper *k, struct step *s)
{
	if (s->placed->len != s->hashes->len / LEDGER_HASH_LEN)
		return broken(k, s->from, "an event of the ledger is missing");
	for (guint i = 0; i < s->placed->len; i++) {
		const struct placed_event *p = &g_array_index(s->placed, struct placed_event, i);
		int r = ledger_replay(&k->tree, p->event, s->hashes->data + i * LEDGER_HASH_LEN);
		if (r == LEDGER_E_ALTERED)
			return broken(k, p->seq, "an event was altered");
		if (!r)
			r = ledger_files_add(k->files, p->event);
		if (r)
			return r;
	}
	return 0;
}

/* Recomputes the whole tree from the events themselves. */
static int replay(struct keeper *k)
{
	struct step s = {.k = k};
	int r;

	memset(&k->tree, 0, sizeof(k->tree));
	k->files = ledger_files_free(k->files);
	r = ledger_files_open(k->dir, &k->files);
	while (!r && k->state != KEEPER_BROKEN) {
		s.from = (int64_t)k->tree.size;
		r = db_run(k->env->pool, read_batch, &s);
		if (!r && !s.hashes->len) {
			step_clear_batch(&s);
			break;
		}
		if (!r)
			r = replay_batch(k, &s);
		step_clear_batch(&s);
	}
	return r;
}

static int read_last_checkpoint(struct db_txn *txn, void *data)
{
	struct step *s = data;

	g_clear_pointer(&s->last.note, g_free);
	return ledger_store_last_checkpoint(txn, &s->last);
}

static int compare_with_checkpoint(struct keeper *k)
{
	struct step s = {.k = k};
	int r = db_run_read(k->env->pool, read_last_checkpoint, &s);

	if (r == STORE_E_NONE)
		return k->tree.size ? broken(k, 0, "events have places but nothing was signed") : 0;
	if (r)
		return r;
	r = ledger_matches(&k->tree, s.last.size, s.last.root);
	if (r == LEDGER_E_ALTERED) {
		g_free(s.last.note);
		return broken(k, s.last.size, "the tree is not the one that was signed");
	}
	g_free(k->note);
	k->note = s.last.note;
	k->unreleased = true;
	return r;
}

static int begin(struct keeper *k)
{
	struct step s = {.k = k};
	int r = db_run(k->env->pool, take_lease, &s);

	if (r)
		return r == LEASE_E_TAKEN ? 0 : r;
	k->epoch = s.epoch;
	r = replay(k);
	if (!r && k->state != KEEPER_BROKEN)
		r = compare_with_checkpoint(k);
	if (r || k->state == KEEPER_BROKEN)
		return r == LEASE_E_TAKEN ? 0 : r;
	k->state = KEEPER_KEEPING;
	log_event(LOG_NOTICE, "keeper.keeping", log_int("tree_size", (int64_t)k->tree.size),
		log_int("epoch", k->epoch));
	return 1;
}

static int io_pending(void *ctx, unsigned limit, GPtrArray **ret_events)
{
	return event_store_pending(((struct step *)ctx)->txn, limit, ret_events);
}

static int io_place(void *ctx, int64_t seq, const struct event *e)
{
	return ledger_store_place(((struct step *)ctx)->txn, seq, e);
}

static int io_checkpoint(void *ctx, int64_t size, const uint8_t root[static 32], const char *note)
{
	return ledger_store_add_checkpoint(
		((struct step *)ctx)->txn, size, root, note, clock_real_us());
}

static int extend(struct db_txn *txn, void *data)
{
	struct step *s = data;
	const struct ledger_io io = {io_pending, io_place, io_checkpoint, s};
	int r = lease_store_hold(txn, LEASE, s->k->owner, clock_real_us(), LEASE_US, &s->k->epoch);

	s->txn = txn;
	ledger_step_clear(&s->extended);
	return r ? r : ledger_extend(&s->k->tree, s->k->env->log_key, BATCH, &io, &s->extended);
}

static int take_over(struct keeper *k, struct ledger_step *step)
{
	int r = 0;

	for (guint i = 0; !r && i < step->events->len; i++)
		r = ledger_files_add(k->files, g_ptr_array_index(step->events, i));
	k->tree = step->tree;
	g_free(k->note);
	k->note = g_steal_pointer(&step->note);
	k->unreleased = true;
	return r;
}

/* The newest head that outsiders signed too, with their lines. */
static int read_cosigned(struct db_txn *txn, void *data)
{
	struct step *s = data;
	g_autoptr(GArray) heads = NULL;
	int r = cosignature_store_heads(txn, 0, (int64_t)s->k->tree.size, 1, &heads);

	g_clear_pointer(&s->last.note, g_free);
	if (!r && heads->len)
		s->last.note = g_strdup(g_array_index(heads, struct stored_checkpoint, 0).note);
	return r;
}

static int release_cosigned(struct keeper *k)
{
	g_autofree char *path = g_build_filename(k->dir, "cosigned", NULL);
	struct step s = {.k = k};
	int r = db_run_read(k->env->pool, read_cosigned, &s);

	if (!r && s.last.note)
		r = write_file(path, s.last.note, strlen(s.last.note));
	g_free(s.last.note);
	return r;
}

static int release(struct keeper *k)
{
	int r;

	if (!k->unreleased)
		return 0;
	r = ledger_files_write(k->files, k->note, k->key_text);
	if (!r && k->env->cosigners && k->env->cosigners->len)
		r = release_cosigned(k);
	if (!r) {
		k->unreleased = false;
		metric_set(metric_gauge("bidroom_ledger_size", "Events in the released ledger",
				   NULL, NULL),
			(int64_t)k->tree.size);
	}
	return r;
}

static int keep(struct keeper *k)
{
	struct step s = {.k = k};
	bool more;
	int r = db_run(k->env->pool, extend, &s);

	if (r == LEASE_E_TAKEN) {
		log_event(LOG_WARNING, "keeper.lease_lost", log_int("epoch", k->epoch));
		k->state = KEEPER_IDLE;
		return 0;
	}
	if (r) /* whether it was committed is unknown: begin again from what the database says */
		k->state = KEEPER_IDLE;
	else if (s.extended.events->len)
		r = take_over(k, &s.extended);
	more = !r && s.extended.events->len == BATCH;
	ledger_step_clear(&s.extended);
	if (!r)
		r = release(k);
	return r ? r : more;
}

int keeper_step(void *keeper)
{
	struct keeper *k = keeper;

	switch (k->state) {
	case KEEPER_IDLE:
		return begin(k);
	case KEEPER_KEEPING:
		return keep(k);
	case KEEPER_BROKEN:
		return 0;
	}
	g_assert_not_reached();
}
