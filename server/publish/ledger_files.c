/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/publish/ledger_files.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

#include "server/publish/write_file.h"

/*
 * All hashes of the tile levels are held in memory, 32 bytes for each leaf and a 255th of that
 * above (a million events: 32 MB), so that a tile is written without reading anything back. Bundles
 * are held only from the first unfinished one on.
 */
struct ledger_files {
	char *dir;
	struct ledger_tree tree;
	GByteArray *levels[LEDGER_TILE_LEVEL_MAX + 1]; /* complete nodes of level 8 L */
	uint64_t written[LEDGER_TILE_LEVEL_MAX + 1];   /* nodes that are in files */
	GPtrArray *bundle; /* GBytes of entries of the bundle being filled and those unwritten */
	uint64_t bundle_first; /* leaf index of bundle[0], a multiple of the tile width */
	uint64_t bundled;      /* leaves that are in files */
};

int ledger_files_open(const char *dir, struct ledger_files **ret)
{
	struct ledger_files *f;

	if (g_mkdir_with_parents(dir, 0755) < 0)
		return -errno;
	f = g_new0(struct ledger_files, 1);
	f->dir = g_strdup(dir);
	for (unsigned i = 0; i <= LEDGER_TILE_LEVEL_MAX; i++)
		f->levels[i] = g_byte_array_new();
	f->bundle = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
	*ret = f;
	return 0;
}

struct ledger_files *ledger_files_free(struct ledger_files *f)
{
	if (!f)
		return NULL;
	for (unsigned i = 0; i <= LEDGER_TILE_LEVEL_MAX; i++)
		g_byte_array_unref(f->levels[i]);
	g_ptr_array_unref(f->bundle);
	g_free(f->dir);
	g_free(f);
	return NULL;
}

uint64_t ledger_files_size(const struct ledger_files *f)
{
	return f->tree.size;
}

static void keep_node(
	void *ctx, unsigned level, uint64_t index, const uint8_t hash[LEDGER_HASH_LEN])
{
	struct ledger_files *f = ctx;

	if (level % 8 == 0 && level / 8 <= LEDGER_TILE_LEVEL_MAX)
		g_byte_array_append(f->levels[level / 8], hash, LEDGER_HASH_LEN);
}

int ledger_files_add_entry(struct ledger_files *f, const struct ledger_entry *entry)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	int r = ledger_tree_append(&f->tree, entry->hash, keep_node, f);

	if (r)
		return r;
	ledger_bundle_append(bytes, entry);
	g_ptr_array_add(f->bundle, g_byte_array_free_to_bytes(g_steal_pointer(&bytes)));
	return 0;
}

int ledger_files_add(struct ledger_files *f, const struct event *e)
{
	struct ledger_entry entry = {0};

	memcpy(entry.hash, e->leaf_hash, sizeof(entry.hash));
	if (e->kind->visibility == EVENT_PUBLIC)
		entry.leaf = g_bytes_get_data(e->leaf, &entry.leaf_len);
	return ledger_files_add_entry(f, &entry);
}

static int write_tile(
	const struct ledger_files *f, const struct ledger_tile *tile, const void *bytes, size_t len)
{
	char name[LEDGER_TILE_PATH_SIZE];
	g_autofree char *path = g_build_filename(f->dir, ledger_tile_path(tile, name), NULL);

	return write_file(path, bytes, len);
}

/* A full tile makes the partial ones before it useless. */
static void remove_partials(const struct ledger_files *f, const struct ledger_tile *tile)
{
	char name[LEDGER_TILE_PATH_SIZE];
	g_autofree char *path = g_strconcat(f->dir, "/", ledger_tile_path(tile, name), ".p", NULL);
	g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
	const char *entry;

	while (dir && (entry = g_dir_read_name(dir))) {
		g_autofree char *file = g_build_filename(path, entry, NULL);
		g_unlink(file);
	}
	if (dir)
		g_rmdir(path);
}

static int write_level(struct ledger_files *f, unsigned level)
{
	uint64_t n = f->levels[level]->len / LEDGER_HASH_LEN;

	while (f->written[level] < n) {
		struct ledger_tile tile = {
			.level = level, .index = f->written[level] / LEDGER_TILE_WIDTH};
		uint64_t first = tile.index * LEDGER_TILE_WIDTH;
		tile.width = (unsigned)MIN(n - first, LEDGER_TILE_WIDTH);
		int r = write_tile(f, &tile, f->levels[level]->data + first * LEDGER_HASH_LEN,
			(size_t)tile.width * LEDGER_HASH_LEN);
		if (r)
			return r;
		if (tile.width == LEDGER_TILE_WIDTH)
			remove_partials(f, &tile);
		f->written[level] = first + tile.width;
	}
	return 0;
}

static int write_bundle(struct ledger_files *f)
{
	struct ledger_tile tile = {.entries = true, .index = f->bundle_first / LEDGER_TILE_WIDTH};
	g_autoptr(GByteArray) bytes = g_byte_array_new();

	tile.width = MIN(f->bundle->len, LEDGER_TILE_WIDTH);
	for (unsigned i = 0; i < tile.width; i++) {
		gsize len;
		const void *entry = g_bytes_get_data(g_ptr_array_index(f->bundle, i), &len);
		g_byte_array_append(bytes, entry, (guint)len);
	}
	int r = write_tile(f, &tile, bytes->data, bytes->len);
	if (r)
		return r;
	f->bundled = f->bundle_first + tile.width;
	if (tile.width == LEDGER_TILE_WIDTH) {
		remove_partials(f, &tile);
		g_ptr_array_remove_range(f->bundle, 0, LEDGER_TILE_WIDTH);
		f->bundle_first += LEDGER_TILE_WIDTH;
	}
	return 0;
}

int ledger_files_write(struct ledger_files *f, const char *checkpoint_note, const char *key_text)
{
	g_autofree char *checkpoint = g_build_filename(f->dir, "checkpoint", NULL);
	g_autofree char *key = g_build_filename(f->dir, "key", NULL);
	int r = 0;

	for (unsigned level = 0; !r && level <= LEDGER_TILE_LEVEL_MAX; level++)
		r = write_level(f, level);
	while (!r && f->bundled < f->tree.size)
		r = write_bundle(f);
	if (!r)
		r = write_file(key, key_text, strlen(key_text));
	return r ? r : write_file(checkpoint, checkpoint_note, strlen(checkpoint_note));
}

int ledger_files_read(
	void *ctx, unsigned tile_level, uint64_t first, unsigned n, uint8_t *ret_hashes)
{
	const struct ledger_files_reader *reader = ctx;
	uint64_t nodes = reader->size >> (8 * tile_level);
	struct ledger_tile tile = {.level = tile_level, .index = first / LEDGER_TILE_WIDTH};
	uint64_t start = tile.index * LEDGER_TILE_WIDTH;
	char name[LEDGER_TILE_PATH_SIZE];
	g_autofree char *content = NULL;
	gsize len;

	if (first + n > nodes)
		return -ERANGE;
	tile.width = (unsigned)MIN(nodes - start, LEDGER_TILE_WIDTH);
	g_autofree char *path = g_build_filename(reader->dir, ledger_tile_path(&tile, name), NULL);
	if (!g_file_get_contents(path, &content, &len, NULL)) {
		/* It was filled and its partial form removed since the checkpoint was read. */
		g_clear_pointer(&path, g_free);
		tile.width = LEDGER_TILE_WIDTH;
		path = g_build_filename(reader->dir, ledger_tile_path(&tile, name), NULL);
		if (!g_file_get_contents(path, &content, &len, NULL))
			return -ENOENT;
	}
	if (len < (first - start + n) * LEDGER_HASH_LEN)
		return -EBADMSG;
	memcpy(ret_hashes, content + (first - start) * LEDGER_HASH_LEN,
		(size_t)n * LEDGER_HASH_LEN);
	return 0;
}
