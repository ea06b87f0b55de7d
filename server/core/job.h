/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_CORE_JOB_H
#define SERVER_CORE_JOB_H

/*
 * Workers: threads in lanes that run plain blocking code (SQL, hashing) beside the loop.
 *
 * A job goes: posted (any thread) -> run (a worker of its lane) -> done (the loop thread, within
 * job_drain_done) -> destroyed. Each lane's queue is bounded: what does not fit is refused, so that
 * overload shows at the door and not as growing memory.
 *
 * Jobs with the same serial key run one after another in the order they were posted, whatever
 * the number of workers; a job's done callback may come after the next job of its key began, but
 * done callbacks of one key come in order.
 */
#include <glib.h>
#include <stdbool.h>

enum job_lane {
	JOB_LANE_ACTS,  /* requests and legal acts: short, with SQL */
	JOB_LANE_HASH,  /* password hashing: expensive, few at a time */
	JOB_LANE_LONG,  /* reports, exports: seconds to minutes */
	JOB_LANE_FILES, /* uploads and whole bids: waits for disks */
	N_JOB_LANES,
};

/* Refusals of job_post. */
enum {
	JOB_E_FULL = 1, /* the lane's queue is full */
	JOB_E_STOPPED,  /* the pool is being stopped */
};

struct job_lane_config {
	unsigned n_threads;   /* 0: the lane does not exist and refuses as full */
	unsigned max_waiting; /* jobs waiting, serial ones included, running ones not */
};

struct job_config {
	struct job_lane_config lanes[N_JOB_LANES];
	/* Called in each new worker thread; the result is handed to every job there. May be NULL.
	 */
	void *(*thread_init)(void *ctx, enum job_lane lane, unsigned index);
	void (*thread_done)(void *ctx, void *thread_data);
	/* Called from workers when job_drain_done has something to do: wakes the loop. May be NULL.
	 */
	void (*wake)(void *ctx);
	void *ctx;
};

struct job_pool;

/* Starts the threads. */
struct job_pool *job_pool_new(const struct job_config *config);

/*
 * Posts a job. `run` is called on a worker with its thread data; `done` (may be NULL) later on the
 * thread that calls job_drain_done; `destroy` (may be NULL) frees data: after done there, or on the
 * worker if there is no done. On refusal data stays the caller's and nothing is called.
 */
int job_post(struct job_pool *p, enum job_lane lane, void (*run)(void *data, void *thread_data),
	void (*done)(void *data), void *data, GDestroyNotify destroy);

/* The same under a serial key (1 to 63 bytes, for example a room id). */
int job_post_serial(struct job_pool *p, enum job_lane lane, const char *key,
	void (*run)(void *data, void *thread_data), void (*done)(void *data), void *data,
	GDestroyNotify destroy);

/* Runs the done callbacks of finished jobs; the loop thread calls it after a wake. */
void job_drain_done(struct job_pool *p);

/* Jobs waiting in a lane now, for metrics and /readyz. */
unsigned job_waiting(struct job_pool *p, enum job_lane lane);

/*
 * Refuses new jobs, lets all accepted ones run to their end, joins the threads, and runs the
 * remaining done callbacks on the calling thread. May be called again without effect.
 */
void job_pool_stop(struct job_pool *p);

/* Stops if needed and frees. Returns NULL. */
struct job_pool *job_pool_free(struct job_pool *p);

#endif
