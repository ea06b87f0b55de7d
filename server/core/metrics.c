/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/core/metrics.h"

#include <assert.h>
#include <glib.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

enum metric_type { METRIC_COUNTER, METRIC_GAUGE, METRIC_HISTOGRAM };

static const int64_t bounds_us[] = {500, 1000, 2500, 5000, 10000, 25000, 50000, 100000, 250000,
	500000, 1000000, 2500000, 5000000, 10000000};
#define N_BOUNDS G_N_ELEMENTS(bounds_us)

struct metric {
	enum metric_type type;
	const char *name, *help, *label_key, *label_value;
	_Atomic int64_t value;             /* histogram: number of observations */
	_Atomic int64_t sum_us;            /* histogram */
	_Atomic int64_t buckets[N_BOUNDS]; /* not cumulative */
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static GPtrArray *metrics; /* sorted by name, then label value */

static int compare(const struct metric *a, const char *name, const char *label_value)
{
	int c = strcmp(a->name, name);

	return c ? c : g_strcmp0(a->label_value, label_value);
}

static struct metric *find_or_create(enum metric_type type, const char *name, const char *help,
	const char *label_key, const char *label_value)
{
	struct metric *m;
	guint i = 0;

	pthread_mutex_lock(&lock);
	if (!metrics)
		metrics = g_ptr_array_new_with_free_func(g_free);
	while (i < metrics->len && compare(metrics->pdata[i], name, label_value) < 0)
		i++;
	if (i < metrics->len && !compare(metrics->pdata[i], name, label_value)) {
		m = metrics->pdata[i];
		assert(m->type == type);
	} else {
		m = g_new0(struct metric, 1);
		m->type = type;
		m->name = name;
		m->help = help;
		m->label_key = label_key;
		m->label_value = label_value;
		g_ptr_array_insert(metrics, (gint)i, m);
	}
	pthread_mutex_unlock(&lock);
	return m;
}

struct metric *metric_counter(
	const char *name, const char *help, const char *label_key, const char *label_value)
{
	return find_or_create(METRIC_COUNTER, name, help, label_key, label_value);
}

struct metric *metric_gauge(
	const char *name, const char *help, const char *label_key, const char *label_value)
{
	return find_or_create(METRIC_GAUGE, name, help, label_key, label_value);
}

struct metric *metric_histogram(
	const char *name, const char *help, const char *label_key, const char *label_value)
{
	return find_or_create(METRIC_HISTOGRAM, name, help, label_key, label_value);
}

void metric_add(struct metric *m, int64_t n)
{
	assert(m->type == METRIC_GAUGE || (m->type == METRIC_COUNTER && n >= 0));
	m->value += n;
}

void metric_set(struct metric *m, int64_t value)
{
	assert(m->type == METRIC_GAUGE);
	m->value = value;
}

void metric_observe_us(struct metric *m, int64_t us)
{
	size_t i = 0;

	assert(m->type == METRIC_HISTOGRAM);
	while (i < N_BOUNDS && us > bounds_us[i])
		i++;
	if (i < N_BOUNDS)
		m->buckets[i]++;
	m->sum_us += us;
	m->value++;
}

int64_t metric_value(const struct metric *m)
{
	return m->value;
}

static void append_sample(GString *out, const struct metric *m, const char *suffix,
	const char *bucket, const char *value)
{
	g_string_append_printf(out, "%s%s", m->name, suffix);
	if (m->label_key || bucket) {
		g_string_append_c(out, '{');
		if (m->label_key)
			g_string_append_printf(out, "%s=\"%s\"%s", m->label_key, m->label_value,
				bucket ? "," : "");
		if (bucket)
			g_string_append_printf(out, "le=\"%s\"", bucket);
		g_string_append_c(out, '}');
	}
	g_string_append_printf(out, " %s\n", value);
}

static void append_number(
	GString *out, const struct metric *m, const char *suffix, const char *bucket, int64_t n)
{
	char text[32];

	g_snprintf(text, sizeof(text), "%" G_GINT64_FORMAT, n);
	append_sample(out, m, suffix, bucket, text);
}

static const char *seconds_text(char buf[static 32], int64_t us)
{
	g_snprintf(buf, 32, "%" G_GINT64_FORMAT ".%06d", us / 1000000, (int)(us % 1000000));
	return buf;
}

static void append_histogram(GString *out, const struct metric *m)
{
	int64_t below = 0, count = m->value;
	char text[32];

	for (size_t i = 0; i < N_BOUNDS; i++) {
		below += m->buckets[i];
		append_number(out, m, "_bucket", seconds_text(text, bounds_us[i]), below);
	}
	append_number(out, m, "_bucket", "+Inf", count > below ? count : below);
	append_sample(out, m, "_sum", NULL, seconds_text(text, m->sum_us));
	append_number(out, m, "_count", NULL, count > below ? count : below);
}

char *metrics_text(void)
{
	static const char *const types[] = {"counter", "gauge", "histogram"};
	GString *out = g_string_new(NULL);
	const char *last = "";

	pthread_mutex_lock(&lock);
	for (guint i = 0; metrics && i < metrics->len; i++) {
		const struct metric *m = metrics->pdata[i];

		if (strcmp(last, m->name))
			g_string_append_printf(out, "# HELP %s %s\n# TYPE %s %s\n", m->name,
				m->help, m->name, types[m->type]);
		last = m->name;
		if (m->type == METRIC_HISTOGRAM)
			append_histogram(out, m);
		else
			append_number(out, m, "", NULL, m->value);
	}
	pthread_mutex_unlock(&lock);
	return g_string_free(out, FALSE);
}

void metrics_clear(void)
{
	pthread_mutex_lock(&lock);
	if (metrics)
		g_ptr_array_unref(metrics);
	metrics = NULL;
	pthread_mutex_unlock(&lock);
}
