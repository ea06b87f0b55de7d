/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/auth/throttle.h"

#include <arpa/inet.h>
#include <string.h>

#include <glib.h>

/*
 * A bucket is kept as the time at which it will be full again (the generic cell rate algorithm):
 * each try moves that time on by one interval, and is refused when it would lie more than `burst`
 * intervals ahead.
 */
struct bucket {
	char *key;
	int64_t full_at_us;
	GList order; /* position in the queue of keys, oldest first */
};

struct throttle {
	GMutex lock;
	unsigned burst, max_keys;
	int64_t interval_us;
	GHashTable *buckets;
	GQueue order;
};

static void bucket_free(void *data)
{
	struct bucket *b = data;

	g_free(b->key);
	g_free(b);
}

struct throttle *throttle_new(unsigned burst, int64_t interval_us, unsigned max_keys)
{
	struct throttle *t = g_new0(struct throttle, 1);

	g_assert(burst && interval_us > 0 && max_keys);
	g_mutex_init(&t->lock);
	t->burst = burst;
	t->interval_us = interval_us;
	t->max_keys = max_keys;
	t->buckets = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, bucket_free);
	g_queue_init(&t->order);
	return t;
}

struct throttle *throttle_free(struct throttle *t)
{
	if (!t)
		return NULL;
	g_hash_table_unref(t->buckets);
	g_mutex_clear(&t->lock);
	g_free(t);
	return NULL;
}

static struct bucket *bucket_of(struct throttle *t, const char *key)
{
	struct bucket *b = g_hash_table_lookup(t->buckets, key);

	if (b) {
		g_queue_unlink(&t->order, &b->order);
	} else {
		if (g_hash_table_size(t->buckets) >= t->max_keys) {
			struct bucket *oldest = t->order.head->data;
			g_queue_unlink(&t->order, &oldest->order);
			g_hash_table_remove(t->buckets, oldest->key);
		}
		b = g_new0(struct bucket, 1);
		b->key = g_strdup(key);
		b->order.data = b;
		g_hash_table_insert(t->buckets, b->key, b);
	}
	g_queue_push_tail_link(&t->order, &b->order);
	return b;
}

int throttle_try(struct throttle *t, const char *key, int64_t now_us, int64_t *ret_wait_us)
{
	g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&t->lock);
	struct bucket *b = bucket_of(t, key);
	int64_t full_at_us = MAX(b->full_at_us, now_us) + t->interval_us;
	int64_t ahead_us = full_at_us - now_us - (int64_t)t->burst * t->interval_us;

	if (ahead_us > 0) {
		*ret_wait_us = ahead_us;
		return THROTTLE_E_WAIT;
	}
	b->full_at_us = full_at_us;
	return 0;
}

void throttle_forgive(struct throttle *t, const char *key)
{
	g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&t->lock);
	struct bucket *b = g_hash_table_lookup(t->buckets, key);

	if (b)
		b->full_at_us -= t->interval_us;
}

char *throttle_source(const char *address)
{
	struct in6_addr six;
	char text[INET6_ADDRSTRLEN];

	if (inet_pton(AF_INET6, address, &six) != 1)
		return g_strdup(address);
	memset(six.s6_addr + 8, 0, 8);
	inet_ntop(AF_INET6, &six, text, sizeof(text));
	return g_strdup_printf("%s/64", text);
}
