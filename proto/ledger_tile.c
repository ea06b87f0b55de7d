/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/ledger_tile.h"

#include "proto/bytes.h"
#include "proto/ledger_leaf.h"

#include <string.h>

#define TILE_HEIGHT 8

const char *ledger_tile_path(const struct ledger_tile *tile, char buf[LEDGER_TILE_PATH_SIZE])
{
	char *end = buf + LEDGER_TILE_PATH_SIZE, *p = buf;
	uint64_t divisor = 1;

	g_assert(tile->width >= 1 && tile->width <= LEDGER_TILE_WIDTH);
	g_assert(tile->level <= LEDGER_TILE_LEVEL_MAX && tile->index <= LEDGER_SIZE_MAX);
	if (tile->entries)
		p += g_snprintf(p, (gulong)(end - p), "tile/entries");
	else
		p += g_snprintf(p, (gulong)(end - p), "tile/%u", tile->level);
	while (tile->index / divisor >= 1000)
		divisor *= 1000;
	for (; divisor > 1; divisor /= 1000)
		p += g_snprintf(
			p, (gulong)(end - p), "/x%03u", (unsigned)(tile->index / divisor % 1000));
	p += g_snprintf(p, (gulong)(end - p), "/%03u", (unsigned)(tile->index % 1000));
	if (tile->width < LEDGER_TILE_WIDTH)
		g_snprintf(p, (gulong)(end - p), ".p/%u", tile->width);
	return buf;
}

/* Reads digits up to a limit; the exact spelling is checked by writing the path again. */
static const char *read_number(const char *p, unsigned *ret_n)
{
	unsigned n = 0;

	for (; g_ascii_isdigit(*p) && n < 1000; p++)
		n = n * 10 + (unsigned)(*p - '0');
	*ret_n = n;
	return p;
}

int ledger_tile_parse(const char *path, size_t len, struct ledger_tile *ret_tile)
{
	struct ledger_tile tile = {.width = LEDGER_TILE_WIDTH};
	char copy[LEDGER_TILE_PATH_SIZE] = "", again[LEDGER_TILE_PATH_SIZE];
	const char *p = copy;
	unsigned group;

	if (len >= sizeof copy)
		return LEDGER_E_TILE_PATH;
	memcpy(copy, path, len);
	if (g_str_has_prefix(p, "tile/entries/")) {
		tile.entries = true;
		p += strlen("tile/entries/");
	} else if (g_str_has_prefix(p, "tile/")) {
		p = read_number(p + strlen("tile/"), &tile.level);
		if (tile.level > LEDGER_TILE_LEVEL_MAX || *p++ != '/')
			return LEDGER_E_TILE_PATH;
	} else {
		return LEDGER_E_TILE_PATH;
	}
	while (*p == 'x') {
		p = read_number(p + 1, &group);
		tile.index = tile.index * 1000 + group;
		if (tile.index > LEDGER_SIZE_MAX || *p++ != '/')
			return LEDGER_E_TILE_PATH;
	}
	p = read_number(p, &group);
	tile.index = tile.index * 1000 + group;
	if (g_str_has_prefix(p, ".p/"))
		p = read_number(p + strlen(".p/"), &tile.width);
	if (*p || tile.index > LEDGER_SIZE_MAX || tile.width < 1 || tile.width > LEDGER_TILE_WIDTH)
		return LEDGER_E_TILE_PATH;
	ledger_tile_path(&tile, again);
	if (strlen(again) != len || memcmp(again, path, len) != 0)
		return LEDGER_E_TILE_PATH;
	*ret_tile = tile;
	return 0;
}

int ledger_tile_hash_at(
	void *source, unsigned level, uint64_t index, uint8_t ret_hash[LEDGER_HASH_LEN])
{
	const struct ledger_tile_source *s = source;
	uint8_t hashes[LEDGER_TILE_WIDTH / 2][LEDGER_HASH_LEN];
	unsigned up = level % TILE_HEIGHT, n = 1u << up;
	int r;

	r = s->read(s->ctx, level / TILE_HEIGHT, index << up, n, hashes[0]);
	if (r != 0)
		return r;
	for (; n > 1; n /= 2) {
		for (unsigned i = 0; i < n / 2; i++) {
			r = ledger_node_hash(hashes[2 * i], hashes[2 * i + 1], hashes[i]);
			if (r != 0)
				return r;
		}
	}
	memcpy(ret_hash, hashes[0], LEDGER_HASH_LEN);
	return 0;
}

void ledger_bundle_append(GByteArray *bundle, const struct ledger_entry *entry)
{
	uint8_t length[2] = {0, 0};

	if (!entry->leaf) {
		g_byte_array_append(bundle, length, sizeof length);
		g_byte_array_append(bundle, entry->hash, LEDGER_HASH_LEN);
		return;
	}
	g_assert(entry->leaf_len >= 1 && entry->leaf_len <= LEDGER_LEAF_MAX);
	be16_put(length, (uint16_t)entry->leaf_len);
	g_byte_array_append(bundle, length, sizeof length);
	g_byte_array_append(bundle, entry->leaf, (guint)entry->leaf_len);
}

int ledger_bundle_next(
	const uint8_t *bundle, size_t len, size_t *at, struct ledger_entry *ret_entry)
{
	struct ledger_entry entry = {NULL};
	const uint8_t *data;
	size_t left, leaf_len;

	if (*at > len || len - *at < 2)
		return LEDGER_E_BUNDLE;
	leaf_len = be16_get(bundle + *at);
	data = bundle + *at + 2;
	left = len - *at - 2;
	if (leaf_len > 0) {
		int r;

		if (left < leaf_len)
			return LEDGER_E_BUNDLE;
		r = ledger_leaf_hash(data, leaf_len, entry.hash);
		if (r != 0)
			return r;
		entry.leaf = data;
		entry.leaf_len = leaf_len;
	} else {
		if (left < LEDGER_HASH_LEN)
			return LEDGER_E_BUNDLE;
		memcpy(entry.hash, data, LEDGER_HASH_LEN);
		leaf_len = LEDGER_HASH_LEN;
	}
	*at += 2 + leaf_len;
	*ret_entry = entry;
	return 0;
}
