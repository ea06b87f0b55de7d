/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/core/arrivals.h"

#include <assert.h>
#include <glib.h>
#include <pthread.h>

/* As many as the queue of their lane holds: a list is enough. */
struct arrivals {
	pthread_mutex_t lock;
	GArray *times; /* int64_t, in no order */
};

struct arrivals *arrivals_new(void)
{
	struct arrivals *a = g_new0(struct arrivals, 1);

	pthread_mutex_init(&a->lock, NULL);
	a->times = g_array_new(FALSE, FALSE, sizeof(int64_t));
	return a;
}

struct arrivals *arrivals_free(struct arrivals *a)
{
	if (!a)
		return NULL;
	g_array_unref(a->times);
	pthread_mutex_destroy(&a->lock);
	g_free(a);
	return NULL;
}

void arrivals_enter(struct arrivals *a, int64_t legal_us)
{
	pthread_mutex_lock(&a->lock);
	g_array_append_val(a->times, legal_us);
	pthread_mutex_unlock(&a->lock);
}

void arrivals_leave(struct arrivals *a, int64_t legal_us)
{
	guint i = 0;

	pthread_mutex_lock(&a->lock);
	while (i < a->times->len && g_array_index(a->times, int64_t, i) != legal_us)
		i++;
	assert(i < a->times->len);
	g_array_remove_index_fast(a->times, i);
	pthread_mutex_unlock(&a->lock);
}

int64_t arrivals_earliest(struct arrivals *a)
{
	int64_t earliest = INT64_MAX;

	pthread_mutex_lock(&a->lock);
	for (guint i = 0; i < a->times->len; i++)
		earliest = MIN(earliest, g_array_index(a->times, int64_t, i));
	pthread_mutex_unlock(&a->lock);
	return earliest;
}
