/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_CORE_METRICS_H
#define SERVER_CORE_METRICS_H

/*
 * Counters, gauges and histograms of the process, printed in the Prometheus text format.
 * A metric is found or created once by its name and one optional label pair and then kept as a
 * pointer; updates are single atomic operations and allowed from every thread.
 */
#include <stdint.h>

struct metric;

/*
 * Find or create. name, help, label_key and label_value must be static or live as long as the
 * process; label_key and label_value may both be NULL. Never NULL.
 */
struct metric *metric_counter(
	const char *name, const char *help, const char *label_key, const char *label_value);
struct metric *metric_gauge(
	const char *name, const char *help, const char *label_key, const char *label_value);

/* Buckets from 0.5 ms to 10 s; the name should end in _seconds. */
struct metric *metric_histogram(
	const char *name, const char *help, const char *label_key, const char *label_value);

void metric_add(struct metric *m, int64_t n);         /* counter (n >= 0) or gauge */
void metric_set(struct metric *m, int64_t value);     /* gauge */
void metric_observe_us(struct metric *m, int64_t us); /* histogram */
int64_t metric_value(const struct metric *m);         /* counter, gauge; histogram: its count */

/* The page /metrics; g_free it. */
char *metrics_text(void);

/* Frees all metrics at the end of the process; pointers obtained before are dead. */
void metrics_clear(void);

#endif
