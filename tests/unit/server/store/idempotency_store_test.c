/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <glib.h>

#include "db/pool.h"
#include "db/txn.h"
#include "server/store/idempotency_store.h"
#include "tests/support/test_db.h"

static struct test_db *db;

struct question {
	const char *actor, *key, *act;
	uint8_t sha[32];
	const char *answer; /* to put; NULL: find */
	char *found;
};

static int ask(struct db_txn *txn, void *data)
{
	struct question *q = data;

	g_clear_pointer(&q->found, g_free);
	return q->answer
		       ? idempotency_store_put(txn, q->actor, q->key, q->act, q->sha, q->answer, 1)
		       : idempotency_store_find(txn, q->actor, q->key, q->act, q->sha, &q->found);
}

static int result(struct question q)
{
	int r = db_run(db->pool, ask, &q);

	if (r == 0 && !q.answer)
		assert_string_equal(q.found, "{\"n\":\"甲\"}");
	g_free(q.found);
	return r;
}

static void test_finds_its_own_request_only(void **state)
{
	const struct question q = {"me", "key", "lot.close", {1}, NULL, NULL};
	struct question put = q, other;

	assert_int_equal(result(q), IDEMPOTENCY_E_NONE);
	put.answer = "{\"n\":\"甲\"}";
	assert_int_equal(result(put), 0);
	assert_int_equal(result(q), 0);
	/* Keys are each actor's own, and spelled exactly. */
	other = q, other.actor = "you";
	assert_int_equal(result(other), IDEMPOTENCY_E_NONE);
	other = q, other.key = "KEY";
	assert_int_equal(result(other), IDEMPOTENCY_E_NONE);
	other = q, other.act = "lot.open";
	assert_int_equal(result(other), IDEMPOTENCY_E_MISMATCH);
	other = q, other.sha[31] = 1;
	assert_int_equal(result(other), IDEMPOTENCY_E_MISMATCH);
	/* A second answer under one key is a duplicate, and the first one stays. */
	put.answer = "{}";
	assert_true(result(put) > 0);
	assert_int_equal(result(q), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_finds_its_own_request_only),
	};

	db_library_init();
	db = test_db_start();
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	test_db_stop(db);
	db_library_end();
	return failed;
}
