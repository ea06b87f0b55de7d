/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "db/pool.h"
#include "db/stmt.h"
#include "db/txn.h"
#include "server/store/event_store.h"
#include "tests/support/test_db.h"

#define ID "01hzzzzzzzzzzzzzzzzzzzzzza"

static struct test_db *db;

static int clean(void **state)
{
	test_db_clear(db);
	return 0;
}

static struct event *example(const char *kind, const char *subject_id, json_t *body)
{
	return event_new(kind, "system", "lot", subject_id, INT64_C(1772355600000001),
		INT64_C(1772355600000002), body);
}

/* Appends one event of the subject whose id is data, and then does as told. */
struct appending {
	const char *subject_id;
	int then;
	struct event *event;
};

static int append(struct db_txn *txn, void *data)
{
	struct appending *a = data;

	event_free(a->event);
	a->event = example("lot.closed", a->subject_id, json_pack("{s:s}", "why", "时间到"));
	int r = event_store_append(txn, a->event);
	return r ? r : a->then;
}

static struct event *appended(const char *subject_id)
{
	struct appending a = {.subject_id = subject_id};

	assert_int_equal(db_run(db->pool, append, &a), 0);
	return a.event;
}

struct reading {
	const char *text;
	int64_t after;
	unsigned limit;
	struct event *event;
	GPtrArray *events;
};

static int get(struct db_txn *txn, void *data)
{
	struct reading *r = data;

	return event_store_get(txn, r->text, &r->event);
}

static int of_subject(struct db_txn *txn, void *data)
{
	struct reading *r = data;

	return event_store_of_subject(txn, r->text, r->after, r->limit, &r->events);
}

static int of_kind(struct db_txn *txn, void *data)
{
	struct reading *r = data;

	return event_store_of_subject_kind(txn, "lot:a", r->text, r->after, r->limit, &r->events);
}

static int pending(struct db_txn *txn, void *data)
{
	struct reading *r = data;

	return event_store_pending(txn, r->limit, &r->events);
}

static void test_comes_back_as_it_was_sealed(void **state)
{
	EVENT_AUTO struct event *e = appended("a");
	struct reading r = {.text = e->event_id};

	assert_int_equal(db_run_read(db->pool, get, &r), 0);
	assert_memory_equal(r.event->leaf_hash, e->leaf_hash, 32);
	assert_true(g_bytes_equal(r.event->leaf, e->leaf));
	assert_int_equal(r.event->subject_no, 1);
	assert_true(json_equal(r.event->body, e->body));
	event_free(r.event);
	r = (struct reading){.text = ID};
	assert_int_equal(db_run_read(db->pool, get, &r), STORE_E_NONE);
}

static void test_numbers_have_no_gap(void **state)
{
	struct appending refused = {.subject_id = "a", .then = 7};
	EVENT_AUTO struct event *first = appended("a");
	EVENT_AUTO struct event *other = appended("b");

	/* What was rolled back has used no number. */
	assert_int_equal(db_run(db->pool, append, &refused), 7);
	EVENT_AUTO struct event *second = appended("a");
	assert_int_equal(first->subject_no, 1);
	assert_int_equal(other->subject_no, 1);
	assert_int_equal(refused.event->subject_no, 2);
	assert_int_equal(second->subject_no, 2);
	assert_true(strcmp(first->event_id, second->event_id) < 0);
	event_free(refused.event);
}

#define THREADS 8
#define EACH 25

static void *append_many(void *subject_id)
{
	for (unsigned i = 0; i < EACH; i++)
		event_free(appended(subject_id));
	return NULL;
}

/* Many at once on one subject: every number once, and ids rise with the numbers. */
static void test_numbers_under_concurrency(void **state)
{
	GThread *threads[THREADS];
	struct reading r = {.text = "lot:a", .limit = 1000};

	for (unsigned i = 0; i < THREADS; i++)
		threads[i] = g_thread_new("append", append_many, (void *)(i % 4 ? "a" : "b"));
	for (unsigned i = 0; i < THREADS; i++)
		g_thread_join(threads[i]);
	assert_int_equal(db_run_read(db->pool, of_subject, &r), 0);
	assert_int_equal(r.events->len, 6 * EACH);
	for (guint i = 0; i < r.events->len; i++) {
		const struct event *e = g_ptr_array_index(r.events, i);
		assert_int_equal(e->subject_no, i + 1);
		if (i)
			assert_true(strcmp(((struct event *)g_ptr_array_index(r.events, i - 1))
						    ->event_id,
					    e->event_id) < 0);
	}
	g_ptr_array_unref(r.events);
	r = (struct reading){.limit = 1000};
	assert_int_equal(db_run_read(db->pool, pending, &r), 0);
	assert_int_equal(r.events->len, THREADS * EACH);
	g_ptr_array_unref(r.events);
}

static void test_pages_of_a_subject(void **state)
{
	struct reading r = {.text = "lot:a", .after = 3, .limit = 4};

	for (unsigned i = 0; i < 10; i++)
		event_free(appended("a"));
	assert_int_equal(db_run_read(db->pool, of_subject, &r), 0);
	assert_int_equal(r.events->len, 4);
	for (unsigned i = 0; i < 4; i++)
		assert_int_equal(
			((struct event *)g_ptr_array_index(r.events, i))->subject_no, 4 + i);
	g_ptr_array_unref(r.events);
	r = (struct reading){.text = "lot.closed", .after = 9, .limit = 4};
	assert_int_equal(db_run_read(db->pool, of_kind, &r), 0);
	assert_int_equal(r.events->len, 1);
	g_ptr_array_unref(r.events);
	r = (struct reading){.text = "lot.opened", .limit = 4};
	assert_int_equal(db_run_read(db->pool, of_kind, &r), 0);
	assert_int_equal(r.events->len, 0);
	g_ptr_array_unref(r.events);
}

static int append_in_one(struct db_txn *txn, void *data)
{
	int r = 0;

	for (unsigned i = 0; !r && i < *(unsigned *)data; i++) {
		struct appending a = {.subject_id = "a"};
		r = append(txn, &a);
		event_free(a.event);
	}
	return r;
}

static int all_of_kind(struct db_txn *txn, void *data)
{
	struct reading *r = data;

	return event_store_all_of_subject(txn, "lot:a", r->text, &r->events);
}

/* However many there are, and when they end with a page. */
static void test_all_of_a_subject(void **state)
{
	struct reading r = {0};
	unsigned n = 400;

	assert_int_equal(db_run_read(db->pool, all_of_kind, &r), 0);
	assert_int_equal(r.events->len, 0);
	g_ptr_array_unref(r.events);
	assert_int_equal(db_run(db->pool, append_in_one, &n), 0);
	assert_int_equal(db_run_read(db->pool, all_of_kind, &r), 0);
	assert_int_equal(r.events->len, n);
	g_ptr_array_unref(r.events);
	event_free(appended("a"));
	r.text = "lot.closed";
	assert_int_equal(db_run_read(db->pool, all_of_kind, &r), 0);
	assert_int_equal(r.events->len, n + 1);
	for (guint i = 0; i <= n; i++)
		assert_int_equal(
			((struct event *)g_ptr_array_index(r.events, i))->subject_no, i + 1);
	g_ptr_array_unref(r.events);
}

/* Rows no act could have written are faults, never events. */
static void test_damaged_rows_are_faults(void **state)
{
	static const char *const damages[] = {
		"UPDATE event SET kind = 'moon.risen'",
		"UPDATE event SET body = '[1]'",
		"UPDATE event SET body = '{\"a\":1,\"a\":2}'",
		"UPDATE event SET body = '{\"a\":0.5}'",
		"UPDATE event SET actor = 'two words'",
	};

	for (size_t i = 0; i < G_N_ELEMENTS(damages); i++) {
		test_db_clear(db);
		EVENT_AUTO struct event *e = appended("a");
		struct reading r = {.text = e->event_id};
		test_db_do(db, damages[i]);
		if (db_run_read(db->pool, get, &r) >= 0)
			fail_msg("%s", damages[i]);
		assert_null(r.event);
	}
}

static int update_event(struct db_txn *txn, void *data)
{
	return db_exec(txn, data, DB_NO_PARAMS, NULL);
}

/* The service account may add events and read them, nothing more. */
static void test_service_cannot_change_events(void **state)
{
	event_free(appended("a"));
	assert_true(db_run(db->pool, update_event, (void *)"UPDATE event SET actor = 'x'") < 0);
	assert_true(db_run(db->pool, update_event, (void *)"DELETE FROM event") < 0);
	assert_true(db_run(db->pool, update_event, (void *)"TRUNCATE event") < 0);
	assert_true(db_run(db->pool, update_event, (void *)"DROP TABLE event") < 0);
	assert_int_equal(
		test_db_number(db, "SELECT COUNT(*) FROM event WHERE actor = 'system'"), 1);
}

/* A body that is not canonical never gets in. */
static int append_bad(struct db_txn *txn, void *data)
{
	EVENT_AUTO struct event *e = example("lot.closed", "a", json_pack("{s:f}", "price", 0.5));

	return event_store_append(txn, e);
}

static void test_bad_body_is_a_fault(void **state)
{
	assert_int_equal(db_run(db->pool, append_bad, NULL), -EINVAL);
	assert_int_equal(test_db_number(db, "SELECT COUNT(*) FROM event"), 0);
	assert_int_equal(test_db_number(db, "SELECT COUNT(*) FROM event_subject"), 0);
}

/* Nor one that is longer than a leaf may be: a fault, which no act takes for a refusal. */
static int append_long(struct db_txn *txn, void *data)
{
	g_autofree char *text = g_strnfill(70000, 'x');
	EVENT_AUTO struct event *e = example("lot.closed", "a", json_pack("{s:s}", "why", text));

	return event_store_append(txn, e);
}

static void test_long_body_is_a_fault(void **state)
{
	assert_int_equal(db_run(db->pool, append_long, NULL), -EINVAL);
	assert_int_equal(test_db_number(db, "SELECT COUNT(*) FROM event"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_comes_back_as_it_was_sealed, clean),
		cmocka_unit_test_setup(test_numbers_have_no_gap, clean),
		cmocka_unit_test_setup(test_numbers_under_concurrency, clean),
		cmocka_unit_test_setup(test_pages_of_a_subject, clean),
		cmocka_unit_test_setup(test_all_of_a_subject, clean),
		cmocka_unit_test_setup(test_damaged_rows_are_faults, clean),
		cmocka_unit_test_setup(test_service_cannot_change_events, clean),
		cmocka_unit_test_setup(test_bad_body_is_a_fault, clean),
		cmocka_unit_test_setup(test_long_body_is_a_fault, clean),
	};

	db_library_init();
	db = test_db_start();
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	test_db_stop(db);
	db_library_end();
	return failed;
}
