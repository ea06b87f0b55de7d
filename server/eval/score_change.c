/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/eval/score_change.h"

#include <glib.h>
#include <string.h>

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The keys of two objects, each once, sorted. They live as long as the objects. */
static GPtrArray *keys_of(const json_t *a, const json_t *b)
{
	GPtrArray *keys = g_ptr_array_new();
	const char *key;
	json_t *value;

	json_object_foreach ((json_t *)a, key, value)
		g_ptr_array_add(keys, (void *)key);
	json_object_foreach ((json_t *)b, key, value)
		if (!json_object_get(a, key))
			g_ptr_array_add(keys, (void *)key);
	g_ptr_array_sort(keys, by_text);
	return keys;
}

static void add_change(
	json_t *list, const char *bid_id, const char *item_id, json_t *old, json_t *new)
{
	json_t *change = json_pack("{s:s, s:s}", "bid_id", bid_id, "item_id", item_id);

	if (old)
		json_object_set(change, "old", old);
	if (new)
		json_object_set(change, "new", new);
	json_array_append_new(list, change);
}

static void bid_changes(json_t *list, const char *bid_id, const json_t *before, const json_t *after)
{
	g_autoptr(GPtrArray) items = keys_of(before, after);

	for (guint i = 0; i < items->len; i++) {
		const char *item_id = g_ptr_array_index(items, i);
		json_t *old = json_object_get(before, item_id);
		json_t *new = json_object_get(after, item_id);

		if (!old || !new || !json_equal(old, new))
			add_change(list, bid_id, item_id, old, new);
	}
}

json_t *score_changes(const json_t *before, const json_t *after)
{
	g_autoptr(GPtrArray) bids = keys_of(before, after);
	json_t *list = json_array();

	for (guint i = 0; i < bids->len; i++) {
		const char *bid_id = g_ptr_array_index(bids, i);

		bid_changes(list, bid_id, json_object_get(before, bid_id),
			json_object_get(after, bid_id));
	}
	return list;
}
