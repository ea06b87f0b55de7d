/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "proto/ledger_checkpoint.h"
#include "server/audit/ledger.h"
#include "server/sign/checkpoint_key.h"

#define ORIGIN "test.example/ledger"
#define PENDING_MAX 20

/* A database that holds events waiting, what was placed and what was signed; call n may fail. */
struct fake {
	unsigned waiting;
	struct event *placed[PENDING_MAX];
	int64_t seqs[PENDING_MAX];
	unsigned n_placed, n_signed;
	int64_t size;
	uint8_t root[32];
	unsigned calls, fail_at;
};

static struct checkpoint_key *key;

static bool fails(struct fake *f)
{
	return ++f->calls == f->fail_at;
}

static struct event *sealed(unsigned n)
{
	struct event *e = event_new("room.chat", "system", "session", "01hzzzzzzzzzzzzzzzzzzzzzza",
		1, 2, json_pack("{s:i}", "n", (int)n));

	e->subject_no = n + 1;
	assert_int_equal(event_seal(e), 0);
	return e;
}

static int fake_pending(void *ctx, unsigned limit, GPtrArray **ret)
{
	struct fake *f = ctx;

	if (fails(f))
		return -EIO;
	*ret = g_ptr_array_new_with_free_func((GDestroyNotify)event_free);
	for (unsigned i = 0; i < MIN(limit, f->waiting); i++)
		g_ptr_array_add(*ret, sealed(i));
	return 0;
}

static int fake_place(void *ctx, int64_t seq, const struct event *e)
{
	struct fake *f = ctx;

	if (fails(f))
		return -ENOSPC;
	f->placed[f->n_placed] = (struct event *)e;
	f->seqs[f->n_placed++] = seq;
	return 0;
}

static int fake_checkpoint(void *ctx, int64_t size, const uint8_t root[static 32], const char *note)
{
	struct fake *f = ctx;

	if (fails(f))
		return -EAGAIN;
	f->n_signed++;
	f->size = size;
	memcpy(f->root, root, sizeof(f->root));
	return 0;
}

static struct ledger_io io_of(struct fake *f)
{
	return (struct ledger_io){fake_pending, fake_place, fake_checkpoint, f};
}

static void test_nothing_pending_signs_nothing(void **state)
{
	struct fake f = {0};
	struct ledger_io io = io_of(&f);
	struct ledger_tree tree = {0};
	struct ledger_step step;

	assert_int_equal(ledger_extend(&tree, key, 10, &io, &step), 0);
	assert_int_equal(step.events->len, 0);
	assert_null(step.note);
	assert_int_equal(f.n_signed, 0);
	ledger_step_clear(&step);
}

/* Two steps after each other: places go on, and both heads open with the log's key. */
static void test_steps_join(void **state)
{
	struct fake f = {.waiting = 7};
	struct ledger_io io = io_of(&f);
	struct ledger_tree tree = {0}, again = {0};
	struct ledger_step step;
	struct ledger_checkpoint head;
	uint8_t root[32];

	for (int64_t from = 0; from < 10; from += 5) {
		f.n_placed = 0;
		assert_int_equal(ledger_extend(&tree, key, 5, &io, &step), 0);
		assert_int_equal(step.events->len, 5);
		assert_int_equal(step.tree.size, from + 5);
		for (unsigned i = 0; i < 5; i++) {
			assert_int_equal(f.seqs[i], from + i);
			assert_ptr_equal(f.placed[i], g_ptr_array_index(step.events, i));
			assert_int_equal(
				ledger_replay(&again, f.placed[i], f.placed[i]->leaf_hash), 0);
		}
		assert_int_equal(ledger_tree_root(&again, root), 0);
		assert_memory_equal(root, f.root, sizeof(root));
		assert_int_equal(ledger_checkpoint_open(step.note, strlen(step.note),
					 checkpoint_key_public(key), &head),
			0);
		assert_string_equal(head.origin, ORIGIN);
		assert_int_equal(head.size, from + 5);
		assert_memory_equal(head.root, root, sizeof(root));
		assert_int_equal(ledger_matches(&step.tree, f.size, f.root), 0);
		tree = step.tree;
		ledger_step_clear(&step);
	}
}

/* Whatever call fails: its own error comes back, the tree stays, and nothing is handed over. */
static void test_each_call_may_fail(void **state)
{
	const int expected[] = {-EIO, -ENOSPC, -ENOSPC, -ENOSPC, -EAGAIN, 0};
	struct ledger_tree tree = {0};
	const struct ledger_tree before = tree;

	for (unsigned n = 1; n <= G_N_ELEMENTS(expected); n++) {
		struct fake f = {.waiting = 3, .fail_at = n};
		struct ledger_io io = io_of(&f);
		struct ledger_step step = {.note = (char *)"untouched"};
		int r = ledger_extend(&tree, key, 10, &io, &step);
		assert_int_equal(r, expected[n - 1]);
		assert_memory_equal(&tree, &before, sizeof(tree));
		if (r)
			assert_string_equal(step.note, "untouched");
		else
			ledger_step_clear(&step);
	}
}

static void test_replay_sees_another_hash(void **state)
{
	EVENT_AUTO struct event *e = sealed(1);
	struct ledger_tree tree = {0};
	uint8_t hash[32];

	for (unsigned bit = 0; bit < 256; bit++) {
		memcpy(hash, e->leaf_hash, sizeof(hash));
		hash[bit / 8] ^= (uint8_t)(1 << bit % 8);
		assert_int_equal(ledger_replay(&tree, e, hash), LEDGER_E_ALTERED);
		assert_int_equal(tree.size, 0);
	}
	assert_int_equal(ledger_replay(&tree, e, e->leaf_hash), 0);
	assert_int_equal(tree.size, 1);
}

static void test_matches_the_signed_head_only(void **state)
{
	EVENT_AUTO struct event *a = sealed(1);
	EVENT_AUTO struct event *b = sealed(2);
	struct ledger_tree tree = {0}, swapped = {0};
	uint8_t root[32];

	ledger_replay(&tree, a, a->leaf_hash);
	ledger_replay(&tree, b, b->leaf_hash);
	ledger_replay(&swapped, b, b->leaf_hash);
	ledger_replay(&swapped, a, a->leaf_hash);
	assert_int_equal(ledger_tree_root(&tree, root), 0);
	assert_int_equal(ledger_matches(&tree, 2, root), 0);
	assert_int_equal(ledger_matches(&tree, 1, root), LEDGER_E_ALTERED);
	assert_int_equal(ledger_matches(&tree, 3, root), LEDGER_E_ALTERED);
	assert_int_equal(ledger_matches(&swapped, 2, root), LEDGER_E_ALTERED);
	root[31] ^= 1;
	assert_int_equal(ledger_matches(&tree, 2, root), LEDGER_E_ALTERED);
}

int main(void)
{
	static const uint8_t seed[KEYSTORE_KEY_LEN] = {7};
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing_pending_signs_nothing),
		cmocka_unit_test(test_steps_join),
		cmocka_unit_test(test_each_call_may_fail),
		cmocka_unit_test(test_replay_sees_another_hash),
		cmocka_unit_test(test_matches_the_signed_head_only),
	};

	if (checkpoint_key_new(ORIGIN, seed, &key))
		return 1;
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	checkpoint_key_free(key);
	return failed;
}
