/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/ledger_tile.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "proto/ledger_leaf.h"

static void test_paths(void **state)
{
	static const struct {
		struct ledger_tile tile;
		const char *path;
	} cases[] = {
		{{false, 0, 0, 256}, "tile/0/000"},
		{{false, 0, 0, 1}, "tile/0/000.p/1"},
		{{false, 1, 67, 255}, "tile/1/067.p/255"},
		{{false, 3, 1234067, 256}, "tile/3/x001/x234/067"},
		{{false, 7, 999, 256}, "tile/7/999"},
		{{true, 0, 1000, 256}, "tile/entries/x001/000"},
		{{true, 0, 273, 112}, "tile/entries/273.p/112"},
		{{false, 0, LEDGER_SIZE_MAX, 255}, "tile/0/x009/x007/x199/x254/x740/992.p/255"},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		char buf[LEDGER_TILE_PATH_SIZE];
		struct ledger_tile tile;

		assert_string_equal(ledger_tile_path(&cases[i].tile, buf), cases[i].path);
		assert_int_equal(ledger_tile_parse(buf, strlen(buf), &tile), 0);
		assert_true(tile.entries == cases[i].tile.entries);
		assert_int_equal(tile.level, cases[i].tile.level);
		assert_int_equal(tile.index, cases[i].tile.index);
		assert_int_equal(tile.width, cases[i].tile.width);
	}
}

static void test_wrong_paths(void **state)
{
	static const char *const bad[] = {
		"",
		"tile",
		"tile/",
		"tile/0",
		"tile/0/",
		"tile/0/0",
		"tile/0/0000",
		"tile/00/000",
		"tile/8/000",
		"tile/64/000",
		"tile/-1/000",
		"tile/0/x000/001",
		"tile/0/x001",
		"tile/0/001/001",
		"tile/0/x001/x001",
		"tile/0/000.p/0",
		"tile/0/000.p/256",
		"tile/0/000.p/01",
		"tile/0/000.p/",
		"tile/0/000.p/1/",
		"tile/0/000 ",
		"/tile/0/000",
		"tile/entries/0/000",
		"tile/data/000",
		"tile/0/../../etc",
		"tile/0/x999/x999/x999/x999/x999/x999/x999/999",
		"tile/0/x001/x001/x001/x001/x001/x001/x001/x001/x001/x001/x001/x001",
	};
	struct ledger_tile tile;

	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++)
		assert_int_equal(
			ledger_tile_parse(bad[i], strlen(bad[i]), &tile), LEDGER_E_TILE_PATH);
	assert_int_equal(ledger_tile_parse("tile/0/000\0", 11, &tile), LEDGER_E_TILE_PATH);
}

#define N_LEAVES 700

static void leaf_hash_of(uint32_t n, uint8_t *ret_hash)
{
	assert_int_equal(ledger_leaf_hash(&n, sizeof n, ret_hash), 0);
}

struct tiles {
	uint8_t level0[N_LEAVES][LEDGER_HASH_LEN];
	uint8_t level1[N_LEAVES / 256][LEDGER_HASH_LEN];
};

static void keep(void *ctx, unsigned level, uint64_t index, const uint8_t *hash)
{
	struct tiles *tiles = ctx;

	if (level == 0)
		memcpy(tiles->level0[index], hash, LEDGER_HASH_LEN);
	else if (level == 8)
		memcpy(tiles->level1[index], hash, LEDGER_HASH_LEN);
}

static int read_tile(void *ctx, unsigned tile_level, uint64_t first, unsigned n, uint8_t *ret)
{
	struct tiles *tiles = ctx;

	assert_true(n >= 1 && first / 256 == (first + n - 1) / 256);
	assert_true(tile_level <= 1);
	assert_true(first + n <= (tile_level == 0 ? N_LEAVES : N_LEAVES / 256));
	memcpy(ret, tile_level == 0 ? tiles->level0[first] : tiles->level1[first],
		n * LEDGER_HASH_LEN);
	return 0;
}

/* Proofs made from what stands in the public tiles verify against the tree's own root. */
static void test_proofs_from_tiles(void **state)
{
	static struct tiles tiles;
	struct ledger_tile_source source = {read_tile, &tiles};
	struct ledger_tree tree = {0};
	uint8_t root[LEDGER_HASH_LEN], again[LEDGER_HASH_LEN];

	for (uint32_t n = 0; n < N_LEAVES; n++) {
		uint8_t hash[LEDGER_HASH_LEN];

		leaf_hash_of(n, hash);
		assert_int_equal(ledger_tree_append(&tree, hash, keep, &tiles), 0);
	}
	assert_int_equal(ledger_tree_root(&tree, root), 0);
	assert_int_equal(ledger_root_at(N_LEAVES, ledger_tile_hash_at, &source, again), 0);
	assert_memory_equal(root, again, LEDGER_HASH_LEN);
	for (uint32_t n = 0; n < N_LEAVES; n += 9) {
		struct ledger_proof proof;
		uint8_t hash[LEDGER_HASH_LEN];

		leaf_hash_of(n, hash);
		assert_int_equal(
			ledger_prove_inclusion(n, N_LEAVES, ledger_tile_hash_at, &source, &proof),
			0);
		assert_int_equal(ledger_verify_inclusion(n, N_LEAVES, hash, &proof, root), 0);
	}
}

static void test_bundle(void **state)
{
	g_autoptr(GByteArray) bundle = g_byte_array_new();
	g_autofree uint8_t *big = g_malloc0(LEDGER_LEAF_MAX);
	const struct ledger_entry entries[] = {
		{(const uint8_t *)"{}", 2, {0}},
		{NULL, 0, {7, 8, 9}},
		{big, LEDGER_LEAF_MAX, {0}},
		{NULL, 0, {1}},
	};
	struct ledger_entry e;
	size_t at = 0, ends[4];

	for (size_t i = 0; i < 4; i++) {
		ledger_bundle_append(bundle, &entries[i]);
		ends[i] = bundle->len;
	}
	for (size_t i = 0; i < 4; i++) {
		uint8_t hash[LEDGER_HASH_LEN];

		assert_int_equal(ledger_bundle_next(bundle->data, bundle->len, &at, &e), 0);
		assert_int_equal(at, ends[i]);
		assert_int_equal(e.leaf_len, entries[i].leaf_len);
		if (entries[i].leaf) {
			assert_memory_equal(e.leaf, entries[i].leaf, e.leaf_len);
			assert_int_equal(ledger_leaf_hash(e.leaf, e.leaf_len, hash), 0);
			assert_memory_equal(e.hash, hash, LEDGER_HASH_LEN);
		} else {
			assert_null(e.leaf);
			assert_memory_equal(e.hash, entries[i].hash, LEDGER_HASH_LEN);
		}
	}
	assert_int_equal(ledger_bundle_next(bundle->data, bundle->len, &at, &e), LEDGER_E_BUNDLE);
	/* cut anywhere inside the second entry */
	for (size_t len = ends[0] + 1; len < ends[1]; len++) {
		at = ends[0];
		assert_int_equal(ledger_bundle_next(bundle->data, len, &at, &e), LEDGER_E_BUNDLE);
		assert_int_equal(at, ends[0]);
	}
	at = 0;
	assert_int_equal(ledger_bundle_next(bundle->data, 3, &at, &e), LEDGER_E_BUNDLE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_paths),
		cmocka_unit_test(test_wrong_paths),
		cmocka_unit_test(test_proofs_from_tiles),
		cmocka_unit_test(test_bundle),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
