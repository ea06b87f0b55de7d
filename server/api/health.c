/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a load balancer and a monitor ask. None of it needs a sign-in or tells a secret. */
#include <malloc.h>

#include "db/pool.h"
#include "server/api/views.h"
#include "server/core/clock_error.h"
#include "server/core/disk.h"
#include "server/core/job.h"
#include "server/core/metrics.h"

int api_healthz(struct api_call *call)
{
	call->response = response_text(200, "text/plain; charset=utf-8", "ok\n");
	return 0;
}

/* Ready means: an act would be taken now. */
int api_readyz(struct api_call *call)
{
	bool database = db_pool_ping(call->api->env->pool) == 0;

	call->response =
		response_json(database ? 200 : 503, json_pack("{s:b}", "database", database));
	return 0;
}

/* Bytes that are allocated and not freed. The address sanitizer has its own allocator, of which the
 * C library knows nothing. */
extern size_t __sanitizer_get_current_allocated_bytes(void) __attribute__((weak));

static int64_t heap_bytes(void)
{
	struct mallinfo2 info;

	if (__sanitizer_get_current_allocated_bytes)
		return (int64_t)__sanitizer_get_current_allocated_bytes();
	info = mallinfo2();
	return (int64_t)(info.uordblks + info.hblkhd);
}

/* A disk that this process cannot ask, for it stands on another machine, is left out. */
static void measure_disks(const struct act_env *env)
{
	for (const char *const *dir = env->reel_dirs; dir && *dir; dir++) {
		int64_t free_bytes = disk_free_bytes(*dir);

		if (free_bytes >= 0)
			metric_set(metric_gauge("bidroom_record_free_bytes",
					   "Free space where recordings lie", "dir", *dir),
				free_bytes);
	}
	metric_set(metric_gauge("bidroom_record_low_bytes",
			   "Less free space than this raises an alarm", NULL, NULL),
		env->reel_low_bytes);
	metric_set(metric_gauge("bidroom_record_stop_bytes",
			   "With less free space than this everywhere no new session begins", NULL,
			   NULL),
		env->reel_stop_bytes);
}

static void measure_clock(const struct act_env *env)
{
	struct clock_error error;

	clock_error_read(&error);
	metric_set(metric_gauge("bidroom_clock_steered",
			   "1: an NTP service keeps the machine's clock", NULL, NULL),
		error.steered);
	metric_set(metric_gauge("bidroom_clock_error_microseconds",
			   "The true time is no farther away", NULL, NULL),
		error.max_us);
	metric_set(metric_gauge("bidroom_clock_error_most_microseconds",
			   "With a larger error no bid is taken or opened; 0: not watched", NULL,
			   NULL),
		env->clock_error_most_us);
}

int api_metrics(struct api_call *call)
{
	static const char *const lanes[N_JOB_LANES] = {"acts", "hash", "long", "files"};
	struct db_pool_counts counts;

	for (int lane = 0; lane < N_JOB_LANES; lane++)
		metric_set(metric_gauge("bidroom_jobs_waiting", "Jobs waiting by lane", "lane",
				   lanes[lane]),
			job_waiting(call->api->jobs, (enum job_lane)lane));
	db_pool_counts(call->api->env->pool, &counts);
	metric_set(metric_gauge("bidroom_db_commits", "Transactions committed since the start",
			   NULL, NULL),
		(int64_t)counts.commits);
	metric_set(metric_gauge("bidroom_db_retries", "Transactions run again since the start",
			   NULL, NULL),
		(int64_t)counts.retries);
	metric_set(metric_gauge("bidroom_heap_bytes", "Memory in use by the program", NULL, NULL),
		heap_bytes());
	measure_disks(call->api->env);
	measure_clock(call->api->env);
	g_autofree char *text = metrics_text();
	call->response = response_text(200, "text/plain; version=0.0.4; charset=utf-8", text);
	return 0;
}
