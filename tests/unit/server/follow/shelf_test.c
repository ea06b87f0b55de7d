/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bundles with bids are taken off the shelf once the key of their project is destroyed; one that is
 * finished without bids between the look and the lock stays. */
#include "server/follow/shelf.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "server/publish/bundle_shelf.h"
#include "tests/unit/server/act/fixture.h"

#define SESSION "01jd0000000000000000000000"
#define PROJECT "01jd0000000000000000000001"

static struct fixture *f;
static bool finishes_meanwhile;

static void put(enum shelf_state state, bool holds_bids)
{
	const struct shelf_entry entry = {
		.state = state, .changed_us = clock_real_us(), .holds_bids = holds_bids};

	assert_int_equal(shelf_write(f->env.data_dir, SESSION, &entry), 0);
}

static enum shelf_state now(void)
{
	struct shelf_entry entry;

	shelf_read(f->env.data_dir, SESSION, clock_real_us(), &entry);
	return entry.state;
}

/* Between the look at the shelf and the lock the shelf asks for the key of the project. */
static unsigned finish(const char *sql)
{
	if (finishes_meanwhile && strstr(sql, "project_key"))
		put(SHELF_READY, false);
	return 0;
}

static int begin(void **state)
{
	g_autofree char *folder = g_build_filename(f->env.data_dir, "bundles", NULL);
	g_autofree char *dir = shelf_dir(f->env.data_dir, SESSION);

	fixture_clear(f);
	finishes_meanwhile = false;
	g_mkdir(folder, 0755);
	g_mkdir(dir, 0755);
	put(SHELF_MAKING, true);
	test_db_do(f->db, "INSERT INTO eval_session (session_id, project_id, title, step, "
			  "panel_size, scheduled_at, created_at) VALUES ('" SESSION
			  "', '" PROJECT "', '', 'closed', 5, NOW(), NOW())");
	test_db_do(f->db, "INSERT INTO project_key (project_id, destroyed_at) VALUES ('" PROJECT
			  "', NOW())");
	db_statement_hook = finish;
	return 0;
}

static int end(void **state)
{
	db_statement_hook = NULL;
	shelf_remove(f->env.data_dir, SESSION);
	return 0;
}

static void test_with_bids_it_goes(void **state)
{
	assert_int_equal(shelf_step(&f->env), 0);
	assert_int_equal(now(), SHELF_NONE);
}

static void test_finished_without_bids_it_stays(void **state)
{
	finishes_meanwhile = true;
	assert_int_equal(shelf_step(&f->env), 0);
	assert_int_equal(now(), SHELF_READY);
}

static void test_being_made_it_waits(void **state)
{
	int lock = shelf_lock(f->env.data_dir, SESSION);

	assert_true(lock >= 0);
	assert_int_equal(shelf_step(&f->env), 0);
	assert_int_equal(now(), SHELF_MAKING);
	close(lock);
	assert_int_equal(shelf_step(&f->env), 0);
	assert_int_equal(now(), SHELF_NONE);
}

static void test_with_the_key_it_stays(void **state)
{
	test_db_do(f->db, "UPDATE project_key SET destroyed_at = NULL");
	assert_int_equal(shelf_step(&f->env), 0);
	assert_int_equal(now(), SHELF_MAKING);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_with_bids_it_goes, begin, end),
		cmocka_unit_test_setup_teardown(test_finished_without_bids_it_stays, begin, end),
		cmocka_unit_test_setup_teardown(test_being_made_it_waits, begin, end),
		cmocka_unit_test_setup_teardown(test_with_the_key_it_stays, begin, end),
	};

	f = fixture_start();
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	fixture_stop(f);
	return failed;
}
