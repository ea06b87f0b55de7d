/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/ledger_receipt.h"

#include "proto/canon.h"
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
	const uint8_t seed[ED25519_KEY_LEN], char **ret_text)
{
	json_auto_t *object = json_pack("{so sI sI}", "leaf_hash", hash_json(promise->leaf_hash),
		"made_us", (json_int_t)promise->made_us, "due_us", (json_int_t)promise->due_us);
	GString *text = NULL;
	int r = statement_sign(object, LEDGER_PROMISE_TYPE, key, seed);

	if (r == 0)
		r = canon_dump(object, &text);
	if (r == 0)
		*ret_text = g_string_free(text, FALSE);
	return r;
}

int ledger_promise_verify(const char *text, size_t len, const struct note_key *key,
	struct ledger_promise *ret_promise)
{
	json_auto_t *object = NULL;
	struct ledger_promise p;
	const json_t *made, *due;
	int r;

	r = canon_load_exact(text, len, LEDGER_PROMISE_MAX, &object);
	if (r != 0)
		return r < 0 ? r : LEDGER_E_STATEMENT;
	made = json_object_get(object, "made_us");
	due = json_object_get(object, "due_us");
	if (json_object_size(object) != PROMISE_MEMBERS ||
		!hash_from_json(json_object_get(object, "leaf_hash"), p.leaf_hash) ||
		!json_is_integer(made) || !json_is_integer(due))
		return LEDGER_E_STATEMENT;
	r = statement_verify(object, LEDGER_PROMISE_TYPE, key);
	if (r != 0)
		return r;
	p.made_us = json_integer_value(made);
	p.due_us = json_integer_value(due);
	*ret_promise = p;
	return 0;
}

json_t *ledger_receipt_build(const struct ledger_receipt *receipt)
{
	json_t *json = json_pack("{so ss* ss*}", "leaf_hash", hash_json(receipt->leaf_hash),
		"event_id", receipt->event_id, "promise", receipt->promise);

	if (receipt->leaf)
		json_object_set_new(json, "leaf", json_stringn(receipt->leaf, receipt->leaf_len));
	if (receipt->checkpoint) {
		json_t *proof = json_array();

		for (size_t i = 0; i < receipt->proof.n; i++)
			json_array_append_new(proof, hash_json(receipt->proof.hashes[i]));
		json_object_set_new(json, "index", json_integer((json_int_t)receipt->index));
		json_object_set_new(
			json, "tree_size", json_integer((json_int_t)receipt->tree_size));
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

/* A member that may be missing but, if there, is a text. */
static bool parse_text(const json_t *json, const char *name, const char **ret_text)
{
	const json_t *text = json_object_get(json, name);

	*ret_text = json_string_value(text);
	return !text || json_is_string(text);
}

static bool parse_count(const json_t *json, const char *name, uint64_t *ret_n)
{
	const json_t *n = json_object_get(json, name);

	*ret_n = (uint64_t)json_integer_value(n);
	return json_is_integer(n) && json_integer_value(n) >= 0;
}

static bool parse_receipt(const json_t *json, struct ledger_receipt *ret)
{
	struct ledger_receipt receipt = {NULL};

	if (!hash_from_json(json_object_get(json, "leaf_hash"), receipt.leaf_hash) ||
		!parse_text(json, "event_id", &receipt.event_id) ||
		!parse_text(json, "leaf", &receipt.leaf) ||
		!parse_text(json, "promise", &receipt.promise) ||
		!parse_text(json, "checkpoint", &receipt.checkpoint))
		return false;
	receipt.leaf_len = json_string_length(json_object_get(json, "leaf"));
	if (receipt.checkpoint &&
		(!parse_count(json, "index", &receipt.index) ||
			!parse_count(json, "tree_size", &receipt.tree_size) ||
			!parse_proof(json_object_get(json, "proof"), &receipt.proof)))
		return false;
	*ret = receipt;
	return receipt.promise || receipt.checkpoint;
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
	if (receipt->event_id && strcmp(receipt->event_id, event.id) != 0)
		return LEDGER_E_FOREIGN;
	return memcmp(hash, receipt->leaf_hash, LEDGER_HASH_LEN) == 0 ? 0 : LEDGER_E_FOREIGN;
}

static int verify_promise(const struct ledger_receipt *receipt, const struct note_key *key)
{
	struct ledger_promise promise;
	int r = ledger_promise_verify(receipt->promise, strlen(receipt->promise), key, &promise);

	if (r != 0)
		return r;
	return memcmp(promise.leaf_hash, receipt->leaf_hash, LEDGER_HASH_LEN) == 0
		       ? 0
		       : LEDGER_E_FOREIGN;
}

static int verify_place(const struct ledger_receipt *receipt, const struct note_key *key,
	struct ledger_checkpoint *ret_checkpoint)
{
	int r = ledger_checkpoint_open(
		receipt->checkpoint, strlen(receipt->checkpoint), key, ret_checkpoint);

	if (r != 0)
		return r;
	if (receipt->tree_size != ret_checkpoint->size)
		return LEDGER_E_FOREIGN;
	return ledger_verify_inclusion(receipt->index, ret_checkpoint->size, receipt->leaf_hash,
		&receipt->proof, ret_checkpoint->root);
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
	if (r == 0 && receipt.checkpoint)
		r = verify_place(&receipt, key, &checkpoint);
	if (r != 0)
		return r;
	*ret_receipt = receipt;
	if (receipt.checkpoint && ret_checkpoint)
		*ret_checkpoint = checkpoint;
	return 0;
}
