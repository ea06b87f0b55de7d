/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * The Merkle tree of RFC 6962 §2.1: inner node = SHA-256(0x01 ‖ left ‖ right). A node has a level
 * (0 = leaf) and an index within the level; only complete nodes, which never change again, have a
 * number: node (level, index) covers leaves [index << level, (index + 1) << level).
 */

#include "proto/ledger.h"

#include <stddef.h>
#include <stdint.h>

#include <glib.h>

#define LEDGER_PROOF_MAX 64
/* Sizes stay countable in JSON. */
#define LEDGER_SIZE_MAX ((uint64_t)1 << 53)

/* The frontier: what must be remembered of a tree to let it grow. Zero-initialise for an empty
 * tree. */
struct ledger_tree {
	uint64_t size;
	/* roots[i] is the root of the complete subtree of 2^i leaves, if bit i of size is set */
	uint8_t roots[64][LEDGER_HASH_LEN];
};

struct ledger_proof {
	size_t n;
	uint8_t hashes[LEDGER_PROOF_MAX][LEDGER_HASH_LEN];
};

/* Told every complete node that a leaf brought about, the leaf itself first. */
typedef void (*ledger_node_func)(
	void *ctx, unsigned level, uint64_t index, const uint8_t hash[LEDGER_HASH_LEN]);

/* Gives the hash of a complete node of the tree. What it returns other than 0 is passed on. */
typedef int (*ledger_hash_func)(
	void *ctx, unsigned level, uint64_t index, uint8_t ret_hash[LEDGER_HASH_LEN]);

/* Faults are -EIO (libcrypto); after one the tree is as it was. on_node may be NULL. */
int ledger_tree_append(struct ledger_tree *tree, const uint8_t leaf_hash[LEDGER_HASH_LEN],
	ledger_node_func on_node, void *ctx);
int ledger_tree_root(const struct ledger_tree *tree, uint8_t ret_root[LEDGER_HASH_LEN]);

/* The frontier as its roots one after the other, largest first, and back. */
GBytes *ledger_tree_save(const struct ledger_tree *tree);
int ledger_tree_load(
	uint64_t size, const void *roots, size_t roots_len, struct ledger_tree *ret_tree);

/* SHA-256(0x01 ‖ left ‖ right). */
int ledger_node_hash(const uint8_t left[LEDGER_HASH_LEN], const uint8_t right[LEDGER_HASH_LEN],
	uint8_t ret_hash[LEDGER_HASH_LEN]);

/* The root the tree had at `size` leaves, from its complete nodes. */
int ledger_root_at(
	uint64_t size, ledger_hash_func hash_at, void *ctx, uint8_t ret_root[LEDGER_HASH_LEN]);

/* The proof that leaf `index` is in the tree of `size` leaves. */
int ledger_prove_inclusion(uint64_t index, uint64_t size, ledger_hash_func hash_at, void *ctx,
	struct ledger_proof *ret_proof);
int ledger_verify_inclusion(uint64_t index, uint64_t size, const uint8_t leaf_hash[LEDGER_HASH_LEN],
	const struct ledger_proof *proof, const uint8_t root[LEDGER_HASH_LEN]);

/* The proof that the tree of old_size leaves is a beginning of the tree of new_size. */
int ledger_prove_consistency(uint64_t old_size, uint64_t new_size, ledger_hash_func hash_at,
	void *ctx, struct ledger_proof *ret_proof);
int ledger_verify_consistency(uint64_t old_size, uint64_t new_size,
	const uint8_t old_root[LEDGER_HASH_LEN], const uint8_t new_root[LEDGER_HASH_LEN],
	const struct ledger_proof *proof);
