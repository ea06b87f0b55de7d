/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/ledger_tree.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include <openssl/evp.h>

typedef uint8_t ledger_hash[LEDGER_HASH_LEN];

int ledger_node_hash(const uint8_t left[LEDGER_HASH_LEN], const uint8_t right[LEDGER_HASH_LEN],
	uint8_t ret_hash[LEDGER_HASH_LEN])
{
	uint8_t input[1 + 2 * LEDGER_HASH_LEN] = {0x01};

	memcpy(input + 1, left, LEDGER_HASH_LEN);
	memcpy(input + 1 + LEDGER_HASH_LEN, right, LEDGER_HASH_LEN);
	return EVP_Digest(input, sizeof input, ret_hash, NULL, EVP_sha256(), NULL) == 1 ? 0 : -EIO;
}

int ledger_tree_append(struct ledger_tree *tree, const uint8_t leaf_hash[LEDGER_HASH_LEN],
	ledger_node_func on_node, void *ctx)
{
	ledger_hash made[64]; /* made[i]: the new complete node of level i */
	unsigned level = 0;
	int r;

	g_assert(tree->size < LEDGER_SIZE_MAX);
	memcpy(made[0], leaf_hash, LEDGER_HASH_LEN);
	for (; tree->size >> level & 1; level++) {
		r = ledger_node_hash(tree->roots[level], made[level], made[level + 1]);
		if (r != 0)
			return r;
	}
	memcpy(tree->roots[level], made[level], LEDGER_HASH_LEN);
	for (unsigned i = 0; on_node && i <= level; i++)
		on_node(ctx, i, tree->size >> i, made[i]);
	tree->size++;
	return 0;
}

static int frontier_hash(void *ctx, unsigned level, uint64_t index, uint8_t *ret_hash)
{
	const struct ledger_tree *tree = ctx;

	memcpy(ret_hash, tree->roots[level], LEDGER_HASH_LEN);
	return 0;
}

int ledger_tree_root(const struct ledger_tree *tree, uint8_t ret_root[LEDGER_HASH_LEN])
{
	return ledger_root_at(tree->size, frontier_hash, (void *)tree, ret_root);
}

GBytes *ledger_tree_save(const struct ledger_tree *tree)
{
	GByteArray *out = g_byte_array_new();

	for (int i = 63; i >= 0; i--) {
		if (tree->size >> i & 1)
			g_byte_array_append(out, tree->roots[i], LEDGER_HASH_LEN);
	}
	return g_byte_array_free_to_bytes(out);
}

int ledger_tree_load(
	uint64_t size, const void *roots, size_t roots_len, struct ledger_tree *ret_tree)
{
	struct ledger_tree tree = {.size = size};
	const uint8_t *p = roots;

	if (size > LEDGER_SIZE_MAX ||
		roots_len != (size_t)__builtin_popcountll(size) * LEDGER_HASH_LEN)
		return LEDGER_E_STATE;
	for (int i = 63; i >= 0; i--) {
		if (size >> i & 1) {
			memcpy(tree.roots[i], p, LEDGER_HASH_LEN);
			p += LEDGER_HASH_LEN;
		}
	}
	*ret_tree = tree;
	return 0;
}

/*
 * The root of leaves [start, end), where start is a multiple of a power of two not below
 * end − start: the range then is a row of complete nodes, one for each bit of its length, largest
 * first, folded from the right.
 */
static int range_root(
	uint64_t start, uint64_t end, ledger_hash_func hash_at, void *ctx, uint8_t *ret_root)
{
	uint64_t len = end - start;
	bool begun = false;
	ledger_hash root, node;
	int r;

	for (unsigned level = 0; len >> level != 0; level++) {
		if (!(len >> level & 1))
			continue;
		end -= (uint64_t)1 << level;
		r = hash_at(ctx, level, end >> level, begun ? node : root);
		if (r == 0 && begun)
			r = ledger_node_hash(node, root, root);
		if (r != 0)
			return r;
		begun = true;
	}
	g_assert(begun);
	memcpy(ret_root, root, LEDGER_HASH_LEN);
	return 0;
}

int ledger_root_at(
	uint64_t size, ledger_hash_func hash_at, void *ctx, uint8_t ret_root[LEDGER_HASH_LEN])
{
	if (size > LEDGER_SIZE_MAX)
		return LEDGER_E_RANGE;
	if (size == 0)
		return EVP_Digest("", 0, ret_root, NULL, EVP_sha256(), NULL) == 1 ? 0 : -EIO;
	return range_root(0, size, hash_at, ctx, ret_root);
}

/* The largest power of two below n, n > 1. */
static uint64_t split_of(uint64_t n)
{
	return (uint64_t)1 << (63 - __builtin_clzll(n - 1));
}

/* A proof is gathered from the root downwards and read from the leaf upwards. */
static void reverse(struct ledger_proof *proof)
{
	ledger_hash swap;

	for (size_t i = 0, j = proof->n; i + 1 < j; i++) {
		j--;
		memcpy(swap, proof->hashes[i], LEDGER_HASH_LEN);
		memcpy(proof->hashes[i], proof->hashes[j], LEDGER_HASH_LEN);
		memcpy(proof->hashes[j], swap, LEDGER_HASH_LEN);
	}
}

int ledger_prove_inclusion(uint64_t index, uint64_t size, ledger_hash_func hash_at, void *ctx,
	struct ledger_proof *ret_proof)
{
	uint64_t start = 0, end = size;
	struct ledger_proof proof = {0};

	if (size > LEDGER_SIZE_MAX || index >= size)
		return LEDGER_E_RANGE;
	while (end - start > 1) {
		uint64_t middle = start + split_of(end - start);
		bool left = index < middle;
		int r = range_root(left ? middle : start, left ? end : middle, hash_at, ctx,
			proof.hashes[proof.n]);

		if (r != 0)
			return r;
		proof.n++;
		if (left)
			end = middle;
		else
			start = middle;
	}
	reverse(&proof);
	*ret_proof = proof;
	return 0;
}

/* RFC 9162 §2.1.3.2 */
int ledger_verify_inclusion(uint64_t index, uint64_t size, const uint8_t leaf_hash[LEDGER_HASH_LEN],
	const struct ledger_proof *proof, const uint8_t root[LEDGER_HASH_LEN])
{
	uint64_t fn = index, sn = size - 1;
	ledger_hash at;
	int r;

	if (size > LEDGER_SIZE_MAX || index >= size)
		return LEDGER_E_RANGE;
	memcpy(at, leaf_hash, LEDGER_HASH_LEN);
	for (size_t i = 0; i < proof->n; i++) {
		const uint8_t *p = proof->hashes[i];

		if (sn == 0)
			return LEDGER_E_PROOF;
		if ((fn & 1) || fn == sn) {
			r = ledger_node_hash(p, at, at);
			while (!(fn & 1) && fn != 0) {
				fn >>= 1;
				sn >>= 1;
			}
		} else {
			r = ledger_node_hash(at, p, at);
		}
		if (r != 0)
			return r;
		fn >>= 1;
		sn >>= 1;
	}
	return sn == 0 && memcmp(at, root, LEDGER_HASH_LEN) == 0 ? 0 : LEDGER_E_PROOF;
}

/* RFC 6962 §2.1.2: SUBPROOF, unrolled from the root downwards. */
int ledger_prove_consistency(uint64_t old_size, uint64_t new_size, ledger_hash_func hash_at,
	void *ctx, struct ledger_proof *ret_proof)
{
	uint64_t start = 0, end = new_size;
	struct ledger_proof proof = {0};
	int r;

	if (new_size > LEDGER_SIZE_MAX || old_size > new_size || old_size == 0)
		return LEDGER_E_RANGE;
	while (end != old_size) {
		uint64_t middle = start + split_of(end - start);
		bool left = old_size <= middle;

		r = range_root(left ? middle : start, left ? end : middle, hash_at, ctx,
			proof.hashes[proof.n]);
		if (r != 0)
			return r;
		proof.n++;
		if (left)
			end = middle;
		else
			start = middle;
	}
	/* the old root itself is known to who asks; a part of it is not */
	if (start != 0) {
		r = range_root(start, end, hash_at, ctx, proof.hashes[proof.n]);
		if (r != 0)
			return r;
		proof.n++;
	}
	reverse(&proof);
	*ret_proof = proof;
	return 0;
}

/* RFC 9162 §2.1.4.2 */
int ledger_verify_consistency(uint64_t old_size, uint64_t new_size,
	const uint8_t old_root[LEDGER_HASH_LEN], const uint8_t new_root[LEDGER_HASH_LEN],
	const struct ledger_proof *proof)
{
	uint64_t fn = old_size - 1, sn = new_size - 1;
	ledger_hash old_at, new_at;
	size_t i = 0;
	int r = 0;

	if (new_size > LEDGER_SIZE_MAX || old_size > new_size || old_size == 0)
		return LEDGER_E_RANGE;
	if (old_size == new_size)
		return proof->n == 0 && memcmp(old_root, new_root, LEDGER_HASH_LEN) == 0
			       ? 0
			       : LEDGER_E_PROOF;
	while (fn & 1) {
		fn >>= 1;
		sn >>= 1;
	}
	/* an old tree of 2^i leaves is a node of the new one, so its root is not repeated */
	if (fn != 0) {
		if (proof->n == 0)
			return LEDGER_E_PROOF;
		memcpy(old_at, proof->hashes[i++], LEDGER_HASH_LEN);
	} else {
		memcpy(old_at, old_root, LEDGER_HASH_LEN);
	}
	memcpy(new_at, old_at, LEDGER_HASH_LEN);
	for (; i < proof->n; i++) {
		const uint8_t *p = proof->hashes[i];

		if (sn == 0)
			return LEDGER_E_PROOF;
		if ((fn & 1) || fn == sn) {
			r = ledger_node_hash(p, old_at, old_at);
			if (r == 0)
				r = ledger_node_hash(p, new_at, new_at);
			while (!(fn & 1) && fn != 0) {
				fn >>= 1;
				sn >>= 1;
			}
		} else {
			r = ledger_node_hash(new_at, p, new_at);
		}
		if (r != 0)
			return r;
		fn >>= 1;
		sn >>= 1;
	}
	if (sn != 0 || memcmp(old_at, old_root, LEDGER_HASH_LEN) != 0 ||
		memcmp(new_at, new_root, LEDGER_HASH_LEN) != 0)
		return LEDGER_E_PROOF;
	return 0;
}
