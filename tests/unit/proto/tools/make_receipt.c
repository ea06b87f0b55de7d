/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Stands for the server in the test of bidroom-seal: make_receipt DIGEST prints the log's key and
 * the receipt of a bid.finalised event with that receipt digest, in the tree and promised. */

#include "proto/canon.h"
#include "proto/ledger_leaf.h"
#include "proto/ledger_receipt.h"

#include <stdio.h>
#include <string.h>

static const uint8_t seed[ED25519_KEY_LEN] = {1};

static void must(int r)
{
	g_assert(r == 0);
}

int main(int argc, char **argv)
{
	json_auto_t *body = json_pack("{ss}", "receipt_digest", argv[1]);
	struct ledger_event event = {"01a", "bid.finalised", "01b", "bid:01c", 1, 5, 6, body, {9}};
	struct ledger_promise promise = {{0}, 1000, 61000};
	struct ledger_receipt receipt = {.event_id = "01a", .index = 1, .tree_size = 2};
	uint8_t public_key[ED25519_KEY_LEN], root[LEDGER_HASH_LEN];
	const uint8_t first[LEDGER_HASH_LEN] = {3};
	g_autoptr(GBytes) leaf = NULL;
	g_autofree char *promise_text = NULL, *key_text = NULL;
	struct ledger_tree tree = {0};
	GString *note = NULL, *text = NULL;
	struct note_key key;

	g_assert(argc == 2);
	must(ed25519_public(seed, public_key));
	must(note_key_make("example.org/log", NOTE_ED25519, public_key, &key));
	must(ledger_leaf_encode(&event, &leaf));
	receipt.leaf = g_bytes_get_data(leaf, &receipt.leaf_len);
	must(ledger_leaf_hash(receipt.leaf, receipt.leaf_len, receipt.leaf_hash));
	memcpy(promise.leaf_hash, receipt.leaf_hash, LEDGER_HASH_LEN);
	must(ledger_promise_build(&promise, &key, seed, &promise_text));
	receipt.promise = promise_text;
	must(ledger_tree_append(&tree, first, NULL, NULL));
	must(ledger_tree_append(&tree, receipt.leaf_hash, NULL, NULL));
	must(ledger_tree_root(&tree, root));
	must(ledger_checkpoint_sign(2, root, &key, seed, &note));
	receipt.checkpoint = note->str;
	receipt.proof.n = 1;
	memcpy(receipt.proof.hashes[0], first, LEDGER_HASH_LEN);

	json_auto_t *json = ledger_receipt_build(&receipt);
	must(canon_dump(json, &text));
	key_text = note_key_format(&key);
	printf("%s\n%s\n", key_text, text->str);
	g_string_free(text, TRUE);
	g_string_free(note, TRUE);
	return 0;
}
