/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/core/job.h"

#include <assert.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

/*
 * One lock guards everything: a job is at least a database round trip, so the lock is cold. It is
 * of pthread and not of GLib, whose locks the thread sanitizer does not see.
 *
 * A serial key exists in `keys` while a job of it waits in a lane or runs. Further jobs of the key
 * wait in the key's own queue and move to the end of their lane one at a time, when the one before
 * has run. They count as waiting in their lane from the start, so the bound holds for them too.
 */
#define MAX_KEY 63

struct serial {
	char key[MAX_KEY + 1];
	GQueue later; /* struct job */
};

struct job {
	enum job_lane lane;
	struct serial *serial; /* NULL: none */
	void (*run)(void *data, void *thread_data);
	void (*done)(void *data);
	void *data;
	GDestroyNotify destroy;
};

struct lane {
	struct job_lane_config config;
	GQueue ready;
	unsigned n_waiting;
	pthread_cond_t work;
};

struct worker {
	struct job_pool *pool;
	enum job_lane lane;
	unsigned index;
	GThread *thread;
};

struct job_pool {
	struct job_config config;
	pthread_mutex_t lock;
	struct lane lanes[N_JOB_LANES];
	GHashTable *keys; /* char * within struct serial -> struct serial */
	unsigned n_unfinished;
	pthread_cond_t all_finished;
	GQueue done;
	bool stopping; /* no new jobs */
	bool quit;     /* workers leave */
	struct worker *workers;
	unsigned n_workers;
};

/* Frees the job after its done callback or, without one, after its run. */
static void job_free(struct job *j)
{
	if (j->destroy)
		j->destroy(j->data);
	g_free(j);
}

static void push_ready(struct job_pool *p, struct job *j)
{
	g_queue_push_tail(&p->lanes[j->lane].ready, j);
	pthread_cond_signal(&p->lanes[j->lane].work);
}

/* Lock held. Lets the next job of the key go, or forgets the key. */
static void release_key(struct job_pool *p, struct serial *s)
{
	struct job *next = g_queue_pop_head(&s->later);

	if (next) {
		push_ready(p, next);
		return;
	}
	g_hash_table_remove(p->keys, s->key);
	g_free(s);
}

/* Lock held; it is released while the job runs. */
static void run_job(struct job_pool *p, struct job *j, void *thread_data)
{
	struct serial *serial = j->serial;
	bool has_done = j->done;

	pthread_mutex_unlock(&p->lock);
	j->run(j->data, thread_data);
	if (!has_done)
		job_free(j);
	pthread_mutex_lock(&p->lock);
	/* Queued before the key is released, so done callbacks of one key keep their order. */
	if (has_done)
		g_queue_push_tail(&p->done, j);
	if (serial)
		release_key(p, serial);
	if (!--p->n_unfinished)
		pthread_cond_broadcast(&p->all_finished);
	if (has_done && p->config.wake) {
		pthread_mutex_unlock(&p->lock);
		p->config.wake(p->config.ctx);
		pthread_mutex_lock(&p->lock);
	}
}

static void *worker_main(void *arg)
{
	struct worker *w = arg;
	struct job_pool *p = w->pool;
	struct lane *lane = &p->lanes[w->lane];
	struct job *j;
	void *thread_data = NULL;

	if (p->config.thread_init)
		thread_data = p->config.thread_init(p->config.ctx, w->lane, w->index);
	pthread_mutex_lock(&p->lock);
	for (;;) {
		while (!(j = g_queue_pop_head(&lane->ready)) && !p->quit)
			pthread_cond_wait(&lane->work, &p->lock);
		if (!j)
			break;
		lane->n_waiting--;
		run_job(p, j, thread_data);
	}
	pthread_mutex_unlock(&p->lock);
	if (p->config.thread_done)
		p->config.thread_done(p->config.ctx, thread_data);
	return NULL;
}

static void start_lane(struct job_pool *p, enum job_lane lane)
{
	static const char *const names[N_JOB_LANES] = {"acts", "hash", "long", "files"};
	char name[16];

	for (unsigned i = 0; i < p->config.lanes[lane].n_threads; i++) {
		struct worker *w = &p->workers[p->n_workers++];

		*w = (struct worker){.pool = p, .lane = lane, .index = i};
		snprintf(name, sizeof(name), "%s-%u", names[lane], i);
		w->thread = g_thread_new(name, worker_main, w);
	}
}

struct job_pool *job_pool_new(const struct job_config *config)
{
	struct job_pool *p = g_new0(struct job_pool, 1);
	unsigned n = 0;

	p->config = *config;
	pthread_mutex_init(&p->lock, NULL);
	pthread_cond_init(&p->all_finished, NULL);
	g_queue_init(&p->done);
	p->keys = g_hash_table_new(g_str_hash, g_str_equal);
	for (int i = 0; i < N_JOB_LANES; i++) {
		p->lanes[i].config = config->lanes[i];
		g_queue_init(&p->lanes[i].ready);
		pthread_cond_init(&p->lanes[i].work, NULL);
		n += config->lanes[i].n_threads;
	}
	p->workers = g_new0(struct worker, n + 1);
	for (int i = 0; i < N_JOB_LANES; i++)
		start_lane(p, i);
	return p;
}

/* Lock held. Gives the job its key, creating it; returns whether it may go to its lane now. */
static bool take_key(struct job_pool *p, struct job *j, const char *key)
{
	struct serial *s = g_hash_table_lookup(p->keys, key);

	if (s) {
		j->serial = s;
		g_queue_push_tail(&s->later, j);
		return false;
	}
	s = g_new0(struct serial, 1);
	g_strlcpy(s->key, key, sizeof(s->key));
	g_queue_init(&s->later);
	g_hash_table_insert(p->keys, s->key, s);
	j->serial = s;
	return true;
}

static int post(struct job_pool *p, const char *key, const struct job *proto)
{
	struct lane *lane = &p->lanes[proto->lane];
	struct job *j;
	int r = 0;

	pthread_mutex_lock(&p->lock);
	if (p->stopping) {
		r = JOB_E_STOPPED;
	} else if (!lane->config.n_threads || lane->n_waiting >= lane->config.max_waiting) {
		r = JOB_E_FULL;
	} else {
		j = g_memdup2(proto, sizeof(*proto));
		lane->n_waiting++;
		p->n_unfinished++;
		if (!key || take_key(p, j, key))
			push_ready(p, j);
	}
	pthread_mutex_unlock(&p->lock);
	return r;
}

int job_post(struct job_pool *p, enum job_lane lane, void (*run)(void *data, void *thread_data),
	void (*done)(void *data), void *data, GDestroyNotify destroy)
{
	return post(p, NULL,
		&(struct job){
			.lane = lane, .run = run, .done = done, .data = data, .destroy = destroy});
}

int job_post_serial(struct job_pool *p, enum job_lane lane, const char *key,
	void (*run)(void *data, void *thread_data), void (*done)(void *data), void *data,
	GDestroyNotify destroy)
{
	assert(*key && strlen(key) <= MAX_KEY);
	return post(p, key,
		&(struct job){
			.lane = lane, .run = run, .done = done, .data = data, .destroy = destroy});
}

void job_drain_done(struct job_pool *p)
{
	GQueue done;
	struct job *j;

	pthread_mutex_lock(&p->lock);
	done = p->done;
	g_queue_init(&p->done);
	pthread_mutex_unlock(&p->lock);
	while ((j = g_queue_pop_head(&done))) {
		j->done(j->data);
		job_free(j);
	}
}

unsigned job_waiting(struct job_pool *p, enum job_lane lane)
{
	unsigned n;

	pthread_mutex_lock(&p->lock);
	n = p->lanes[lane].n_waiting;
	pthread_mutex_unlock(&p->lock);
	return n;
}

void job_pool_stop(struct job_pool *p)
{
	pthread_mutex_lock(&p->lock);
	p->stopping = true;
	while (p->n_unfinished)
		pthread_cond_wait(&p->all_finished, &p->lock);
	p->quit = true;
	for (int i = 0; i < N_JOB_LANES; i++)
		pthread_cond_broadcast(&p->lanes[i].work);
	pthread_mutex_unlock(&p->lock);
	for (; p->n_workers; p->n_workers--)
		g_thread_join(p->workers[p->n_workers - 1].thread);
	job_drain_done(p);
}

struct job_pool *job_pool_free(struct job_pool *p)
{
	if (!p)
		return NULL;
	job_pool_stop(p);
	for (int i = 0; i < N_JOB_LANES; i++)
		pthread_cond_destroy(&p->lanes[i].work);
	pthread_cond_destroy(&p->all_finished);
	pthread_mutex_destroy(&p->lock);
	g_hash_table_unref(p->keys);
	g_free(p->workers);
	g_free(p);
	return NULL;
}
