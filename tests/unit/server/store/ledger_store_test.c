/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "db/pool.h"
#include "db/txn.h"
#include "server/core/clock.h"
#include "server/store/ledger_store.h"
#include "tests/support/test_db.h"

#define NOW (INT64_C(1772355600) * CLOCK_SECOND_US)
#define LIFE (15 * CLOCK_SECOND_US)

static struct test_db *db;

static int clean(void **state)
{
	test_db_clear(db);
	test_db_do(db,
		"INSERT INTO lease (name, epoch, expires_at) VALUES ('keeper', 0, '1970-01-01')");
	return 0;
}

struct hold {
	const char *owner;
	int64_t now_us, epoch;
};

static int hold(struct db_txn *txn, void *data)
{
	struct hold *h = data;

	return lease_store_hold(txn, "keeper", h->owner, h->now_us, LIFE, &h->epoch);
}

static void test_one_keeper_by_the_lease(void **state)
{
	struct hold a = {"a", NOW, 0}, b = {"b", NOW, 0};

	assert_int_equal(db_run(db->pool, hold, &a), 0);
	assert_int_equal(a.epoch, 1);
	assert_int_equal(db_run(db->pool, hold, &b), LEASE_E_TAKEN);
	assert_int_equal(b.epoch, 0);
	/* Prolonged, it is not free when the first time is up. */
	a.now_us = NOW + LIFE - 1;
	assert_int_equal(db_run(db->pool, hold, &a), 0);
	assert_int_equal(a.epoch, 1);
	b.now_us = NOW + LIFE + 1;
	assert_int_equal(db_run(db->pool, hold, &b), LEASE_E_TAKEN);
	/* When it is over, another takes it, and the first is told at its next step. */
	b.now_us = NOW + 2 * LIFE;
	assert_int_equal(db_run(db->pool, hold, &b), 0);
	assert_int_equal(b.epoch, 2);
	a.now_us = b.now_us;
	assert_int_equal(db_run(db->pool, hold, &a), LEASE_E_TAKEN);
	/* Who was started again under the same name gets a new epoch; the old one is worth nothing.
	 */
	struct hold again = {"b", b.now_us, 0};
	assert_int_equal(db_run(db->pool, hold, &again), 0);
	assert_int_equal(again.epoch, 3);
	assert_int_equal(db_run(db->pool, hold, &b), LEASE_E_TAKEN);
}

static atomic_uint winners;

static void *race(void *data)
{
	g_autofree char *owner = g_strdup_printf("keeper %d", GPOINTER_TO_INT(data));
	struct hold h = {owner, NOW, 0};

	if (db_run(db->pool, hold, &h) == 0)
		atomic_fetch_add(&winners, 1);
	return NULL;
}

static void test_a_race_has_one_winner(void **state)
{
	GThread *threads[8];

	atomic_store(&winners, 0);
	for (int i = 0; i < 8; i++)
		threads[i] = g_thread_new("race", race, GINT_TO_POINTER(i));
	for (int i = 0; i < 8; i++)
		g_thread_join(threads[i]);
	assert_int_equal(atomic_load(&winners), 1);
}

struct placing {
	int64_t seq;
	struct event *event;
};

static int append_and_place(struct db_txn *txn, void *data)
{
	struct placing *p = data;

	event_free(p->event);
	p->event = event_new("lot.closed", "system", "lot", "a", 1, 2, json_object());
	int r = event_store_append(txn, p->event);
	return r ? r : ledger_store_place(txn, p->seq, p->event);
}

static int place_again(struct db_txn *txn, void *data)
{
	struct placing *p = data;

	return ledger_store_place(txn, p->seq, p->event);
}

/* The event with the highest number, read anew. */
static int place_last(struct db_txn *txn, void *data)
{
	struct placing *p = data;
	g_autoptr(GPtrArray) events = NULL;
	int r = event_store_of_subject(txn, "lot:a", 2, 1, &events);

	return r ? r : ledger_store_place(txn, p->seq, g_ptr_array_index(events, 0));
}

struct reading {
	int64_t from;
	GByteArray *hashes;
	GArray *list;
	struct stored_checkpoint last;
	int64_t seq;
	uint8_t hash[32];
	const char *event_id;
};

static int hashes(struct db_txn *txn, void *data)
{
	struct reading *r = data;

	return ledger_store_hashes(txn, r->from, 100, &r->hashes);
}

static int rows(struct db_txn *txn, void *data)
{
	struct reading *r = data;

	return ledger_store_rows(txn, r->from, 100, &r->list);
}

static int place_of(struct db_txn *txn, void *data)
{
	struct reading *r = data;

	return ledger_store_place_of(txn, r->event_id, &r->seq, r->hash);
}

static void test_places(void **state)
{
	struct placing p = {0};
	struct reading r = {0};
	uint8_t leaf_hashes[3][32];

	for (p.seq = 0; p.seq < 3; p.seq++) {
		assert_int_equal(db_run(db->pool, append_and_place, &p), 0);
		memcpy(leaf_hashes[p.seq], p.event->leaf_hash, 32);
	}
	assert_int_equal(test_db_number(db, "SELECT COUNT(*) FROM event_pending"), 0);
	assert_int_equal(db_run_read(db->pool, hashes, &r), 0);
	assert_int_equal(r.hashes->len, 96);
	assert_memory_equal(r.hashes->data, leaf_hashes, 96);
	g_byte_array_unref(r.hashes);
	r.event_id = p.event->event_id;
	assert_int_equal(db_run_read(db->pool, place_of, &r), 0);
	assert_int_equal(r.seq, 2);
	assert_memory_equal(r.hash, leaf_hashes[2], 32);
	r.event_id = "01hzzzzzzzzzzzzzzzzzzzzzza";
	assert_int_equal(db_run_read(db->pool, place_of, &r), STORE_E_NONE);

	/* One place per event, one event per place, and only what was waiting gets one. */
	p.seq = 3;
	assert_true(db_run(db->pool, place_again, &p) < 0);
	p.seq = 1;
	assert_true(db_run(db->pool, append_and_place, &p) < 0);
	assert_int_equal(test_db_number(db, "SELECT COUNT(*) FROM ledger_place"), 3);
	assert_int_equal(test_db_number(db, "SELECT COUNT(*) FROM event"), 3);
	test_db_do(db, "DELETE FROM ledger_place WHERE ledger_seq = 2");
	p.seq = 2;
	assert_int_equal(db_run(db->pool, place_last, &p), -EBADMSG);
	test_db_do(db, "INSERT INTO event_pending SELECT event_id FROM event WHERE subject_no = 3");
	assert_int_equal(db_run(db->pool, place_last, &p), 0);
	event_free(p.event);

	/* A place that is missing is no reading, an event that is missing is told to the exporter.
	 */
	test_db_do(db, "DELETE FROM event WHERE subject_no = 2");
	r.list = NULL;
	assert_int_equal(db_run_read(db->pool, rows, &r), 0);
	assert_int_equal(r.list->len, 3);
	assert_null(g_array_index(r.list, struct ledger_row, 1).event);
	assert_non_null(g_array_index(r.list, struct ledger_row, 2).event);
	assert_memory_equal(g_array_index(r.list, struct ledger_row, 1).hash, leaf_hashes[1], 32);
	g_array_unref(r.list);
	test_db_do(db, "DELETE FROM ledger_place WHERE ledger_seq = 1");
	r.hashes = NULL;
	assert_int_equal(db_run_read(db->pool, hashes, &r), -EBADMSG);
	assert_null(r.hashes);
}

static int sign(struct db_txn *txn, void *data)
{
	const int64_t *size = data;
	uint8_t root[32] = {(uint8_t)*size};

	return ledger_store_add_checkpoint(txn, *size, root, "note — a\n", NOW);
}

static int last(struct db_txn *txn, void *data)
{
	struct reading *r = data;

	return ledger_store_last_checkpoint(txn, &r->last);
}

static int all_checkpoints(struct db_txn *txn, void *data)
{
	struct reading *r = data;

	return ledger_store_checkpoints(txn, r->from, 100, &r->list);
}

static void test_checkpoints(void **state)
{
	struct reading r = {0};

	assert_int_equal(db_run_read(db->pool, last, &r), STORE_E_NONE);
	for (int64_t size = 5; size < 20; size += 5)
		assert_int_equal(db_run(db->pool, sign, &size), 0);
	/* Two heads of one size can never both be signed. */
	assert_true(db_run(db->pool, sign, &(int64_t){10}) < 0);
	assert_int_equal(db_run_read(db->pool, last, &r), 0);
	assert_int_equal(r.last.size, 15);
	assert_int_equal(r.last.root[0], 15);
	assert_string_equal(r.last.note, "note — a\n");
	g_free(r.last.note);
	r.from = 5;
	assert_int_equal(db_run_read(db->pool, all_checkpoints, &r), 0);
	assert_int_equal(r.list->len, 2);
	assert_int_equal(g_array_index(r.list, struct stored_checkpoint, 0).size, 10);
	g_array_unref(r.list);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_one_keeper_by_the_lease, clean),
		cmocka_unit_test_setup(test_a_race_has_one_winner, clean),
		cmocka_unit_test_setup(test_places, clean),
		cmocka_unit_test_setup(test_checkpoints, clean),
	};

	db_library_init();
	db = test_db_start();
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	test_db_stop(db);
	db_library_end();
	return failed;
}
