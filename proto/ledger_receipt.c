/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/ledger_receipt.h"

#include "proto/hex.h"
#include "proto/ledger_leaf.h"
#include "proto/statement.h"

#include <string.h>

#define PROMISE_MEMBERS 6

static json_t *hash_json(const uint8_t hash[LEDGER_HASH_LEN])
{
	g_autofree char *hex = hex_encode(hash, LEDGER_HASH_LEN);

	return json_string(hex);
}

static bool hash_from_json(const json_t *json, uint8_t ret_hash[LEDGER_HASH_LEN])
{
	return json_is_string(json) && hex_decode_exact(json_string_value(json),
					       json_string_length(json), ret_hash, LEDGER_HASH_LEN);
}

int ledger_promise_build(const struct ledger_promise *promise, const struct note_key *key,
	const uint8_t seed[ED25519_KEY_LEN], json_t **ret)
{
	json_auto_t *object = json_pack("{so sI sI}", "leaf_hash", hash_json(promise->leaf_hash),
		"made_us", (json_int_t)promise->made_us, "due_us", (json_int_t)promise->due_us);
	int r = statement_sign(object, LEDGER_PROMISE_TYPE, key, seed);

	if (r == 0)
		*ret = g_steal_pointer(&object);
	return r;
}

int ledger_promise_verify(
	const json_t *promise, const struct note_key *key, struct ledger_promise *ret_promise)
{
	const json_t *hash = json_object_get(promise, "leaf_hash");
	const json_t *made = json_object_get(promise, "made_us");
	const json_t *due = json_object_get(promise, "due_us");
	struct ledger_promise p;
	int r;

	if (json_object_size(promise) != PROMISE_MEMBERS || !hash_from_json(hash, p.leaf_hash) ||
		!json_is_integer(made) || !json_is_integer(due))
		return LEDGER_E_STATEMENT;
	r = statement_verify(promise, LEDGER_PROMISE_TYPE, key);
	if (r != 0)
		return r;
	p.made_us = json_integer_value(made);
	p.due_us = json_integer_value(due);
	*ret_promise = p;
	return 0;
}

json_t *ledger_receipt_build(const struct ledger_receipt *receipt)
{
	json_t *json = json_pack(
		"{ss so}", "type", LEDGER_RECEIPT_TYPE, "leaf_hash", hash_json(receipt->leaf_hash));

	if (receipt->leaf)
		json_object_set_new(json, "leaf", json_stringn(receipt->leaf, receipt->leaf_len));
	if (receipt->promise)
		json_object_set(json, "promise", receipt->promise);
	if (receipt->checkpoint) {
		json_t *proof = json_array();

		for (size_t i = 0; i < receipt->proof.n; i++)
			json_array_append_new(proof, hash_json(receipt->proof.hashes[i]));
		json_object_set_new(
			json, "leaf_index", json_integer((json_int_t)receipt->leaf_index));
		json_object_set_new(json, "proof", proof);
		json_object_set_new(json, "checkpoint", json_string(receipt->checkpoint));
	}
	return json;
}

static bool parse_proof(const json_t *list, struct ledger_proof *ret_proof)
{
	struct ledger_proof proof = {.n = json_array_size(list)};

	if (!json_is_array(list) || proof.n > LEDGER_PROOF_MAX)
		return false;
	for (size_t i = 0; i < proof.n; i++) {
		if (!hash_from_json(json_array_get(list, i), proof.hashes[i]))
			return false;
	}
	*ret_proof = proof;
	return true;
}

static bool parse_receipt(const json_t *json, struct ledger_receipt *ret)
{
	const json_t *type = json_object_get(json, "type"), *leaf = json_object_get(json, "leaf");
	const json_t *index = json_object_get(json, "leaf_index");
	const json_t *proof = json_object_get(json, "proof");
	const json_t *checkpoint = json_object_get(json, "checkpoint");
	json_t *promise = json_object_get(json, "promise");
	struct ledger_receipt receipt = {.promise = promise};

	if (!json_is_string(type) || strcmp(json_string_value(type), LEDGER_RECEIPT_TYPE) != 0 ||
		!hash_from_json(json_object_get(json, "leaf_hash"), receipt.leaf_hash) ||
		(leaf && !json_is_string(leaf)) || (!promise && !checkpoint))
		return false;
	/* the three stand together */
	if (!checkpoint != !index || !checkpoint != !proof)
		return false;
	if (checkpoint) {
		if (!json_is_string(checkpoint) || !json_is_integer(index) ||
			json_integer_value(index) < 0 || !parse_proof(proof, &receipt.proof))
			return false;
		receipt.leaf_index = (uint64_t)json_integer_value(index);
		receipt.checkpoint = json_string_value(checkpoint);
	}
	if (leaf) {
		receipt.leaf = json_string_value(leaf);
		receipt.leaf_len = json_string_length(leaf);
	}
	/* nothing else may be said in a receipt, for nothing else would be checked */
	if (json_object_size(json) !=
		2 + (leaf ? 1u : 0u) + (promise ? 1u : 0u) + (checkpoint ? 3u : 0u))
		return false;
	*ret = receipt;
	return true;
}

static int verify_leaf(const struct ledger_receipt *receipt)
{
	json_auto_t *object = NULL;
	struct ledger_event event;
	uint8_t hash[LEDGER_HASH_LEN];
	int r;

	r = ledger_leaf_decode(receipt->leaf, receipt->leaf_len, &object, &event);
	if (r == 0)
		r = ledger_leaf_hash(receipt->leaf, receipt->leaf_len, hash);
	if (r != 0)
		return r;
	return memcmp(hash, receipt->leaf_hash, LEDGER_HASH_LEN) == 0 ? 0 : LEDGER_E_FOREIGN;
}

static int verify_promise(const struct ledger_receipt *receipt, const struct note_key *key)
{
	struct ledger_promise promise;
	int r = ledger_promise_verify(receipt->promise, key, &promise);

	if (r != 0)
		return r;
	return memcmp(promise.leaf_hash, receipt->leaf_hash, LEDGER_HASH_LEN) == 0
		       ? 0
		       : LEDGER_E_FOREIGN;
}

int ledger_receipt_verify(const json_t *json, const struct note_key *key,
	const uint8_t leaf_hash[LEDGER_HASH_LEN], struct ledger_receipt *ret_receipt,
	struct ledger_checkpoint *ret_checkpoint)
{
	struct ledger_receipt receipt;
	struct ledger_checkpoint checkpoint;
	int r = 0;

	if (!parse_receipt(json, &receipt))
		return LEDGER_E_STATEMENT;
	if (leaf_hash && memcmp(leaf_hash, receipt.leaf_hash, LEDGER_HASH_LEN) != 0)
		return LEDGER_E_FOREIGN;
	if (receipt.leaf)
		r = verify_leaf(&receipt);
	if (r == 0 && receipt.promise)
		r = verify_promise(&receipt, key);
	if (r == 0 && receipt.checkpoint) {
		r = ledger_checkpoint_open(
			receipt.checkpoint, strlen(receipt.checkpoint), key, &checkpoint);
		if (r == 0)
			r = ledger_verify_inclusion(receipt.leaf_index, checkpoint.size,
				receipt.leaf_hash, &receipt.proof, checkpoint.root);
		if (r == 0 && ret_checkpoint)
			*ret_checkpoint = checkpoint;
	}
	if (r == 0)
		*ret_receipt = receipt;
	return r;
}
