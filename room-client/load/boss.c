/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/load/boss.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* From the orders to the first object. */
#define LEAD_US (G_USEC_PER_SEC / 2)

struct worker {
	pid_t pid;
	int to, from; /* pipes */
};

/* Whole rooms to each process, one after the other. */
static GPtrArray *share_of(const GPtrArray *seats, unsigned worker, unsigned n_workers)
{
	GPtrArray *share = g_ptr_array_new();
	const struct plan_seat *before = NULL;
	unsigned room = 0;

	for (guint i = 0; i < seats->len; i++) {
		struct plan_seat *s = g_ptr_array_index(seats, i);

		if (before && strcmp(before->session, s->session) != 0)
			room++;
		if (room % n_workers == worker)
			g_ptr_array_add(share, s);
		before = s;
	}
	return share;
}

static int worker_start(
	struct worker *w, const struct boss_config *config, const GPtrArray *seats, unsigned no)
{
	int down[2], up[2];

	if (pipe(down) < 0 || pipe(up) < 0)
		return -errno;
	w->pid = fork();
	if (w->pid < 0)
		return -errno;
	if (w->pid == 0) {
		close(down[1]);
		close(up[0]);
		g_random_set_seed((guint32)(g_get_monotonic_time() + no));
		crew_run(&config->peer, share_of(seats, no, config->processes), down[0], up[1]);
		_exit(0);
	}
	close(down[0]);
	close(up[1]);
	w->to = down[1];
	w->from = up[0];
	return 0;
}

static int read_all(int fd, void *data, size_t len)
{
	for (size_t done = 0; done < len;) {
		ssize_t n = read(fd, (uint8_t *)data + done, len - done);

		if (n == 0)
			return -EPIPE;
		if (n < 0 && errno != EINTR)
			return -errno;
		done += n > 0 ? (size_t)n : 0;
	}
	return 0;
}

static void sleep_until(int64_t us)
{
	int64_t left = us - g_get_monotonic_time();

	if (left > 0)
		g_usleep((gulong)left);
}

static int measure(
	const struct boss_config *config, const struct crew_orders *orders, struct boss_result *ret)
{
	struct target_cpu before = {0}, after = {0};
	int64_t from_us, to_us;
	int r = 0;

	sleep_until(orders->measure_us);
	if (config->say_begin) {
		puts("measuring");
		fflush(stdout);
	}
	from_us = g_get_monotonic_time();
	if (config->target)
		r = target_cpu_read(config->target, &before);
	sleep_until(orders->measured_us);
	to_us = g_get_monotonic_time();
	if (config->target && !r)
		r = target_cpu_read(config->target, &after);
	ret->measured_s = (double)(to_us - from_us) / G_USEC_PER_SEC;
	ret->cpu =
		(struct target_cpu){after.main_ns - before.main_ns, after.all_ns - before.all_ns};
	return r;
}

static int direct(struct worker *workers, const struct boss_config *config, struct boss_result *ret)
{
	g_autofree struct figures *part = g_new(struct figures, 1);
	struct crew_orders orders;
	char ready;
	int r = 0;

	for (unsigned i = 0; i < config->processes && !r; i++)
		r = read_all(workers[i].from, &ready, 1);
	orders.begin_us = g_get_monotonic_time() + LEAD_US;
	orders.measure_us = orders.begin_us + config->warm_up_s * G_USEC_PER_SEC;
	orders.measured_us = orders.measure_us + config->seconds * G_USEC_PER_SEC;
	for (unsigned i = 0; i < config->processes && !r; i++)
		if (write(workers[i].to, &orders, sizeof(orders)) != sizeof(orders))
			r = -EPIPE;
	if (!r)
		r = measure(config, &orders, ret);
	for (unsigned i = 0; i < config->processes && !r; i++) {
		r = read_all(workers[i].from, part, sizeof(*part));
		if (!r)
			figures_add(&ret->figures, part);
	}
	return r;
}

int boss_run(const struct boss_config *config, const GPtrArray *seats, struct boss_result *ret)
{
	g_autofree struct worker *workers = g_new0(struct worker, config->processes);
	unsigned n = 0;
	int r = 0;

	*ret = (struct boss_result){0};
	for (; n < config->processes && !r; n++)
		r = worker_start(&workers[n], config, seats, n);
	if (!r)
		r = direct(workers, config, ret);
	/* An end of its pipe makes a process leave. */
	for (unsigned i = 0; i < n; i++) {
		close(workers[i].to);
		close(workers[i].from);
		if (workers[i].pid > 0)
			waitpid(workers[i].pid, NULL, 0);
	}
	return r;
}
