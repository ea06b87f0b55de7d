/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <glib/gstdio.h>

#include "proto/ledger_leaf.h"
#include "server/publish/ledger_files.h"
#include "tests/support/test_db.h"

#define WIDTH LEDGER_TILE_WIDTH
/* Two full level-1 tiles' worth would be 131,072; this fills level 1 past one tile. */
#define MANY (WIDTH * WIDTH + 3 * WIDTH + 17)

/* The leaves a test adds: every third is withheld. */
static void leaf(uint64_t index, char text[static 32], struct ledger_entry *ret)
{
	memset(ret, 0, sizeof(*ret));
	g_snprintf(text, 32, "leaf %" G_GUINT64_FORMAT, index);
	assert_int_equal(ledger_leaf_hash(text, strlen(text), ret->hash), 0);
	if (index % 3 != 2) {
		ret->leaf = (const uint8_t *)text;
		ret->leaf_len = strlen(text);
	}
}

struct world {
	char *dir;
	struct ledger_files *files;
	struct ledger_tree tree; /* what the files should amount to */
};

static int make_world(void **state)
{
	struct world *w = g_new0(struct world, 1);

	w->dir = test_dir_make();
	assert_int_equal(ledger_files_open(w->dir, &w->files), 0);
	*state = w;
	return 0;
}

static int remove_world(void **state)
{
	struct world *w = *state;

	ledger_files_free(w->files);
	test_dir_remove(w->dir);
	g_free(w);
	return 0;
}

static void add(struct world *w, uint64_t n)
{
	struct ledger_entry entry;
	char text[32];

	for (uint64_t i = 0; i < n; i++) {
		leaf(w->tree.size, text, &entry);
		assert_int_equal(ledger_files_add_entry(w->files, &entry), 0);
		assert_int_equal(ledger_tree_append(&w->tree, entry.hash, NULL, NULL), 0);
	}
	assert_int_equal(ledger_files_size(w->files), w->tree.size);
}

static int write_all(struct world *w)
{
	g_autofree char *note = g_strdup_printf("note %" G_GUINT64_FORMAT "\n", w->tree.size);

	return ledger_files_write(w->files, note, "key\n");
}

static char *path_of(const struct world *w, const char *name)
{
	return g_build_filename(w->dir, name, NULL);
}

static bool exists(const struct world *w, const char *name)
{
	g_autofree char *path = path_of(w, name);

	return g_file_test(path, G_FILE_TEST_EXISTS);
}

static void expect_text(const struct world *w, const char *name, const char *text)
{
	g_autofree char *path = path_of(w, name);
	g_autofree char *content = NULL;

	assert_true(g_file_get_contents(path, &content, NULL, NULL));
	assert_string_equal(content, text);
}

/* The root and proofs computed from the files alone are those of the tree. */
static void expect_tree(const struct world *w, uint64_t some_leaf)
{
	struct ledger_files_reader reader = {w->dir, w->tree.size};
	struct ledger_tile_source source = {ledger_files_read, &reader};
	struct ledger_proof proof;
	struct ledger_entry entry;
	uint8_t root[32], from_files[32];
	char text[32];

	assert_int_equal(ledger_tree_root(&w->tree, root), 0);
	assert_int_equal(ledger_root_at(w->tree.size, ledger_tile_hash_at, &source, from_files), 0);
	assert_memory_equal(root, from_files, sizeof(root));
	leaf(some_leaf, text, &entry);
	assert_int_equal(ledger_prove_inclusion(
				 some_leaf, w->tree.size, ledger_tile_hash_at, &source, &proof),
		0);
	assert_int_equal(
		ledger_verify_inclusion(some_leaf, w->tree.size, entry.hash, &proof, root), 0);
}

/* Every entry of every bundle, in order. */
static void expect_entries(const struct world *w)
{
	struct ledger_entry expected, entry;
	char text[32], name[LEDGER_TILE_PATH_SIZE];
	uint64_t index = 0;

	while (index < w->tree.size) {
		struct ledger_tile tile = {.entries = true,
			.index = index / WIDTH,
			.width = (unsigned)MIN(w->tree.size - index, WIDTH)};
		g_autofree char *path = path_of(w, ledger_tile_path(&tile, name));
		g_autofree char *bundle = NULL;
		gsize len;
		size_t at = 0;
		assert_true(g_file_get_contents(path, &bundle, &len, NULL));
		for (unsigned i = 0; i < tile.width; i++, index++) {
			assert_int_equal(
				ledger_bundle_next((uint8_t *)bundle, len, &at, &entry), 0);
			leaf(index, text, &expected);
			assert_int_equal(entry.leaf_len, expected.leaf_len);
			if (entry.leaf)
				assert_memory_equal(entry.leaf, expected.leaf, entry.leaf_len);
			else
				assert_memory_equal(entry.hash, expected.hash, 32);
		}
		assert_int_equal(at, len);
	}
}

static void test_grows_from_partial_to_full(void **state)
{
	struct world *w = *state;

	add(w, 3);
	assert_int_equal(write_all(w), 0);
	expect_text(w, "checkpoint", "note 3\n");
	expect_text(w, "key", "key\n");
	assert_true(exists(w, "tile/0/000.p/3"));
	assert_true(exists(w, "tile/entries/000.p/3"));
	add(w, 2);
	assert_int_equal(write_all(w), 0);
	assert_true(exists(w, "tile/0/000.p/5"));
	expect_tree(w, 4);
	/* A reader with the older checkpoint still finds its own files. */
	assert_true(exists(w, "tile/0/000.p/3"));

	add(w, WIDTH - 5);
	assert_int_equal(write_all(w), 0);
	assert_true(exists(w, "tile/0/000"));
	assert_true(exists(w, "tile/entries/000"));
	assert_true(exists(w, "tile/1/000.p/1"));
	/* The partial ones are of no use any more, and nobody finds the new one missing. */
	assert_false(exists(w, "tile/0/000.p"));
	assert_false(exists(w, "tile/entries/000.p"));
	add(w, 1);
	assert_int_equal(write_all(w), 0);
	assert_true(exists(w, "tile/0/001.p/1"));
	assert_true(exists(w, "tile/entries/001.p/1"));
	expect_tree(w, WIDTH);
	expect_entries(w);
}

/* The reader with a checkpoint of 3 leaves comes when 256 are there. */
static void test_old_checkpoints_stay_provable(void **state)
{
	struct world *w = *state;
	struct ledger_files_reader reader = {w->dir, 3};
	struct ledger_tile_source source = {ledger_files_read, &reader};
	struct ledger_tree small;
	uint8_t root[32], from_files[32];

	add(w, 3);
	small = w->tree;
	add(w, 2 * WIDTH);
	assert_int_equal(write_all(w), 0);
	assert_int_equal(ledger_tree_root(&small, root), 0);
	assert_int_equal(ledger_root_at(3, ledger_tile_hash_at, &source, from_files), 0);
	assert_memory_equal(root, from_files, sizeof(root));
}

static void test_many_leaves(void **state)
{
	static const uint64_t some[] = {0, 1, WIDTH - 1, WIDTH, WIDTH * WIDTH - 1, WIDTH * WIDTH,
		WIDTH * WIDTH + 2 * WIDTH + 5, MANY - 1};
	struct world *w = *state;

	add(w, 5000);
	assert_int_equal(write_all(w), 0);
	add(w, MANY - 5000);
	assert_int_equal(write_all(w), 0);
	for (size_t i = 0; i < G_N_ELEMENTS(some); i++)
		expect_tree(w, some[i]);
	assert_true(exists(w, "tile/1/000"));
	assert_true(exists(w, "tile/1/001.p/3"));
	assert_true(exists(w, "tile/2/000.p/1"));
	expect_entries(w);
}

/* A directory where the next tile should go: the error is told, the checkpoint waits, and once the
 * obstacle is gone the same call goes on. */
static void test_goes_on_after_an_error(void **state)
{
	static const char *const obstacles[] = {
		"tile/0/000.p/40.new", "tile/entries/000.p/40.new", "key.new", "checkpoint.new"};
	struct world *w = *state;

	add(w, 39);
	assert_int_equal(write_all(w), 0);
	add(w, 1);
	for (size_t i = 0; i < G_N_ELEMENTS(obstacles); i++) {
		g_autofree char *obstacle = path_of(w, obstacles[i]);
		assert_int_equal(g_mkdir_with_parents(obstacle, 0755), 0);
		assert_int_equal(write_all(w), -EISDIR);
		expect_text(w, "checkpoint", "note 39\n");
		g_rmdir(obstacle);
	}
	assert_int_equal(write_all(w), 0);
	expect_text(w, "checkpoint", "note 40\n");
	expect_tree(w, 39);
	expect_entries(w);
}

/* A new process adds all leaves again and writes the same files. */
static void test_begins_again_over_old_files(void **state)
{
	struct world *w = *state;

	add(w, WIDTH + 10);
	assert_int_equal(write_all(w), 0);
	w->files = ledger_files_free(w->files);
	memset(&w->tree, 0, sizeof(w->tree));
	assert_int_equal(ledger_files_open(w->dir, &w->files), 0);
	add(w, WIDTH + 20);
	assert_int_equal(write_all(w), 0);
	expect_tree(w, WIDTH + 15);
	expect_entries(w);
}

static void test_damaged_files_give_no_proof(void **state)
{
	struct world *w = *state;
	struct ledger_files_reader reader = {w->dir, 10};
	uint8_t hashes[32 * 10];
	g_autofree char *tile = path_of(w, "tile/0/000.p/10");

	add(w, 10);
	assert_int_equal(write_all(w), 0);
	assert_int_equal(ledger_files_read(&reader, 0, 0, 10, hashes), 0);
	assert_int_equal(ledger_files_read(&reader, 0, 5, 6, hashes), -ERANGE);
	assert_int_equal(ledger_files_read(&reader, 1, 0, 1, hashes), -ERANGE);
	assert_int_equal(truncate(tile, 32 * 9), 0);
	assert_int_equal(ledger_files_read(&reader, 0, 0, 9, hashes), 0);
	assert_int_equal(ledger_files_read(&reader, 0, 0, 10, hashes), -EBADMSG);
	g_unlink(tile);
	assert_int_equal(ledger_files_read(&reader, 0, 0, 1, hashes), -ENOENT);
}

/* Events show their leaf only when their kind is public. */
static void test_events_show_by_kind(void **state)
{
	struct world *w = *state;
	EVENT_AUTO struct event *open =
		event_new("house.opened", "system", "house", "h", 1, 1, json_object());
	EVENT_AUTO struct event *closed =
		event_new("bid.started", "system", "bid", "b", 1, 1, json_object());
	struct ledger_entry entry;
	g_autofree char *path = path_of(w, "tile/entries/000.p/2");
	g_autofree char *bundle = NULL;
	gsize len, leaf_len;
	size_t at = 0;

	open->subject_no = closed->subject_no = 1;
	assert_int_equal(event_seal(open), 0);
	assert_int_equal(event_seal(closed), 0);
	assert_int_equal(ledger_files_add(w->files, open), 0);
	assert_int_equal(ledger_files_add(w->files, closed), 0);
	assert_int_equal(write_all(w), 0);
	assert_true(g_file_get_contents(path, &bundle, &len, NULL));
	assert_int_equal(ledger_bundle_next((uint8_t *)bundle, len, &at, &entry), 0);
	const void *bytes = g_bytes_get_data(open->leaf, &leaf_len);
	assert_int_equal(entry.leaf_len, leaf_len);
	assert_memory_equal(entry.leaf, bytes, leaf_len);
	assert_int_equal(ledger_bundle_next((uint8_t *)bundle, len, &at, &entry), 0);
	assert_null(entry.leaf);
	assert_memory_equal(entry.hash, closed->leaf_hash, 32);
	assert_null(g_strstr_len(bundle, (gssize)len, closed->event_id));
}

#define IN_A_WORLD(test) cmocka_unit_test_setup_teardown(test, make_world, remove_world)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_A_WORLD(test_grows_from_partial_to_full),
		IN_A_WORLD(test_old_checkpoints_stay_provable),
		IN_A_WORLD(test_many_leaves),
		IN_A_WORLD(test_goes_on_after_an_error),
		IN_A_WORLD(test_begins_again_over_old_files),
		IN_A_WORLD(test_damaged_files_give_no_proof),
		IN_A_WORLD(test_events_show_by_kind),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
