/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/store/opening_file_store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "db/pool.h"
#include "db/txn.h"
#include "tests/support/test_db.h"

#define LOT "01hzzzzzzzzzzzzzzzzzzzzzza"
#define SIGNATURES 1200

static struct test_db *db;

struct reading {
	GBytes *file;
	int n;
};

static int get(struct db_txn *txn, void *data)
{
	struct reading *r = data;

	return opening_file_store_get(txn, LOT, &r->file, &r->n);
}

/* However many sign: none of the file is left out. */
static void test_all_signatures_are_read(void **state)
{
	struct reading r = {0};
	gsize len;
	const char *text;

	test_db_do(db, "INSERT INTO opening_paper (lot_id, model, pdf, pdf_sha256, made_at) "
		       "VALUES ('" LOT "', '{}', 'printed', REPEAT('x', 32), '2026-07-01')");
	test_db_do(db, "INSERT INTO opening_increment (lot_id, position, bid_no, bytes, added_at) "
		       "SELECT '" LOT "', seq, seq, IF(seq = 1200, 'z', 'a'), '2026-07-01' "
		       "FROM seq_1_to_1200");
	assert_int_equal(db_run_read(db->pool, get, &r), 0);
	text = g_bytes_get_data(r.file, &len);
	assert_int_equal(r.n, SIGNATURES);
	assert_int_equal(len, strlen("printed") + SIGNATURES);
	assert_memory_equal(text, "printedaa", 9);
	assert_int_equal(text[len - 1], 'z');
	g_bytes_unref(r.file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_signatures_are_read),
	};

	db_library_init();
	db = test_db_start();
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	test_db_stop(db);
	db_library_end();
	return failed;
}
