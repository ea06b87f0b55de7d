/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/ledger_receipt.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "proto/ledger_leaf.h"
#include "proto/statement.h"

static const uint8_t seed[ED25519_KEY_LEN] = {1}, other_seed[ED25519_KEY_LEN] = {2};

/* A log of three leaves; the second is an event of ours. */
struct log {
	struct note_key key;
	GBytes *leaf;
	struct ledger_receipt receipt;
	GString *checkpoint;
	char *promise;
	json_t *json;
};

static struct note_key key_of(const char *name, const uint8_t *from)
{
	uint8_t public_key[ED25519_KEY_LEN];
	struct note_key key;

	assert_int_equal(ed25519_public(from, public_key), 0);
	assert_int_equal(note_key_make(name, NOTE_ED25519, public_key, &key), 0);
	return key;
}

static int set_up(void **state)
{
	static struct log log;
	json_auto_t *body = json_pack("{ss}", "receipt_digest", "ab");
	struct ledger_event event = {"01a", "bid.finalised", "01b", "bid:01c", 1, 5, 6, body, {9}};
	struct ledger_tree tree = {0};
	uint8_t others[2][LEDGER_HASH_LEN] = {{3}, {4}}, root[LEDGER_HASH_LEN];
	struct ledger_promise promise = {{0}, 1000, 61000};
	struct ledger_receipt *r = &log.receipt;
	gsize len;

	log.key = key_of("example.org/log", seed);
	assert_int_equal(ledger_leaf_encode(&event, &log.leaf), 0);
	r->leaf = g_bytes_get_data(log.leaf, &len);
	r->leaf_len = len;
	assert_int_equal(ledger_leaf_hash(r->leaf, len, r->leaf_hash), 0);
	assert_int_equal(ledger_tree_append(&tree, others[0], NULL, NULL), 0);
	assert_int_equal(ledger_tree_append(&tree, r->leaf_hash, NULL, NULL), 0);
	assert_int_equal(ledger_tree_append(&tree, others[1], NULL, NULL), 0);
	assert_int_equal(ledger_tree_root(&tree, root), 0);
	assert_int_equal(ledger_checkpoint_sign(3, root, &log.key, seed, &log.checkpoint), 0);
	r->event_id = "01a";
	r->index = 1;
	r->tree_size = 3;
	r->proof.n = 2;
	memcpy(r->proof.hashes, others, sizeof others);
	r->checkpoint = log.checkpoint->str;
	memcpy(promise.leaf_hash, r->leaf_hash, LEDGER_HASH_LEN);
	assert_int_equal(ledger_promise_build(&promise, &log.key, seed, &log.promise), 0);
	r->promise = log.promise;
	log.json = ledger_receipt_build(r);
	*state = &log;
	return 0;
}

static int tear_down(void **state)
{
	struct log *log = *state;

	g_bytes_unref(log->leaf);
	g_string_free(log->checkpoint, TRUE);
	g_free(log->promise);
	json_decref(log->json);
	return 0;
}

static void test_whole(void **state)
{
	struct log *log = *state;
	struct ledger_checkpoint cp;
	struct ledger_receipt got;

	assert_int_equal(
		ledger_receipt_verify(log->json, &log->key, log->receipt.leaf_hash, &got, &cp), 0);
	assert_int_equal(cp.size, 3);
	assert_string_equal(cp.origin, "example.org/log");
	assert_int_equal(got.index, 1);
	assert_int_equal(got.leaf_len, log->receipt.leaf_len);

	json_object_del(log->json, "leaf");
	json_object_del(log->json, "promise");
	assert_int_equal(ledger_receipt_verify(log->json, &log->key, NULL, &got, NULL), 0);
	assert_null(got.leaf);
	assert_null(got.promise);
}

static void test_promise_alone(void **state)
{
	struct log *log = *state;
	struct ledger_receipt got;
	struct ledger_promise promise;

	json_object_del(log->json, "index");
	json_object_del(log->json, "proof");
	json_object_del(log->json, "checkpoint");
	assert_int_equal(ledger_receipt_verify(log->json, &log->key, NULL, &got, NULL), 0);
	assert_null(got.checkpoint);
	assert_int_equal(
		ledger_promise_verify(got.promise, strlen(got.promise), &log->key, &promise), 0);
	assert_int_equal(promise.made_us, 1000);
	assert_int_equal(promise.due_us, 61000);
	json_object_del(log->json, "promise");
	assert_int_equal(
		ledger_receipt_verify(log->json, &log->key, NULL, &got, NULL), LEDGER_E_STATEMENT);
}

static int verdict(const struct log *log, const char *path, json_t *value)
{
	json_auto_t *json = json_deep_copy(log->json);
	struct ledger_receipt got;

	if (value)
		json_object_set_new(json, path, value);
	else
		json_object_del(json, path);
	return ledger_receipt_verify(json, &log->key, NULL, &got, NULL);
}

static void test_each_part_damaged(void **state)
{
	struct log *log = *state;
	static const char zeros[] =
		"0000000000000000000000000000000000000000000000000000000000000000";
	struct note_key stranger = key_of("example.org/log", other_seed);
	struct note_key elsewhere = key_of("example.com/log", seed);
	g_autoptr(GString) leaf =
		g_string_new_len(log->receipt.leaf, (gssize)log->receipt.leaf_len);
	g_autoptr(GString) cp = g_string_new(log->checkpoint->str);
	struct ledger_receipt got;

	g_string_replace(leaf, "\"ab\"", "\"ac\"", 1);
	assert_int_equal(verdict(log, "leaf", json_string(leaf->str)), LEDGER_E_FOREIGN);
	assert_int_equal(verdict(log, "leaf", json_string("{}")), LEDGER_E_LEAF);
	assert_int_equal(verdict(log, "leaf", json_integer(1)), LEDGER_E_STATEMENT);
	assert_int_equal(verdict(log, "leaf_hash", json_string(zeros)), LEDGER_E_FOREIGN);
	assert_int_equal(verdict(log, "leaf_hash", json_string("00")), LEDGER_E_STATEMENT);
	assert_int_equal(verdict(log, "index", json_integer(0)), LEDGER_E_PROOF);
	assert_int_equal(verdict(log, "index", json_integer(3)), LEDGER_E_RANGE);
	assert_int_equal(verdict(log, "index", json_integer(-1)), LEDGER_E_STATEMENT);
	assert_int_equal(verdict(log, "index", NULL), LEDGER_E_STATEMENT);
	assert_int_equal(verdict(log, "proof", json_pack("[ss]", zeros, zeros)), LEDGER_E_PROOF);
	assert_int_equal(verdict(log, "proof", json_pack("[]")), LEDGER_E_PROOF);
	assert_int_equal(verdict(log, "proof", json_pack("[i]", 1)), LEDGER_E_STATEMENT);
	assert_int_equal(verdict(log, "proof", json_string("")), LEDGER_E_STATEMENT);
	assert_int_equal(verdict(log, "checkpoint", json_string("x")), LEDGER_E_NOTE);
	g_string_replace(cp, "\n3\n", "\n4\n", 1);
	assert_int_equal(verdict(log, "checkpoint", json_string(cp->str)), LEDGER_E_BAD_SIGNATURE);
	g_string_replace(cp, "\n4\n", "\n03\n", 1);
	assert_int_equal(verdict(log, "checkpoint", json_string(cp->str)), LEDGER_E_CHECKPOINT);
	assert_int_equal(verdict(log, "tree_size", json_integer(4)), LEDGER_E_FOREIGN);
	assert_int_equal(verdict(log, "event_id", json_string("01b")), LEDGER_E_FOREIGN);
	assert_int_equal(verdict(log, "event_id", json_null()), LEDGER_E_STATEMENT);
	assert_int_equal(verdict(log, "more", json_true()), 0);
	assert_int_equal(
		ledger_receipt_verify(log->json, &stranger, NULL, &got, NULL), LEDGER_E_UNSIGNED);
	json_object_del(log->json, "promise");
	assert_int_equal(
		ledger_receipt_verify(log->json, &stranger, NULL, &got, NULL), LEDGER_E_UNSIGNED);
	assert_int_equal(
		ledger_receipt_verify(log->json, &elsewhere, NULL, &got, NULL), LEDGER_E_FOREIGN);
	assert_int_equal(
		ledger_receipt_verify(log->json, &log->key, log->key.public_key, &got, NULL),
		LEDGER_E_FOREIGN);
}

static void test_promise_damaged(void **state)
{
	struct log *log = *state;
	static const struct {
		const char *from, *to;
		int code;
	} changes[] = {
		{":61000", ":61001", LEDGER_E_BAD_SIGNATURE},
		{":1000", ":999", LEDGER_E_BAD_SIGNATURE},
		{":1000", ":\"1\"", LEDGER_E_STATEMENT},
		{":1000", ": 1000", LEDGER_E_STATEMENT},
		{"\"made_us", "\"mad\":1,\"made_us", LEDGER_E_STATEMENT},
		{"\"made_us", "\"male_us", LEDGER_E_STATEMENT},
		{"example.org", "example.com", LEDGER_E_UNSIGNED},
		{"promise.v1", "promise.v2", LEDGER_E_STATEMENT},
		{"==\",\"type", "\",\"type", LEDGER_E_STATEMENT},
		{"{", "", LEDGER_E_STATEMENT},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(changes); i++) {
		g_autoptr(GString) bad = g_string_new(log->promise);

		assert_int_equal(g_string_replace(bad, changes[i].from, changes[i].to, 1), 1);
		assert_int_equal(verdict(log, "promise", json_string(bad->str)), changes[i].code);
	}
	assert_int_equal(verdict(log, "promise", json_null()), LEDGER_E_STATEMENT);
}

/* A promise for one event does not serve in the receipt of another. */
static void test_promise_of_another(void **state)
{
	struct log *log = *state;
	struct ledger_promise promise = {{7}, 1000, 61000};
	g_autofree char *text = NULL;

	assert_int_equal(ledger_promise_build(&promise, &log->key, seed, &text), 0);
	assert_int_equal(verdict(log, "promise", json_string(text)), LEDGER_E_FOREIGN);
}

static void test_cosigned(void **state)
{
	struct log *log = *state;
	uint8_t public_key[ED25519_KEY_LEN];
	struct note_key cosigner;
	struct ledger_checkpoint cp;
	struct note note;
	int64_t time_s = 0;

	assert_int_equal(ed25519_public(other_seed, public_key), 0);
	assert_int_equal(note_key_make("supervisor", NOTE_COSIGNATURE, public_key, &cosigner), 0);
	assert_int_equal(ledger_checkpoint_cosign(log->checkpoint, &cosigner, other_seed, 77), 0);
	assert_int_equal(
		ledger_checkpoint_open(log->checkpoint->str, log->checkpoint->len, &log->key, &cp),
		0);
	assert_int_equal(cp.size, 3);
	assert_int_equal(note_parse(log->checkpoint->str, log->checkpoint->len, &note), 0);
	assert_int_equal(note_verify(&note, &cosigner, &time_s), 0);
	assert_int_equal(time_s, 77);
}

static void test_statement(void **state)
{
	struct log *log = *state;
	json_auto_t *object = json_pack("{sssi}", "b", "\u5f00\u6807", "a", 1);
	json_auto_t *real = json_pack("{sf}", "a", 0.5);

	assert_int_equal(statement_sign(object, "x.v1", &log->key, seed), 0);
	assert_int_equal(statement_verify(object, "x.v1", &log->key), 0);
	assert_int_equal(statement_verify(object, "y.v1", &log->key), LEDGER_E_STATEMENT);
	json_object_set_new(object, "a", json_integer(2));
	assert_int_equal(statement_verify(object, "x.v1", &log->key), LEDGER_E_BAD_SIGNATURE);
	assert_int_equal(statement_sign(object, "x.v1", &log->key, seed), 0);
	assert_int_equal(statement_verify(object, "x.v1", &log->key), 0);
	assert_int_equal(statement_sign(real, "x.v1", &log->key, seed), LEDGER_E_STATEMENT);
	assert_int_equal(statement_verify(json_null(), "x.v1", &log->key), LEDGER_E_STATEMENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_whole, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_promise_alone, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_each_part_damaged, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_promise_damaged, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_promise_of_another, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_cosigned, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_statement, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
