/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/ledger_tree.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "proto/hex.h"
#include "proto/ledger_leaf.h"

#define N_LARGE 1000

struct nodes {
	GHashTable *table; /* "level/index" -> GBytes */
	unsigned reads;
};

static void keep_node(void *ctx, unsigned level, uint64_t index, const uint8_t *hash)
{
	struct nodes *nodes = ctx;
	char *name = g_strdup_printf("%u/%" G_GUINT64_FORMAT, level, index);

	assert_false(g_hash_table_contains(nodes->table, name));
	g_hash_table_insert(nodes->table, name, g_bytes_new(hash, LEDGER_HASH_LEN));
}

static int find_node(void *ctx, unsigned level, uint64_t index, uint8_t *ret_hash)
{
	struct nodes *nodes = ctx;
	g_autofree char *name = g_strdup_printf("%u/%" G_GUINT64_FORMAT, level, index);
	GBytes *hash = g_hash_table_lookup(nodes->table, name);

	assert_non_null(hash);
	memcpy(ret_hash, g_bytes_get_data(hash, NULL), LEDGER_HASH_LEN);
	nodes->reads++;
	return 0;
}

static int no_node(void *ctx, unsigned level, uint64_t index, uint8_t *ret_hash)
{
	return -ENOENT;
}

static struct nodes nodes_new(void)
{
	return (struct nodes){g_hash_table_new_full(
		g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_bytes_unref)};
}

static void hash_of(json_t *hex, uint8_t *ret_hash)
{
	assert_true(hex_decode_exact(
		json_string_value(hex), json_string_length(hex), ret_hash, LEDGER_HASH_LEN));
}

static struct ledger_proof proof_of(json_t *list)
{
	struct ledger_proof proof = {json_array_size(list)};

	for (size_t i = 0; i < proof.n; i++)
		hash_of(json_array_get(list, i), proof.hashes[i]);
	return proof;
}

static void assert_proof(const struct ledger_proof *a, const struct ledger_proof *b)
{
	assert_int_equal(a->n, b->n);
	assert_memory_equal(a->hashes, b->hashes, a->n * LEDGER_HASH_LEN);
}

static void leaf_hash_of(json_t *hex, uint8_t *ret_hash)
{
	uint8_t leaf[64];
	size_t len = json_string_length(hex) / 2;

	assert_true(hex_decode_exact(json_string_value(hex), 2 * len, leaf, len));
	assert_int_equal(ledger_leaf_hash(leaf, len, ret_hash), 0);
}

static void test_vectors(void **state)
{
	json_auto_t *vectors = json_load_file(VECTORS "/ledger_tree.json", 0, NULL);
	json_t *leaves = json_object_get(vectors, "leaves"), *roots, *row;
	struct nodes nodes = nodes_new();
	struct ledger_tree tree = {0};
	uint8_t hash[9][LEDGER_HASH_LEN], root[9][LEDGER_HASH_LEN], got[LEDGER_HASH_LEN];
	size_t i;

	roots = json_object_get(vectors, "roots");
	assert_int_equal(json_array_size(roots), 9);
	for (size_t n = 0; n <= 8; n++) {
		hash_of(json_array_get(roots, n), root[n]);
		assert_int_equal(ledger_tree_root(&tree, got), 0);
		assert_memory_equal(got, root[n], LEDGER_HASH_LEN);
		assert_int_equal(ledger_root_at(n, find_node, &nodes, got), 0);
		assert_memory_equal(got, root[n], LEDGER_HASH_LEN);
		if (n == 8)
			break;
		leaf_hash_of(json_array_get(leaves, n), hash[n]);
		assert_int_equal(ledger_tree_append(&tree, hash[n], keep_node, &nodes), 0);
	}
	json_array_foreach (json_object_get(vectors, "inclusion"), i, row) {
		struct ledger_proof want = proof_of(json_object_get(row, "proof")), proof;
		json_int_t m = json_integer_value(json_object_get(row, "index"));
		json_int_t n = json_integer_value(json_object_get(row, "size"));

		assert_int_equal(ledger_prove_inclusion(m, n, find_node, &nodes, &proof), 0);
		assert_proof(&proof, &want);
		assert_int_equal(ledger_verify_inclusion(m, n, hash[m], &want, root[n]), 0);
	}
	assert_int_equal(i, 36);
	json_array_foreach (json_object_get(vectors, "consistency"), i, row) {
		struct ledger_proof want = proof_of(json_object_get(row, "proof")), proof;
		json_int_t m = json_integer_value(json_object_get(row, "old"));
		json_int_t n = json_integer_value(json_object_get(row, "new"));

		assert_int_equal(ledger_prove_consistency(m, n, find_node, &nodes, &proof), 0);
		assert_proof(&proof, &want);
		assert_int_equal(ledger_verify_consistency(m, n, root[m], root[n], &want), 0);
	}
	assert_int_equal(i, 36);
	g_hash_table_unref(nodes.table);
}

/* Every proof of a small tree, damaged in every way it can be, is refused. */
static void test_damaged_inclusion(void **state)
{
	struct nodes nodes = nodes_new();
	struct ledger_tree tree = {0};
	uint8_t hash[LEDGER_HASH_LEN] = {0}, root[LEDGER_HASH_LEN];

	for (uint8_t i = 0; i < 13; i++) {
		hash[0] = i;
		assert_int_equal(ledger_tree_append(&tree, hash, keep_node, &nodes), 0);
	}
	assert_int_equal(ledger_tree_root(&tree, root), 0);
	for (uint8_t m = 0; m < 13; m++) {
		struct ledger_proof proof, bad;

		hash[0] = m;
		assert_int_equal(ledger_prove_inclusion(m, 13, find_node, &nodes, &proof), 0);
		assert_int_equal(ledger_verify_inclusion(m, 13, hash, &proof, root), 0);
		for (uint8_t other = 0; other < 13; other++) {
			if (other != m)
				assert_int_equal(
					ledger_verify_inclusion(other, 13, hash, &proof, root),
					LEDGER_E_PROOF);
		}
		for (size_t i = 0; i < proof.n * LEDGER_HASH_LEN; i++) {
			bad = proof;
			bad.hashes[i / LEDGER_HASH_LEN][i % LEDGER_HASH_LEN] ^= 1;
			assert_int_equal(
				ledger_verify_inclusion(m, 13, hash, &bad, root), LEDGER_E_PROOF);
		}
		bad = proof;
		bad.n--;
		assert_int_equal(ledger_verify_inclusion(m, 13, hash, &bad, root), LEDGER_E_PROOF);
		bad = proof;
		memset(bad.hashes[bad.n++], 0, LEDGER_HASH_LEN);
		assert_int_equal(ledger_verify_inclusion(m, 13, hash, &bad, root), LEDGER_E_PROOF);
		hash[1] = 1;
		assert_int_equal(
			ledger_verify_inclusion(m, 13, hash, &proof, root), LEDGER_E_PROOF);
		hash[1] = 0;
	}
	g_hash_table_unref(nodes.table);
}

static void test_large(void **state)
{
	static uint8_t roots[N_LARGE + 1][LEDGER_HASH_LEN];
	struct nodes nodes = nodes_new();
	struct ledger_tree tree = {0};

	for (uint32_t n = 0; n < N_LARGE; n++) {
		uint8_t hash[LEDGER_HASH_LEN] = {0};
		struct ledger_tree again;
		g_autoptr(GBytes) saved = ledger_tree_save(&tree);
		gsize len;
		const void *bytes = g_bytes_get_data(saved, &len);

		assert_int_equal(ledger_tree_root(&tree, roots[n]), 0);
		assert_int_equal(ledger_tree_load(n, bytes, len, &again), 0);
		assert_int_equal(ledger_tree_load(n + 1, bytes, len + 1, &again), LEDGER_E_STATE);
		memcpy(hash, &n, sizeof n);
		assert_int_equal(ledger_tree_append(&again, hash, keep_node, &nodes), 0);
		tree = again;
	}
	assert_int_equal(ledger_tree_root(&tree, roots[N_LARGE]), 0);
	for (uint32_t m = 1; m < N_LARGE; m += 37) {
		struct ledger_proof proof;
		uint8_t hash[LEDGER_HASH_LEN] = {0};

		assert_int_equal(
			ledger_prove_consistency(m, N_LARGE, find_node, &nodes, &proof), 0);
		assert_int_equal(
			ledger_verify_consistency(m, N_LARGE, roots[m], roots[N_LARGE], &proof), 0);
		assert_int_equal(
			ledger_verify_consistency(m, N_LARGE, roots[m + 1], roots[N_LARGE], &proof),
			LEDGER_E_PROOF);
		assert_int_equal(ledger_verify_consistency(m, N_LARGE, roots[m], roots[m], &proof),
			LEDGER_E_PROOF);
		if (proof.n > 0) {
			proof.hashes[proof.n - 1][31] ^= 0x80;
			assert_int_equal(ledger_verify_consistency(
						 m, N_LARGE, roots[m], roots[N_LARGE], &proof),
				LEDGER_E_PROOF);
		}
		memcpy(hash, &m, sizeof m);
		nodes.reads = 0;
		assert_int_equal(ledger_prove_inclusion(m, N_LARGE, find_node, &nodes, &proof), 0);
		assert_true(nodes.reads <= 20);
		assert_int_equal(
			ledger_verify_inclusion(m, N_LARGE, hash, &proof, roots[N_LARGE]), 0);
	}
	g_hash_table_unref(nodes.table);
}

static void test_bounds(void **state)
{
	struct ledger_proof proof = {0};
	uint8_t hash[LEDGER_HASH_LEN] = {0};

	assert_int_equal(ledger_prove_inclusion(0, 0, no_node, NULL, &proof), LEDGER_E_RANGE);
	assert_int_equal(ledger_prove_inclusion(3, 3, no_node, NULL, &proof), LEDGER_E_RANGE);
	assert_int_equal(ledger_prove_inclusion(2, 3, no_node, NULL, &proof), -ENOENT);
	assert_int_equal(ledger_prove_consistency(0, 3, no_node, NULL, &proof), LEDGER_E_RANGE);
	assert_int_equal(ledger_prove_consistency(4, 3, no_node, NULL, &proof), LEDGER_E_RANGE);
	assert_int_equal(ledger_prove_consistency(2, 3, no_node, NULL, &proof), -ENOENT);
	assert_int_equal(ledger_verify_inclusion(0, 0, hash, &proof, hash), LEDGER_E_RANGE);
	assert_int_equal(ledger_verify_inclusion(UINT64_MAX, UINT64_MAX, hash, &proof, hash),
		LEDGER_E_RANGE);
	assert_int_equal(ledger_verify_consistency(0, 0, hash, hash, &proof), LEDGER_E_RANGE);
	assert_int_equal(ledger_verify_consistency(4, 3, hash, hash, &proof), LEDGER_E_RANGE);
	assert_int_equal(ledger_verify_inclusion(0, 1, hash, &proof, hash), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vectors),
		cmocka_unit_test(test_damaged_inclusion),
		cmocka_unit_test(test_large),
		cmocka_unit_test(test_bounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
